//! What an evaluation comes to, in a form in which both sides can be compared.

use std::fmt;

/// What an evaluation comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A value.
    Value(Json),
    /// Nothing.
    Undefined,
    /// An error, by its code.
    Error(String),
}

/// A JSON value; numbers are what JSONata knows of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// The members in the order of their names.
    Object(std::collections::BTreeMap<String, Json>),
    /// A function, which no field can have.
    Function,
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            // Integers without a fraction, as both sides would write them.
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}{name:?}:{value}", if index > 0 { "," } else { "" })?;
                }
                f.write_str("}")
            }
            Self::Function => f.write_str("function"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{value}"),
            Self::Undefined => f.write_str("undefined"),
            Self::Error(code) => f.write_str(code),
        }
    }
}

impl Outcome {
    /// Whether they are the same. Where the other side has an error without a code, any error will do.
    pub fn is_same(&self, theirs: &Self) -> bool {
        match (self, theirs) {
            (Self::Error(_), Self::Error(code)) if code.contains(' ') => true,
            _ => self == theirs,
        }
    }
}
