//! Rounding to decimal places.

use crate::Number;

/// The number rounded to so many decimal places, halves to the even digit; a negative count rounds before the point.
///
/// Works on the decimal text of a float, so that `0.285` is a half although no float is exactly that.
pub(super) fn number(number: Number, places: i64) -> Number {
    let Some(integer) = number.as_i64() else {
        let rounded = half_even(number.as_f64(), places);
        return Number::from_f64(rounded).unwrap_or(number);
    };
    if places >= 0 {
        return number;
    }
    let Some(unit) = u32::try_from(places.saturating_neg())
        .ok()
        .and_then(|power| 10_i128.checked_pow(power))
    else {
        return 0.into();
    };
    let integer = i128::from(integer);
    let (quotient, rest) = (integer.div_euclid(unit), integer.rem_euclid(unit));
    let up = rest * 2 > unit || rest * 2 == unit && quotient % 2 != 0;
    let rounded = (quotient + i128::from(up)) * unit;
    Number::from_i128(rounded)
        .or_else(|| Number::from_f64(rounded as f64))
        .unwrap_or(number)
}

/// The float rounded to so many decimal places, halves to the even digit.
pub(super) fn half_even(value: f64, places: i64) -> f64 {
    if places == 0 {
        return value.round_ties_even() + 0.0;
    }
    let shifted = shift(value, places);
    if !shifted.is_finite() {
        // So large that it has no such places.
        return value;
    }
    // Negative zero becomes zero.
    shift(shifted.round_ties_even(), places.saturating_neg()) + 0.0
}

/// `value × 10^places` in decimal.
fn shift(value: f64, places: i64) -> f64 {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.parse::<i64>().unwrap_or(0).saturating_add(places);
    format!("{mantissa}e{exponent}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_digit() {
        for (value, places, expected) in [
            (2.5, 0, 2.0),
            (-3.5, 0, -4.0),
            (0.125, 2, 0.12),
            (0.285, 2, 0.28),
            (0.295, 2, 0.3),
            (1.005, 2, 1.0),
            (1.015, 2, 1.02),
            (125.0, -1, 120.0),
            (1e308, 10, 1e308),
            (1.5, i64::MAX, 1.5),
            (1.5, i64::MIN, 0.0),
            (5e-324, 324, 5e-324),
        ] {
            assert_eq!(half_even(value, places), expected, "{value} {places}");
        }
        assert!(half_even(-0.5, 0).is_sign_positive());
        assert!(half_even(-0.04, 1).is_sign_positive());
    }

    #[test]
    fn integers_stay_exact() {
        for (value, places, expected) in [
            (i64::MAX, 3, i64::MAX),
            (i64::MAX, -18, 9_000_000_000_000_000_000),
            (-25, -1, -20),
            (-35, -1, -40),
            (55, -2, 100),
            (7, -40, 0),
        ] {
            let rounded = number(value.into(), places);
            assert_eq!(rounded, Number::from(expected), "{value} {places}");
        }
        assert_eq!(
            number(i64::MAX.into(), -1),
            Number::from(9_223_372_036_854_775_810_u64)
        );
        assert_eq!(number(i64::MIN.into(), -19), Number::from_f64(-1e19).unwrap());
    }
}
