//! Writing JSON text.

use std::fmt::{self, Write};

use super::{
    Array, Number, Object, Value,
    number::Repr,
    scan::{Escape, first_special},
};

impl Value {
    /// The value as compact JSON text: the same as `to_string()`.
    ///
    /// ```
    /// use asl_runtime::json;
    /// assert_eq!(json!({ "a": [1, 2.0] }).to_json(), r#"{"a":[1,2.0]}"#);
    /// ```
    pub fn to_json(&self) -> String {
        let mut text = String::with_capacity(self.known_length().unwrap_or(128));
        write_value(self, &mut text);
        text
    }
}

impl fmt::Display for Value {
    /// The value as compact JSON text; `{:#}` gives it indented.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if formatter.alternate() {
            let text = serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?;
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

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(*number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(array) => {
            out.push('[');
            for (place, element) in array.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_value(element, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (place, (key, value)) in object.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_value(value, out);
            }
            out.push('}');
        }
    }
}

fn write_number(number: Number, out: &mut String) {
    match number.repr() {
        Repr::Int(value) => {
            if value < 0 {
                out.push('-');
            }
            write_digits(value.unsigned_abs(), out);
        }
        Repr::UInt(value) => write_digits(value, out),
        Repr::Float(_) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "{number}");
        }
    }
}

fn write_digits(mut value: u64, out: &mut String) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
        start -= 1;
        if value == 0 {
            break;
        }
    }
    out.push_str(str::from_utf8(&digits[start..]).unwrap_or_default());
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(place) = first_special(rest.as_bytes()) {
        out.push_str(&rest[..place]);
        match Escape::of(rest.as_bytes()[place]) {
            Some(Escape::Letter(letter)) => out.extend(['\\', letter]),
            Some(Escape::Code(code)) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{code:04x}");
            }
            None => {}
        }
        rest = &rest[place + 1..];
    }
    out.push_str(rest);
    out.push('"');
}
