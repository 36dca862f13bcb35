//! `$formatInteger` and `$parseInteger`, and the integers in pictures of dates.
//!
//! The pictures are those of XPath's
//! [`format-integer`](https://www.w3.org/TR/xpath-functions-31/#func-format-integer), as far as JSONata has them.

mod picture;
#[cfg(test)]
mod tests;
mod words;

pub(super) use picture::{Digits, Picture, regular_interval};
pub(super) use picture::{Grouping, Primary};
pub(super) use words::ends as word_ends;

use crate::{
    Number,
    jsonata::{Error, number_text},
};

/// Larger numbers are not written in Roman numerals: the text would have one letter for each thousand.
const MAX_ROMAN: f64 = 10_000_000.0;

const ROMAN: [(f64, &str); 13] = [
    (1000.0, "m"),
    (900.0, "cm"),
    (500.0, "d"),
    (400.0, "cd"),
    (100.0, "c"),
    (90.0, "xc"),
    (50.0, "l"),
    (40.0, "xl"),
    (10.0, "x"),
    (9.0, "ix"),
    (5.0, "v"),
    (4.0, "iv"),
    (1.0, "i"),
];

/// An integer in the form of a picture.
///
/// # Errors
/// D3130: the picture is a sequence of another kind.
pub(super) fn format(number: Number, picture: &Picture) -> Result<String, Error> {
    let value = number.as_f64();
    let size = value.abs();
    let mut text = match &picture.primary {
        Primary::Letters { upper } => letters(size, if *upper { b'A' } else { b'a' }),
        Primary::Roman { upper } => {
            let text = roman(size)?;
            if *upper { text.to_uppercase() } else { text }
        }
        Primary::Words(case) => case.apply(words::in_words(size, picture.ordinal)),
        Primary::Digits(digits) => in_digits(number, digits, picture.ordinal),
        Primary::Sequence(token) => return Err(unsupported(token)),
    };
    if value < 0.0 {
        text.insert(0, '-');
    }
    Ok(text)
}

/// An integer from a text in the form of a picture; NaN if the text has another form.
///
/// # Errors
/// D3130: the picture is a sequence of another kind.
pub(super) fn parse(text: &str, picture: &Picture) -> Result<f64, Error> {
    Ok(match &picture.primary {
        Primary::Letters { upper } => from_letters(text, if *upper { b'A' } else { b'a' }),
        Primary::Roman { upper: true } => from_roman(text),
        Primary::Roman { upper: false } => from_roman(&text.to_uppercase()),
        Primary::Words(_) => words::from_words(&text.to_lowercase()),
        Primary::Digits(digits) => from_digits(text, digits, picture.ordinal),
        Primary::Sequence(token) => return Err(unsupported(token)),
    })
}

fn unsupported(token: &str) -> Error {
    Error::new(
        "D3130",
        format!(
            "Formatting or parsing an integer as a sequence starting with {} is not supported by this implementation",
            crate::Value::from(token)
        ),
    )
}

/// A, B, …, Z, AA, AB, …
fn letters(mut value: f64, first: u8) -> String {
    let mut letters = Vec::new();
    while value > 0.0 {
        // Below 26.
        let letter = ((value - 1.0) % 26.0) as u8;
        letters.push(char::from(first + letter));
        value = ((value - 1.0) / 26.0).floor();
    }
    letters.iter().rev().collect()
}

fn from_letters(text: &str, first: u8) -> f64 {
    text.chars().fold(0.0, |value, letter| {
        value * 26.0 + f64::from(u32::from(letter)) - f64::from(first) + 1.0
    })
}

fn roman(mut value: f64) -> Result<String, Error> {
    if value > MAX_ROMAN {
        return Err(Error::new(
            "D1001",
            format!("Number out of range: {}", number_text::js_text(value)),
        ));
    }
    let mut text = String::new();
    for (size, numeral) in ROMAN {
        while value >= size {
            text.push_str(numeral);
            value -= size;
        }
    }
    Ok(text)
}

fn from_roman(text: &str) -> f64 {
    let mut sum = 0.0;
    let mut largest = 1.0;
    for digit in text.chars().rev() {
        let value = match digit {
            'M' => 1000.0,
            'D' => 500.0,
            'C' => 100.0,
            'L' => 50.0,
            'X' => 10.0,
            'V' => 5.0,
            'I' => 1.0,
            _ => return f64::NAN,
        };
        if value < largest {
            sum -= value;
        } else {
            largest = value;
            sum += value;
        }
    }
    sum
}

fn in_digits(number: Number, digits: &Digits, ordinal: bool) -> String {
    let plain = match number.as_i64() {
        Some(integer) => integer.unsigned_abs().to_string(),
        None => number_text::js_text(number.as_f64().abs()).to_string(),
    };
    let zeros = digits.mandatory.saturating_sub(plain.len());
    let padded = std::iter::repeat_n('0', zeros).chain(plain.chars());
    let family: Vec<char> = padded.map(|digit| digits.of_family(digit)).collect();
    let mut text = String::with_capacity(family.len() * 2);
    for (at, digit) in family.iter().enumerate() {
        if at > 0 {
            text.extend(digits.grouping.before(family.len() - at));
        }
        text.push(*digit);
    }
    if ordinal {
        text.push_str(suffix(&text));
    }
    text
}

/// What makes digits an ordinal number in English.
fn suffix(digits: &str) -> &'static str {
    let mut digits = digits.chars().rev();
    let (last, before) = (digits.next(), digits.next());
    match last {
        _ if before == Some('1') => "th",
        Some('1') => "st",
        Some('2') => "nd",
        Some('3') => "rd",
        _ => "th",
    }
}

fn from_digits(text: &str, digits: &Digits, ordinal: bool) -> f64 {
    let end = match text.char_indices().nth_back(1) {
        Some((at, _)) if ordinal => at,
        None if ordinal => 0,
        _ => text.len(),
    };
    let plain: String = text[..end]
        .chars()
        .filter(|char| !digits.grouping.separates(*char))
        .map(|char| digits.to_ascii(char))
        .collect();
    parse_prefix(&plain)
}

/// The integer that a text starts with, as ECMAScript's `parseInt`; NaN if there is none.
pub(super) fn parse_prefix(text: &str) -> f64 {
    let text = text.trim_start();
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(unsigned.len());
    match unsigned[..end].parse::<f64>() {
        Ok(size) => sign * size,
        Err(_) => f64::NAN,
    }
}
