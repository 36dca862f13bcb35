//! Whether a regular expression is one.

use super::{problem::Problem, tree::Regex};
use std::ops::Range;

/// What is wrong with a regular expression.
pub(super) fn check(_regex: &Regex, _range: &Range<usize>) -> Option<Problem> {
    None
}
