//! A number by which a definition is known.

use std::fmt::Write;

use crate::ir::Json;

/// Hash (FNV-1a, 64 bits) of a value's JSON without white space, members in the order of the text.
pub(super) fn of(json: &Json) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.json(json);
    hash.0
}

struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Escapes as JSON does, so that a text's end cannot be taken for a part of it.
    fn string(&mut self, text: &str) {
        self.bytes(b"\"");
        for char in text.chars() {
            let mut buffer = [0; 4];
            match char {
                '"' | '\\' => self.bytes(&[b'\\', char as u8]),
                _ => self.bytes(char.encode_utf8(&mut buffer).as_bytes()),
            }
        }
        self.bytes(b"\"");
    }

    fn json(&mut self, json: &Json) {
        match json {
            Json::Null => self.bytes(b"null"),
            Json::Bool(value) => self.bytes(if *value { b"true" } else { b"false" }),
            Json::Integer(number) => self.number(number),
            Json::Unsigned(number) => self.number(number),
            Json::Float(number) => self.number(number),
            Json::String(text) => self.string(text),
            Json::Array(elements) => {
                self.bytes(b"[");
                for element in elements {
                    self.json(element);
                    self.bytes(b",");
                }
                self.bytes(b"]");
            }
            Json::Object(members) => {
                self.bytes(b"{");
                for (key, value) in members {
                    self.string(key);
                    self.bytes(b":");
                    self.json(value);
                    self.bytes(b",");
                }
                self.bytes(b"}");
            }
        }
    }

    fn number(&mut self, number: &impl std::fmt::Debug) {
        // Writing into the hash cannot fail.
        let _ = write!(self, "{number:?}");
    }
}

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn fingerprint(text: &str) -> u64 {
        of(&parse(text).unwrap().to_json())
    }

    #[test]
    fn white_space_does_not_count() {
        assert_eq!(
            fingerprint(r#"{"a":[1,2.5,"x"]}"#),
            fingerprint("{ \"a\" : [ 1 ,\n2.5, \"x\" ] }")
        );
    }

    #[test]
    fn what_is_said_counts() {
        let base = fingerprint(r#"{"a":["x","y"]}"#);
        for other in [
            r#"{"a":["x,y"]}"#,
            r#"{"a":["x\",\"y"]}"#,
            r#"{"a":["x"]}"#,
            r#"{"b":["x","y"]}"#,
        ] {
            assert_ne!(base, fingerprint(other), "{other}");
        }
    }

    #[test]
    fn never_changes() {
        assert_eq!(fingerprint("{}"), 645_223_143_103_797_797);
    }
}
