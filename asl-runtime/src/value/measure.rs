//! How large a value is as JSON text.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::Serialize;

use super::{Object, Value};

/// Size of a value.
///
/// Both saturate for documents of absurd size, which sharing makes possible: a terabyte, and sixteen million levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measure {
    /// Length of the compact JSON text in UTF-8.
    pub bytes: usize,
    /// Levels of arrays and objects: 0 for a scalar, 1 for `[1]`.
    pub depth: u32,
}

impl Value {
    /// How large the value is as compact JSON text, and how deep.
    ///
    /// Arrays and objects remember it until they are changed, so that asking again costs nothing, and after a change
    /// deep inside, only the containers on the way to the change are measured again.
    ///
    /// ```
    /// use asl_runtime::{json, value::Measure};
    /// assert_eq!(json!({ "a": [1, 2] }).measure(), Measure { bytes: 11, depth: 2 });
    /// ```
    pub fn measure(&self) -> Measure {
        match self {
            Self::Null => Measure::scalar(4),
            Self::Bool(true) => Measure::scalar(4),
            Self::Bool(false) => Measure::scalar(5),
            Self::Number(number) => Measure::scalar(length(number)),
            Self::String(text) => Measure::scalar(length(text)),
            Self::Array(array) => array.measure(),
            Self::Object(object) => object.measure(),
        }
    }
}

impl Measure {
    fn scalar(bytes: usize) -> Self {
        Self { bytes, depth: 0 }
    }

    pub(super) fn of_array(elements: &[Value]) -> Self {
        elements
            .iter()
            .fold(Self::container(elements.len()), |sum, element| {
                sum.with(0, element)
            })
    }

    pub(super) fn of_object(object: &Object) -> Self {
        let empty = Self::container(object.len());
        object
            .iter()
            .fold(empty, |sum, (key, value)| sum.with(length(key) + 1, value))
    }

    /// The brackets, and the commas between so many entries.
    fn container(entries: usize) -> Self {
        Self {
            bytes: 2 + entries.saturating_sub(1),
            depth: 1,
        }
    }

    fn with(self, key: usize, value: &Value) -> Self {
        let Self { bytes, depth } = value.measure();
        Self {
            bytes: self.bytes.saturating_add(key).saturating_add(bytes),
            depth: self.depth.max(depth.saturating_add(1)),
        }
    }
}

/// Length of a number or string as JSON text.
fn length(scalar: &impl Serialize) -> usize {
    let mut length = Length(0);
    // Counting cannot fail.
    let _ = serde_json::to_writer(&mut length, scalar);
    length.0
}

/// Counts what is written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0 += text.len();
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A measure that is computed once, in one word: 40 bits of length, 24 bits of depth. A container is at least two bytes
/// long, so that 0 can mean that it is not known.
#[derive(Default)]
pub(super) struct Cache(AtomicU64);

const DEPTH_BITS: u32 = 24;
const MAX_DEPTH: u64 = (1 << DEPTH_BITS) - 1;
const MAX_BYTES: u64 = (1 << (64 - DEPTH_BITS)) - 1;

impl Cache {
    pub(super) fn get(&self) -> Option<Measure> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            packed => Some(unpack(packed)),
        }
    }

    pub(super) fn get_or(&self, measure: impl FnOnce() -> Measure) -> Measure {
        self.get().unwrap_or_else(|| {
            let packed = pack(measure());
            self.0.store(packed, Ordering::Relaxed);
            unpack(packed)
        })
    }

    pub(super) fn reset(&mut self) {
        *self.0.get_mut() = 0;
    }
}

impl Clone for Cache {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

fn pack(measure: Measure) -> u64 {
    let bytes = u64::try_from(measure.bytes).unwrap_or(u64::MAX).min(MAX_BYTES);
    bytes << DEPTH_BITS | u64::from(measure.depth).min(MAX_DEPTH)
}

fn unpack(packed: u64) -> Measure {
    Measure {
        bytes: usize::try_from(packed >> DEPTH_BITS).unwrap_or(usize::MAX),
        depth: (packed & MAX_DEPTH) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn measures_what_is_printed() {
        for value in [
            json!(null),
            json!(true),
            json!(false),
            json!(0),
            json!(-10),
            json!(99),
            json!(100),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(1.0),
            json!(1e300),
            json!(-0.1),
            json!(""),
            json!("a\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}é😀"),
            json!([]),
            json!({}),
            json!([1]),
            json!([1, [2, {}]]),
            json!({ "a\n": 1, "b": { "c": [] } }),
        ] {
            assert_eq!(value.measure().bytes, value.to_string().len(), "{value}");
            assert_eq!(
                value.measure().bytes,
                value.measure().bytes,
                "the second time, from the cache"
            );
        }
    }

    #[test]
    fn knows_the_depth() {
        for (value, depth) in [
            (json!(1), 0),
            (json!([]), 1),
            (json!([1, [2, {}], 3]), 3),
            (json!({ "a": [1] }), 2),
        ] {
            assert_eq!(value.measure().depth, depth, "{value}");
        }
    }

    #[test]
    fn is_measured_again_after_a_change_only() {
        let mut value = json!({ "a": { "b": [1] }, "c": "x" });
        assert_eq!(value.measure().bytes, 23);
        let copy = value.clone();
        value
            .get_mut("a")
            .unwrap()
            .get_mut("b")
            .unwrap()
            .as_array_mut()
            .unwrap()
            .push(json!(22));
        assert_eq!((value.measure().bytes, copy.measure().bytes), (26, 23));
        value.as_object_mut().unwrap().remove("a");
        assert_eq!(value.measure().bytes, 9);
    }

    #[test]
    fn saturates_when_sharing_makes_the_text_astronomical() {
        let mut value = json!(["x"]);
        for _ in 0..200 {
            value = json!([value.clone(), value.clone()]);
        }
        assert_eq!(
            value.measure(),
            Measure {
                bytes: MAX_BYTES as usize,
                depth: 201
            }
        );
    }
}
