//! JSON text: `serde_json` reads and writes it.

use std::{fmt, str::FromStr};

use serde::de::DeserializeSeed;

use super::{
    Array, Object, ParseError, Value,
    serde::{Plain, ValueSeed},
};

impl Value {
    /// Most levels of arrays and objects that a document may have.
    ///
    /// Keeps every walk over a document within three quarters of a stack of 1 MiB, the smallest that a main thread has,
    /// also without optimization.
    pub const MAX_DEPTH: u32 = 400;

    /// Reads JSON text, nested up to [`MAX_DEPTH`](Self::MAX_DEPTH) levels.
    ///
    /// ```
    /// use asl_runtime::{Value, json};
    /// assert_eq!(Value::from_json(r#"{ "a": [1, 2.5] }"#)?, json!({ "a": [1, 2.5] }));
    /// # Ok::<(), asl_runtime::value::ParseError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        // The seed counts the levels: serde_json's own limit, 128, is less than the service accepts.
        deserializer.disable_recursion_limit();
        let value = ValueSeed::up_to(Self::MAX_DEPTH).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value)
    }

    /// The value as compact JSON text: the same as `to_string()`.
    ///
    /// ```
    /// use asl_runtime::json;
    /// assert_eq!(json!({ "a": [1, 2.0] }).to_json(), r#"{"a":[1,2.0]}"#);
    /// ```
    pub fn to_json(&self) -> String {
        // Neither the value nor writing to memory can fail.
        serde_json::to_string(&Plain(self)).unwrap_or_default()
    }

    /// Where an array or object is in memory: what tells it from others while it exists.
    #[cfg(feature = "durable")]
    pub(crate) fn address(&self) -> Option<usize> {
        match self {
            Self::Array(array) => Some(array.address()),
            Self::Object(object) => Some(object.address()),
            _ => None,
        }
    }

    /// Whether the other value has the same JSON text, with members in the same order and numbers written alike.
    #[cfg(feature = "durable")]
    pub(crate) fn is_written_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.is_written_like(*right),
            (Self::Array(left), Self::Array(right)) => {
                left.ptr_eq(right)
                    || left.len() == right.len()
                        && left
                            .iter()
                            .zip(right)
                            .all(|(left, right)| left.is_written_like(right))
            }
            (Self::Object(left), Self::Object(right)) => {
                left.ptr_eq(right)
                    || left.len() == right.len()
                        && left
                            .iter()
                            .zip(right)
                            .all(|(left, right)| left.0 == right.0 && left.1.is_written_like(right.1))
            }
            _ => self == other,
        }
    }
}

/// Adds a string as JSON text.
#[cfg(feature = "durable")]
pub(crate) fn push_quoted(text: &mut String, string: &str) {
    // Without a branch in the loop, which then takes many bytes at a time.
    let is_plain = string.bytes().fold(true, |plain, byte| {
        plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\')
    });
    if is_plain {
        text.reserve(string.len() + 2);
        text.push('"');
        text.push_str(string);
        text.push('"');
    } else {
        // Writing to memory cannot fail.
        text.push_str(&serde_json::to_string(string).unwrap_or_default());
    }
}

impl FromStr for Value {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::from_json(text)
    }
}

impl fmt::Display for Value {
    /// The value as compact JSON text; `{:#}` gives it indented.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if formatter.alternate() {
            let text = serde_json::to_string_pretty(&Plain(self)).map_err(|_| fmt::Error)?;
            return formatter.write_str(&text);
        }
        formatter.write_str(&self.to_json())
    }
}

impl fmt::Debug for Value {
    /// The value as JSON text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Debug for Array {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self).finish()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Value {
        Value::from_json(text).unwrap()
    }

    fn error(text: &str) -> String {
        Value::from_json(text).unwrap_err().to_string()
    }

    #[test]
    fn numbers_keep_their_kind() {
        for (text, printed) in [
            ("0", "0"),
            ("-0", "-0.0"),
            ("1.0", "1.0"),
            ("1e2", "100.0"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551616", "1.8446744073709552e+19"),
            ("-9223372036854775809", "-9.223372036854776e+18"),
        ] {
            assert_eq!(parse(text).to_json(), printed);
        }
        assert_eq!(error("1e999"), "number out of range at line 1 column 5");
    }

    #[test]
    fn is_written_as_serde_json_writes_it() {
        for text in [
            "null",
            "[true,false,[],{}]",
            r#"{"a":{"b":[1,-2,2.5,1e-7,-0.0]},"":"","ü":"\u0000\n\"\\/é😀\u007f"}"#,
            r#"["a long text without anything to escape in it, and then\t",18446744073709551615]"#,
        ] {
            let value = parse(text);
            assert_eq!(value.to_json(), serde_json::to_string(&Plain(&value)).unwrap());
        }
    }

    #[cfg(feature = "durable")]
    #[test]
    fn knows_what_is_written_alike() {
        let texts = [
            "1",
            "1.0",
            "0",
            "-0.0",
            "0.0",
            r#""1""#,
            "[1]",
            "[1.0]",
            "[1,1]",
            r#"{"a":1,"b":2}"#,
            r#"{"b":2,"a":1}"#,
            r#"{"a":1}"#,
        ];
        for left in texts {
            for right in texts {
                assert_eq!(
                    parse(left).is_written_like(&parse(right)),
                    left == right,
                    "{left} {right}"
                );
            }
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_value_counts() {
        let repeated = parse(r#"{ "b": 1, "a": 2, "b": 3 }"#);
        assert_eq!(repeated.to_string(), r#"{"b":3,"a":2}"#);
        let many: String = (0..60)
            .map(|number| format!(r#""{}":{number},"#, number % 20))
            .collect();
        let many = parse(&format!("{{{}}}", many.trim_end_matches(',')));
        assert_eq!(many.as_object().unwrap().len(), 20);
        assert_eq!(many["3"], 43);
    }

    #[test]
    fn says_where_the_text_is_wrong() {
        let wrong = Value::from_json("{\n  \"a\": [1,\n 2 x]}").unwrap_err();
        assert_eq!((wrong.line(), wrong.column()), (3, 4));
        assert_eq!(wrong.to_string(), "expected `,` or `]` at line 3 column 4");
        assert_eq!(error("[1"), "EOF while parsing a list at line 1 column 2");
        assert_eq!(error("1 2"), "trailing characters at line 1 column 3");
    }

    #[test]
    fn nests_up_to_the_limit() {
        fn check(open: &str, close: &str) {
            let limit = Value::MAX_DEPTH as usize;
            let nested = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
            assert_eq!(parse(&nested(limit)).measure().depth, Value::MAX_DEPTH);
            for text in [
                nested(limit + 1),
                nested(limit + 1).replacen(&format!("1{close}"), close, 1),
                open.repeat(1_000_000),
            ] {
                let error = error(&text);
                assert!(
                    error.starts_with("nested deeper than 400 levels at line 1 column "),
                    "{error}"
                );
            }
        }
        let small_stack = std::thread::Builder::new().stack_size(768 << 10);
        let test = small_stack.spawn(|| {
            check("[", "]");
            check(r#"{"":"#, "}");
        });
        test.unwrap().join().unwrap();
    }
}
