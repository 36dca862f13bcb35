//! The functions that Step Functions adds.
//!
//! See <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn>.

use super::arguments::{at, float, misfit, sequence, text};
use crate::{
    Value,
    intrinsic::{JavaRandom, digest},
    jsonata::{Args, Data, Error, Eval, Gather, Query, stringify},
};

/// `$partition(array, size)`: chunks of so many items. A size that is no positive number gives nothing.
pub(super) fn partition(q: &Query<'_>, args: Args) -> Eval {
    let array = at(&args, 0);
    // Fractions are dropped. Saturates.
    let size = float(&args, 1).unwrap_or(0.0) as usize;
    if size == 0 || array.is_empty() {
        return Ok(Data::Undefined);
    }
    q.spend(array.len())?;
    if let Data::Value(Value::Array(array)) = array {
        let chunks = array.chunks(size).map(|chunk| Value::from(chunk.to_vec()));
        return Ok(Data::Value(chunks.collect()));
    }
    let items: Vec<Data> = array.items().collect();
    Ok(Data::array(
        items
            .chunks(size)
            .map(|chunk| Data::array(chunk.to_vec()))
            .collect(),
    ))
}

/// `$range(first, last, step)`: the numbers from the first on, up to the last one. A step that leads away from it gives
/// nothing, a single number no array.
pub(super) fn range(q: &Query<'_>, args: Args) -> Eval {
    /// More are refused.
    const MAX: i128 = 1_000_000;
    let number = |index| {
        let number = float(&args, index).filter(|number| number.is_finite())?;
        // Fractions are dropped. Saturates.
        Some(number as i64)
    };
    let (Some(first), Some(last), Some(step)) = (number(0), number(1), number(2)) else {
        return Ok(Data::Undefined);
    };
    let (distance, step) = (i128::from(last) - i128::from(first), i128::from(step));
    if step == 0 || distance != 0 && (distance > 0) != (step > 0) {
        return Ok(Data::Undefined);
    }
    let count = distance / step + 1;
    if count > MAX {
        return Err(Error::new(
            "D2014",
            format!(
                "The size of the sequence allocated by the range operator (..) must not exceed 1e6.  Attempted to \
                allocate {count}."
            ),
        ));
    }
    q.spend(usize::try_from(count).unwrap_or(usize::MAX))?;
    let numbers = (0..count).filter_map(|index| i64::try_from(i128::from(first) + index * step).ok());
    Ok(sequence(numbers.map(Data::from).collect::<Gather>()))
}

/// `$hash(data, algorithm)`: in hexadecimal digits. Without an algorithm it gives nothing.
pub(super) fn hash(q: &Query<'_>, args: Args) -> Eval {
    let (data, Some(algorithm)) = (at(&args, 0), text(&args, 1)) else {
        return Ok(Data::Undefined);
    };
    if data.is_undefined() {
        return Ok(Data::Undefined);
    }
    let mut text = String::new();
    stringify::append(&mut text, data)?;
    q.spend(text.len() / 64)?;
    match digest(algorithm, text.as_bytes()) {
        Some(digest) => Ok(digest.into()),
        None => Err(misfit("hash", 1)),
    }
}

/// `$random(seed)`: at least 0 and below 1. A seed always gives the same number.
pub(super) fn random(q: &Query<'_>, args: Args) -> Eval {
    if let Some(seed) = float(&args, 0) {
        // Saturates.
        return Ok(JavaRandom::new(seed as i64).double().into());
    }
    // 53 bits are what a float can hold.
    Ok(((q.environment.random() >> 11) as f64 / (1_u64 << 53) as f64).into())
}

/// `$uuid()`: version 4.
pub(super) fn uuid(q: &Query<'_>, _: Args) -> Eval {
    let mut bytes = [0; 16];
    let (high, low) = bytes.split_at_mut(8);
    high.copy_from_slice(&q.environment.random().to_be_bytes());
    low.copy_from_slice(&q.environment.random().to_be_bytes());
    Ok(uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
        .into())
}

/// `$parse(text)`: the value of a JSON text.
pub(super) fn parse(q: &Query<'_>, args: Args) -> Eval {
    let Some(json) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    q.spend(json.len() / 64)?;
    match Value::from_json(json) {
        // There is no negative zero.
        Ok(Value::Number(number)) if number.as_f64() == 0.0 => Ok(0_i64.into()),
        Ok(value) => Ok(value.into()),
        Err(problem) => Err(Error::new(
            "D3030",
            format!("Unable to parse value as JSON: {problem}"),
        )),
    }
}
