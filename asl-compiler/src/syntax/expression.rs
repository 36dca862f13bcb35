//! JSONata expressions in the strings of a definition.

use std::ops::Range;

use crate::{
    json::{self, Node},
    jsonata,
};

/// A string with a JSONata expression: `"{% $states.input.total %}"`.
#[derive(Debug)]
pub struct Expression<'j> {
    /// The text between `{%` and `%}`, without white space around it: messages of the service quote it so.
    pub text: &'j str,
    /// What it says.
    pub tree: jsonata::tree::Node,
    /// Where its parts stand.
    pub places: Places<'j>,
}

/// Where the parts of an expression stand in the definition's file.
#[derive(Debug, Clone, Copy)]
pub struct Places<'j> {
    /// The whole file.
    file: &'j str,
    /// The string.
    node: &'j Node,
    /// Where the expression begins, in bytes of the string's value.
    start: usize,
    /// Length of the string's value.
    end: usize,
}

impl<'j> Places<'j> {
    /// Takes the text of an expression out of a string, if it has one.
    pub fn find(file: &'j str, node: &'j Node) -> Option<(&'j str, Self)> {
        let value = node.as_str()?;
        let inner = value.strip_prefix("{%")?.strip_suffix("%}")?;
        let start = 2 + inner.len() - inner.trim_start().len();
        let end = value.len();
        let places = Places {
            file,
            node,
            start,
            end,
        };
        Some((inner.trim(), places))
    }

    /// The string as written, with its place, and where the expression begins in its value.
    pub fn string(&self) -> (Range<usize>, &'j str, usize) {
        let range = self.node.range.clone();
        let string = self.file.get(range.clone()).unwrap_or_default();
        (range, string, self.start)
    }

    /// The bytes of the file for bytes of the expression's text. For its end these are those of `%}`.
    pub fn of(&self, range: &Range<usize>) -> Range<usize> {
        let (at, len) = if range.is_empty() {
            (self.end.saturating_sub(2), 2)
        } else {
            (self.start + range.start, range.len())
        };
        let found = json::inside_string(self.file, &self.node.range, at, len);
        if found.is_empty() {
            self.node.range.clone()
        } else {
            found
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_in_the_file() {
        let file = r#"["{% \"é\" & $x  %}"]"#;
        let root = json::parse(file).unwrap();
        let json::Value::Array(elements) = &root.value else {
            panic!("{root:?}")
        };
        let (text, places) = Places::find(file, &elements[0]).unwrap();
        assert_eq!(text, "\"é\" & $x");
        let shown = |range: Range<usize>| &file[places.of(&range)];
        assert_eq!(shown(0..4), r#"\"é\""#);
        assert_eq!(shown(7..9), "$x");
        assert_eq!(shown(9..9), "%}");
    }

    #[test]
    fn not_every_string_has_one() {
        for file in [r#""{%}""#, r#"" {% 1 %}""#, "1"] {
            let root = json::parse(file).unwrap();
            assert!(Places::find(file, &root).is_none(), "{file}");
        }
    }
}
