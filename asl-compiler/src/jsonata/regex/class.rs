//! Classes of characters.

/// A set of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Class {
    /// From, to; both in the set. In ascending order without overlaps once [`normal`](Self::normal).
    pub ranges: Vec<(u32, u32)>,
    /// `[^…]`: all characters but these. Not the same as the [others](Self::others) where case does not count.
    pub inverted: bool,
}

const LAST: u32 = 0x10_FFFF;

impl Class {
    /// `.`
    pub fn dot() -> Self {
        let mut class = Self::default();
        for end in ['\n', '\r', '\u{2028}', '\u{2029}'] {
            class.add(u32::from(end), u32::from(end));
        }
        class.others()
    }

    /// `\d`, `\w`, `\s` and their opposites.
    pub fn escape(letter: char) -> Option<Self> {
        let ranges: &[(u32, u32)] = match letter {
            'd' | 'D' => &[(0x30, 0x39)],
            'w' | 'W' => &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)],
            's' | 'S' => &[
                (0x09, 0x0D),
                (0x20, 0x20),
                (0xA0, 0xA0),
                (0x1680, 0x1680),
                (0x2000, 0x200A),
                (0x2028, 0x2029),
                (0x202F, 0x202F),
                (0x205F, 0x205F),
                (0x3000, 0x3000),
                (0xFEFF, 0xFEFF),
            ],
            _ => return None,
        };
        let class = Self {
            ranges: ranges.to_vec(),
            inverted: false,
        };
        Some(if letter.is_ascii_uppercase() {
            class.others()
        } else {
            class
        })
    }

    /// Adds characters.
    pub fn add(&mut self, from: u32, to: u32) {
        self.ranges.push((from, to));
    }

    /// Adds those of another set.
    pub fn extend(&mut self, other: &Self) {
        self.ranges.extend_from_slice(&other.ranges);
    }

    /// In order, without overlaps.
    pub fn normal(mut self) -> Self {
        self.ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (from, to) in self.ranges {
            match merged.last_mut() {
                Some((_, last)) if from <= last.saturating_add(1) => *last = to.max(*last),
                _ => merged.push((from, to)),
            }
        }
        Self {
            ranges: merged,
            inverted: self.inverted,
        }
    }

    /// All other characters.
    pub fn others(self) -> Self {
        let mut ranges = Vec::new();
        let mut next = 0;
        for (from, to) in self.normal().ranges {
            if from > next {
                ranges.push((next, from - 1));
            }
            next = to + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Self {
            ranges,
            inverted: false,
        }
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
