//! The JSONPath dialect of Step Functions (reference: the service's dialect is that of Jayway JsonPath 1.1).

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
    /// `[n]`
    Index(i64),
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
