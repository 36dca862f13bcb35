//! Functions of numbers.

use std::rc::Rc;

use super::{
    arguments::{at, float, made, number as number_at, text},
    format_number::{self, Symbols},
    integers, pictures, rounding,
};
use crate::{
    Number, Value,
    jsonata::{Args, Data, Error, Eval, Query, number_text, stringify},
    value::SmolStr,
};

/// `$number(x)`
pub(super) fn number(_: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    Ok(match given {
        Data::Value(Value::Bool(value)) => i64::from(*value).into(),
        Data::Value(Value::String(text)) => match read(text) {
            Some(number) => number,
            None => {
                return Err(Error::new(
                    "D3030",
                    format!("Unable to cast value to a number: {}", stringify::quoted(given)),
                ));
            }
        },
        other => other.clone(),
    })
}

/// A number as text: in decimal as JSON writes it, zeros before it allowed, or with `0x`, `0o`, `0b`.
fn read(text: &str) -> Option<Data> {
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return in_radix(digits, radix);
        }
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !fraction.is_none_or(are_digits) || !exponent.is_none_or(are_digits) {
        return None;
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    let float: f64 = text.parse().ok()?;
    float.is_finite().then(|| float.into())
}

fn in_radix(digits: &str, radix: u32) -> Option<Data> {
    if digits.is_empty() {
        return None;
    }
    let values = digits.chars().map(|digit| digit.to_digit(radix));
    let values: Option<Vec<u32>> = values.collect();
    let float = values?
        .into_iter()
        .fold(0.0, |sum, value| sum * f64::from(radix) + f64::from(value));
    float.is_finite().then(|| float.into())
}

/// A function of one number: exactly for integers, if they have a result, else for floats.
fn mapped(args: &Args, exact: fn(i64) -> Option<i64>, float: fn(f64) -> f64) -> Eval {
    let given = at(args, 0);
    if let Some(integer) = given.as_number().and_then(Number::as_i64)
        && let Some(result) = exact(integer)
    {
        return Ok(result.into());
    }
    Ok(given
        .as_f64()
        .map_or(Data::Undefined, |number| Data::number(float(number))))
}

/// `$abs(n)`
pub(super) fn abs(_: &Query<'_>, args: Args) -> Eval {
    mapped(&args, i64::checked_abs, f64::abs)
}

/// `$floor(n)`
pub(super) fn floor(_: &Query<'_>, args: Args) -> Eval {
    mapped(&args, Some, f64::floor)
}

/// `$ceil(n)`
pub(super) fn ceil(_: &Query<'_>, args: Args) -> Eval {
    mapped(&args, Some, f64::ceil)
}

/// `$round(n, places)`
pub(super) fn round(_: &Query<'_>, args: Args) -> Eval {
    let Some(given) = number_at(&args, 0) else {
        return Ok(at(&args, 0).clone());
    };
    // Saturates.
    let places = float(&args, 1).unwrap_or(0.0) as i64;
    Ok(whole(rounding::number(given, places)))
}

/// A float without a fraction becomes an integer.
fn whole(number: Number) -> Data {
    if number.is_float() {
        Data::number(number.as_f64())
    } else {
        number.into()
    }
}

/// `$sqrt(n)`
pub(super) fn sqrt(_: &Query<'_>, args: Args) -> Eval {
    match at(&args, 0).as_f64() {
        Some(number) if number < 0.0 => Err(Error::new(
            "D3060",
            format!(
                "The sqrt function cannot be applied to a negative number: {}",
                number_text::js_text(number)
            ),
        )),
        Some(number) => Ok(number.sqrt().into()),
        None => Ok(Data::Undefined),
    }
}

/// `$power(base, exponent)`
pub(super) fn power(_: &Query<'_>, args: Args) -> Eval {
    let Some(base) = float(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let exponent = float(&args, 1).unwrap_or(f64::NAN);
    let result = base.powf(exponent);
    if !result.is_finite() {
        return Err(Error::new(
            "D3061",
            format!(
                "The power function has resulted in a value that cannot be represented as a JSON number: base={}, \
                exponent={}",
                stringify::quoted(at(&args, 0)),
                stringify::quoted(at(&args, 1)),
            ),
        ));
    }
    Ok(result.into())
}

/// `$formatNumber(n, picture, options)`
pub(super) fn format_number(q: &Query<'_>, args: Args) -> Eval {
    let Some(number) = number_at(&args, 0) else {
        return Ok(at(&args, 0).clone());
    };
    let mut symbols = Symbols::default();
    for (name, option) in at(&args, 2).members() {
        if let Some(option) = option.as_str() {
            symbols.set(&name, option);
        }
    }
    let picture = text(&args, 1).map_or("", SmolStr::as_str);
    q.spend(picture.len() / 16)?;
    let picture = match at(&args, 2) {
        Data::Undefined => pictures::of_numbers(picture, &symbols)?,
        _ => Rc::new(format_number::Picture::read(picture, &symbols)?),
    };
    made(q, format_number::format(number, &picture, &symbols))
}

/// `$formatBase(n, radix)`
pub(super) fn format_base(_: &Query<'_>, args: Args) -> Eval {
    let Some(number) = number_at(&args, 0) else {
        return Ok(at(&args, 0).clone());
    };
    let radix = rounding::half_even(float(&args, 1).unwrap_or(10.0), 0);
    if !(2.0..=36.0).contains(&radix) {
        return Err(Error::new(
            "D3100",
            format!(
                "The radix of the formatBase function must be between 2 and 36.  It was given {}",
                number_text::js_text(radix)
            ),
        ));
    }
    // Between 2 and 36.
    Ok(in_base(rounding::number(number, 0), radix as u32).into())
}

/// A whole number in a base, digits that a float does not have as zeros.
fn in_base(number: Number, radix: u32) -> String {
    /// 2⁵³: from here on a float has no digit for ones.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let digit = |value: u32| char::from_digit(value, radix).unwrap_or('0');
    let mut digits = Vec::new();
    if let Some(integer) = number.as_i64() {
        let mut rest = integer.unsigned_abs();
        while rest > 0 {
            digits.push(digit((rest % u64::from(radix)) as u32));
            rest /= u64::from(radix);
        }
    } else if radix == 10 {
        return number_text::js_text(number.as_f64()).to_string();
    } else {
        let mut rest = number.as_f64().abs();
        while rest >= EXACT {
            digits.push('0');
            rest /= f64::from(radix);
        }
        let mut rest = rest as u64;
        while rest > 0 {
            digits.push(digit((rest % u64::from(radix)) as u32));
            rest /= u64::from(radix);
        }
    }
    if digits.is_empty() {
        digits.push('0');
    }
    if number.as_f64() < 0.0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

/// `$formatInteger(n, picture)`
pub(super) fn format_integer(q: &Query<'_>, args: Args) -> Eval {
    let Some(number) = number_at(&args, 0) else {
        return Ok(at(&args, 0).clone());
    };
    let number = match number.as_i64() {
        Some(_) => number,
        None => match Data::number(number.as_f64().floor()).as_number() {
            Some(number) => number,
            None => return Ok(Data::Undefined),
        },
    };
    let picture = text(&args, 1).map_or("", SmolStr::as_str);
    q.spend(picture.len() / 16)?;
    made(q, integers::format(number, &*pictures::of_integers(picture)?)?)
}

/// `$parseInteger(s, picture)`
pub(super) fn parse_integer(q: &Query<'_>, args: Args) -> Eval {
    let Some(given) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let picture = text(&args, 1).map_or("", SmolStr::as_str);
    q.spend((picture.len() + given.len()) / 16)?;
    Ok(integers::parse(given, &*pictures::of_integers(picture)?)?.into())
}
