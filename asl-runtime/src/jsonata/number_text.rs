//! Numbers as text, the way ECMAScript writes them.

use std::fmt::Write;

use smol_str::SmolStrBuilder;

use crate::{Number, value::SmolStr};

/// Digits that `$string` and `&` keep of a float.
const SIGNIFICANT: usize = 15;

/// The number as `$string` gives it: integers of 64 bits exactly, floats rounded to 15 significant digits.
///
/// The reference implementation has floats only, so it rounds large integers as well. The service keeps them.
pub(crate) fn push_number(out: &mut String, number: Number) {
    if number.is_float() {
        push_rounded(out, number.as_f64());
    } else {
        out.push_str(&number_text(number));
    }
}

/// The same as a text of its own.
pub(super) fn number_text(number: Number) -> SmolStr {
    if number.is_float() {
        let mut text = String::new();
        push_rounded(&mut text, number.as_f64());
        return text.into();
    }
    let mut text = SmolStrBuilder::new();
    number.push_to(&mut text);
    text.finish()
}

/// The float rounded to 15 significant digits.
fn push_rounded(out: &mut String, float: f64) {
    if float.fract() == 0.0 && float.abs() < 1e15 {
        let _ = write!(out, "{}", float as i64);
        return;
    }
    let mut decimal = Decimal::shortest(float);
    if decimal.digits.len() > SIGNIFICANT {
        decimal = Decimal::rounded(float);
    }
    decimal.push(out);
}

/// The float as ECMAScript's `String(float)`: the shortest digits that read back as the same float.
pub(crate) fn js_text(float: f64) -> SmolStr {
    if float.is_nan() {
        return SmolStr::new_static("NaN");
    }
    if float.is_infinite() {
        return SmolStr::new_static(if float > 0.0 { "Infinity" } else { "-Infinity" });
    }
    let mut text = String::new();
    Decimal::shortest(float).push(&mut text);
    text.into()
}

/// A finite float in decimal: `0.d₁d₂d₃… × 10^point`.
struct Decimal {
    negative: bool,
    /// Without zeros at the end.
    digits: SmolStr,
    point: i32,
}

impl Decimal {
    fn shortest(float: f64) -> Self {
        Self::read(&format!("{float:e}"))
    }

    /// Rounded to [`SIGNIFICANT`] digits, halves away from zero.
    fn rounded(float: f64) -> Self {
        // Rust rounds halves to even, ECMAScript up. More digits than a double can have after the last that is kept
        // show whether this is one: a half needs no more than 53 binary places.
        let exact = format!("{float:.70e}");
        let (mantissa, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
        let kept = mantissa.trim_start_matches('-').len().min(SIGNIFICANT + 1);
        let rest = &mantissa.trim_start_matches('-')[kept..];
        let is_half = rest.starts_with('5') && rest[1..].bytes().all(|digit| digit == b'0');
        if !is_half {
            return Self::read(&format!("{float:.*e}", SIGNIFICANT - 1));
        }
        // One unit in the last place more, in digits that fit an integer.
        let digits: String = mantissa.trim_start_matches('-')[..kept].replace('.', "");
        let up = digits.parse::<u64>().unwrap_or(0) + 1;
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if float < 0.0 { "-" } else { "" };
        let last = exponent - i32::try_from(SIGNIFICANT - 1).unwrap_or(0);
        let text = format!("{sign}{up}");
        let mut decimal = Self::read(&format!("{text}e{last}"));
        // `read` takes the point to be after the first digit.
        decimal.point += i32::try_from(text.trim_start_matches('-').len()).unwrap_or(0) - 1;
        decimal
    }

    /// From Rust's `{:e}`: `-1.25e-7`.
    fn read(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(mantissa) => (true, mantissa),
            None => (false, mantissa),
        };
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        Self {
            negative,
            digits: digits.trim_end_matches('0').into(),
            point: exponent.parse::<i32>().unwrap_or(0) + 1,
        }
    }

    /// In the form of <https://tc39.es/ecma262/#sec-numeric-types-number-tostring>.
    fn push(&self, out: &mut String) {
        let digits = self.digits.as_str();
        if digits.is_empty() {
            out.push('0');
            return;
        }
        if self.negative {
            out.push('-');
        }
        let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        match self.point {
            point if count <= point && point <= 21 => {
                out.push_str(digits);
                push_zeros(out, point - count);
            }
            point @ 1..=21 => {
                let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
                let _ = write!(out, "{whole}.{fraction}");
            }
            point @ -5..=0 => {
                out.push_str("0.");
                push_zeros(out, -point);
                out.push_str(digits);
            }
            point => {
                let (first, rest) = digits.split_at(1);
                out.push_str(first);
                if !rest.is_empty() {
                    let _ = write!(out, ".{rest}");
                }
                let _ = write!(out, "e{:+}", point - 1);
            }
        }
    }
}

fn push_zeros(out: &mut String, count: i32) {
    out.extend(std::iter::repeat_n('0', usize::try_from(count).unwrap_or(0)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_read_back_as_what_was_written(float in prop::num::f64::NORMAL) {
            prop_assert_eq!(js_text(float).parse::<f64>(), Ok(float));
            let written: f64 = text(float).parse().unwrap();
            prop_assert!(((written - float) / float).abs() < 1e-14, "{float:e} {written:e}");
            prop_assert!(text(float).trim_start_matches(['-', '0', '.']).bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count() <= 21);
        }
    }

    fn text(float: f64) -> String {
        let mut out = String::new();
        push_number(&mut out, Number::from_f64(float).unwrap());
        out
    }

    #[test]
    fn floats_keep_15_digits() {
        for (float, expected) in [
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333333333"),
            (-2.0 / 3.0, "-0.666666666666667"),
            (1.0, "1"),
            (-0.0, "0"),
            (39.4, "39.4"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (123_456_789_012_345_680_000.0, "123456789012346000000"),
            (0.000_001, "0.000001"),
            (0.000_000_1, "1e-7"),
            (1.234_5e-7, "1.2345e-7"),
            // Halves, which are exact in binary.
            (100_000_000_000_000.5, "100000000000001"),
            (-100_000_000_000_001.5, "-100000000000002"),
            (999_999_999_999_999.5, "1000000000000000"),
            (999_999_999_999_999.9, "1000000000000000"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.79769313486232e+308"),
        ] {
            assert_eq!(text(float), expected);
        }
    }

    #[test]
    fn integers_keep_all_digits() {
        for integer in [i64::MIN, -1, 0, 9_007_199_254_740_993, i64::MAX] {
            let mut out = String::new();
            push_number(&mut out, integer.into());
            assert_eq!(out, integer.to_string());
        }
        let mut out = String::new();
        push_number(&mut out, u64::MAX.into());
        assert_eq!(out, "18446744073709551615");
    }

    #[test]
    fn ecmascript_keeps_what_tells_floats_apart() {
        for (float, expected) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (-1.5e-9, "-1.5e-9"),
            (123.0, "123"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(js_text(float), expected);
        }
    }
}
