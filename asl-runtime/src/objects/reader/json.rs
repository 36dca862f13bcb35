//! The elements of a JSON array, or the members of an object, one at a time. The document is not held as a whole.

use super::Item;
use crate::Value;
use crate::objects::ObjectError;
use crate::objects::cursor::{Cursor, limit};

/// The items in a JSON document.
pub(super) struct JsonItems {
    cursor: Cursor,
    container: Container,
    first: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Container {
    Array,
    Object,
}

impl JsonItems {
    /// Goes to where the JSON pointer leads, or to the document's beginning.
    pub async fn open(mut cursor: Cursor, pointer: Option<&str>) -> Result<Self, ObjectError> {
        let pointer = pointer.unwrap_or_default();
        let mut segments = pointer.split('/');
        // A pointer is empty, or begins with a slash.
        if segments.next() != Some("") {
            return Err(no_match());
        }
        for segment in segments {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            descend(&mut cursor, &segment).await?;
        }
        let container = match skip_space(&mut cursor).await? {
            Some(b'[') => Container::Array,
            Some(b'{') => Container::Object,
            _ => {
                return Err(ObjectError::Other(
                    "Attempting to map over non-iterable node.".to_owned(),
                ));
            }
        };
        cursor.skip(1);
        Ok(Self {
            cursor,
            container,
            first: true,
        })
    }

    pub async fn next(&mut self) -> Result<Option<Item>, ObjectError> {
        let first = std::mem::take(&mut self.first);
        if !more(&mut self.cursor, self.container, first).await? {
            return Ok(None);
        }
        let key = match self.container {
            Container::Array => None,
            Container::Object => Some(key(&mut self.cursor).await?),
        };
        let text = scan(&mut self.cursor, true).await?;
        Ok(Some((key, value(&text)?)))
    }
}

/// A JSON value from its text.
pub(super) fn value(text: &[u8]) -> Result<Value, ObjectError> {
    let text = std::str::from_utf8(text).map_err(|_| invalid("it is not UTF-8"))?;
    Value::from_json(text).map_err(|error| invalid(&error.to_string()))
}

/// Goes into the member or element that a segment of a pointer names.
async fn descend(cursor: &mut Cursor, segment: &str) -> Result<(), ObjectError> {
    let container = match skip_space(cursor).await? {
        Some(b'[') => Container::Array,
        Some(b'{') => Container::Object,
        _ => return Err(no_match()),
    };
    cursor.skip(1);
    let mut index = 0_usize;
    while more(cursor, container, index == 0).await? {
        let found = match container {
            Container::Array => segment == index.to_string(),
            Container::Object => key(cursor).await? == segment,
        };
        if found {
            return Ok(());
        }
        scan(cursor, false).await?;
        index += 1;
    }
    Err(no_match())
}

/// Whether another member or element follows. Goes to it if so.
async fn more(cursor: &mut Cursor, container: Container, first: bool) -> Result<bool, ObjectError> {
    let end = match container {
        Container::Array => b']',
        Container::Object => b'}',
    };
    match skip_space(cursor).await? {
        Some(byte) if byte == end => {
            cursor.skip(1);
            Ok(false)
        }
        Some(b',') if !first => {
            cursor.skip(1);
            Ok(true)
        }
        Some(_) if first => Ok(true),
        Some(_) => Err(invalid("a comma is missing")),
        None => Err(invalid("it ends too early")),
    }
}

/// The key of a member, and the colon after it.
async fn key(cursor: &mut Cursor) -> Result<String, ObjectError> {
    let key = value(&scan(cursor, true).await?)?;
    let key = key.as_str().ok_or_else(|| invalid("a key is no string"))?;
    if skip_space(cursor).await? != Some(b':') {
        return Err(invalid("a colon is missing"));
    }
    cursor.skip(1);
    Ok(key.to_owned())
}

/// Goes over a value. Gives its text, if it is to be kept.
async fn scan(cursor: &mut Cursor, keep: bool) -> Result<Vec<u8>, ObjectError> {
    let mut text = Vec::new();
    let mut end = ValueEnd::default();
    skip_space(cursor).await?;
    loop {
        let rest = cursor.rest().await?;
        if rest.is_empty() {
            // A number at the end of the text has no end of its own.
            return Ok(text);
        }
        let length = end.find(rest);
        let taken = length.unwrap_or(rest.len());
        if keep {
            text.extend_from_slice(&rest[..taken]);
            limit(text.len())?;
        }
        cursor.skip(taken);
        if length.is_some() {
            return Ok(text);
        }
    }
}

/// Finds the end of a value, in however many parts it comes.
#[derive(Default)]
struct ValueEnd {
    depth: usize,
    begun: bool,
    in_string: bool,
    escape: bool,
}

impl ValueEnd {
    /// Length of the rest of the value, if it ends here.
    fn find(&mut self, text: &[u8]) -> Option<usize> {
        for (index, byte) in text.iter().enumerate() {
            let begun = std::mem::replace(&mut self.begun, true);
            if self.in_string {
                match byte {
                    _ if std::mem::take(&mut self.escape) => {}
                    b'\\' => self.escape = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(index + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(index + 1);
                    }
                }
                b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n' if begun && self.depth == 0 => {
                    return Some(index);
                }
                _ => {}
            }
        }
        None
    }
}

/// The next byte that is no white space, which stays the next.
async fn skip_space(cursor: &mut Cursor) -> Result<Option<u8>, ObjectError> {
    while let Some(byte) = cursor.peek().await? {
        if !byte.is_ascii_whitespace() {
            return Ok(Some(byte));
        }
        cursor.skip(1);
    }
    Ok(None)
}

fn no_match() -> ObjectError {
    let message =
        "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";
    ObjectError::Other(message.to_owned())
}

fn invalid(what: &str) -> ObjectError {
    ObjectError::Other(format!("The JSON cannot be read: {what}"))
}
