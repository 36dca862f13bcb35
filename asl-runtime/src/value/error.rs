//! What can go wrong between values, typed data and text.

use std::fmt;

use serde::{
    de::{self, Expected, Unexpected},
    ser,
};
use smol_str::SmolStr;

use super::Value;

/// Typed data could not be made from a value: the value does not fit the type.
///
/// Displays as the place and what is wrong there.
///
/// ```
/// use asl_runtime::json;
/// let error = json!({ "a": [1, "two"] }).decode::<std::collections::HashMap<String, Vec<u8>>>().unwrap_err();
/// assert_eq!(error.to_string(), r#"a[1]: invalid type: string "two", expected u8"#);
/// ```
#[derive(Debug, Clone)]
pub struct DecodeError(Box<Located>);

/// Typed data could not be made a value: its `Serialize` failed, or it is nothing that JSON can hold.
#[derive(Debug, Clone)]
pub struct EncodeError(Box<Located>);

/// Text is no JSON, or nested too deep.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ParseError(#[from] serde_json::Error);

#[derive(Debug, Clone)]
struct Located {
    message: String,
    /// Innermost first, because it is found on the way out.
    place: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    Key(SmolStr),
    Index(usize),
}

impl Located {
    fn boxed(message: &dyn fmt::Display) -> Box<Self> {
        Box::new(Self {
            message: message.to_string(),
            place: Vec::new(),
        })
    }

    fn place(&self) -> String {
        let mut text = String::new();
        for step in self.place.iter().rev() {
            match step {
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Key(key) if !is_plain(key) => text.push_str(&format!("['{key}']")),
                Step::Key(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(key);
                }
            }
        }
        text
    }
}

/// Whether the key can stand in a path without quotes.
fn is_plain(key: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    !key.is_empty() && key.chars().all(plain)
}

impl fmt::Display for Located {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(formatter, "{}: ", self.place())?;
        }
        formatter.write_str(&self.message)
    }
}

macro_rules! located {
    ($error:ident) => {
        impl $error {
            /// Where it is wrong, such as `items[3].price`; empty for the value itself.
            pub fn place(&self) -> String {
                self.0.place()
            }

            /// What is wrong there.
            pub fn message(&self) -> &str {
                &self.0.message
            }

            pub(crate) fn new(message: impl fmt::Display) -> Self {
                Self(Located::boxed(&message))
            }

            #[cold]
            pub(crate) fn in_member(mut self, key: &str) -> Self {
                self.0.place.push(Step::Key(key.into()));
                self
            }

            #[cold]
            pub(crate) fn in_element(mut self, index: usize) -> Self {
                self.0.place.push(Step::Index(index));
                self
            }
        }

        impl fmt::Display for $error {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl std::error::Error for $error {}
    };
}
located!(DecodeError);
located!(EncodeError);

impl ser::Error for EncodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }
}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format_args!(
            "invalid type: {}, expected {expected}",
            Found(unexpected)
        ))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format_args!(
            "invalid value: {}, expected {expected}",
            Found(unexpected)
        ))
    }
}

/// What was found, in JSON's words where `serde` has others.
struct Found<'a>(Unexpected<'a>);

impl fmt::Display for Found<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Unit => formatter.write_str("null"),
            Unexpected::Float(float) => write!(formatter, "floating point `{}`", Value::from(float)),
            other => fmt::Display::fmt(&other, formatter),
        }
    }
}

impl ParseError {
    /// Line of the text where it stops being JSON, from 1.
    pub fn line(&self) -> usize {
        self.0.line()
    }

    /// Column in the line, from 1, in bytes.
    pub fn column(&self) -> usize {
        self.0.column()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde::Deserialize;

    use crate::{Value, json};

    #[derive(Deserialize, Debug)]
    enum External {
        #[allow(dead_code)]
        Tuple(u8, char),
    }

    #[test]
    fn errors_name_the_place() {
        #[derive(Deserialize, Debug)]
        #[allow(dead_code)]
        struct Order {
            items: Vec<Item>,
            kind: Option<External>,
        }
        #[derive(Deserialize, Debug)]
        #[allow(dead_code)]
        struct Item {
            price: f64,
            counts: HashMap<String, u8>,
        }
        let error = |value: Value| value.decode::<Order>().unwrap_err().to_string();
        assert_eq!(
            error(json!({ "items": [{ "price": 1, "counts": {} }, { "price": "1", "counts": {} }] })),
            r#"items[1].price: invalid type: string "1", expected f64"#
        );
        assert_eq!(
            error(json!({ "items": [{ "price": 1 }] })),
            "items[0]: missing field `counts`"
        );
        assert_eq!(
            error(json!({ "items": [{ "price": 1, "counts": { "a b": -1 } }] })),
            "items[0].counts['a b']: invalid value: integer `-1`, expected u8"
        );
        assert_eq!(
            error(json!({ "items": [], "kind": { "Tuple": [1, 2] } })),
            "kind.Tuple[1]: invalid type: integer `2`, expected a character"
        );
        assert_eq!(
            error(json!([])),
            "invalid length 0, expected struct Order with 2 elements"
        );

        let unencodable =
            Value::encode(&BTreeMap::from([("a", vec![BTreeMap::from([((), 1)])])])).unwrap_err();
        assert_eq!(unencodable.to_string(), "a[0]: key must be a string");
    }
}
