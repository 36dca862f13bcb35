//! Regular expressions.

/// A regular expression.
#[derive(Debug)]
pub struct Regex {
    /// As written, between the slashes.
    pub pattern: String,
}
