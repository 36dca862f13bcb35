//! Single characters and classes of them.

use super::{super::class::Class, Parser};

impl Parser {
    /// What stands behind a backslash for one character.
    pub(super) fn character_escape(&mut self) -> Result<char, Half> {
        let Some(char) = self.peek() else {
            return Ok('\\');
        };
        self.at += 1;
        Ok(match char {
            't' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'c' => match self.peek() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    self.at += 1;
                    char::from(u8::try_from(letter).unwrap_or(0) % 32)
                }
                // The backslash stands for itself.
                _ => {
                    self.at -= 1;
                    '\\'
                }
            },
            'x' => match self.hex(2) {
                Some(code) => char::from_u32(code).unwrap_or('x'),
                None => 'x',
            },
            'u' => match self.hex(4) {
                Some(code) => return self.pair(code),
                None => 'u',
            },
            '0'..='7' => {
                let mut code = char.to_digit(8).unwrap_or(0);
                while let Some(digit) = self.peek().and_then(|char| char.to_digit(8)) {
                    if code * 8 + digit > 0o377 {
                        break;
                    }
                    code = code * 8 + digit;
                    self.at += 1;
                }
                char::from_u32(code).unwrap_or('\0')
            }
            other => other,
        })
    }

    /// The character of a code unit, with the second half of a pair if it is a first one.
    fn pair(&mut self, code: u32) -> Result<char, Half> {
        if let Some(char) = char::from_u32(code) {
            return Ok(char);
        }
        let start = self.at;
        if code < 0xDC00
            && self.take("\\u")
            && let Some(low @ 0xDC00..=0xDFFF) = self.hex(4)
            && let Some(char) = char::from_u32(0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        {
            return Ok(char);
        }
        self.at = start;
        Err(Half)
    }

    fn hex(&mut self, count: usize) -> Option<u32> {
        let digits = self.chars.get(self.at..self.at + count)?;
        let code = digits
            .iter()
            .try_fold(0, |code, digit| Some(code * 16 + digit.to_digit(16)?))?;
        self.at += count;
        Some(code)
    }

    /// Behind its opening bracket.
    pub(super) fn class(&mut self) -> Result<Class, String> {
        let negated = self.take("^");
        let mut class = Class::default();
        loop {
            if self.take("]") {
                break;
            }
            let from = self.class_atom()?;
            let is_range =
                self.peek() == Some('-') && !matches!(self.chars.get(self.at + 1), Some(']') | None);
            if !is_range {
                from.add_to(&mut class);
                continue;
            }
            self.at += 1;
            match (from, self.class_atom()?) {
                (Atom::Char(from), Atom::Char(to)) if from > to => {
                    return Err(format!("the range `{from}-{to}` is out of order"));
                }
                (Atom::Char(from), Atom::Char(to)) => class.add(u32::from(from), u32::from(to)),
                (from, to) => {
                    from.add_to(&mut class);
                    class.add(u32::from('-'), u32::from('-'));
                    to.add_to(&mut class);
                }
            }
        }
        class.inverted = negated;
        Ok(class.normal())
    }

    fn class_atom(&mut self) -> Result<Atom, String> {
        let Some(char) = self.peek() else {
            return Err("this class of characters is not closed".to_owned());
        };
        self.at += 1;
        if char != '\\' {
            return Ok(Atom::Char(char));
        }
        match self.peek() {
            None => Err("this `\\` escapes nothing".to_owned()),
            Some('b') => {
                self.at += 1;
                Ok(Atom::Char('\u{8}'))
            }
            Some(letter) => match Class::escape(letter) {
                Some(class) => {
                    self.at += 1;
                    Ok(Atom::Class(class))
                }
                None => Ok(self
                    .character_escape()
                    .map_or(Atom::Class(Class::default()), Atom::Char)),
            },
        }
    }
}

/// Half of a pair of code units, which is no character.
pub(super) struct Half;

/// A part of a class.
enum Atom {
    Char(char),
    Class(Class),
}

impl Atom {
    fn add_to(&self, class: &mut Class) {
        match self {
            Self::Char(char) => class.add(u32::from(*char), u32::from(*char)),
            Self::Class(other) => class.extend(other),
        }
    }
}
