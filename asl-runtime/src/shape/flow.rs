//! The flow of a machine's data as generated code hands it over, and what is checked of it.
//!
//! `asl!` follows the data through the states and leaves only questions about the user's types: whether a task's output has
//! a member, whether what a template builds fits a task's input. They are constant data. `#[tasks]` knows the types and has
//! them answered while rustc evaluates constants.

use super::form::{Form, Key};

/// The flow of a machine's data.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// Path of the definition's file, as messages show it.
    pub file: &'static str,
    /// The definition, to be quoted; empty where it is not at hand.
    pub source: &'static str,
    /// Names of all states.
    pub states: &'static [&'static str],
    /// Methods of the tasks, by name.
    pub tasks: &'static [&'static str],
    /// Values, each made of those before it.
    pub nodes: &'static [Node],
    /// What has to be true of them, each once: different fields often ask the same.
    pub rules: &'static [Rule],
    /// Of each field that asks something what only messages need, in lines: the numbers of its rule and its state and where
    /// it stands, field, path, and what the rule adds.
    pub places: &'static [&'static str],
}

/// Number of a value in [`Flow::nodes`].
pub type NodeId = u16;

/// A value that flows between states.
#[derive(Debug, Clone, Copy)]
pub enum Node {
    /// Input of the machine.
    Input,
    /// What a task gives, by its place in [`Flow::tasks`].
    Output(u16),
    /// A member of another one.
    Member(NodeId, Key),
    /// Any element of another one.
    Element(NodeId),
    /// An element of another one.
    At(NodeId, u16),
    /// Another one, if that can exist. Any JSON otherwise, because a Choice has asked whether it does.
    Asked(NodeId),
    /// What a name of JSONata gives in another one: a member of it, or of each of its elements.
    Field(NodeId, Key),
    /// Another one that is no array, or one of its elements.
    Item(NodeId),
    /// Items of another one: one by itself, or an array of them.
    Items(NodeId),
    /// Another one as it is merged with objects.
    Merged(NodeId),
    /// A value of this form.
    Form(&'static Form),
    /// An array of such elements.
    Array(NodeId),
    /// An array of these elements.
    Tuple(&'static [NodeId]),
    /// An object with these members, which are written over another one's, if there is one.
    Object(&'static [Member], Option<NodeId>),
    /// One of these.
    OneOf(&'static [NodeId]),
}

/// A member of an object that flows between states.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Its key.
    pub key: Key,
    /// Its value.
    pub value: NodeId,
    /// It may be absent.
    pub optional: bool,
}

/// What has to be true. Rules are many, so they are kept small.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// The value exists; so many steps at its end are spelled out by the path.
    Exists(NodeId, u8),
    /// At least one of these exists.
    ExistsAny(&'static [(NodeId, u8)]),
    /// The value can be one of these kinds. Its place adds the kinds in words, and what happens otherwise.
    Is(NodeId, u8),
    /// The value can be this string.
    Word(NodeId, &'static str),
    /// The value can be the input of a task, by its place in [`Flow::tasks`].
    Fits(NodeId, u16),
    /// Never true: a mistake that was found without the types. Its place adds what is wrong, what there is instead, and
    /// what was perhaps meant.
    Never,
}

/// What messages tell of a field that asks something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// What it asks: a number in [`Flow::rules`].
    pub rule: usize,
    pub state: &'static str,
    pub line: usize,
    pub column: usize,
    pub field: &'static str,
    pub path: &'static str,
    /// What the rule adds.
    pub more: [&'static str; 3],
}

impl Flow {
    pub(crate) const fn place(&self, index: usize) -> Place {
        let (numbers, rest) = cut(self.places[index], b'\n');
        let (rule, numbers) = cut(numbers, b' ');
        let (state, numbers) = cut(numbers, b' ');
        let (line, column) = cut(numbers, b':');
        let (field, rest) = cut(rest, b'\n');
        let (path, rest) = cut(rest, b'\n');
        let (first, rest) = cut(rest, b'\n');
        let (second, third) = cut(rest, b'\n');
        let state = number(state);
        Place {
            rule: number(rule),
            state: if state < self.states.len() {
                self.states[state]
            } else {
                ""
            },
            line: number(line),
            column: number(column),
            field,
            path,
            more: [first, second, third],
        }
    }
}

/// What is before a character, and what comes after it.
const fn cut(text: &'static str, at: u8) -> (&'static str, &'static str) {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == at {
            return (text.split_at(index).0, text.split_at(index + 1).1);
        }
        index += 1;
    }
    (text, "")
}

pub(crate) const fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut number = 0;
    let mut index = 0;
    while index < bytes.len() {
        number = number * 10 + bytes[index].wrapping_sub(b'0') as usize;
        index += 1;
    }
    number
}

/// The forms of a task's input and output.
#[derive(Debug, Clone, Copy)]
pub struct TaskForms {
    /// The method's name.
    pub name: &'static str,
    /// How its input may look.
    pub input: &'static Form,
    /// How its output looks.
    pub output: &'static Form,
}

/// What `#[tasks]` knows.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// How the machine's input looks.
    pub input: &'static Form,
    /// The tasks, sorted by name as [`Flow::tasks`] are.
    pub tasks: &'static [TaskForms],
    /// What is not to be checked: names of states, each with a field or path of it, or nothing for the whole state.
    pub unchecked: &'static [(&'static str, &'static str)],
    /// Nothing is to be checked.
    pub all_unchecked: bool,
}

/// Short names for generated code.
pub mod build {
    use super::{Key, Member, Node, NodeId};

    pub use super::{
        Flow,
        Node::{Array, Asked, At, Element, Input, Item, Items, Merged, OneOf, Output, Tuple},
        Rule::{Exists, ExistsAny, Fits, Is, Never, Word},
    };
    pub use crate::shape::Form;

    /// A member of another value.
    pub const fn member(parent: NodeId, key: &'static str) -> Node {
        Node::Member(parent, Key::new(key))
    }

    /// What a name of JSONata gives in another value.
    pub const fn field(parent: NodeId, key: &'static str) -> Node {
        Node::Field(parent, Key::new(key))
    }

    /// A value of this form.
    pub const fn form(form: &'static Form) -> Node {
        Node::Form(form)
    }

    /// An object of these members.
    pub const fn object(members: &'static [Member]) -> Node {
        Node::Object(members, None)
    }

    /// These members written over another value.
    pub const fn over(base: NodeId, members: &'static [Member]) -> Node {
        Node::Object(members, Some(base))
    }

    /// A member that is there.
    pub const fn set(key: &'static str, value: NodeId) -> Member {
        Member {
            key: Key::new(key),
            value,
            optional: false,
        }
    }

    /// A member that may be there.
    pub const fn maybe(key: &'static str, value: NodeId) -> Member {
        Member {
            key: Key::new(key),
            value,
            optional: true,
        }
    }
}
