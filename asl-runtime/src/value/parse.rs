//! Reading JSON text.
//!
//! A parser of its own rather than `serde_json`'s: it needs no stack for nested documents, allocates every array and
//! object in its final size, and does not change its ways with the features of `serde_json` that a program turns on.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::{Number, Object, ParseError, Value, number::parse_float, scan::first_special};

/// How deep arrays and objects may be nested in a text that is read.
pub(super) const MAX_DEPTH: usize = 1000;

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    let mut parser = Parser::new(text);
    parser.document()?;
    parser.skip_space();
    match parser.peek() {
        None => Ok(parser.elements.pop().unwrap_or_default()),
        Some(_) => Err(parser.error("trailing characters")),
    }
}

/// Reads a text that is a number and nothing else.
pub(super) fn parse_number(text: &str) -> Result<Number, ParseError> {
    let mut parser = Parser::new(text);
    let number = parser.number()?;
    if parser.at < text.len() {
        return Err(parser.error("invalid number"));
    }
    Ok(number)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// Elements of all arrays that are open, the innermost last.
    elements: Vec<Value>,
    /// Members of all objects that are open, the innermost last; `null` stands for a value that is still to come.
    members: Vec<(SmolStr, Value)>,
    open: Vec<Open>,
}

/// An array or object that is not complete: where its elements or members start.
#[derive(Clone, Copy)]
enum Open {
    Array(usize),
    Object(usize),
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            elements: Vec::new(),
            members: Vec::new(),
            open: Vec::new(),
        }
    }

    fn document(&mut self) -> Result<(), ParseError> {
        loop {
            self.skip_space();
            if !self.value_or_open()? {
                continue;
            }
            // A complete value may complete what it is in, and so on outwards.
            loop {
                match self.open.last() {
                    None => return Ok(()),
                    Some(Open::Array(_)) => {
                        if self.is_more(b']')? {
                            break;
                        }
                    }
                    Some(Open::Object(_)) => {
                        if self.is_more(b'}')? {
                            self.skip_space();
                            self.key()?;
                            break;
                        }
                    }
                }
                self.close();
            }
        }
    }

    /// Reads a value, or goes into an array or object that is not empty: then there is no value yet.
    fn value_or_open(&mut self) -> Result<bool, ParseError> {
        match self.peek() {
            Some(b'"') => {
                let text = self.string()?;
                self.put(Value::String(SmolStr::new(text)));
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.number()?;
                self.put(Value::Number(number));
            }
            Some(b'{') => {
                self.enter(Open::Object(self.members.len()))?;
                if !self.eat(b'}') {
                    self.key()?;
                    return Ok(false);
                }
                self.close();
            }
            Some(b'[') => {
                self.enter(Open::Array(self.elements.len()))?;
                if !self.eat(b']') {
                    return Ok(false);
                }
                self.close();
            }
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return Err(self.error("expected value")),
            None => return Err(self.error("EOF while parsing a value")),
        }
        Ok(true)
    }

    fn enter(&mut self, open: Open) -> Result<(), ParseError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error("nested deeper than 1000 levels"));
        }
        self.open.push(open);
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// Makes the innermost array or object of what was read since it began.
    fn close(&mut self) {
        let value = match self.open.pop() {
            Some(Open::Array(start)) => Value::Array(self.elements.split_off(start).into()),
            Some(Open::Object(start)) => Value::Object(Object::from_members(self.members.split_off(start))),
            None => return,
        };
        self.put(value);
    }

    #[inline]
    fn put(&mut self, value: Value) {
        match (self.open.last(), self.members.last_mut()) {
            (Some(Open::Object(_)), Some((_, awaited))) => *awaited = value,
            _ => self.elements.push(value),
        }
    }

    /// After an entry of an array or object: whether there is another.
    fn is_more(&mut self, close: u8) -> Result<bool, ParseError> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(_) if close == b']' => Err(self.error("expected `,` or `]`")),
            Some(_) => Err(self.error("expected `,` or `}`")),
            None if close == b']' => Err(self.error("EOF while parsing a list")),
            None => Err(self.error("EOF while parsing an object")),
        }
    }

    /// A key and the colon after it.
    fn key(&mut self) -> Result<(), ParseError> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(self.error("key must be a string")),
            None => return Err(self.error("EOF while parsing an object")),
        }
        let key = self.string()?;
        self.members.push((SmolStr::new(key), Value::Null));
        self.skip_space();
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.error("expected `:`")),
            None => Err(self.error("EOF while parsing an object")),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<(), ParseError> {
        if !self.rest().starts_with(word) {
            return Err(self.error("expected ident"));
        }
        self.at += word.len();
        self.put(value);
        Ok(())
    }

    fn number(&mut self) -> Result<Number, ParseError> {
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

    fn string(&mut self) -> Result<Cow<'t, str>, ParseError> {
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

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[cold]
    fn error(&self, message: &'static str) -> ParseError {
        ParseError::at(message, self.text, self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Both parsers must agree on whether the text is JSON, and on what it says.
    fn check(text: &str) {
        let expected = serde_json::from_str::<serde_json::Value>(text);
        match (parse(text), expected) {
            (Ok(value), Ok(expected)) => {
                assert_eq!(value, Value::from(expected.clone()), "{text}");
                let numbers = |text: String| text.replace(|other: char| !other.is_ascii_digit(), "").len();
                assert_eq!(
                    numbers(value.to_string()),
                    numbers(expected.to_string()),
                    "{text}"
                );
            }
            (Err(_), Err(_)) => {}
            (ours, expected) => panic!("{text}: {ours:?}, but {expected:?}"),
        }
    }

    #[test]
    fn reads_what_serde_json_reads() {
        for text in [
            "",
            " ",
            "null",
            " true ",
            "false",
            "nul",
            "nulll",
            "truefalse",
            "0",
            "-0",
            "-",
            "00",
            "01",
            "-01",
            "1.",
            ".5",
            "1.5",
            "1.5e",
            "1e5",
            "1E+5",
            "1e-5",
            "1e+",
            "1e400",
            "-1e400",
            "1e-400",
            "0e999999999999",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "123456789012345678901234567890",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "+1",
            "0x1",
            "NaN",
            "Infinity",
            "1 2",
            "\"\"",
            "\"",
            "\"a",
            "\"\\",
            "\"\\\"",
            "\"\\\"\"",
            "\"\\/\\b\\f\\n\\r\\t\\\\\"",
            "\"\\x\"",
            "\"\\u00e9\"",
            "\"\\u00E9\"",
            "\"\\u12\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ud83dx\"",
            "\"\\ud83d\\n\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ude00\"",
            "\"\\u0000\"",
            "\"\u{0}\"",
            "\"\n\"",
            "\"\u{7f}é😀\"",
            "[]",
            "[ ]",
            "[1]",
            "[1,]",
            "[,]",
            "[1 2]",
            "[1,2",
            "[",
            "]",
            "[[],[[]],{}]",
            "{}",
            "{ }",
            "{",
            "}",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\"}",
            "{a:1}",
            "{1:1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1,\"b\":{\"a\":2}}",
            "{\"a\":1,\"a\":2}",
            "[}",
            "{]",
            "[1}",
            "{\"a\":1]",
            "\u{feff}1",
            "[1]x",
            "// 1",
            " [ 1 , { \"a\" : \n [ ] } ] ",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_anything_like_json(
            text in r#"([\[\]{},:" 0-9.eE+-]|"[a-c\\nu"]{0,5}"|true|null|[1-9][0-9]{0,20}|\{"a":|\[1,){0,12}"#
        ) {
            check(&text);
        }

        #[test]
        fn agrees_with_serde_json_on_strings(text in any::<String>(), cut in 0..40_usize) {
            let written = serde_json::to_string(&text).unwrap();
            check(&written);
            check(&format!("[{written},{{{written}:{written}}}]"));
            check(written.get(..cut).unwrap_or(&written));
        }

        #[test]
        fn agrees_with_serde_json_on_numbers(bits in any::<u64>(), text in "-?[0-9]{1,25}(\\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?") {
            check(&text);
            check(&f64::from_bits(bits).to_string());
            check(&bits.to_string());
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_value_counts() {
        let repeated = parse(r#"{ "b": 1, "a": 2, "b": 3 }"#).unwrap();
        assert_eq!(repeated.to_string(), r#"{"b":3,"a":2}"#);
        let many: String = (0..60)
            .map(|number| format!(r#""{}":{number},"#, number % 20))
            .collect();
        let many = parse(&format!("{{{}}}", many.trim_end_matches(','))).unwrap();
        assert_eq!(many.as_object().unwrap().len(), 20);
        assert_eq!(many["3"], 43);
    }

    #[test]
    fn says_where_the_text_is_wrong() {
        let error = parse("{\n  \"é\": [1,\n 2 x]}").unwrap_err();
        assert_eq!(error.to_string(), "expected `,` or `]` at line 3 column 4");
        assert_eq!(
            parse("[1").unwrap_err().to_string(),
            "EOF while parsing a list at line 1 column 3"
        );
    }

    #[test]
    fn nests_up_to_the_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(
            parse(&nested(MAX_DEPTH)).unwrap().measure().depth as usize,
            MAX_DEPTH
        );
        assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
        assert!(parse(&"[".repeat(1_000_000)).is_err());
    }
}
