//! The JSONPath dialect of Step Functions: the one of Jayway JsonPath 1.1, as observed in the service.
//!
//! Its oddities are kept on purpose, because definitions rely on them: an unquoted word in a filter is a string,
//! only `&&` joins conditions, `[-1]` finds nothing, `length()` is a member's name.

mod bracket;
mod filter;
mod parse;
mod print;
#[cfg(test)]
mod tests;

pub use parse::{is_variable_name, parse_path, parse_result_path, parse_single_node_path};

/// What is wrong with a path or an intrinsic function, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset in the text.
    pub at: usize,
    /// Length in bytes, at least 1 unless at the end.
    pub len: usize,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// What a path starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`: the document of the field.
    Document,
    /// `$$`: the context object.
    Context,
    /// `$name`: a variable.
    Variable(String),
}

/// A parsed path.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// As written.
    pub text: String,
    /// Where it starts.
    pub root: Root,
    /// What follows.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `.name`, `['name']`
    Key(String),
    /// `['a','b']`: an object of those members. Only the last step.
    Keys(Vec<String>),
    /// `[n]`; a negative one finds nothing.
    Index(i64),
    /// `[n,m]`
    Indices(Vec<i64>),
    /// `[n:]`; negative counts from the end.
    SliceFrom(i64),
    /// `[:n]`; negative counts from the end.
    SliceTo(i64),
    /// `[n:m]`; negative numbers do not count from the end.
    Slice(i64, i64),
    /// `[(@.length-n)]`, with the number that is added to the length.
    FromEnd(i64),
    /// `.*`, `[*]`
    Wildcard,
    /// `..`: the next step is tried at every node below.
    Descend,
    /// `[?(...)]`: elements for which all conditions hold.
    Filter(Vec<Condition>),
}

/// One condition of a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Path from the node under test; definite.
    pub left: Vec<Step>,
    /// What is asked of it.
    pub test: Test,
}

/// What a condition asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `@.a`: the path finds something, be it `null`.
    Exists,
    /// `@`: the node is not `null`.
    NotNull,
    /// `@.a == 'x'`
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
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Any text, quoted or not: whether it means a string, a number, a boolean or null depends on the value
    /// that it is compared with.
    Text {
        /// Without its quotes.
        text: String,
        /// It was written in single quotes.
        quoted: bool,
    },
    /// `@...`: a definite path from the node under test.
    Current(Vec<Step>),
    /// `$...`: a definite path from the document.
    Document(Vec<Step>),
}

/// A number that a text spells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Numeral {
    /// A whole number.
    Integer(i64),
    /// Any other.
    Float(f64),
}

/// A path that names one node of the document and can be written to (`ResultPath`).
#[derive(Debug, Clone, PartialEq)]
pub struct ReferencePath {
    /// As written.
    pub text: String,
    /// What follows the `$`.
    pub steps: Vec<ReferenceStep>,
}

/// One step of a reference path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceStep {
    /// Member.
    Key(String),
    /// Element.
    Index(usize),
}

impl Path {
    /// Whether the path leads to one node, so that it gives that node's value. Any other path gives an array.
    pub fn is_definite(&self) -> bool {
        is_definite(&self.steps)
    }
}

/// Whether these steps lead to one node.
fn is_definite(steps: &[Step]) -> bool {
    steps.iter().all(|step| {
        matches!(
            step,
            Step::Key(_) | Step::Keys(_) | Step::Index(_) | Step::FromEnd(_)
        )
    })
}

impl SyntaxError {
    /// An error at a place of the text.
    pub fn new(at: usize, len: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            len,
            message: message.into(),
            help: None,
        }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same error in a text that has `offset` bytes in front.
    #[must_use]
    pub fn shift(mut self, offset: usize) -> Self {
        self.at += offset;
        self
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}
