//! What closures are called with, one item after the other, without copies.

use super::{Data, Error, truth::is_truthy};
use crate::Value;

/// What a step, a filter or a function that is written out computes something for: the context, or a parameter. So
/// small that it stays in registers.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A part of a document.
    Value(&'a Value),
    /// Anything.
    Data(&'a Data),
}

impl<'a> From<&'a Data> for Item<'a> {
    #[inline]
    fn from(data: &'a Data) -> Self {
        Self::Data(data)
    }
}

impl Item<'_> {
    /// Nothing.
    pub const NOTHING: Self = Self::Data(&Data::Undefined);
}

impl<'a> Item<'a> {
    /// The JSON, where it is plain.
    #[inline]
    pub(super) fn value(self) -> Option<&'a Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Data(data) => data.as_value(),
        }
    }

    /// As data of its own.
    #[inline]
    pub fn to_data(self) -> Data {
        match self {
            Self::Value(value) => Data::copy_of(value),
            Self::Data(data) => data.clone(),
        }
    }

    /// Whether this is nothing.
    #[inline]
    pub(super) fn is_undefined(self) -> bool {
        matches!(self, Self::Data(Data::Undefined))
    }

    /// Whether this is an array.
    #[inline]
    pub(super) fn is_array(self) -> bool {
        match self {
            Self::Value(value) => value.is_array(),
            Self::Data(data) => data.is_array(),
        }
    }

    /// The items of an array; anything else is an array of itself, and nothing has no items.
    #[inline]
    pub(super) fn each(self) -> Each<'a> {
        match self {
            Self::Value(Value::Array(array)) => Each::Values(array.iter()),
            Self::Value(value) => Each::Values(std::slice::from_ref(value).iter()),
            Self::Data(data) => data.each(),
        }
    }

    /// What `$boolean` makes of it; nothing counts as false.
    ///
    /// # Errors
    /// D1001 for an infinity.
    pub fn truthy(self) -> Result<bool, Error> {
        match self {
            Self::Value(value) => Ok(is_truthy(value)),
            Self::Data(data) => data.truthy(),
        }
    }
}

impl Data {
    /// The [items](Self::items), by reference.
    #[inline]
    pub(super) fn each(&self) -> Each<'_> {
        match self {
            Self::Undefined => Each::Values([].iter()),
            Self::Value(Value::Array(array)) => Each::Values(array.iter()),
            Self::List(list) => Each::Data(list.items.iter()),
            other => Each::Data(std::slice::from_ref(other).iter()),
        }
    }
}

/// The items of an array, by reference.
#[derive(Debug, Clone)]
pub(super) enum Each<'a> {
    Values(std::slice::Iter<'a, Value>),
    Data(std::slice::Iter<'a, Data>),
}

impl<'a> Iterator for Each<'a> {
    type Item = Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Item<'a>> {
        match self {
            Self::Values(values) => values.next().map(Item::Value),
            Self::Data(data) => data.next().map(Item::Data),
        }
    }

    #[inline]
    fn nth(&mut self, index: usize) -> Option<Item<'a>> {
        match self {
            Self::Values(values) => values.nth(index).map(Item::Value),
            Self::Data(data) => data.nth(index).map(Item::Data),
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Values(values) => values.size_hint(),
            Self::Data(data) => data.size_hint(),
        }
    }
}

impl ExactSizeIterator for Each<'_> {}
