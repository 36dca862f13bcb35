//! JSONPath as Step Functions has it: the static form that generated code holds, and its evaluation.
//!
//! The dialect is that of the Java library Jayway JsonPath 1.1, whose outcomes this module gives, oddities included.

mod filter;
mod find;
mod missing;
mod put;

pub use find::find;
pub(crate) use find::{look, plain_member};
pub use missing::Missing;
pub(crate) use put::put_into;
pub use put::{PathConflict, put};

use crate::value::Number;
use std::fmt;

/// A path, parsed at compile time.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    /// As written in the definition.
    pub text: &'static str,
    /// Where it starts.
    pub root: Root,
    /// What follows.
    pub steps: &'static [Step],
}

impl Path {
    /// The member of the document that it names, if that is all.
    #[inline]
    pub(crate) fn member(&self) -> Option<&'static str> {
        match (self.root, self.steps) {
            (Root::Document, [Step::Key(name)]) => Some(name),
            _ => None,
        }
    }
}

/// What a path starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `$`: the document of the field.
    Document,
    /// `$$`: the context object.
    Context,
    /// `$name`: the variable in this slot.
    Variable(usize),
}

/// One step of a path.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// `.name`
    Key(&'static str),
    /// `['a','b']`: an object of those members. Only the last step.
    Keys(&'static [&'static str]),
    /// `[n]`
    Index(i64),
    /// `[n,m]`
    Indices(&'static [i64]),
    /// `[n:]`
    SliceFrom(i64),
    /// `[:n]`
    SliceTo(i64),
    /// `[n:m]`
    Slice(i64, i64),
    /// `[(@.length-n)]`, with the number that is added to the length.
    FromEnd(i64),
    /// `.*`, `[*]`
    Wildcard,
    /// `..`: the next step is tried at every node below.
    Descend,
    /// `[?(...)]`: elements for which all conditions hold.
    Filter(&'static [Condition]),
}

/// One condition of a filter.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// Path from the node under test; definite.
    pub left: &'static [Step],
    /// What is asked of it.
    pub test: Test,
}

/// What a condition asks.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    /// The path finds something, be it `null`.
    Exists,
    /// The node is not `null`.
    NotNull,
    /// The node compares so with the operand.
    Compare(Operator, Operand),
}

/// Operator of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a condition compares with.
#[derive(Debug, Clone, Copy)]
pub enum Operand {
    /// A text, and the number that it spells, for comparing with numbers.
    Text(&'static str, Option<Numeral>),
    /// A definite path from the node under test.
    Current(&'static [Step]),
    /// A definite path from the document.
    Document(&'static [Step]),
}

/// A number as generated code writes it.
#[derive(Debug, Clone, Copy)]
pub enum Numeral {
    /// A whole number.
    Integer(i64),
    /// Any other.
    Float(f64),
}

/// A path that names one node of the document and can be written to (`ResultPath`).
#[derive(Debug, Clone, Copy)]
pub struct ReferencePath {
    /// As written in the definition.
    pub text: &'static str,
    /// What follows the `$`.
    pub steps: &'static [ReferenceStep],
}

/// One step of a reference path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceStep {
    /// Member.
    Key(&'static str),
    /// Element.
    Index(usize),
}

impl Numeral {
    pub(crate) fn to_number(self) -> Number {
        match self {
            Self::Integer(integer) => integer.into(),
            // The compiler writes finite numbers only.
            Self::Float(float) => Number::from_f64(float).unwrap_or_else(|| 0.into()),
        }
    }
}

impl Path {
    /// Whether the path leads to one node, so that it gives that node's value. Any other path gives an array.
    pub fn is_definite(&self) -> bool {
        is_definite(self.steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl fmt::Display for ReferencePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

fn is_definite(steps: &[Step]) -> bool {
    steps.iter().all(|step| {
        matches!(
            step,
            Step::Key(_) | Step::Keys(_) | Step::Index(_) | Step::FromEnd(_)
        )
    })
}
