//! Data as text: what `$string` and `&` make of it, and what messages quote.

use super::{Data, Error, data::non_finite_name, number_text};
use crate::{Number, Value};

/// The longest text that an expression can make, in bytes.
pub(super) const MAX_TEXT: usize = 16 << 20;

/// Refuses texts that are too long.
///
/// # Errors
/// U1001, the code for what an evaluation may not take.
pub(super) fn check_length(bytes: usize) -> Result<(), Error> {
    if bytes <= MAX_TEXT {
        return Ok(());
    }
    Err(Error::new(
        "U1001",
        format!("Expression evaluation made a text of more than {MAX_TEXT} bytes"),
    ))
}

/// Appends what `$string` makes of the data; nothing of nothing.
///
/// Numbers are rounded to 15 significant digits, within arrays and objects too.
///
/// # Errors
/// D3001 for an infinity, D1001 for one in an array or object, U1001 for a text that is too long.
pub(super) fn append(text: &mut String, data: &Data) -> Result<(), Error> {
    match data {
        Data::Undefined | Data::Function(_) => Ok(()),
        Data::Value(Value::String(string)) => {
            text.push_str(string);
            Ok(())
        }
        Data::Value(Value::Number(number)) => {
            number_text::push_number(text, *number);
            Ok(())
        }
        Data::NonFinite(_) => Err(Error::new(
            "D3001",
            "Attempting to invoke string function on Infinity or NaN",
        )),
        other => Writer::new(text, None, true).data(other, 0),
    }
}

/// Appends what `$string` makes of the data, over several lines indented by two blanks.
///
/// # Errors
/// As [`append`].
pub(super) fn append_pretty(text: &mut String, data: &Data) -> Result<(), Error> {
    if data.is_array() || data.is_object() {
        return Writer::new(text, Some("  "), true).data(data, 0);
    }
    append(text, data)
}

/// The data as JSON, for messages; numbers in full.
pub(super) fn quoted(data: &Data) -> String {
    let mut text = String::new();
    match data {
        Data::Undefined | Data::Function(_) => text.push_str("undefined"),
        Data::NonFinite(number) => text.push_str(non_finite_name(*number)),
        other => {
            if Writer::new(&mut text, None, false).data(other, 0).is_err() {
                text.push('…');
            }
        }
    }
    text
}

/// Writes JSON as ECMAScript does.
struct Writer<'t> {
    text: &'t mut String,
    indent: Option<&'static str>,
    /// Whether numbers are rounded.
    rounds: bool,
}

impl<'t> Writer<'t> {
    fn new(text: &'t mut String, indent: Option<&'static str>, rounds: bool) -> Self {
        Self { text, indent, rounds }
    }

    fn data(&mut self, data: &Data, depth: u32) -> Result<(), Error> {
        match data {
            Data::Value(value) => self.value(value, depth),
            Data::Undefined | Data::Function(_) => {
                self.text.push_str("\"\"");
                Ok(())
            }
            Data::NonFinite(number) => Err(Error::new(
                "D1001",
                format!("Number out of range: {}", non_finite_name(*number)),
            )),
            Data::List(list) => self.list(list.items.iter(), depth, Self::data),
            Data::Record(record) => {
                let members = record.members.iter().map(|(key, data)| (key.as_str(), data));
                self.members(members, depth, Self::data)
            }
        }
    }

    fn value(&mut self, value: &Value, depth: u32) -> Result<(), Error> {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => self.number(*number),
            Value::String(string) => self.string(string),
            Value::Array(array) => return self.list(array.iter(), depth, Self::value),
            Value::Object(object) => {
                let members = object.iter().map(|(key, value)| (key.as_str(), value));
                return self.members(members, depth, Self::value);
            }
        }
        Ok(())
    }

    fn number(&mut self, number: Number) {
        if self.rounds || !number.is_float() {
            number_text::push_number(self.text, number);
        } else {
            self.text.push_str(&number_text::js_text(number.as_f64()));
        }
    }

    fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        depth: u32,
        write: fn(&mut Self, T, u32) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if items.len() == 0 {
            self.text.push_str("[]");
            return Ok(());
        }
        self.enter(depth)?;
        for (index, item) in items.enumerate() {
            self.text.push(if index == 0 { '[' } else { ',' });
            self.line(depth + 1);
            write(self, item, depth + 1)?;
        }
        self.line(depth);
        self.text.push(']');
        Ok(())
    }

    fn members<'k, T>(
        &mut self,
        members: impl ExactSizeIterator<Item = (&'k str, T)>,
        depth: u32,
        write: fn(&mut Self, T, u32) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if members.len() == 0 {
            self.text.push_str("{}");
            return Ok(());
        }
        self.enter(depth)?;
        for (index, (key, member)) in members.enumerate() {
            self.text.push(if index == 0 { '{' } else { ',' });
            self.line(depth + 1);
            self.string(key);
            self.text.push_str(if self.indent.is_some() { ": " } else { ":" });
            write(self, member, depth + 1)?;
        }
        self.line(depth);
        self.text.push('}');
        Ok(())
    }

    /// An array can hold the same one many times, which makes the text far longer than the data: so it is measured
    /// while it grows.
    fn enter(&self, depth: u32) -> Result<(), Error> {
        if depth >= Value::MAX_DEPTH {
            return Err(Error::new(
                "U1001",
                format!(
                    "Expression evaluation made data of more than {} levels",
                    Value::MAX_DEPTH
                ),
            ));
        }
        check_length(self.text.len())
    }

    fn line(&mut self, depth: u32) {
        if let Some(indent) = self.indent {
            self.text.push('\n');
            for _ in 0..depth {
                self.text.push_str(indent);
            }
        }
    }

    fn string(&mut self, string: &str) {
        self.text.push('"');
        let mut plain = 0;
        for (at, byte) in string.bytes().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.text.push_str(&string[plain..at]);
            plain = at + 1;
            match byte {
                b'"' => self.text.push_str("\\\""),
                b'\\' => self.text.push_str("\\\\"),
                b'\n' => self.text.push_str("\\n"),
                b'\r' => self.text.push_str("\\r"),
                b'\t' => self.text.push_str("\\t"),
                8 => self.text.push_str("\\b"),
                12 => self.text.push_str("\\f"),
                other => self.text.push_str(&format!("\\u{other:04x}")),
            }
        }
        self.text.push_str(&string[plain..]);
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn text(data: impl Into<Data>) -> String {
        let mut text = String::new();
        append(&mut text, &data.into()).unwrap();
        text
    }

    fn infinite() -> Data {
        Data::array(vec![Data::NonFinite(f64::INFINITY)])
    }

    #[test]
    fn strings_stand_for_themselves_and_functions_for_nothing() {
        assert_eq!(text("a\"b"), "a\"b");
        assert_eq!(text(Data::Undefined), "");
        let function = crate::jsonata::Function::closure(0, "f", |_, _, _| Ok(Data::Undefined));
        assert_eq!(text(function.clone()), "");
        assert_eq!(text(Data::array(vec![function, 1_i64.into()])), r#"["",1]"#);
    }

    #[test]
    fn json_is_compact_and_rounded() {
        let value = json!({ "a": [0.1, 2.0, null, true, "\u{1}\n\"\\\u{e9}"], "b": {}, "c": [] });
        assert_eq!(
            text(value),
            r#"{"a":[0.1,2,null,true,"\u0001\n\"\\é"],"b":{},"c":[]}"#
        );
        assert_eq!(text(json!([0.1 + 0.2, 1e21])), "[0.3,1e+21]");
        assert_eq!(quoted(&json!([0.1 + 0.2]).into()), "[0.30000000000000004]");
    }

    #[test]
    fn pretty_json_has_lines() {
        let mut text = String::new();
        append_pretty(&mut text, &json!({ "a": [1, { "b": [] }], "c": "x" }).into()).unwrap();
        let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": \"x\"\n}";
        assert_eq!(text, expected);
        text.clear();
        append_pretty(&mut text, &"x".into()).unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn infinities_have_no_text() {
        let mut text = String::new();
        let error = append(&mut text, &Data::NonFinite(f64::NAN)).unwrap_err();
        assert_eq!(error.code(), "D3001");
        assert_eq!(append(&mut text, &infinite()).unwrap_err().code(), "D1001");
    }

    #[test]
    fn what_grows_too_far_is_refused() {
        let mut twice = Value::from("text");
        for _ in 0..40 {
            twice = json!([twice.clone(), twice]);
        }
        assert_eq!(
            append(&mut String::new(), &twice.into()).unwrap_err().code(),
            "U1001"
        );
        let mut deep = Value::from("text");
        for _ in 0..5_000 {
            deep = json!([deep]);
        }
        assert_eq!(
            append(&mut String::new(), &deep.into()).unwrap_err().code(),
            "U1001"
        );
    }
}
