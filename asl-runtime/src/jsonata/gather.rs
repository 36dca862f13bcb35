//! The items of arrays: going over them, and gathering them.

use super::{Data, Marks};
use crate::Value;

/// The items of an array.
#[derive(Debug, Clone)]
pub struct Items<'a>(Slice<'a>);

#[derive(Debug, Clone)]
enum Slice<'a> {
    Values(std::slice::Iter<'a, Value>),
    Data(std::slice::Iter<'a, Data>),
}

impl<'a> Items<'a> {
    #[inline]
    pub(super) fn of_values(values: &'a [Value]) -> Self {
        Self(Slice::Values(values.iter()))
    }

    #[inline]
    pub(super) fn of_data(data: &'a [Data]) -> Self {
        Self(Slice::Data(data.iter()))
    }
}

impl Iterator for Items<'_> {
    type Item = Data;

    #[inline]
    fn next(&mut self) -> Option<Data> {
        match &mut self.0 {
            Slice::Values(values) => values.next().map(Data::copy_of),
            Slice::Data(data) => data.next().cloned(),
        }
    }

    fn nth(&mut self, index: usize) -> Option<Data> {
        match &mut self.0 {
            Slice::Values(values) => values.nth(index).cloned().map(Data::Value),
            Slice::Data(data) => data.nth(index).cloned(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Slice::Values(values) => values.size_hint(),
            Slice::Data(data) => data.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Items<'_> {
    fn next_back(&mut self) -> Option<Data> {
        match &mut self.0 {
            Slice::Values(values) => values.next_back().cloned().map(Data::Value),
            Slice::Data(data) => data.next_back().cloned(),
        }
    }
}

impl ExactSizeIterator for Items<'_> {}

/// Gathers the items of an array, as plain JSON for as long as they are.
#[derive(Debug)]
pub enum Gather {
    /// All of them are JSON so far.
    Values(Vec<Value>),
    /// Some are not.
    Data(Vec<Data>),
}

impl Default for Gather {
    fn default() -> Self {
        Self::Values(Vec::new())
    }
}

impl Gather {
    /// Nothing yet, with space for so many items.
    pub fn with_capacity(capacity: usize) -> Self {
        Self::Values(Vec::with_capacity(capacity))
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        match self {
            Self::Values(values) => values.len(),
            Self::Data(data) => data.len(),
        }
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an item as it is, an array as one item; nothing is left out.
    #[inline]
    pub fn push(&mut self, item: Data) {
        match (&mut *self, item) {
            (Self::Values(values), Data::Value(value)) => values.push(value),
            (_, item) => self.push_other(item),
        }
    }

    fn push_other(&mut self, item: Data) {
        match (&mut *self, item) {
            (_, Data::Undefined) => {}
            (Self::Data(data), item) => data.push(item),
            (Self::Values(values), item) => {
                let values = std::mem::take(values).into_iter();
                let mut data: Vec<Data> = values.map(Data::Value).collect();
                data.push(item);
                *self = Self::Data(data);
            }
        }
    }

    /// Adds the items of an array, or what is no array as it is.
    pub fn append(&mut self, items: &Data) {
        match (&mut *self, items) {
            (Self::Values(values), Data::Value(Value::Array(array))) => values.extend_from_slice(array),
            _ => self.extend(items.items()),
        }
    }

    /// The plain array.
    pub fn into_array(self) -> Data {
        match self {
            Self::Values(values) => Data::Value(Value::Array(values.into())),
            Self::Data(data) => Data::list(data, Marks::default()),
        }
    }

    /// The array as a result sequence.
    pub fn into_sequence(self) -> Data {
        Data::sequence(self.into_items())
    }

    /// Nothing, the only item, or the plain array.
    #[inline]
    pub fn collapse(mut self) -> Data {
        match &mut self {
            Self::Values(values) if values.len() <= 1 => values.pop().map_or(Data::Undefined, Data::Value),
            Self::Data(data) if data.len() <= 1 => data.pop().unwrap_or_default(),
            _ => self.into_array(),
        }
    }

    pub(crate) fn into_items(self) -> Vec<Data> {
        match self {
            Self::Values(values) => values.into_iter().map(Data::Value).collect(),
            Self::Data(data) => data,
        }
    }
}

impl Extend<Data> for Gather {
    fn extend<I: IntoIterator<Item = Data>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl FromIterator<Data> for Gather {
    fn from_iter<I: IntoIterator<Item = Data>>(items: I) -> Self {
        let items = items.into_iter();
        let mut gather = Self::with_capacity(items.size_hint().0);
        gather.extend(items);
        gather
    }
}
