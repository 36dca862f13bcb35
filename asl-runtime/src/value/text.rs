//! JSON text.

use std::{
    fmt::{self, Write},
    str::FromStr,
};

use super::{
    Array, Number, Object, ParseError, Value,
    measure::{Escape, escape},
};

impl Value {
    /// Reads JSON text.
    ///
    /// ```
    /// use asl_runtime::{Value, json};
    /// assert_eq!(Value::from_json(r#"{ "a": [1, 2.5] }"#)?, json!({ "a": [1, 2.5] }));
    /// # Ok::<(), asl_runtime::value::ParseError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The value as compact JSON text: the same as `to_string()`, but faster.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write_value(self, &mut text);
        text
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
            let text = serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?;
            return formatter.write_str(&text);
        }
        write_value(self, formatter)
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

fn write_value<W: Write>(value: &Value, out: &mut W) -> fmt::Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Bool(true) => out.write_str("true"),
        Value::Bool(false) => out.write_str("false"),
        Value::Number(number) => write_number(*number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(array) => {
            out.write_char('[')?;
            for (place, element) in array.iter().enumerate() {
                if place > 0 {
                    out.write_char(',')?;
                }
                write_value(element, out)?;
            }
            out.write_char(']')
        }
        Value::Object(object) => {
            out.write_char('{')?;
            for (place, (key, value)) in object.iter().enumerate() {
                if place > 0 {
                    out.write_char(',')?;
                }
                write_string(key, out)?;
                out.write_char(':')?;
                write_value(value, out)?;
            }
            out.write_char('}')
        }
    }
}

fn write_number<W: Write>(number: Number, out: &mut W) -> fmt::Result {
    write!(out, "{number}")
}

fn write_string<W: Write>(text: &str, out: &mut W) -> fmt::Result {
    out.write_char('"')?;
    let mut plain = 0;
    for (place, byte) in text.bytes().enumerate() {
        let Some(escape) = escape(byte) else { continue };
        out.write_str(&text[plain..place])?;
        match escape {
            Escape::Letter(letter) => {
                out.write_char('\\')?;
                out.write_char(letter)?;
            }
            Escape::Code(code) => write!(out, "\\u{code:04x}")?,
        }
        plain = place + 1;
    }
    out.write_str(&text[plain..])?;
    out.write_char('"')
}
