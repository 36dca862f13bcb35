//! Writes as text.
//!
//! A number is digits of six bits, the least first, as characters below 128, of which all but the last have the bit 64; a text,
//! or a list, begins with its length; what may be missing begins with 0 or 1. A write begins with the number of its kind.

use std::sync::Arc;

use super::super::{Ended, Offer, Record, Status, StoredExecution, StoredText, Write};
use crate::Timestamp;

/// Bits of a digit.
const BITS: u32 = 6;

/// Of a digit that is not the last.
const MORE: u8 = 1 << BITS;

/// Reads a batch.
pub struct Reader {
    text: Arc<String>,
    /// What comes next.
    at: usize,
}

impl Reader {
    pub fn new(text: Arc<String>) -> Self {
        Self { text, at: 0 }
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    fn number(&mut self) -> Option<u64> {
        let bytes = self.text.as_bytes();
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(BITS as usize) {
            let byte = *bytes.get(self.at)?;
            self.at += 1;
            let digit = u64::from(byte & (MORE - 1));
            number |= digit << shift;
            match byte & !(MORE - 1) {
                // All bits of it are in there.
                0 if number >> shift == digit => return Some(number),
                MORE => {}
                _ => return None,
            }
        }
        None
    }

    fn text(&mut self) -> Option<StoredText> {
        let length = usize::try_from(self.number()?).ok()?;
        let end = self.at.checked_add(length)?;
        let text = StoredText::part(&self.text, self.at..end)?;
        self.at = end;
        Some(text)
    }
}

/// What goes into a batch and comes out again.
pub trait Field: Sized {
    fn put(&self, text: &mut String);
    fn take(reader: &mut Reader) -> Option<Self>;
}

impl Field for u64 {
    fn put(&self, text: &mut String) {
        let mut rest = *self;
        loop {
            // The least bits.
            let digit = (rest & u64::from(MORE - 1)) as u8;
            rest >>= BITS;
            text.push(char::from(if rest == 0 { digit } else { digit | MORE }));
            if rest == 0 {
                return;
            }
        }
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        reader.number()
    }
}

impl Field for u32 {
    fn put(&self, text: &mut String) {
        u64::from(*self).put(text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        Self::try_from(reader.number()?).ok()
    }
}

impl Field for Timestamp {
    fn put(&self, text: &mut String) {
        self.as_millis().cast_unsigned().put(text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        Some(Self::from_millis(reader.number()?.cast_signed()))
    }
}

fn put_text(part: &str, text: &mut String) {
    (part.len() as u64).put(text);
    text.push_str(part);
}

impl Field for StoredText {
    fn put(&self, text: &mut String) {
        put_text(self, text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        reader.text()
    }
}

impl Field for String {
    fn put(&self, text: &mut String) {
        put_text(self, text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        reader.text().map(Self::from)
    }
}

impl Field for Status {
    fn put(&self, text: &mut String) {
        put_text(self.as_str(), text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        Self::from_name(&reader.text()?)
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, text: &mut String) {
        u64::from(self.is_some()).put(text);
        if let Some(value) = self {
            value.put(text);
        }
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        match reader.number()? {
            0 => Some(None),
            1 => Some(Some(T::take(reader)?)),
            _ => None,
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn put(&self, text: &mut String) {
        (self.len() as u64).put(text);
        self.iter().for_each(|value| value.put(text));
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        let length = reader.number()?;
        (0..length).map(|_| T::take(reader)).collect()
    }
}

impl<T: Field> Field for Arc<T> {
    fn put(&self, text: &mut String) {
        (**self).put(text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        T::take(reader).map(Self::new)
    }
}

impl<A: Field, B: Field> Field for (A, B) {
    fn put(&self, text: &mut String) {
        self.0.put(text);
        self.1.put(text);
    }

    fn take(reader: &mut Reader) -> Option<Self> {
        Some((A::take(reader)?, B::take(reader)?))
    }
}

/// The fields of a type one after the other.
macro_rules! fields {
    ($type:ty { $($field:ident)* }) => {
        impl Field for $type {
            fn put(&self, text: &mut String) {
                $(self.$field.put(text);)*
            }

            fn take(reader: &mut Reader) -> Option<Self> {
                Some(Self { $($field: Field::take(reader)?),* })
            }
        }
    };
}

fields!(Record { number at events });
fields!(Ended { output history });
fields!(Offer { activity token });
fields!(StoredExecution {
    id machine name fingerprint status started_at stopped_at error cause wake_at timers redrive_count redriven_at parent
    map_run settings pokes problem
});

/// The number of each kind of write, and its fields.
macro_rules! writes {
    ($($number:literal $kind:ident { $($field:ident)* })*) => {
        impl Field for Write {
            fn put(&self, text: &mut String) {
                match self {
                    $(Self::$kind { $($field),* } => {
                        u64::put(&$number, text);
                        $($field.put(text);)*
                    })*
                }
            }

            fn take(reader: &mut Reader) -> Option<Self> {
                Some(match reader.number()? {
                    $($number => Self::$kind { $($field: Field::take(reader)?),* },)*
                    _ => return None,
                })
            }
        }
    };
}

writes! {
    0 Start { execution input }
    1 Append { execution record }
    2 Park { execution wake_at timers offers seen }
    3 Unpark { execution }
    4 Wake { machine name }
    5 End { execution status at error cause ended parent }
    6 Redrive { execution at count ticket }
    7 Problem { execution problem }
    8 Delete { execution }
}

#[cfg(test)]
mod tests {
    use super::super::Batch;
    use super::*;

    #[test]
    fn every_write_is_read_as_it_was_written() {
        let at = Timestamp::from_millis(-7);
        let text = || "täxt".to_owned();
        let stored = || StoredText::from("täxt");
        let execution = StoredExecution {
            id: 1 << 40,
            machine: stored(),
            name: StoredText::default(),
            fingerprint: u64::MAX,
            status: Status::TimedOut,
            started_at: at,
            stopped_at: Some(at),
            error: Some(text()),
            cause: None,
            wake_at: None,
            timers: text(),
            redrive_count: 3,
            redriven_at: None,
            parent: Some((3, u64::MAX)),
            map_run: Some(text()),
            settings: stored(),
            pokes: 4,
            problem: Some(text()),
        };
        let record = Record {
            number: 2,
            at,
            events: stored(),
        };
        let (activity, token) = (text(), text());
        let ended = Ended {
            output: None,
            history: Some(stored()),
        };
        let writes = [
            Write::Start {
                execution: Arc::new(execution),
                input: stored(),
            },
            Write::Append { execution: 1, record },
            Write::Park {
                execution: 1,
                wake_at: Some(at),
                timers: text(),
                offers: vec![Offer { activity, token }],
                seen: 9,
            },
            Write::Unpark { execution: 2 },
            Write::Wake {
                machine: text(),
                name: text(),
            },
            Write::End {
                execution: 1,
                status: Status::Aborted,
                at,
                error: None,
                cause: Some(text()),
                ended,
                parent: Some(8),
            },
            Write::Redrive {
                execution: 1,
                at,
                count: 1,
                ticket: Some(5),
            },
            Write::Problem {
                execution: 1,
                problem: None,
            },
            Write::Delete { execution: 1 },
        ];
        let batch = Batch::of(&writes);
        assert_eq!(batch.len(), writes.len());
        assert_eq!(batch.writes(), writes);
        let text = batch.as_str();
        let again = Batch::read(text.to_owned()).expect("it was written so");
        assert_eq!(again.writes(), writes);
        for end in [1, 9, text.len() - 1] {
            assert!(Batch::read(text[..end].to_owned()).is_none(), "{end}");
        }
        assert_eq!(Batch::read(String::new()).map(|none| none.len()), Some(0));
        assert!(Batch::read("c".to_owned()).is_none());
    }

    #[test]
    fn every_number_is_read_as_it_was_written() {
        for number in [0, 1, 63, 64, 4095, 1 << 60, u64::MAX - 1, u64::MAX] {
            let mut text = String::new();
            number.put(&mut text);
            let mut reader = Reader::new(Arc::new(text));
            assert_eq!(reader.number(), Some(number));
            assert!(reader.is_at_end());
        }
        // None that is too large, or is not ended.
        for text in ["@@@@@@@@@@@\u{1}", "@@@@@@@@@@\u{10}", "@@", "", "ü"] {
            assert_eq!(Reader::new(Arc::new(text.to_owned())).number(), None, "{text:?}");
        }
    }
}
