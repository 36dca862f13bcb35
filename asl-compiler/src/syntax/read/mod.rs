//! From the JSON tree to the definition: reads as much as it can and reports each value that its field cannot
//! hold.

mod field;
mod template;

use super::{
    block::{Block, Entry, State, Value},
    resource::has_placeholder,
    shape::{Language, Shape, StateType},
    tables,
};
use crate::{
    diagnostic::{Code, Problem, Problems, nearest},
    json::{self, Member, Node},
};

/// Reads a whole definition. What fields there are and how they go together is not looked at here.
pub(crate) fn read<'j>(text: &'j str, root: &'j Node, problems: &mut Problems) -> Block<'j> {
    let machine_language = language(root).unwrap_or(Language::JsonPath);
    let mut reader = Reader {
        text,
        machine_language,
        problems,
    };
    reader.block(&tables::MACHINE, machine_language, root, first_byte(root))
}

struct Reader<'j, 'p> {
    text: &'j str,
    machine_language: Language,
    problems: &'p mut Problems,
}

impl<'j> Reader<'j, '_> {
    fn block(
        &mut self,
        shape: &'static Shape,
        language: Language,
        node: &'j Node,
        anchor: std::ops::Range<usize>,
    ) -> Block<'j> {
        let mut block = Block {
            shape,
            language,
            node,
            anchor,
            entries: Vec::new(),
        };
        let Some(members) = node.members() else {
            let message = format!("{} must be an object, not {}", shape.name, node.kind_name());
            self.problems
                .push(Problem::new(Code::WrongType, &node.range, message));
            return block;
        };
        for member in members {
            let Some(field) = shape.field(&member.key) else {
                continue;
            };
            let Some(kind) = field.kind(language) else {
                continue;
            };
            if block.entry(field.name).is_some() {
                continue;
            }
            let value = self.value(kind, language, member, &member.value);
            block.entries.push(Entry { field, member, value });
        }
        block
    }

    fn states(&mut self, member: &'j Member) -> Value<'j> {
        let Some(members) = member.value.members() else {
            return self.wrong_type(member, &member.value, "an object");
        };
        if members.is_empty() {
            return self.empty(member, "it needs at least one state");
        }
        Value::States(members.iter().map(|member| self.state(member)).collect())
    }

    fn state(&mut self, member: &'j Member) -> State<'j> {
        let node = &member.value;
        let field = |name| {
            node.members()?
                .iter()
                .find(|member| member.key == name)?
                .value
                .as_str()
        };
        let kind = field("Type").and_then(StateType::named);
        let language = language(node).unwrap_or(self.machine_language);
        let shape = kind.map_or(&tables::UNTYPED, StateType::shape);
        let block = self.block(shape, language, node, member.key_range.clone());
        State {
            name: &member.key,
            key: &member.key_range,
            kind,
            block,
        }
    }

    fn wrong_type(&mut self, member: &Member, node: &Node, wanted: &str) -> Value<'j> {
        let message = format!("`{}` must be {wanted}, not {}", member.key, node.kind_name());
        let placeholder = node.as_str().is_some_and(has_placeholder);
        let help =
            placeholder.then(|| "a placeholder can only stand in a string; give the value itself".to_owned());
        self.problems
            .push(Problem::new(Code::WrongType, &node.range, message).help(help));
        Value::Invalid
    }

    fn empty(&mut self, member: &Member, help: &str) -> Value<'j> {
        let message = format!("`{}` cannot be empty", member.key);
        let problem = Problem::new(Code::Empty, &member.value.range, message).help(help.to_owned());
        self.problems.push(problem);
        Value::Invalid
    }

    /// The part of a string that a syntax error is about.
    fn inside(&self, node: &Node, at: usize, len: usize) -> std::ops::Range<usize> {
        let range = json::inside_string(self.text, &node.range, at, len);
        if range.is_empty() {
            node.range.clone()
        } else {
            range
        }
    }
}

/// `QueryLanguage` of the machine or of a state, or what was probably meant.
fn language(node: &Node) -> Option<Language> {
    let member = node
        .members()?
        .iter()
        .find(|member| member.key == "QueryLanguage")?;
    let languages = [Language::JsonPath, Language::Jsonata];
    let written = member.value.as_str()?;
    let named = |name| languages.into_iter().find(|language| language.name() == name);
    named(written).or_else(|| named(nearest(written, languages.map(Language::name))?))
}

/// The opening brace, for messages about an object that has no key.
fn first_byte(node: &Node) -> std::ops::Range<usize> {
    node.range.start..node.range.end.min(node.range.start + 1)
}
