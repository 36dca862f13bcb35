//! Numbers.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use smol_str::{SmolStrBuilder, ToSmolStr};

use super::ParseError;

/// A JSON number: an integer of 64 bits, signed or not, or a finite float.
///
/// Integers stay exact and are told from floats (`1` and `1.0` print as written), but numbers compare by value.
///
/// ```
/// use asl_runtime::Number;
/// let [integer, float]: [Number; 2] = ["1".parse()?, "1.0".parse()?];
/// assert_eq!(integer, float);
/// assert_eq!([integer.to_string(), float.to_string()], ["1", "1.0"]);
/// # Ok::<(), asl_runtime::value::ParseError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Number(Repr);

#[derive(Clone, Copy)]
pub(super) enum Repr {
    Int(i64),
    /// Above `i64::MAX` only, so that an integer has one representation.
    UInt(u64),
    /// Finite.
    Float(f64),
}

impl Number {
    /// A float, unless it is infinite or not a number: JSON has no such numbers.
    pub fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(Repr::Float(value)))
    }

    pub(crate) const fn from_i64(value: i64) -> Self {
        Self(Repr::Int(value))
    }

    /// An integer, if it fits into 64 bits with or without sign.
    pub fn from_i128(value: i128) -> Option<Self> {
        match i64::try_from(value) {
            Ok(value) => Some(value.into()),
            Err(_) => u64::try_from(value).ok().map(Self::from),
        }
    }

    /// The integer, when this is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Int(value) => Some(value),
            Repr::UInt(_) | Repr::Float(_) => None,
        }
    }

    /// The integer, when this is one that fits.
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Repr::Int(value) => u64::try_from(value).ok(),
            Repr::UInt(value) => Some(value),
            Repr::Float(_) => None,
        }
    }

    /// The number, rounded to the nearest float.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Int(value) => value as f64,
            Repr::UInt(value) => value as f64,
            Repr::Float(value) => value,
        }
    }

    /// Whether it is held as a float: written with a fraction or an exponent, or too large for an integer.
    pub fn is_float(self) -> bool {
        matches!(self.0, Repr::Float(_))
    }

    /// Whether the other number has the same JSON text.
    #[cfg(feature = "durable")]
    pub(super) fn is_written_like(self, other: Self) -> bool {
        match (self.0, other.0) {
            (Repr::Float(one), Repr::Float(other)) => one.to_bits() == other.to_bits(),
            (Repr::Float(_), _) | (_, Repr::Float(_)) => false,
            _ => self == other,
        }
    }

    pub(super) fn repr(self) -> Repr {
        self.0
    }

    /// Appends the number as JSON text. Integers are short and frequent: they go without the machinery of `fmt`.
    pub(crate) fn push_to(self, text: &mut SmolStrBuilder) {
        match self.0 {
            Repr::Int(value) => text.push_str(itoa::Buffer::new().format(value)),
            Repr::UInt(value) => text.push_str(itoa::Buffer::new().format(value)),
            Repr::Float(_) => text.push_str(&self.to_smolstr()),
        }
    }

    fn as_integer(self) -> Option<i128> {
        match self.0 {
            Repr::Int(value) => Some(value.into()),
            Repr::UInt(value) => Some(value.into()),
            Repr::Float(_) => None,
        }
    }
}

macro_rules! from_integer {
    ($($signed:ty)*; $($unsigned:ty)*) => {
        $(impl From<$signed> for Number {
            fn from(value: $signed) -> Self {
                Self(Repr::Int(value as i64))
            }
        })*
        $(impl From<$unsigned> for Number {
            fn from(value: $unsigned) -> Self {
                Self(match i64::try_from(value) {
                    Ok(value) => Repr::Int(value),
                    Err(_) => Repr::UInt(value as u64),
                })
            }
        })*
    };
}
from_integer!(i8 i16 i32 i64 isize; u8 u16 u32 u64 usize);

impl FromStr for Number {
    type Err = ParseError;

    /// A number as JSON writes it.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        // By type and not as any number, which would be text again with serde_json's `arbitrary_precision`.
        if let Ok(integer) = serde_json::from_str::<i64>(text) {
            return Ok(integer.into());
        }
        if let Ok(integer) = serde_json::from_str::<u64>(text) {
            return Ok(integer.into());
        }
        Ok(Self(Repr::Float(serde_json::from_str(text)?)))
    }
}

impl From<&serde_json::Number> for Number {
    fn from(number: &serde_json::Number) -> Self {
        if let Some(value) = number.as_i64() {
            return value.into();
        }
        if let Some(value) = number.as_u64() {
            return value.into();
        }
        let value = number.as_f64().unwrap_or_default();
        // Only with serde_json's `arbitrary_precision` can a number be out of range.
        Self(Repr::Float(value.clamp(f64::MIN, f64::MAX)))
    }
}

impl From<Number> for serde_json::Number {
    fn from(number: Number) -> Self {
        match number.0 {
            Repr::Int(value) => value.into(),
            Repr::UInt(value) => value.into(),
            Repr::Float(value) => Self::from_f64(value).unwrap_or_else(|| 0.into()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    /// By value, exactly: an integer is not rounded to compare it with a float.
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // Integers that a float holds exactly, and floats: nearly all numbers.
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        let float = |number: &Self| match number.0 {
            Repr::Int(integer) if integer.unsigned_abs() <= EXACT => Some(integer as f64),
            Repr::Float(float) => Some(float),
            Repr::Int(_) | Repr::UInt(_) => None,
        };
        if let (Some(one), Some(other)) = (float(self), float(other))
            && let Some(ordering) = one.partial_cmp(&other)
        {
            return ordering;
        }
        match (self.as_integer(), other.as_integer()) {
            (Some(one), Some(other)) => one.cmp(&other),
            (Some(integer), None) => compare_with_float(integer, other.as_f64()),
            (None, Some(integer)) => compare_with_float(integer, self.as_f64()).reverse(),
            (None, None) => self
                .as_f64()
                .partial_cmp(&other.as_f64())
                .unwrap_or(Ordering::Equal),
        }
    }
}

/// No integer of 64 bits is as large as this: 2⁶⁵.
const BEYOND_INTEGERS: f64 = 36_893_488_147_419_103_232.0;

fn compare_with_float(integer: i128, float: f64) -> Ordering {
    if float.abs() >= BEYOND_INTEGERS {
        return if float > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        };
    }
    let whole = float.trunc();
    integer
        .cmp(&(whole as i128))
        .then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal))
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let float = self.as_f64();
        match self.as_integer() {
            Some(integer) => integer.hash(state),
            None if float.abs() < BEYOND_INTEGERS && float.fract() == 0.0 => (float as i128).hash(state),
            None => float.to_bits().hash(state),
        }
    }
}

impl fmt::Display for Number {
    /// The number as JSON text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Int(value) => fmt::Display::fmt(&value, formatter),
            Repr::UInt(value) => fmt::Display::fmt(&value, formatter),
            Repr::Float(_) => fmt::Display::fmt(&serde_json::Number::from(*self), formatter),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn prints_what_it_parsed() {
        for text in [
            "0",
            "-1",
            "9223372036854775807",
            "18446744073709551615",
            "1.0",
            "-0.0",
            "0.1",
            "1e+300",
            "1.5e-7",
        ] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(
            number("18446744073709551616").to_string(),
            "1.8446744073709552e+19"
        );
    }

    #[test]
    fn compares_by_value_without_rounding() {
        let ascending = [
            "-1e300",
            "-9223372036854775809.0e1",
            "-9223372036854775808",
            "-1.5",
            "-1",
            "0",
            "0.5",
            "1",
            "1.25",
            "2",
            "9007199254740992.0",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808.0",
            "9223372036854775809",
            "18446744073709551615",
            "18446744073709551616.0",
            "1e+300",
        ];
        for (place, one) in ascending.iter().enumerate() {
            for (other_place, other) in ascending.iter().enumerate() {
                assert_eq!(
                    number(one).cmp(&number(other)),
                    place.cmp(&other_place),
                    "{one} and {other}"
                );
            }
        }
    }

    #[test]
    fn equal_numbers_hash_alike() {
        let builder = hashbrown::DefaultHashBuilder::default();
        for (one, other) in [
            ("1", "1.0"),
            ("0", "-0.0"),
            ("-3", "-3e0"),
            ("9223372036854775808", "9223372036854775808.0"),
            ("18446744073709549568", "18446744073709549568.0"),
        ] {
            let [one, other] = [number(one), number(other)];
            assert_eq!(one, other);
            assert_eq!(builder.hash_one(one), builder.hash_one(other));
        }
    }

    #[test]
    fn converts_only_what_fits() {
        assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!(number("18446744073709551615").as_i64(), None);
        assert_eq!(number("-1").as_u64(), None);
        assert_eq!(number("1.0").as_i64(), None);
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_i128(i128::MAX), None);
        assert_eq!(Number::from_i128(-1), Some(Number::from(-1)));
    }
}
