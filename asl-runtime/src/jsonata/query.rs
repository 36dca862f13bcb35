//! One evaluation: what it starts from and how much it may take.

use crate::{Timestamp, Value};

/// What expressions start from.
pub trait Environment {
    /// The root and context at the start: nothing in Step Functions, the input in tests of the language.
    fn root(&self) -> Option<&Value>;
    /// A workflow variable, by its slot.
    fn variable(&self, slot: usize) -> Option<&Value>;
    /// `$states.input`
    fn input(&self) -> Option<&Value>;
    /// `$states.result`
    fn result(&self) -> Option<&Value>;
    /// `$states.errorOutput`
    fn error_output(&self) -> Option<&Value>;
    /// `$states.context`
    fn context(&self) -> Value;
    /// The time of `$now` and `$millis`.
    fn now(&self) -> Timestamp;
    /// 64 random bits, for `$random`, `$shuffle` and `$uuid`.
    fn random(&self) -> u64;
}

/// One evaluation of an expression.
pub struct Query<'a> {
    /// What it starts from.
    pub environment: &'a dyn Environment,
}
