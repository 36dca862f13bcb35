//! An object of the definition with its fields read: the machine, a state, a retrier, a choice rule.

use std::ops::Range;

use super::{
    expression::Expression,
    intrinsic::Call,
    path::{Path, ReferencePath},
    shape::{Field, Language, Shape, StateType},
    template::Template,
};
use crate::{
    ir::Json,
    json::{Member, Node},
};

/// An object with known fields, as far as they could be read.
#[derive(Debug)]
pub struct Block<'j> {
    /// What fields it may have.
    pub shape: &'static Shape,
    /// Query language of its fields.
    pub language: Language,
    /// The object.
    pub node: &'j Node,
    /// What to point at when the whole object is meant: its key, or its opening brace.
    pub anchor: Range<usize>,
    /// Its fields that exist in its language, in the order of the text. Of equal keys the first one.
    pub entries: Vec<Entry<'j>>,
}

/// A field of a block.
#[derive(Debug)]
pub struct Entry<'j> {
    /// What the tables say of it.
    pub field: &'static Field,
    /// Where it stands.
    pub member: &'j Member,
    /// What it holds.
    pub value: Value<'j>,
}

/// What a field holds.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one per field of a definition")]
pub enum Value<'j> {
    /// What it must not hold. Has been reported.
    Invalid,
    /// `null`, where it has a meaning.
    Null,
    /// A string.
    Text(&'j str),
    /// Strings.
    Names(Vec<(&'j Node, &'j str)>),
    /// `true`, `false`
    Boolean(bool),
    /// A whole number.
    Integer(u32),
    /// Any number.
    Number(&'j Json),
    /// A timestamp, as written and in nanoseconds since 1970.
    Timestamp(&'j str, i128),
    /// Any JSON, as it is.
    Static(&'j Node),
    /// A path.
    Path(Path),
    /// A path to write to.
    ResultPath(ReferencePath),
    /// A call of an intrinsic function.
    Call(Call),
    /// A payload template, or JSON with JSONata expressions in it.
    Template(Template<'j>),
    /// The literal parts of a pattern.
    Pattern(Vec<String>),
    /// An object.
    Block(Box<Block<'j>>),
    /// Objects.
    Blocks(Vec<Block<'j>>),
    /// Named states.
    States(Vec<State<'j>>),
}

/// A state with its name.
#[derive(Debug)]
pub struct State<'j> {
    /// Its name.
    pub name: &'j str,
    /// Where the name stands.
    pub key: &'j Range<usize>,
    /// Its type, where it is one that exists.
    pub kind: Option<StateType>,
    /// Its fields.
    pub block: Block<'j>,
}

impl<'j> Block<'j> {
    /// The field with this name.
    pub fn entry(&self, name: &str) -> Option<&Entry<'j>> {
        self.entries.iter().find(|entry| entry.field.name == name)
    }

    /// What the field with this name holds.
    pub fn value(&self, name: &str) -> Option<&Value<'j>> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// The member with this key, whether or not such a field exists here.
    pub fn member(&self, name: &str) -> Option<&'j Member> {
        self.node.members()?.iter().find(|member| member.key == name)
    }

    /// A field that holds a string.
    pub fn text(&self, name: &str) -> Option<&'j str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A field that holds a whole number.
    pub fn integer(&self, name: &str) -> Option<u32> {
        match self.value(name) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// A field that holds strings.
    pub fn names(&self, name: &str) -> &[(&'j Node, &'j str)] {
        match self.value(name) {
            Some(Value::Names(names)) => names,
            _ => &[],
        }
    }

    /// A field that holds a path.
    pub fn path(&self, name: &str) -> Option<&Path> {
        match self.value(name) {
            Some(Value::Path(path)) => Some(path),
            _ => None,
        }
    }

    /// A field that holds a payload template.
    pub fn template(&self, name: &str) -> Option<&Template<'j>> {
        match self.value(name) {
            Some(Value::Template(template)) => Some(template),
            _ => None,
        }
    }

    /// A field that holds one JSONata expression.
    pub fn expression(&self, name: &str) -> Option<&Expression<'j>> {
        match self.value(name) {
            Some(Value::Template(Template::Expression(expression))) => Some(expression),
            _ => None,
        }
    }

    /// A field that holds one object.
    pub fn block(&self, name: &str) -> Option<&Block<'j>> {
        match self.value(name) {
            Some(Value::Block(block)) => Some(block),
            _ => None,
        }
    }

    /// A field that holds objects.
    pub fn blocks(&self, name: &str) -> &[Block<'j>] {
        match self.value(name) {
            Some(Value::Blocks(blocks)) => blocks,
            _ => &[],
        }
    }

    /// The states of a scope: of the machine, a branch or a processor.
    pub fn states(&self) -> &[State<'j>] {
        match self.value("States") {
            Some(Value::States(states)) => states,
            _ => &[],
        }
    }

    /// The objects directly inside, those of states included.
    pub fn children(&self) -> impl Iterator<Item = &Block<'j>> {
        self.entries
            .iter()
            .flat_map(|entry| -> Box<dyn Iterator<Item = &Block<'j>>> {
                match &entry.value {
                    Value::Block(block) => Box::new(std::iter::once(&**block)),
                    Value::Blocks(blocks) => Box::new(blocks.iter()),
                    Value::States(states) => Box::new(states.iter().map(|state| &state.block)),
                    _ => Box::new(std::iter::empty()),
                }
            })
    }

    /// Calls `visit` with this object and all inside it, outer ones first.
    pub fn walk<'b>(&'b self, visit: &mut impl FnMut(&'b Block<'j>)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// All scopes: this one and those of branches and processors, outer ones first.
    pub fn scopes(&self) -> Vec<&Block<'j>> {
        let mut scopes = Vec::new();
        self.walk(&mut |block| {
            if block.shape.field("States").is_some() {
                scopes.push(block);
            }
        });
        scopes
    }

    /// All states of all scopes, outer ones first.
    pub fn all_states(&self) -> Vec<&State<'j>> {
        self.scopes()
            .into_iter()
            .flat_map(|scope| scope.states())
            .collect()
    }
}

impl<'j> State<'j> {
    /// The scopes inside: branches of a Parallel, the processor of a Map.
    pub fn scopes(&self) -> impl Iterator<Item = &Block<'j>> {
        self.block
            .children()
            .filter(|block| block.shape.field("States").is_some())
    }
}

impl Entry<'_> {
    /// Name of the field.
    pub fn name(&self) -> &'static str {
        self.field.name
    }
}
