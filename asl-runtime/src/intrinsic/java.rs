//! Values as the service's Java prints them.

use crate::value::Value;
use std::fmt::{Display, Formatter, Result};

/// A value in the notation of Java's `toString`: `{Arg1=1, Arg2=[]}`, strings without quotes.
pub(crate) struct Java<'v>(pub(crate) &'v Value);

impl Display for Java<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            Value::String(text) => f.write_str(text),
            Value::Array(array) => {
                f.write_str("[")?;
                for (i, element) in array.iter().enumerate() {
                    let separator = if i == 0 { "" } else { ", " };
                    write!(f, "{separator}{}", Self(element))?;
                }
                f.write_str("]")
            }
            Value::Object(object) => {
                f.write_str("{")?;
                for (i, (key, member)) in object.iter().enumerate() {
                    let separator = if i == 0 { "" } else { ", " };
                    write!(f, "{separator}{key}={}", Self(member))?;
                }
                f.write_str("}")
            }
            Value::Number(number) => Display::fmt(number, f),
            Value::Null | Value::Bool(_) => write!(f, "{}", self.0),
        }
    }
}
