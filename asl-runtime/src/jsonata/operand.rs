//! What operators work on: fields of documents are not copied for them.

use super::{Data, Error, Item, names::names};
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

impl<'a> From<Item<'a>> for Operand<'a> {
    #[inline]
    fn from(item: Item<'a>) -> Self {
        match item {
            Item::Value(value) => Self::Field(value),
            Item::Data(data) => Self::Data(data),
        }
    }
}

impl<'a> From<Option<&'a Value>> for Operand<'a> {
    #[inline]
    fn from(value: Option<&'a Value>) -> Self {
        value.map_or(NOTHING, Self::Field)
    }
}

/// What becomes an operand, as one: what may not be there, for example.
#[inline]
pub fn operand<'a>(from: impl Into<Operand<'a>>) -> Operand<'a> {
    from.into()
}

impl<'a> From<&'a Operand<'_>> for Item<'a> {
    #[inline]
    fn from(operand: &'a Operand<'_>) -> Self {
        match operand {
            Operand::Field(value) => Self::Value(value),
            Operand::Data(data) => Self::Data(data),
            Operand::Owned(data) => Self::Data(data),
        }
    }
}

impl Operand<'_> {
    /// The JSON, where it is plain.
    #[inline]
    pub(super) fn value(&self) -> Option<&Value> {
        self.item().value()
    }

    /// A finite number.
    #[inline]
    pub(super) fn number(&self) -> Option<Number> {
        self.value()?.as_number()
    }

    /// Without what it holds.
    #[inline]
    pub fn item(&self) -> Item<'_> {
        self.into()
    }

    /// What `$boolean` makes of it; nothing counts as false.
    ///
    /// # Errors
    /// D1001 for an infinity.
    pub fn truthy(&self) -> Result<bool, Error> {
        self.item().truthy()
    }

    /// As data of its own.
    pub(super) fn to_data(&self) -> Data {
        self.item().to_data()
    }
}

#[cold]
fn together(data: Data) -> Operand<'static> {
    Operand::Owned(Box::new(data))
}

/// [`name`](super::name) for an operator.
#[inline]
pub fn field<'a>(start: impl Into<Item<'a>>, name: &str) -> Operand<'a> {
    field_of_item(start.into(), name)
}

fn field_of_item<'a>(start: Item<'a>, name: &str) -> Operand<'a> {
    match start.value() {
        Some(Value::Object(object)) => object.get(name).map_or(NOTHING, Operand::Field),
        _ => together(names(start, &[name])),
    }
}

/// [`names`] for an operator.
#[inline]
pub fn fields<'a>(start: impl Into<Item<'a>>, names: &[&str]) -> Operand<'a> {
    fields_of_item(start.into(), names)
}

fn fields_of_item<'a>(start: Item<'a>, names: &[&str]) -> Operand<'a> {
    match start.value() {
        Some(value) => fields_of(Some(value), names),
        None => together(super::names(start, names)),
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
