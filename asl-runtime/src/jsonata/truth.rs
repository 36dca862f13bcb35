//! What counts as true, and what as equal.

use super::{Data, Error, data::non_finite_name, work};
use crate::Value;

impl Data {
    /// What `$boolean` makes of it; nothing counts as false.
    ///
    /// # Errors
    /// D1001 for an infinity.
    pub fn truthy(&self) -> Result<bool, Error> {
        match self {
            Self::Undefined | Self::Function(_) => Ok(false),
            Self::Value(value) => Ok(is_truthy(value)),
            Self::NonFinite(number) => check_finite(*number).map(|()| false),
            Self::Record(record) => Ok(!record.members.is_empty()),
            Self::List(list) => {
                work::owe(list.items.len());
                let mut any = false;
                for item in &list.items {
                    any |= item.truthy()?;
                }
                Ok(any)
            }
        }
    }

    /// Deep equality, numbers by value. Nothing equals nothing here; the operators say otherwise.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(one), Self::Value(other)) => {
                if one.is_array() || one.is_object() {
                    work::owe(one.measure().bytes.min(other.measure().bytes) / 8);
                }
                one == other
            }
            (Self::Undefined, Self::Undefined) => true,
            (Self::NonFinite(one), Self::NonFinite(other)) => one == other,
            (Self::Function(one), Self::Function(other)) => one.same(other),
            (one, other) if one.is_array() && other.is_array() => {
                let (mut one, mut other) = (one.items(), other.items());
                one.len() == other.len()
                    && one.all(|item| other.next().is_some_and(|other| item.equals(&other)))
            }
            (one, other) if one.is_object() && other.is_object() => {
                let (one, others) = (one.members(), other.members());
                one.len() == others.len() && one.iter().all(|(key, data)| data.equals(&other.get(key)))
            }
            _ => false,
        }
    }

    /// A number to compute with, if it is one.
    ///
    /// # Errors
    /// D1001 for an infinity.
    pub fn finite(&self) -> Result<Option<crate::Number>, Error> {
        match self {
            Self::Value(Value::Number(number)) => Ok(Some(*number)),
            Self::NonFinite(number) => check_finite(*number).map(|()| None),
            _ => Ok(None),
        }
    }
}

pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != 0.0,
        Value::String(text) => !text.is_empty(),
        Value::Array(array) => {
            work::owe(array.len());
            array.iter().any(is_truthy)
        }
        Value::Object(object) => !object.is_empty(),
    }
}

/// NaN is no number, an infinity must not be used.
fn check_finite(number: f64) -> Result<(), Error> {
    if number.is_nan() {
        return Ok(());
    }
    Err(Error::new(
        "D1001",
        format!("Number out of range: {}", non_finite_name(number)),
    ))
}
