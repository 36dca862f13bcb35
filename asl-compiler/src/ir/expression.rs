//! JSONata expressions.

use crate::{ir::Place, json, jsonata::tree::Node};

/// A JSONata expression. Becomes a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// The field that it stands in, as the service names it: `Output/total`, `Choices[0]/Condition`.
    pub field: String,
    /// Its text, without `{%`, `%}` and the white space at both ends.
    pub text: String,
    /// What it says.
    pub tree: Node,
    /// The string that it stands in.
    pub written: Written,
}

/// The string of the file that an expression stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where the string begins.
    pub place: Place,
    /// The string as written, with its quotes.
    pub string: String,
    /// Where the expression's text begins, in bytes of the string's value.
    pub start: usize,
}

impl Written {
    /// Where a byte of the expression's text stands in the file.
    pub fn place_of(&self, byte: usize) -> Place {
        let whole = 0..self.string.len();
        let offset = json::inside_string(&self.string, &whole, self.start + byte, 0).start;
        let before = self.string.get(..offset).unwrap_or_default();
        Place {
            column: self.place.column + before.chars().count(),
            ..self.place
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_the_text_have_their_places() {
        let written = Written {
            place: Place { line: 3, column: 10 },
            string: r#""{% \"é\" & $x %}""#.to_owned(),
            start: 3,
        };
        let text = r#""é" & $x"#;
        let column = |byte| written.place_of(byte).column;
        assert_eq!(column(0), 14);
        assert_eq!(column(text.find('$').unwrap()), 22);
    }
}
