//! JSON text: `serde_json` reads it.

use std::{fmt, str::FromStr};

use serde::de::DeserializeSeed;

use super::{
    Array, Number, Object, ParseError, Value,
    number::Repr,
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
        Self::from_json_up_to(text, Self::MAX_DEPTH)
    }

    /// Reads what this crate wrote, in which documents have some levels around them.
    #[cfg(feature = "durable")]
    pub(crate) fn from_own_json(text: &str) -> Result<Self, ParseError> {
        const LEVELS: u32 = 10;
        Self::from_json_up_to(text, Self::MAX_DEPTH + LEVELS)
    }

    fn from_json_up_to(text: &str, levels: u32) -> Result<Self, ParseError> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        // The seed counts the levels: serde_json's own limit, 128, is less than the service accepts.
        deserializer.disable_recursion_limit();
        let value = ValueSeed::up_to(levels).deserialize(&mut deserializer)?;
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
        let mut text = String::new();
        self.push_json(&mut text);
        text
    }

    /// Adds the value as compact JSON text.
    pub(crate) fn push_json(&self, text: &mut String) {
        text.reserve(self.likely_length());
        push(text, self);
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

/// Adds a value as JSON text.
fn push(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => push_number(text, *number),
        Value::String(string) => push_quoted(text, string),
        Value::Array(array) => {
            text.push('[');
            for (index, element) in array.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                push(text, element);
            }
            text.push(']');
        }
        Value::Object(object) => {
            let start = text.len();
            let members = match object.native() {
                // Of the Rust value's members no values are made.
                Some((tree, others)) => {
                    tree.push_json(text);
                    text.pop();
                    others
                }
                None => {
                    text.push('{');
                    object.iter()
                }
            };
            for (name, member) in members {
                if text.len() > start + 1 {
                    text.push(',');
                }
                push_quoted(text, name);
                text.push(':');
                push(text, member);
            }
            text.push('}');
        }
    }
}

/// Adds a number as JSON text.
//
// Apart from the recursion, whose stack would have space for the digits.
#[inline(never)]
pub(crate) fn push_number(text: &mut String, number: Number) {
    match number.repr() {
        Repr::Int(value) => text.push_str(itoa::Buffer::new().format(value)),
        Repr::UInt(value) => text.push_str(itoa::Buffer::new().format(value)),
        Repr::Float(value) => text.push_str(zmij::Buffer::new().format_finite(value)),
    }
}

/// Adds a string as JSON text.
pub(crate) fn push_quoted(text: &mut String, string: &str) {
    text.reserve(string.len() + 2);
    text.push('"');
    if is_plain(string.as_bytes()) {
        text.push_str(string);
    } else {
        push_escaped(text, string);
    }
    text.push('"');
}

/// Whether nothing need be escaped. Sixteen bytes at once, for which the processor has instructions: strings are short, and the last
/// ones are looked at twice.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    if let Some(last) = bytes.last_chunk() {
        let (chunks, _) = bytes.as_chunks();
        return are_plain(last) && chunks.iter().all(are_plain);
    }
    let mut few = [b' '; 16];
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        few[..8].copy_from_slice(first);
        few[8..].copy_from_slice(last);
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        few[..4].copy_from_slice(first);
        few[4..8].copy_from_slice(last);
    } else {
        return !bytes.iter().any(|byte| is_escaped(*byte));
    }
    are_plain(&few)
}

/// Whether none of these is a control character, a quote or a backslash.
#[inline]
fn are_plain(bytes: &[u8; 16]) -> bool {
    !bytes.iter().fold(false, |found, byte| found | is_escaped(*byte))
}

/// Without branches.
#[inline]
fn is_escaped(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
}

#[cold]
fn push_escaped(text: &mut String, string: &str) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut from = 0;
    for (at, byte) in string.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x8 => "\\b",
            0xc => "\\f",
            0..0x20 => "\\u00",
            _ => continue,
        };
        text.push_str(&string[from..at]);
        text.push_str(escape);
        if escape.len() > 2 {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        from = at + 1;
    }
    text.push_str(&string[from..]);
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
            r#"[-1.7976931348623157e308,5e-324,1e21,-0.1,"\u0001\u001f\b\f\rx\u000b"]"#,
            r#"["a long text without anything to escape in it, and then\t",18446744073709551615]"#,
        ] {
            let value = parse(text);
            assert_eq!(value.to_json(), serde_json::to_string(&Plain(&value)).unwrap());
        }
    }

    #[test]
    fn finds_what_must_be_escaped_at_any_place() {
        for length in 0..20 {
            for place in 0..length {
                for byte in 0..=0x7f_u8 {
                    let mut bytes = vec![b'x'; length];
                    bytes[place] = byte;
                    let text = String::from_utf8(bytes).unwrap();
                    let expected = serde_json::to_string(&text).unwrap();
                    assert_eq!(Value::from(text.as_str()).to_json(), expected);
                    let wide = text.replace('x', "é");
                    let expected = serde_json::to_string(&wide).unwrap();
                    assert_eq!(Value::from(wide).to_json(), expected);
                }
            }
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
