//! What a picture of integers says.

use super::super::super::Error;

/// First digits of the families of decimal digits.
const FAMILIES: [u32; 37] = [
    0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// A picture of integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Picture {
    /// In which form.
    pub primary: Primary,
    /// `;o`: `1st` instead of `1`.
    pub ordinal: bool,
}

/// The form of an integer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Primary {
    /// `A`, `a`
    Letters { upper: bool },
    /// `I`, `i`
    Roman { upper: bool },
    /// `W`, `w`, `Ww`
    Words(Case),
    /// `#,##0`
    Digits(Digits),
    /// Anything else, which is not supported.
    Sequence(String),
}

/// The case of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Case {
    Upper,
    Lower,
    Title,
}

impl Case {
    /// In this case, from title case.
    pub fn apply(self, words: String) -> String {
        match self {
            Self::Upper => words.to_uppercase(),
            Self::Lower => words.to_lowercase(),
            Self::Title => words,
        }
    }
}

/// An integer in digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Digits {
    /// The zero of the family of digits.
    pub zero: u32,
    /// At least so many digits.
    pub mandatory: usize,
    /// `#`
    pub optional: usize,
    /// Where separators stand.
    pub grouping: Grouping,
}

/// Separators between digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Grouping {
    /// One every so many digits.
    Regular { every: usize, separator: char },
    /// With so many digits right of them, from the right.
    At(Vec<(usize, char)>),
}

impl Grouping {
    /// The separators to write where so many digits follow.
    pub fn before(&self, digits: usize) -> impl Iterator<Item = char> {
        let (regular, listed) = match self {
            Self::Regular { every, separator } => {
                (digits.is_multiple_of(*every).then_some(*separator), &[][..])
            }
            Self::At(positions) => (None, &positions[..]),
        };
        let listed = listed.iter().rev();
        let listed =
            listed.filter_map(move |(position, separator)| (*position == digits).then_some(*separator));
        regular.into_iter().chain(listed)
    }

    /// Whether the character is to be dropped when an integer is read.
    pub fn separates(&self, char: char) -> bool {
        match self {
            Self::Regular { separator, .. } => char == *separator,
            Self::At(positions) => positions.iter().any(|(_, separator)| *separator == char),
        }
    }
}

impl Digits {
    /// A digit of this family for one of `0`–`9`.
    pub fn of_family(&self, digit: char) -> char {
        match digit.to_digit(10) {
            Some(value) => char::from_u32(self.zero + value).unwrap_or(digit),
            None => digit,
        }
    }

    /// One of `0`–`9` for a digit of this family.
    pub fn to_ascii(&self, digit: char) -> char {
        match u32::from(digit).checked_sub(self.zero) {
            Some(value) => char::from_digit(value, 10).unwrap_or(digit),
            None => digit,
        }
    }
}

impl Picture {
    /// Reads a picture.
    ///
    /// # Errors
    /// D3131: digits of more than one family.
    pub fn read(text: &str) -> Result<Self, Error> {
        let (primary, modifier) = text.rsplit_once(';').unwrap_or((text, ""));
        let ordinal = modifier.starts_with('o');
        let primary = match primary {
            "A" => Primary::Letters { upper: true },
            "a" => Primary::Letters { upper: false },
            "I" => Primary::Roman { upper: true },
            "i" => Primary::Roman { upper: false },
            "W" => Primary::Words(Case::Upper),
            "Ww" => Primary::Words(Case::Title),
            "w" => Primary::Words(Case::Lower),
            other => match Digits::read(other)? {
                Some(digits) => Primary::Digits(digits),
                None => Primary::Sequence(other.to_owned()),
            },
        };
        Ok(Self { primary, ordinal })
    }

    /// Its digits, if it has that form.
    pub fn digits(&self) -> Option<&Digits> {
        match &self.primary {
            Primary::Digits(digits) => Some(digits),
            _ => None,
        }
    }

    /// Its digits, to change them.
    pub fn digits_mut(&mut self) -> Option<&mut Digits> {
        match &mut self.primary {
            Primary::Digits(digits) => Some(digits),
            _ => None,
        }
    }
}

impl Digits {
    /// `None` if there is no digit in the text.
    fn read(text: &str) -> Result<Option<Self>, Error> {
        let mut zero = None;
        let (mut mandatory, mut optional) = (0, 0);
        let mut separators = Vec::new();
        // From the right, because that is where positions count from.
        for char in text.chars().rev() {
            let code = u32::from(char);
            let family = FAMILIES
                .into_iter()
                .find(|family| (*family..*family + 10).contains(&code));
            if let Some(family) = family {
                mandatory += 1;
                if *zero.get_or_insert(family) != family {
                    return Err(Error::new(
                        "D3131",
                        "In a decimal digit pattern, all digits must be from the same decimal group",
                    ));
                }
            } else if char == '#' {
                optional += 1;
            } else {
                separators.push((mandatory + optional, char));
            }
        }
        let grouping = match regular(&separators) {
            Some((every, separator)) => Grouping::Regular { every, separator },
            None => Grouping::At(separators),
        };
        Ok(zero.map(|zero| Self {
            zero,
            mandatory,
            optional,
            grouping,
        }))
    }
}

/// Whether all separators are alike and stand at multiples of one number, without gaps.
fn regular(separators: &[(usize, char)]) -> Option<(usize, char)> {
    let (_, separator) = *separators.first()?;
    if separators.iter().any(|(_, other)| *other != separator) {
        return None;
    }
    let positions: Vec<usize> = separators.iter().map(|(position, _)| *position).collect();
    Some((regular_interval(&positions)?, separator))
}

/// The number whose multiples the positions are, if they are the first multiples of it.
pub(in super::super) fn regular_interval(positions: &[usize]) -> Option<usize> {
    fn divisor(one: usize, other: usize) -> usize {
        if other == 0 {
            one
        } else {
            divisor(other, one % other)
        }
    }
    let every = positions
        .iter()
        .copied()
        .reduce(divisor)
        .filter(|every| *every > 0)?;
    let is_there = |count: usize| positions.contains(&(count * every));
    (1..=positions.len()).all(is_there).then_some(every)
}
