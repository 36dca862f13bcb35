//! JSONPath as Step Functions has it: the static form that generated code holds, and its evaluation.

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
    /// `[n]`
    Index(i64),
}
