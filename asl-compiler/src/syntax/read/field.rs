//! What a field holds, by its kind.

use super::Reader;
use crate::{
    diagnostic::{Code, Problem, nearest, one_of},
    ir::Json,
    json::{self, Member, Node},
    syntax::{
        block::Value,
        intrinsic::{Call, Function, parse_intrinsic},
        path::{SyntaxError, parse_path, parse_result_path, parse_single_node_path},
        pattern::parse_pattern,
        shape::{Kind, Language, Shape},
        timestamp::parse_timestamp,
    },
};

impl<'j> Reader<'j, '_> {
    /// Reads the value of a member. `node` is that value, or an element of it.
    pub(super) fn value(
        &mut self,
        kind: Kind,
        language: Language,
        member: &'j Member,
        node: &'j Node,
    ) -> Value<'j> {
        match kind {
            Kind::Text => self.text(member, node),
            Kind::Name => match node.as_str() {
                Some("") => self.empty(member, "it needs at least one character"),
                _ => self.text(member, node),
            },
            Kind::OneOf(choices) => self.one_of(choices, member, node),
            Kind::Names => self.names(member, node),
            Kind::Boolean => match node.value {
                json::Value::Bool(value) => Value::Boolean(value),
                _ => self.wrong_type(member, node, "`true` or `false`"),
            },
            Kind::Integer(from, to) => self.integer(from, to, member, node),
            Kind::Number(from, to) => self.number(Some((from, to)), member, node),
            Kind::AnyNumber => self.number(None, member, node),
            Kind::Timestamp => self.timestamp(member, node),
            Kind::Static => Value::Static(node),
            Kind::PathOrNull | Kind::ResultPath if matches!(node.value, json::Value::Null) => Value::Null,
            Kind::PathOrNull => self.parsed(member, node, "a path", |text| parse_path(text).map(Value::Path)),
            Kind::SingleNodePath => self.parsed(member, node, "a path", |text| {
                parse_single_node_path(text).map(Value::Path)
            }),
            Kind::ResultPath => self.parsed(member, node, "a path", |text| {
                parse_result_path(text).map(Value::ResultPath)
            }),
            Kind::PathOrCall => self.path_or_call(member, node),
            Kind::Pattern => self.parsed(member, node, "a pattern", |text| {
                parse_pattern(text).map(Value::Pattern)
            }),
            Kind::Template => Value::Template(self.template(node)),
            Kind::ObjectTemplate => match node.value {
                json::Value::Object(_) => Value::Template(self.template(node)),
                _ => self.wrong_type(member, node, "an object"),
            },
            Kind::Expressions => Value::Template(self.jsonata(node)),
            Kind::ObjectExpressions => match node.value {
                json::Value::Object(_) => self.value(Kind::Expressions, language, member, node),
                _ => self.wrong_type(member, node, "an object"),
            },
            Kind::ItemExpressions => match node.value {
                json::Value::Array(_) | json::Value::Object(_) => {
                    self.value(Kind::Expressions, language, member, node)
                }
                _ => self.wrong_type(member, node, "an array, an object or an expression"),
            },
            Kind::OrExpression(kind) => self.or_expression(*kind, language, member, node),
            Kind::Object(shape) => {
                let anchor = member.key_range.clone();
                Value::Block(Box::new(self.block(shape, language, node, anchor)))
            }
            Kind::Objects(shape) => self.objects(shape, language, member, node),
            Kind::SomeObjects(shape) => match &node.value {
                json::Value::Array(elements) if elements.is_empty() => {
                    self.empty(member, "it needs at least one entry")
                }
                _ => self.objects(shape, language, member, node),
            },
            Kind::States => self.states(member),
        }
    }

    fn text(&mut self, member: &Member, node: &'j Node) -> Value<'j> {
        match node.as_str() {
            Some(text) => Value::Text(text),
            None => self.wrong_type(member, node, "a string"),
        }
    }

    fn one_of(&mut self, choices: &'static [&'static str], member: &Member, node: &'j Node) -> Value<'j> {
        let Some(text) = node.as_str() else {
            return self.wrong_type(member, node, "a string");
        };
        if choices.contains(&text) {
            return Value::Text(text);
        }
        let message = format!("`{}` cannot be {text:?}", member.key);
        let help = match nearest(text, choices.iter().copied()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => format!("it can be {}", one_of(choices, "or")),
        };
        self.problems
            .push(Problem::new(Code::UnknownValue, &node.range, message).help(help));
        Value::Invalid
    }

    fn names(&mut self, member: &Member, node: &'j Node) -> Value<'j> {
        let json::Value::Array(elements) = &node.value else {
            return self.wrong_type(member, node, "an array of strings");
        };
        if elements.is_empty() {
            return self.empty(member, "it needs at least one string");
        }
        let mut names = Vec::with_capacity(elements.len());
        for element in elements {
            match element.as_str() {
                Some(name) => names.push((element, name)),
                None => {
                    let kind = element.kind_name();
                    let message = format!("`{}` must be an array of strings; this is {kind}", member.key);
                    self.problems
                        .push(Problem::new(Code::WrongType, &element.range, message));
                }
            }
        }
        Value::Names(names)
    }

    fn integer(&mut self, from: u32, to: u32, member: &Member, node: &Node) -> Value<'j> {
        let json::Value::Number(number) = &node.value else {
            return self.wrong_type(member, node, "a whole number");
        };
        let integer = match number {
            Json::Integer(number) => u32::try_from(*number).ok(),
            Json::Unsigned(_) => None,
            _ => {
                let message = format!("`{}` must be a whole number", member.key);
                self.problems
                    .push(Problem::new(Code::WrongType, &node.range, message));
                return Value::Invalid;
            }
        };
        match integer {
            Some(number) if (from..=to).contains(&number) => Value::Integer(number),
            _ => {
                let range = if to == u32::MAX {
                    format!("{from} or more")
                } else {
                    format!("from {from} to {to}")
                };
                let message = format!("`{}` must be {range}", member.key);
                self.problems
                    .push(Problem::new(Code::OutOfRange, &node.range, message));
                Value::Invalid
            }
        }
    }

    fn number(&mut self, range: Option<(f64, f64)>, member: &Member, node: &'j Node) -> Value<'j> {
        let json::Value::Number(number) = &node.value else {
            return self.wrong_type(member, node, "a number");
        };
        let float = match number {
            Json::Integer(number) => *number as f64,
            Json::Unsigned(number) => *number as f64,
            Json::Float(number) => *number,
            _ => return Value::Invalid,
        };
        match range {
            Some((from, to)) if !(from..=to).contains(&float) => {
                let range = if to == f64::MAX {
                    format!("{from:?} or more")
                } else {
                    format!("from {from} to {to}")
                };
                let message = format!("`{}` must be {range}", member.key);
                self.problems
                    .push(Problem::new(Code::OutOfRange, &node.range, message));
                Value::Invalid
            }
            _ => Value::Number(number),
        }
    }

    fn timestamp(&mut self, member: &Member, node: &'j Node) -> Value<'j> {
        let Some(text) = node.as_str() else {
            return self.wrong_type(member, node, "a timestamp");
        };
        match parse_timestamp(text) {
            Some(nanoseconds) => Value::Timestamp(text, nanoseconds),
            None => {
                let message = format!("`{}` is not an RFC 3339 timestamp", member.key);
                let help = "write it like \"2016-03-14T01:59:00Z\"".to_owned();
                self.problems
                    .push(Problem::new(Code::InvalidTimestamp, &node.range, message).help(help));
                Value::Invalid
            }
        }
    }

    fn parsed(
        &mut self,
        member: &Member,
        node: &'j Node,
        wanted: &str,
        parse: impl FnOnce(&str) -> Result<Value<'j>, SyntaxError>,
    ) -> Value<'j> {
        let Some(text) = node.as_str() else {
            return self.wrong_type(member, node, wanted);
        };
        parse(text).unwrap_or_else(|error| {
            let (code, what) = match wanted {
                "a pattern" => (Code::InvalidPattern, "pattern"),
                _ => (Code::InvalidPath, "path"),
            };
            let range = self.inside(node, error.at, error.len);
            let message = format!("invalid {what} in `{}`: {}", member.key, error.message);
            self.problems
                .push(Problem::new(code, &range, message).help(error.help));
            Value::Invalid
        })
    }

    fn path_or_call(&mut self, member: &Member, node: &'j Node) -> Value<'j> {
        match node.as_str() {
            Some(text) if text.starts_with("States.") => match parse_intrinsic(text) {
                Ok(call) if gives_text(&call) => Value::Call(call),
                Ok(call) => {
                    let name = call.function.name();
                    let message = format!(
                        "`{}` must be a string, which `States.{name}` does not give",
                        member.key
                    );
                    self.problems
                        .push(Problem::new(Code::InvalidIntrinsic, &node.range, message));
                    Value::Invalid
                }
                Err(error) => {
                    let range = self.inside(node, error.at, error.len);
                    let message = format!("invalid call in `{}`: {}", member.key, error.message);
                    self.problems
                        .push(Problem::new(Code::InvalidIntrinsic, &range, message).help(error.help));
                    Value::Invalid
                }
            },
            _ => self.parsed(
                member,
                node,
                "a path or a call of an intrinsic function",
                |text| parse_single_node_path(text).map(Value::Path),
            ),
        }
    }

    fn objects(
        &mut self,
        shape: &'static Shape,
        language: Language,
        member: &Member,
        node: &'j Node,
    ) -> Value<'j> {
        let json::Value::Array(elements) = &node.value else {
            return self.wrong_type(member, node, "an array of objects");
        };
        let block = |element| self.block(shape, language, element, super::first_byte(element));
        Value::Blocks(elements.iter().map(block).collect())
    }
}

/// Whether a call can give a string.
fn gives_text(call: &Call) -> bool {
    matches!(
        call.function,
        Function::Format
            | Function::JsonToString
            | Function::ArrayGetItem
            | Function::Base64Encode
            | Function::Base64Decode
            | Function::Hash
            | Function::UUID
    )
}
