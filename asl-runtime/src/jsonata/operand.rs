//! What operators work on: fields of documents are not copied for them.

use super::{Data, names::names};
use crate::value::{Number, Value};

/// An operand: so small that it stays in registers.
#[derive(Debug)]
pub enum Operand<'a> {
    /// A part of a document.
    Field(&'a Value),
    /// A variable, what was computed before, or nothing.
    Data(&'a Data),
    /// What had to be put together.
    Owned(Box<Data>),
}

const NOTHING: Operand<'static> = Operand::Data(&Data::Undefined);

impl<'a> From<&'a Data> for Operand<'a> {
    #[inline]
    fn from(data: &'a Data) -> Self {
        Self::Data(data)
    }
}

impl<'a> From<&'a &'a Data> for Operand<'a> {
    #[inline]
    fn from(data: &'a &'a Data) -> Self {
        Self::Data(data)
    }
}

impl Operand<'_> {
    /// The JSON, where it is plain.
    #[inline]
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            Self::Field(value) => Some(value),
            Self::Data(data) => data.as_value(),
            Self::Owned(data) => data.as_value(),
        }
    }

    /// A finite number.
    #[inline]
    pub(super) fn number(&self) -> Option<Number> {
        self.value()?.as_number()
    }

    /// As data of its own.
    pub(super) fn to_data(&self) -> Data {
        match self {
            Self::Field(value) => Data::Value((*value).clone()),
            Self::Data(data) => (*data).clone(),
            Self::Owned(data) => Data::clone(data),
        }
    }
}

#[cold]
fn together(data: Data) -> Operand<'static> {
    Operand::Owned(Box::new(data))
}

/// [`name`](super::name) for an operator.
#[inline]
pub fn field<'a>(start: &'a Data, name: &str) -> Operand<'a> {
    match start {
        Data::Value(Value::Object(object)) => match object.get(name) {
            Some(value) => Operand::Field(value),
            None => NOTHING,
        },
        other => together(names(other, &[name])),
    }
}

/// [`names`] for an operator.
pub fn fields<'a>(start: &'a Data, names: &[&str]) -> Operand<'a> {
    match start {
        Data::Value(value) => fields_of(Some(value), names),
        other => together(super::names(other, names)),
    }
}

/// [`names_of`](super::names_of) for an operator.
pub fn fields_of<'a>(start: Option<&'a Value>, names: &[&str]) -> Operand<'a> {
    let Some(mut current) = start else {
        return NOTHING;
    };
    for (index, name) in names.iter().enumerate() {
        match current {
            Value::Object(object) => match object.get(name) {
                Some(value) => current = value,
                None => return NOTHING,
            },
            Value::Array(_) => return together(super::names_of(Some(current), &names[index..])),
            _ => return NOTHING,
        }
    }
    Operand::Field(current)
}
