//! JSON text as a tree that remembers where everything stands.
//!
//! Strict JSON, whatever the parser underneath would let through. Equal keys are all kept, so that a check
//! can report them.

use std::ops::Range;

use jsonc_parser::{CollectOptions, ParseOptions, ast, errors::ParseErrorKind, parse_to_ast};

use crate::ir::Json;

/// A value and its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Bytes of the text that it takes.
    pub range: Range<usize>,
    /// The value.
    pub value: Value,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number: [`Json::Integer`], [`Json::Unsigned`] or [`Json::Float`].
    Number(Json),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, members in the order of the text, equal keys kept.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The key, its escapes resolved.
    pub key: String,
    /// Where the key stands, with its quotes.
    pub key_range: Range<usize>,
    /// The value.
    pub value: Node,
}

/// Why a text is not JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The bytes in question.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What kind of mistake it is.
    pub kind: ErrorKind,
}

/// Kinds of [`JsonError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text breaks a rule of JSON.
    Syntax,
    /// The text may be JSON, but goes deeper than [`MAX_DEPTH`].
    TooDeep,
    /// The text is empty.
    Empty,
}

/// How deep arrays and objects may lie in one another.
///
/// Everything that walks a tree may recurse, because of this bound. It is far above what a workflow needs:
/// each level of states takes four.
pub const MAX_DEPTH: usize = 200;

/// Reads a text that is one JSON value. A byte-order mark is skipped.
pub fn parse(text: &str) -> Result<Node, JsonError> {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let json = &text[start..];
    scan(json).map_err(|error| error.moved(start))?;
    let parsed = parse_to_ast(json, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        let (message, kind) = explain(error.kind());
        JsonError {
            range: range.start..range.end,
            message,
            kind,
        }
        .moved(start)
    })?;
    match parsed.value {
        Some(value) => Ok(node(value, start)),
        None => Err(JsonError {
            range: text.len()..text.len(),
            message: "the definition is empty".to_owned(),
            kind: ErrorKind::Empty,
        }),
    }
}

/// Reads what is not JSON but was meant to be: with comments, trailing or missing commas, single quotes, bare keys. For what
/// can be said beside the mistake.
pub fn guess(text: &str) -> Option<Node> {
    let json = text.trim_start_matches(BYTE_ORDER_MARK);
    let parsed = parse_to_ast(json, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    let node = node(parsed.value?, text.len() - json.len());
    (depth(&node) <= MAX_DEPTH).then_some(node)
}

impl Node {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn members(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// What kind of value it is, with its article: `a string`.
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// The value without its places. Of equal keys the last one counts, at the place of the first.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => number.clone(),
            Value::String(text) => Json::String(text.clone()),
            Value::Array(elements) => Json::Array(elements.iter().map(Node::to_json).collect()),
            Value::Object(members) => {
                let mut object: Vec<(String, Json)> = Vec::with_capacity(members.len());
                for member in members {
                    let value = member.value.to_json();
                    match object.iter_mut().find(|(key, _)| *key == member.key) {
                        Some((_, old)) => *old = value,
                        None => object.push((member.key.clone(), value)),
                    }
                }
                Json::Object(object)
            }
        }
    }

    /// The way from here to the value at the byte `offset`. A key counts as the place of its member.
    pub fn way_to(&self, offset: usize) -> Vec<Step<'_>> {
        let mut way = Vec::new();
        let mut node = self;
        loop {
            let next = match &node.value {
                Value::Object(members) => members
                    .iter()
                    .find(|member| member.key_range.start <= offset && offset < member.value.range.end)
                    .map(|member| (Step::Key(&member.key), &member.value)),
                Value::Array(elements) => elements
                    .iter()
                    .enumerate()
                    .find(|(_, element)| element.range.contains(&offset))
                    .map(|(index, element)| (Step::Index(index), element)),
                _ => None,
            };
            let Some((step, inner)) = next else { return way };
            way.push(step);
            node = inner;
            if offset < node.range.start {
                return way;
            }
        }
    }
}

/// One step of the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'j> {
    /// To the member with this key.
    Key(&'j str),
    /// To the element at this index.
    Index(usize),
}

/// The bytes of the text that give the bytes `at..at + len` of a string's value. `string` is the string's
/// place in the text, with its quotes.
pub fn inside_string(text: &str, string: &Range<usize>, at: usize, len: usize) -> Range<usize> {
    let end = string.end.saturating_sub(1);
    let mut bounds = [None, None];
    let mut value_offset = 0;
    let mut offset = string.start + 1;
    while offset < end {
        for (bound, wanted) in bounds.iter_mut().zip([at, at + len]) {
            if bound.is_none() && value_offset >= wanted {
                *bound = Some(offset);
            }
        }
        let Some(rest) = text.get(offset..end) else { break };
        let (taken, gives) = one_character(rest);
        offset += taken;
        value_offset += gives;
    }
    let start = bounds[0].unwrap_or(end);
    start..bounds[1].unwrap_or(end).max(start)
}

const BYTE_ORDER_MARK: char = '\u{feff}';

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

impl JsonError {
    fn new(range: Range<usize>, message: &str) -> Self {
        JsonError {
            range,
            message: message.to_owned(),
            kind: ErrorKind::Syntax,
        }
    }

    fn moved(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self
    }
}

/// Refuses what the parser underneath lets through even at its strictest, and bounds the depth before
/// anything recurses.
fn scan(text: &str) -> Result<(), JsonError> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        let here = at..at + char.len_utf8();
        if in_string {
            if escaped {
                escaped = false;
            } else if char == '\\' {
                escaped = true;
            } else if char == '"' {
                in_string = false;
            } else if char < ' ' {
                let message = "a control character in a string must be escaped";
                return Err(JsonError::new(here, message));
            }
            continue;
        }
        match char {
            '"' => in_string = true,
            '{' | '[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    let message = format!("more than {MAX_DEPTH} arrays and objects lie in one another here");
                    return Err(JsonError {
                        range: here,
                        message,
                        kind: ErrorKind::TooDeep,
                    });
                }
            }
            '}' | ']' => depth = depth.saturating_sub(1),
            ' ' | '\t' | '\n' | '\r' => {}
            _ if char.is_whitespace() || char == BYTE_ORDER_MARK => {
                let message = "this kind of white space is not allowed between JSON values";
                return Err(JsonError::new(here, message));
            }
            _ => {}
        }
    }
    Ok(())
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Array(elements) => 1 + elements.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => {
            1 + members
                .iter()
                .map(|member| depth(&member.value))
                .max()
                .unwrap_or(0)
        }
        _ => 0,
    }
}

/// The parser's message in our style.
fn explain(kind: &ParseErrorKind) -> (String, ErrorKind) {
    let message = match kind {
        ParseErrorKind::UnexpectedWord | ParseErrorKind::UnexpectedToken => "expected a JSON value",
        ParseErrorKind::UnexpectedTokenInObject => "expected a key in double quotes",
        ParseErrorKind::UnterminatedObject => "this object is not closed",
        ParseErrorKind::UnterminatedArray => "this array is not closed",
        ParseErrorKind::MultipleRootJsonValues => "nothing may follow the JSON value",
        ParseErrorKind::ExpectedComma => "expected a comma",
        ParseErrorKind::ExpectedColonAfterObjectKey => "expected a colon after the key",
        ParseErrorKind::NestingDepthExceeded => return ("this goes too deep".to_owned(), ErrorKind::TooDeep),
        other => {
            let text = other.to_string();
            let mut chars = text.chars();
            let first = chars.next().map(|first| first.to_ascii_lowercase());
            return (first.into_iter().chain(chars).collect(), ErrorKind::Syntax);
        }
    };
    (message.to_owned(), ErrorKind::Syntax)
}

fn node(value: ast::Value<'_>, start: usize) -> Node {
    let (range, value) = match value {
        ast::Value::NullKeyword(null) => (null.range, Value::Null),
        ast::Value::BooleanLit(bool) => (bool.range, Value::Bool(bool.value)),
        ast::Value::NumberLit(literal) => (literal.range, Value::Number(number(literal.value))),
        ast::Value::StringLit(string) => (string.range, Value::String(string.value.into_owned())),
        ast::Value::Array(array) => {
            let elements = array
                .elements
                .into_iter()
                .map(|element| node(element, start))
                .collect();
            (array.range, Value::Array(elements))
        }
        ast::Value::Object(object) => {
            let members = object
                .properties
                .into_iter()
                .map(|property| member(property, start))
                .collect();
            (object.range, Value::Object(members))
        }
    };
    Node {
        range: range.start + start..range.end + start,
        value,
    }
}

fn member(property: ast::ObjectProp<'_>, start: usize) -> Member {
    let range = match &property.name {
        ast::ObjectPropName::String(string) => string.range,
        ast::ObjectPropName::Word(word) => word.range,
    };
    Member {
        key_range: range.start + start..range.end + start,
        key: property.name.into_string(),
        value: node(property.value, start),
    }
}

/// A number by its text. Whole numbers beyond 64 bits become floats, as in JavaScript; `-0` is a float, which
/// keeps its sign.
fn number(text: &str) -> Json {
    if let Ok(number) = text.parse::<i64>()
        && text != "-0"
    {
        return Json::Integer(number);
    }
    if let Ok(number) = text.parse::<u64>() {
        return Json::Unsigned(number);
    }
    Json::Float(text.parse().unwrap_or(f64::INFINITY))
}

/// How many bytes the first character of a string's text takes, and how many it gives in the string's value.
fn one_character(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    match bytes {
        [b'\\', b'u', ..] => {
            let unit = |at: usize| {
                text.get(at..at + 4)
                    .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            };
            match unit(2) {
                Some(0xD800..=0xDBFF) => (12.min(text.len()), 4),
                Some(unit) => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
                None => (2, 1),
            }
        }
        [b'\\', ..] => (2, 1),
        _ => {
            let len = text.chars().next().map_or(1, char::len_utf8);
            (len, len)
        }
    }
}

#[cfg(test)]
mod tests;
