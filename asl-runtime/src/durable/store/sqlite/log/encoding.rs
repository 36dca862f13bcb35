//! Writes as bytes.
//!
//! Numbers are eight bytes, the least first; a text, or a list, begins with its length; what may be missing begins with 0
//! or 1. A write begins with the number of its kind.

use super::super::super::{Ended, Offer, Record, Status, StoredExecution, Write};
use crate::Timestamp;

/// Adds writes, in the order in which they are applied.
pub fn encode(writes: &[Write], bytes: &mut Vec<u8>) {
    writes.iter().for_each(|write| write.put(bytes));
}

/// Reads what [`encode`] wrote; nothing where it did not write that.
pub fn decode(mut bytes: &[u8]) -> Option<Vec<Write>> {
    let mut writes = Vec::new();
    while !bytes.is_empty() {
        writes.push(Write::take(&mut bytes)?);
    }
    Some(writes)
}

/// What goes into bytes and comes out again.
trait Field: Sized {
    fn put(&self, bytes: &mut Vec<u8>);
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

impl Field for u64 {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(Self::from_le_bytes(*number))
    }
}

impl Field for u32 {
    fn put(&self, bytes: &mut Vec<u8>) {
        u64::from(*self).put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Self::try_from(u64::take(bytes)?).ok()
    }
}

impl Field for u8 {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(*self);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        Some(*byte)
    }
}

impl Field for Timestamp {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.as_millis().cast_unsigned().put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self::from_millis(u64::take(bytes)?.cast_signed()))
    }
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    (text.len() as u64).put(bytes);
    bytes.extend_from_slice(text.as_bytes());
}

impl Field for String {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_text(self, bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let length = usize::try_from(u64::take(bytes)?).ok()?;
        let (text, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    }
}

impl Field for Status {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_text(self.as_str(), bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Self::from_name(&String::take(bytes)?)
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(bytes);
        }
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        match u8::take(bytes)? {
            0 => Some(None),
            1 => Some(Some(T::take(bytes)?)),
            _ => None,
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        (self.len() as u64).put(bytes);
        self.iter().for_each(|value| value.put(bytes));
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let length = u64::take(bytes)?;
        (0..length).map(|_| T::take(bytes)).collect()
    }
}

impl<T: Field> Field for Box<T> {
    fn put(&self, bytes: &mut Vec<u8>) {
        (**self).put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        T::take(bytes).map(Self::new)
    }
}

impl<A: Field, B: Field> Field for (A, B) {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
        self.1.put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::take(bytes)?, B::take(bytes)?))
    }
}

/// The fields of a type one after the other.
macro_rules! fields {
    ($type:ty { $($field:ident)* }) => {
        impl Field for $type {
            fn put(&self, bytes: &mut Vec<u8>) {
                $(self.$field.put(bytes);)*
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Field::take(bytes)?),* })
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
            fn put(&self, bytes: &mut Vec<u8>) {
                match self {
                    $(Self::$kind { $($field),* } => {
                        bytes.push($number);
                        $($field.put(bytes);)*
                    })*
                }
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                Some(match u8::take(bytes)? {
                    $($number => Self::$kind { $($field: Field::take(bytes)?),* },)*
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
    use super::*;

    #[test]
    fn every_write_is_read_as_it_was_written() {
        let at = Timestamp::from_millis(-7);
        let text = || "täxt".to_owned();
        let execution = StoredExecution {
            id: 1 << 40,
            machine: text(),
            name: String::new(),
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
            settings: text(),
            pokes: 4,
            problem: Some(text()),
        };
        let record = Record {
            number: 2,
            at,
            events: text(),
        };
        let (activity, token) = (text(), text());
        let ended = Ended {
            output: None,
            history: Some(text()),
        };
        let writes = [
            Write::Start {
                execution: Box::new(execution),
                input: text(),
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
        let mut bytes = Vec::new();
        encode(&writes, &mut bytes);
        assert_eq!(decode(&bytes).as_deref(), Some(&writes[..]));
        for end in [1, 9, bytes.len() - 1] {
            assert_eq!(decode(&bytes[..end]), None);
        }
        assert_eq!(decode(&[]), Some(Vec::new()));
        assert_eq!(decode(&[99]), None);
    }
}
