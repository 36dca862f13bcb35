//! Reading JSON text.
//!
//! A parser of its own rather than `serde_json`'s: it needs no stack for nested documents, allocates every array and
//! object in its final size, and does not change its ways with the features of `serde_json` that a program turns on.

mod cursor;

use smol_str::SmolStr;

use self::cursor::Cursor;
use super::{Number, Object, ParseError, Value};

/// How deep arrays and objects may be nested in a text that is read.
pub(super) const MAX_DEPTH: usize = 1000;

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    let mut parser = Parser::new(text);
    parser.document()?;
    parser.cursor.skip_space();
    match parser.cursor.peek() {
        None => Ok(parser.elements.pop().unwrap_or_default()),
        Some(_) => Err(parser.cursor.error("trailing characters")),
    }
}

/// Reads a text that is a number and nothing else.
pub(super) fn parse_number(text: &str) -> Result<Number, ParseError> {
    let mut cursor = Cursor::new(text);
    let number = cursor.number()?;
    match cursor.peek() {
        None => Ok(number),
        Some(_) => Err(cursor.error("invalid number")),
    }
}

struct Parser<'t> {
    cursor: Cursor<'t>,
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
            cursor: Cursor::new(text),
            elements: Vec::new(),
            members: Vec::new(),
            open: Vec::new(),
        }
    }

    fn document(&mut self) -> Result<(), ParseError> {
        loop {
            self.cursor.skip_space();
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
                            self.cursor.skip_space();
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
        match self.cursor.peek() {
            Some(b'"') => {
                let text = self.cursor.string()?;
                self.put(Value::String(SmolStr::new(text)));
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.cursor.number()?;
                self.put(Value::Number(number));
            }
            Some(b'{') => {
                self.enter(Open::Object(self.members.len()))?;
                if !self.cursor.eat(b'}') {
                    self.key()?;
                    return Ok(false);
                }
                self.close();
            }
            Some(b'[') => {
                self.enter(Open::Array(self.elements.len()))?;
                if !self.cursor.eat(b']') {
                    return Ok(false);
                }
                self.close();
            }
            Some(b't') => {
                self.cursor.word("true")?;
                self.put(Value::Bool(true));
            }
            Some(b'f') => {
                self.cursor.word("false")?;
                self.put(Value::Bool(false));
            }
            Some(b'n') => {
                self.cursor.word("null")?;
                self.put(Value::Null);
            }
            Some(_) => return Err(self.cursor.error("expected value")),
            None => return Err(self.cursor.error("EOF while parsing a value")),
        }
        Ok(true)
    }

    fn enter(&mut self, open: Open) -> Result<(), ParseError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.cursor.error("nested deeper than 1000 levels"));
        }
        self.open.push(open);
        self.cursor.skip();
        self.cursor.skip_space();
        Ok(())
    }

    /// Makes the innermost array or object of what was read since it began.
    fn close(&mut self) {
        let value = match self.open.pop() {
            Some(Open::Array(start)) => Value::Array(split_off(&mut self.elements, start).into()),
            Some(Open::Object(start)) => {
                Value::Object(Object::from_members(split_off(&mut self.members, start)))
            }
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
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some(b',') => {
                self.cursor.skip();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.cursor.skip();
                Ok(false)
            }
            Some(_) if close == b']' => Err(self.cursor.error("expected `,` or `]`")),
            Some(_) => Err(self.cursor.error("expected `,` or `}`")),
            None if close == b']' => Err(self.cursor.error("EOF while parsing a list")),
            None => Err(self.cursor.error("EOF while parsing an object")),
        }
    }

    /// A key and the colon after it.
    fn key(&mut self) -> Result<(), ParseError> {
        match self.cursor.peek() {
            Some(b'"') => {}
            Some(_) => return Err(self.cursor.error("key must be a string")),
            None => return Err(self.cursor.error("EOF while parsing an object")),
        }
        let key = self.cursor.string()?;
        self.members.push((SmolStr::new(key), Value::Null));
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some(b':') => {
                self.cursor.skip();
                Ok(())
            }
            Some(_) => Err(self.cursor.error("expected `:`")),
            None => Err(self.cursor.error("EOF while parsing an object")),
        }
    }
}

fn split_off<T>(stack: &mut Vec<T>, start: usize) -> Vec<T> {
    let mut top = stack.split_off(start);
    // All of a stack is taken with the space that the stack had.
    top.shrink_to_fit();
    top
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
