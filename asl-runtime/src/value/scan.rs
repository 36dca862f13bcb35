//! Finding the bytes of a string that JSON escapes, eight at a time.

/// Position of the first byte that cannot stand for itself in a JSON string: a quote, a backslash, a control character.
#[inline]
pub(super) fn first_special(bytes: &[u8]) -> Option<usize> {
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().position(|byte| IS_SPECIAL[usize::from(*byte)]);
    };
    let (words, _) = bytes.as_chunks::<8>();
    // The last word overlaps with the one before it, so that no bytes remain.
    let places = (0..).step_by(8).zip(words).chain([(bytes.len() - 8, last)]);
    for (place, word) in places {
        let found = special_in(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(place + found.trailing_zeros() as usize / 8);
        }
    }
    None
}

static IS_SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

/// A mask whose lowest set bit is the highest bit of the first special byte. Higher bits can be wrong: the subtractions
/// borrow from the bytes above.
fn special_in(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | equal(b'"') | equal(b'\\')) & HIGH
}

/// How JSON text writes a byte that cannot stand for itself.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    /// A backslash and this letter.
    Letter(char),
    /// `\u00` and two digits.
    Code(u8),
}

impl Escape {
    /// How the byte is escaped in a JSON string, if it must be.
    pub(super) fn of(byte: u8) -> Option<Self> {
        let letter = match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'\n' => 'n',
            b'\r' => 'r',
            b'\t' => 't',
            0x08 => 'b',
            0x0c => 'f',
            0..0x20 => return Some(Self::Code(byte)),
            _ => return None,
        };
        Some(Self::Letter(letter))
    }

    /// Bytes of text.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Letter(_) => 2,
            Self::Code(_) => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_special_byte_at_every_place() {
        for filler in [b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
            for length in 0..40 {
                let mut bytes = vec![filler; length];
                assert_eq!(first_special(&bytes), None);
                for place in 0..length {
                    for byte in 0..=255_u8 {
                        bytes[place] = byte;
                        let special = Escape::of(byte).is_some();
                        assert_eq!(
                            first_special(&bytes),
                            special.then_some(place),
                            "{byte} among {filler}"
                        );
                    }
                    bytes[place] = filler;
                }
            }
        }
    }
}
