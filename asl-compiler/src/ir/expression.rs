//! JSONata expressions.

use crate::jsonata::tree::Node;

/// A JSONata expression. Becomes a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// The field that it stands in, as the service names it: `Output/total`, `Choices[0]/Condition`.
    pub field: String,
    /// Its text, without `{%`, `%}` and the white space at both ends.
    pub text: String,
    /// What it says.
    pub tree: Node,
}
