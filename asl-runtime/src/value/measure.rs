//! How large a value is as JSON text.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Number, Object, Value, number::Repr};

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
            Self::Number(number) => Measure::scalar(number_length(*number)),
            Self::String(text) => Measure::scalar(string_length(text)),
            Self::Array(array) => array.measure(),
            Self::Object(object) => object.measure(),
        }
    }
}

impl Value {
    /// Whether the value is at most so large, which is nearly always known without measuring it exactly.
    #[inline]
    pub(crate) fn fits(&self, limit: Measure) -> bool {
        let known = match self {
            Self::Array(array) => array.known_bound(),
            Self::Object(object) => object.known_bound(),
            _ => None,
        };
        known.is_some_and(|bound| bound.is_within(limit)) || self.measured_fits(limit)
    }

    /// How long the JSON text probably is, to set space aside for it: most characters are not escaped. No more than a
    /// mebibyte, which is enough to begin with.
    pub(crate) fn likely_length(&self) -> usize {
        (self.bound().bytes / (ESCAPED - 1) + 32).min(1 << 20)
    }

    #[inline(never)]
    fn measured_fits(&self, limit: Measure) -> bool {
        self.bound().is_within(limit) || self.measure().is_within(limit)
    }

    /// Whether the values are together at most so long, and each at most so deep.
    #[inline(never)]
    pub(crate) fn fit_together<'v>(values: impl Iterator<Item = &'v Self> + Clone, limit: Measure) -> bool {
        let together = |measures: &mut dyn Iterator<Item = Measure>| {
            measures.fold(Measure::default(), |sum, measure| Measure {
                bytes: sum.bytes.saturating_add(measure.bytes),
                depth: sum.depth.max(measure.depth),
            })
        };
        together(&mut values.clone().map(Self::bound)).is_within(limit)
            || together(&mut values.map(Self::measure)).is_within(limit)
    }

    /// The [bound](Self::bound), if it is known.
    #[inline]
    pub(crate) fn known_bound(&self) -> Option<Measure> {
        match self {
            Self::Array(array) => array.known_bound(),
            Self::Object(object) => object.known_bound(),
            scalar => Some(scalar.bound()),
        }
    }

    /// A quick upper bound of the [measure](Self::measure); its depth is exact.
    #[inline]
    pub(crate) fn bound(&self) -> Measure {
        match self {
            Self::Null | Self::Bool(_) => Measure::of_word(),
            Self::Number(_) => Measure::of_number(),
            Self::String(text) => Measure::of_text(text),
            Self::Array(array) => array.known_bound().unwrap_or_else(|| array.bound()),
            Self::Object(object) => object.known_bound().unwrap_or_else(|| object.bound()),
        }
    }
}

/// Most bytes that come of one in a string.
const ESCAPED: usize = 6;

/// How long a string can be as JSON text.
#[inline]
fn longest(text: &str) -> usize {
    text.len() * ESCAPED + 2
}

impl Measure {
    #[inline]
    fn is_within(self, limit: Self) -> bool {
        self.bytes <= limit.bytes && self.depth <= limit.depth
    }

    /// A bound of `null`, `true` and `false`.
    #[inline]
    pub(crate) fn of_word() -> Self {
        Self::scalar(5)
    }

    /// A bound of any number.
    #[inline]
    #[doc(hidden)]
    pub fn of_number() -> Self {
        // `-1.7976931348623157e308` and a little more.
        Self::scalar(25)
    }

    /// A bound of a string.
    #[inline]
    #[doc(hidden)]
    pub fn of_text(text: &str) -> Self {
        Self::scalar(longest(text))
    }

    /// A bound of an array or object with one element or member more, given a bound of that.
    #[inline]
    #[doc(hidden)]
    pub fn with_part(self, key: &str, part: Self) -> Self {
        // With the colon and the comma.
        self.and(longest(key) + 2, part)
    }

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
            .fold(empty, |sum, (key, value)| sum.with(string_length(key) + 1, value))
    }

    pub(super) fn bound_of_array(elements: &[Value]) -> Self {
        let mut sum = Self::container(elements.len());
        for element in elements {
            let Self { bytes, depth } = match element {
                // Most are, and there need be no look at what else they could be.
                Value::Object(object) => object.known_bound().unwrap_or_else(|| object.bound()),
                other => other.bound(),
            };
            sum.bytes = sum.bytes.saturating_add(bytes);
            sum.depth = sum.depth.max(depth + 1);
        }
        sum
    }

    pub(super) fn bound_of_object(object: &Object) -> Self {
        let mut sum = Self::container(object.len());
        for (key, value) in object {
            let value = value.bound();
            // Nobody has keys so long that this overflows, but values may be shared beyond all bounds.
            sum.bytes = sum.bytes.saturating_add(longest(key) + 1 + value.bytes);
            sum.depth = sum.depth.max(value.depth + 1);
        }
        sum
    }

    /// An object of so many members, without what they take.
    #[doc(hidden)]
    pub fn of_members(count: usize) -> Self {
        Self::container(count)
    }

    /// A bound of an object with one member more, given a bound of that.
    #[inline]
    pub(crate) fn with_bounded(self, key: &str, bound: Self) -> Self {
        self.and(longest(key) + 1, bound)
    }

    /// Whether a container of this depth holds others.
    #[inline]
    pub(super) fn holds_containers(self) -> bool {
        self.depth > 1
    }

    /// A bound of an object with one member more.
    pub(super) fn with_member(self, key: &str, value: &Value) -> Self {
        // With the comma.
        self.and(longest(key) + 2, value.bound())
    }

    /// The brackets, and the commas between so many entries.
    fn container(entries: usize) -> Self {
        Self {
            bytes: 2 + entries.saturating_sub(1),
            depth: 1,
        }
    }

    fn with(self, key: usize, value: &Value) -> Self {
        self.and(key, value.measure())
    }

    #[inline]
    fn and(self, key: usize, Self { bytes, depth }: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(key).saturating_add(bytes),
            depth: self.depth.max(depth.saturating_add(1)),
        }
    }
}

/// Length of a string as JSON text.
fn string_length(text: &str) -> usize {
    // Without a branch in the loop, which then takes many bytes at a time.
    let escaped = text.bytes().fold(0_usize, |sum, byte| {
        sum + usize::from((byte < 0x20) | (byte == b'"') | (byte == b'\\'))
    });
    let escapes = if escaped == 0 {
        0
    } else {
        text.bytes().map(escape_length).sum()
    };
    text.len() + 2 + escapes
}

/// What escaping a byte adds to its length.
fn escape_length(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x8 | 0xc => 1,
        0..0x20 => 5,
        _ => 0,
    }
}

/// Length of a number as JSON text.
fn number_length(number: Number) -> usize {
    match number.repr() {
        Repr::Int(value) => usize::from(value < 0) + digits(value.unsigned_abs()),
        Repr::UInt(value) => digits(value),
        Repr::Float(value) => zmij::Buffer::new().format_finite(value).len(),
    }
}

fn digits(value: u64) -> usize {
    value.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// What is known of a container's size.
#[derive(Default, Clone)]
pub(super) struct Size {
    pub exact: Cache,
    pub bound: Cache,
}

impl Size {
    pub fn reset(&mut self) {
        self.exact.reset();
        self.bound.reset();
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
    #[inline]
    pub(super) fn get(&self) -> Option<Measure> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            packed => Some(unpack(packed)),
        }
    }

    #[inline]
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

    pub(super) fn set(&mut self, measure: Measure) {
        *self.0.get_mut() = pack(measure);
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

#[inline]
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
    fn fits_when_it_is_small_enough() {
        let value = json!({ "text": "a\u{1}\n".repeat(9), "numbers": [1, -2.5e300, [true]] });
        let exact = value.measure();
        let limit = |bytes: usize, depth: u32| Measure { bytes, depth };
        assert!(value.fits(exact));
        assert!(value.fits(limit(1 << 20, 100)));
        assert!(!value.fits(limit(exact.bytes - 1, exact.depth)));
        assert!(!value.fits(limit(1 << 20, exact.depth - 1)));
        assert!(value.bound().bytes >= exact.bytes && value.bound().depth == exact.depth);
    }

    #[test]
    fn values_fit_together_if_their_sum_is_small_enough() {
        let values = [json!("\u{1}".repeat(10)), json!([["x".repeat(50)]])];
        let fit = |bytes, depth| Value::fit_together(values.iter(), Measure { bytes, depth });
        let sum = values.iter().map(|value| value.measure().bytes).sum::<usize>();
        assert!(fit(sum, 2) && fit(sum * 10, 2));
        assert!(!fit(sum - 1, 2) && !fit(sum * 10, 1));
        assert!(Value::fit_together([].iter(), Measure::default()));
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
