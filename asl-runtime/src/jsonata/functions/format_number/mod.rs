//! `$formatNumber`: numbers in the form of a picture such as `#,##0.00`.
//!
//! The pictures are those of XPath's
//! [`format-number`](https://www.w3.org/TR/xpath-functions-31/#func-format-number).

mod picture;
#[cfg(test)]
mod tests;

use picture::SubPicture;
pub(super) use picture::{Picture, Symbols};

use super::rounding;
use crate::Number;

/// A number in the form of a picture.
pub(super) fn format(number: Number, picture: &Picture, symbols: &Symbols) -> String {
    let value = number.as_f64();
    let (sub, sign) = match &picture.negative {
        _ if value >= 0.0 => (&picture.positive, ""),
        Some(negative) => (negative, ""),
        None => (&picture.positive, symbols.minus_sign.as_str()),
    };
    let (digits, exponent) = decimal(number, sub);
    let body = mantissa(&digits, sub, symbols);
    let mut text = format!("{sign}{}{body}", sub.prefix);
    if let Some(exponent) = exponent {
        let minus = if exponent < 0 {
            symbols.minus_sign.as_str()
        } else {
            ""
        };
        let width = sub.exponent_digits;
        let digits = format!("{:0width$}", exponent.unsigned_abs());
        text.push_str(&symbols.exponent_separator);
        text.push_str(minus);
        text.extend(digits.chars().map(|digit| symbols.of_family(digit)));
    }
    text + &sub.suffix
}

/// The size of the number in decimal with as many places as the picture can show, and the exponent if it wants one.
fn decimal(number: Number, sub: &SubPicture) -> (String, Option<i32>) {
    if let Some(integer) = number.as_i64()
        && sub.factor == 1.0
        && sub.exponent_digits == 0
    {
        return (integer.unsigned_abs().to_string(), None);
    }
    let mut mantissa = (number.as_f64() * sub.factor).abs();
    let mut exponent = None;
    if sub.exponent_digits > 0 {
        let digits = i32::try_from(sub.scaling).unwrap_or(i32::MAX);
        let (least, most) = (10_f64.powi(digits - 1), 10_f64.powi(digits));
        let mut power = 0;
        // Zero would never get there.
        while mantissa < least && mantissa > 0.0 {
            mantissa *= 10.0;
            power -= 1;
        }
        while mantissa > most && mantissa.is_finite() {
            mantissa /= 10.0;
            power += 1;
        }
        exponent = Some(power);
    }
    let places = sub.max_fraction;
    let rounded = rounding::half_even(mantissa, i64::try_from(places).unwrap_or(i64::MAX));
    (format!("{rounded:.places$}"), exponent)
}

/// Pads and groups the digits.
fn mantissa(digits: &str, sub: &SubPicture, symbols: &Symbols) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = format!("{whole:0>width$}", width = sub.min_integer);
    let fraction = format!("{fraction:0<width$}", width = sub.min_fraction);
    let mut text = String::with_capacity(whole.len() * 2 + fraction.len() * 2);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && sub.groups_before(whole.len() - at) {
            text.push_str(&symbols.grouping_separator);
        }
        text.push(symbols.of_family(digit));
    }
    if sub.has_decimal_separator && !fraction.is_empty() {
        text.push_str(&symbols.decimal_separator);
        for (at, digit) in fraction.chars().enumerate() {
            if sub.fraction_groups.contains(&at) {
                text.push_str(&symbols.grouping_separator);
            }
            text.push(symbols.of_family(digit));
        }
    }
    text
}
