//! `$sum`, `$max`, `$min`, `$average`, `$count`: numbers of whole arrays, which are not copied for them.

use std::cmp::Ordering;

use super::arguments::at;
use crate::{
    Number, Value,
    jsonata::{Args, Data, Error, Eval, Query},
};

/// A sum, exact as long as it is of integers that fit.
#[derive(Clone, Copy)]
enum Sum {
    Exact(i64),
    Float(f64),
}

impl Sum {
    fn add(self, number: Number) -> Self {
        if let (Self::Exact(sum), Some(integer)) = (self, number.as_i64())
            && let Some(sum) = sum.checked_add(integer)
        {
            return Self::Exact(sum);
        }
        Self::Float(self.as_f64() + number.as_f64())
    }

    fn as_f64(self) -> f64 {
        match self {
            Self::Exact(sum) => sum as f64,
            Self::Float(sum) => sum,
        }
    }
}

/// Takes each number of an array.
fn each(q: &Query<'_>, numbers: &Data, mut take: impl FnMut(Number)) -> Result<f64, Error> {
    q.spend(numbers.len() / 8)?;
    // What is not finite makes everything so.
    let mut beyond = 0.0;
    if let Data::Value(Value::Array(array)) = numbers {
        array.iter().filter_map(Value::as_number).for_each(take);
        return Ok(beyond);
    }
    for item in numbers.items() {
        match item {
            Data::NonFinite(number) => beyond += number,
            other => other.as_number().into_iter().for_each(&mut take),
        }
    }
    Ok(beyond)
}

/// `$sum(array)`
pub(super) fn sum(q: &Query<'_>, args: Args) -> Eval {
    let numbers = at(&args, 0);
    if numbers.is_undefined() {
        return Ok(Data::Undefined);
    }
    let mut sum = Sum::Exact(0);
    let beyond = each(q, numbers, |number| sum = sum.add(number))?;
    Ok(match sum {
        Sum::Exact(sum) if beyond == 0.0 => sum.into(),
        sum => (sum.as_f64() + beyond).into(),
    })
}

/// `$average(array)`
pub(super) fn average(q: &Query<'_>, args: Args) -> Eval {
    let numbers = at(&args, 0);
    if numbers.is_empty() {
        return Ok(Data::Undefined);
    }
    let mut sum = Sum::Exact(0);
    let beyond = each(q, numbers, |number| sum = sum.add(number))?;
    Ok(((sum.as_f64() + beyond) / numbers.len() as f64).into())
}

/// `$max(array)`
pub(super) fn max(q: &Query<'_>, args: Args) -> Eval {
    extreme(q, at(&args, 0), Ordering::Greater)
}

/// `$min(array)`
pub(super) fn min(q: &Query<'_>, args: Args) -> Eval {
    extreme(q, at(&args, 0), Ordering::Less)
}

fn extreme(q: &Query<'_>, numbers: &Data, wanted: Ordering) -> Eval {
    let mut best: Option<Number> = None;
    let beyond = each(q, numbers, |number| {
        if best.is_none_or(|best| number.cmp(&best) == wanted) {
            best = Some(number);
        }
    })?;
    let is_beyond = beyond != 0.0 && (best.is_none() || (beyond > 0.0) == (wanted == Ordering::Greater));
    Ok(match best {
        _ if is_beyond || beyond.is_nan() => Data::NonFinite(beyond),
        Some(best) => best.into(),
        None => Data::Undefined,
    })
}

/// `$count(array)`
pub(super) fn count(_: &Query<'_>, args: Args) -> Eval {
    Ok(at(&args, 0).len().into())
}
