//! What is wrong with an expression.

use crate::diagnostic::Code;
use std::ops::Range;

/// Something wrong with an expression, or suspicious about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its code among the diagnostics of definitions. [`Code::is_accepted_by_service`] tells what the service accepts.
    pub diagnostic: Code,
    /// [JSONata's code](https://docs.jsonata.org/): the one that refuses the text (`S0201`), or the one with which
    /// the evaluation would fail (`T0410`). Empty where it has none.
    pub code: &'static str,
    /// What is wrong, a sentence without a full stop.
    pub message: String,
    /// Where, in bytes of the expression's text. It may be empty at the text's end.
    pub range: Range<usize>,
    /// What to do about it, if something can be said.
    pub hint: Option<String>,
}

impl Problem {
    /// What keeps a text from being an expression.
    pub(super) fn new(code: &'static str, message: impl Into<String>, range: Range<usize>) -> Box<Self> {
        Self::of(Code::InvalidJsonata, code, message, range)
    }

    /// A problem of another kind.
    pub(super) fn of(
        diagnostic: Code,
        code: &'static str,
        message: impl Into<String>,
        range: Range<usize>,
    ) -> Box<Self> {
        Box::new(Self {
            diagnostic,
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
