//! Numbers.

use super::{Arguments, IntrinsicError, failure};
use crate::value::Value;

/// More elements than these are refused.
const MAX_RANGE: u64 = 1_000;

/// Java's `Math.round`: to the nearest whole number, halves up.
pub(super) fn round(number: f64) -> i64 {
    let floor = number.floor();
    let rounded = if number - floor < 0.5 { floor } else { floor + 1.0 };
    // Saturates, as in Java.
    #[allow(clippy::cast_possible_truncation)]
    let rounded = rounded as i64;
    rounded
}

pub(super) fn add(arguments: &Arguments<'_>) -> Result<i64, IntrinsicError> {
    let (left, right) = (arguments.int(0)?, arguments.int(1)?);
    Ok(i64::from(left) + i64::from(right))
}

pub(super) fn range(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let (first, last, step) = (
        arguments.integer(0)?,
        arguments.integer(1)?,
        arguments.integer(2)?,
    );
    let (first, last, step) = (i128::from(first), i128::from(last), i128::from(step));
    if step == 0 {
        return Err(failure("the step of a range cannot be 0"));
    }
    let steps = if step > 0 {
        (last - first).div_euclid(step)
    } else {
        (first - last).div_euclid(-step)
    };
    if steps < 0 {
        return Ok(Value::from(Vec::<Value>::new()));
    }
    if steps >= i128::from(MAX_RANGE) {
        return Err(failure(format!(
            "a range cannot have more than {MAX_RANGE} elements"
        )));
    }
    let numbers = (0..=steps).filter_map(|index| i64::try_from(first + index * step).ok());
    Ok(numbers.collect())
}

pub(super) fn random(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let (start, end) = (arguments.int(0)?, arguments.int(1)?);
    let (start, end) = (i64::from(start), i64::from(end));
    if start >= end {
        return Err(failure(
            "the end of a random range must be greater than its start",
        ));
    }
    let number = if arguments.len() > 2 {
        JavaRandom::new(arguments.integer(2)?).between(start, end)
    } else {
        let range = u128::from(start.abs_diff(end));
        let offset = (u128::from(arguments.environment.random()) * range) >> 64;
        start.saturating_add(i64::try_from(offset).unwrap_or_default())
    };
    Ok(number.into())
}

impl Arguments<'_> {
    /// A whole number within 32 bits, the range of the service's arithmetic.
    #[inline]
    fn int(&self, index: usize) -> Result<i32, IntrinsicError> {
        match self.whole_at_hand(index).map(i32::try_from) {
            Some(Ok(integer)) => Ok(integer),
            _ => self.rounded_int(index),
        }
    }

    #[cold]
    fn rounded_int(&self, index: usize) -> Result<i32, IntrinsicError> {
        let integer = self.integer(index)?;
        i32::try_from(integer)
            .map_err(|_| failure(format!("argument {} is out of range: {integer}", index + 1)))
    }
}

/// Java's linear congruential generator, so that a seed gives one number everywhere.
pub(crate) struct JavaRandom(i64);

impl JavaRandom {
    const MULTIPLIER: i64 = 0x5_DEEC_E66D;
    const MASK: i64 = (1 << 48) - 1;

    pub(crate) fn new(seed: i64) -> Self {
        Self((seed ^ Self::MULTIPLIER) & Self::MASK)
    }

    /// The next bits, not signed: 32 at most.
    fn bits(&mut self, count: u32) -> i64 {
        self.0 = self.0.wrapping_mul(Self::MULTIPLIER).wrapping_add(0xB) & Self::MASK;
        self.0 >> (48 - count)
    }

    /// The next 32 bits, signed.
    fn next(&mut self) -> i64 {
        #[allow(clippy::cast_possible_truncation)]
        let bits = self.bits(32) as i32;
        i64::from(bits)
    }

    /// A float at least 0 and below 1.
    pub(crate) fn double(&mut self) -> f64 {
        let bits = (self.bits(26) << 27) + self.bits(27);
        // 53 bits are exact.
        bits as f64 / (1_i64 << 53) as f64
    }

    fn next_long(&mut self) -> i64 {
        (self.next() << 32).wrapping_add(self.next())
    }

    /// A number from `start` to below `end`, which is greater.
    fn between(&mut self, start: i64, end: i64) -> i64 {
        let range = end - start;
        let mask = range - 1;
        let mut number = self.next_long();
        if range & mask == 0 {
            return (number & mask) + start;
        }
        loop {
            let half = (number.cast_unsigned() >> 1).cast_signed();
            let rest = half % range;
            if half.wrapping_add(mask).wrapping_sub(rest) >= 0 {
                return rest + start;
            }
            number = self.next_long();
        }
    }
}
