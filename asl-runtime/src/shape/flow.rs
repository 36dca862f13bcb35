//! The flow of a machine's data as generated code hands it over, and what is checked of it.
//!
//! `asl!` follows the data through the states and leaves only questions about the user's types: whether a task's output has
//! a member, whether what a template builds fits a task's input. They are constant data. `#[tasks]` knows the types and has
//! them answered while rustc evaluates constants.

use super::{
    form::{Form, Key},
    found::Found,
};

/// The flow of a machine's data.
#[derive(Debug, Clone, Copy)]
pub struct Flow<const N: usize> {
    /// Path of the definition's file, as messages show it.
    pub file: &'static str,
    /// The definition, to be quoted; empty where it is not at hand.
    pub source: &'static str,
    /// Names of all states.
    pub states: &'static [&'static str],
    /// Methods of the tasks, by name.
    pub tasks: &'static [&'static str],
    /// Values, each made of those before it.
    pub nodes: [Node; N],
    /// What is to be true of them.
    pub checks: &'static [Check],
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

/// Something that has to be true.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Number of the state.
    pub state: u16,
    /// The field: `Parameters.amount.$`.
    pub field: &'static str,
    /// The path in question, or empty.
    pub path: &'static str,
    /// Line, from 1, of the field's value.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// What has to be true.
    pub rule: Rule,
}

/// What has to be true.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// At least one of these exists. Each with the number of steps at its end that the path spells out.
    Exists(&'static [(NodeId, u8)]),
    /// The value can be one of these kinds.
    Kind {
        /// The value.
        node: NodeId,
        /// The kinds.
        kinds: u8,
        /// The kinds in words: `a number`.
        wanted: &'static str,
        /// What comes of it otherwise: `so that ...`.
        otherwise: &'static str,
    },
    /// The value can be this string.
    Word {
        /// The value.
        node: NodeId,
        /// The string.
        word: &'static str,
    },
    /// The value can be the input of a task.
    Fits {
        /// The value.
        node: NodeId,
        /// The task's place in [`Flow::tasks`].
        task: u16,
    },
    /// Never true: a mistake that was found without the types.
    Never {
        /// What is wrong.
        message: &'static str,
        /// What there is instead.
        note: &'static str,
        /// What was perhaps meant.
        help: &'static str,
    },
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

/// What a node stands for once the types are known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved {
    pub found: Found,
    /// The node at which nothing was found any more.
    pub lost_at: Option<NodeId>,
}

impl Resolved {
    const fn new(found: Found, parent: &Self, node: usize) -> Self {
        let lost_at = if !found.is_empty() {
            None
        } else if parent.found.is_empty() {
            parent.lost_at
        } else {
            Some(node as NodeId)
        };
        Self { found, lost_at }
    }
}

impl<const N: usize> Flow<N> {
    /// What each node stands for.
    pub(crate) const fn resolve(&self, types: &Known) -> [Resolved; N] {
        let mut all = [Resolved {
            found: Found::ANY,
            lost_at: None,
        }; N];
        let mut index = 0;
        while index < N {
            match self.nodes[index] {
                Node::Input => all[index].found = Found::one(types.input),
                Node::Output(task) => all[index].found = Found::one(types.tasks[task as usize].output),
                Node::Member(parent, key) => {
                    let parent = all[parent as usize];
                    all[index] = Resolved::new(parent.found.member(&key), &parent, index);
                }
                Node::Element(parent) => {
                    let parent = all[parent as usize];
                    all[index] = Resolved::new(parent.found.element(), &parent, index);
                }
                Node::At(parent, at) => {
                    let parent = all[parent as usize];
                    all[index] = Resolved::new(parent.found.at(at as usize), &parent, index);
                }
                Node::Asked(parent) => {
                    let parent = all[parent as usize];
                    if !parent.found.is_empty() {
                        all[index] = parent;
                    }
                }
                Node::Form(form) => all[index].found = Found::one(form),
                Node::Array(_) => all[index].found = Found::one(&Form::Array(&Form::Any)),
                Node::Tuple(_) => all[index].found = Found::one(&Form::Array(&Form::Any)),
                Node::Object(_, _) => all[index].found = Found::one(&Form::Map(&Form::Any)),
                Node::OneOf(nodes) => {
                    let mut found = Found::NOTHING;
                    let mut number = 0;
                    while number < nodes.len() {
                        found.extend(&all[nodes[number] as usize].found);
                        number += 1;
                    }
                    all[index].found = found;
                }
            }
            index += 1;
        }
        all
    }
}

/// Short names for generated code.
pub mod build {
    use super::{Check, Key, Member, Node, NodeId, Rule};

    pub use super::Flow;
    pub use super::Node::{Array, Asked, At, Element, Input, OneOf, Output, Tuple};
    pub use crate::shape::Form;

    /// A member of another value.
    pub const fn member(parent: NodeId, key: &'static str) -> Node {
        Node::Member(parent, Key::new(key))
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

    /// A field of a state, with its place and path, and what is asked of it.
    pub const fn check(
        state: u16,
        field: &'static str,
        (line, column): (u32, u32),
        path: &'static str,
        rule: Rule,
    ) -> Check {
        Check {
            state,
            field,
            path,
            line,
            column,
            rule,
        }
    }

    /// At least one of these exists.
    pub const fn exists(values: &'static [(NodeId, u8)]) -> Rule {
        Rule::Exists(values)
    }

    /// The value can be one of these kinds.
    pub const fn is(node: NodeId, kinds: u8, wanted: &'static str, otherwise: &'static str) -> Rule {
        Rule::Kind {
            node,
            kinds,
            wanted,
            otherwise,
        }
    }

    /// The value can be this string.
    pub const fn word(node: NodeId, word: &'static str) -> Rule {
        Rule::Word { node, word }
    }

    /// The value can be the input of a task.
    pub const fn fits(node: NodeId, task: u16) -> Rule {
        Rule::Fits { node, task }
    }

    /// A mistake whatever the types are.
    pub const fn never(message: &'static str, note: &'static str, help: &'static str) -> Rule {
        Rule::Never { message, note, help }
    }
}
