//! Reading the scalars of JSON text.

use std::borrow::Cow;

use super::super::{Number, ParseError, number::parse_float, scan::first_special};

/// A place in a text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes beyond the next byte.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// Goes beyond the byte if it is next.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), ParseError> {
        if !self.rest().starts_with(word) {
            return Err(self.error("expected ident"));
        }
        self.at += word.len();
        Ok(())
    }

    pub(super) fn number(&mut self) -> Result<Number, ParseError> {
        let start = self.at;
        let negative = self.eat(b'-');
        let digits = self.at;
        let mut integer = Some(0_u64);
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            integer = integer
                .and_then(|integer| integer.checked_mul(10))
                .and_then(|integer| integer.checked_add(u64::from(byte - b'0')));
            self.at += 1;
        }
        let leading_zero = self.at > digits + 1 && self.text.as_bytes().get(digits) == Some(&b'0');
        if self.at == digits || leading_zero {
            return Err(self.error("invalid number"));
        }
        let fraction = self.eat(b'.');
        if fraction {
            self.digits()?;
        }
        let exponent = self.eat(b'e') || self.eat(b'E');
        if exponent {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        if let Some(integer) = integer
            && !fraction
            && !exponent
        {
            if !negative {
                return Ok(integer.into());
            }
            // Minus zero is no integer.
            if integer != 0
                && let Some(integer) = 0_i64.checked_sub_unsigned(integer)
            {
                return Ok(integer.into());
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        parse_float(text).ok_or_else(|| self.error("number out of range"))
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            Err(self.error("invalid number"))
        } else {
            Ok(())
        }
    }

    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, ParseError> {
        self.at += 1;
        let plain = self.plain()?;
        if self.eat(b'"') {
            return Ok(plain.into());
        }
        let mut text = String::from(plain);
        loop {
            self.at += 1;
            text.push(self.escape()?);
            text.push_str(self.plain()?);
            if self.eat(b'"') {
                return Ok(text.into());
            }
        }
    }

    /// The text up to the quote or backslash that comes next.
    fn plain(&mut self) -> Result<&'t str, ParseError> {
        let rest = self.rest();
        let Some(length) = first_special(rest.as_bytes()) else {
            self.at = self.text.len();
            return Err(self.error("EOF while parsing a string"));
        };
        let start = self.at;
        self.at += length;
        if self.peek().is_some_and(|byte| byte < 0x20) {
            return Err(self.error("control character (\\u0000-\\u001F) found while parsing a string"));
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// What comes after a backslash.
    fn escape(&mut self) -> Result<char, ParseError> {
        let Some(letter) = self.peek() else {
            return Err(self.error("EOF while parsing a string"));
        };
        self.at += 1;
        Ok(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.error("invalid escape")),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, ParseError> {
        let unit = self.hex()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit).ok_or_else(|| self.error("lone surrogate in hex escape"));
        }
        if !(self.eat(b'\\') && self.eat(b'u')) {
            return Err(self.error("lone surrogate in hex escape"));
        }
        let low = self.hex()?;
        let pair = low.checked_sub(0xdc00).filter(|low| *low < 0x400);
        let character = pair.and_then(|low| char::from_u32(0x10000 + ((unit - 0xd800) << 10 | low)));
        character.ok_or_else(|| self.error("lone surrogate in hex escape"))
    }

    fn hex(&mut self) -> Result<u32, ParseError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let digit = digit.ok_or_else(|| self.error("invalid escape"))?;
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[cold]
    pub(super) fn error(&self, message: &'static str) -> ParseError {
        ParseError::at(message, self.text, self.at)
    }
}
