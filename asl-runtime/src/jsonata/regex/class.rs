//! Kinds of characters.

use super::program::Class;

/// What ends a line.
pub(super) fn is_line_end(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// What words consist of.
pub(super) fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

impl Class {
    /// Whether a character is among those listed.
    pub(super) fn lists(&self, char: char) -> bool {
        let code = u32::from(char);
        let place = self.ranges.partition_point(|(_, to)| *to < code);
        self.ranges.get(place).is_some_and(|(from, _)| *from <= code)
    }
}

/// What stands for a character where case does not count: its capital, if that is one character and does not bring it
/// into ASCII. See <https://tc39.es/ecma262/#sec-runtime-semantics-canonicalize-ch>.
pub(super) fn fold(char: char) -> char {
    let mut capitals = char.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) if char.is_ascii() || !capital.is_ascii() => capital,
        _ => char,
    }
}

/// The small letter of a character, if that is one character.
pub(super) fn small(char: char) -> char {
    let mut letters = char.to_lowercase();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => char,
    }
}
