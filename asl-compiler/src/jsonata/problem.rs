//! What is wrong with an expression.

use std::ops::Range;

/// Something wrong with an expression, or suspicious about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// [JSONata's code](https://docs.jsonata.org/) where it has one (`S0201`), else a word of ours (`depth`).
    pub code: &'static str,
    /// What is wrong, a sentence without a full stop.
    pub message: String,
    /// Where, in bytes of the expression's text. It may be empty at the text's end.
    pub range: Range<usize>,
    /// What to do about it, if something can be said.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub(super) fn new(code: &'static str, message: impl Into<String>, range: Range<usize>) -> Box<Self> {
        Box::new(Self {
            code,
            message: message.into(),
            range,
            hint: None,
        })
    }

    /// The same with a hint.
    pub(super) fn hint(mut self: Box<Self>, hint: impl Into<String>) -> Box<Self> {
        self.hint = Some(hint.into());
        self
    }
}
