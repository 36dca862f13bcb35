//! JSON in the making, without a tree of values: journals and histories are written for each execution.

use crate::Value;
use crate::value::push_quoted;

/// JSON in the making.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// With space for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Makes space for so many more bytes.
    pub fn reserve(&mut self, bytes: usize) {
        self.0.reserve(bytes);
    }

    #[inline]
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    pub fn number(&mut self, number: impl itoa::Integer) -> &mut Self {
        self.push(itoa::Buffer::new().format(number))
    }

    /// A number that is small as a rule.
    #[inline]
    pub fn index(&mut self, number: usize) -> &mut Self {
        match u8::try_from(number) {
            Ok(digit @ 0..10) => {
                self.0.push(char::from(b'0' + digit));
                self
            }
            _ => self.number(number),
        }
    }

    /// A number as sixteen hexadecimal digits.
    pub fn hex(&mut self, number: u64) -> &mut Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for shift in (0..16).rev() {
            self.0
                .push(char::from(DIGITS[(number >> (4 * shift)) as usize & 15]));
        }
        self
    }

    pub fn quoted(&mut self, text: &str) -> &mut Self {
        push_quoted(&mut self.0, text);
        self
    }

    /// A string, or null.
    pub fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.quoted(text),
            None => self.push("null"),
        }
    }

    pub fn value(&mut self, value: &Value) -> &mut Self {
        value.push_json(&mut self.0);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}
