//! Integers in English words.

const UNITS: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
const ORDINALS: [&str; 20] = [
    "Zeroth",
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
    "Eleventh",
    "Twelfth",
    "Thirteenth",
    "Fourteenth",
    "Fifteenth",
    "Sixteenth",
    "Seventeenth",
    "Eighteenth",
    "Nineteenth",
];
const TENS: [&str; 8] = [
    "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety",
];
const MAGNITUDES: [&str; 4] = ["Thousand", "Million", "Billion", "Trillion"];

/// A whole number that is not negative, in title case: `One Hundred and Seven`.
pub(super) fn in_words(value: f64, ordinal: bool) -> String {
    let mut text = String::new();
    push(&mut text, value, Join::Nothing, ordinal);
    text
}

/// What stands before words that follow others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Nothing,
    /// `and` before what is below 100, else a comma.
    And,
}

fn push(text: &mut String, value: f64, join: Join, ordinal: bool) {
    if join == Join::And {
        text.push_str(if value < 100.0 { " and " } else { ", " });
    }
    if value < 20.0 {
        let index = value as usize;
        text.push_str(if ordinal { ORDINALS[index] } else { UNITS[index] });
    } else if value < 100.0 {
        let ten = TENS[(value / 10.0) as usize - 2];
        let rest = value % 10.0;
        if rest > 0.0 {
            text.push_str(ten);
            text.push('-');
            push(text, rest, Join::Nothing, ordinal);
        } else if ordinal {
            text.push_str(&ten[..ten.len() - 1]);
            text.push_str("ieth");
        } else {
            text.push_str(ten);
        }
    } else {
        let (factor, name) = magnitude(value);
        let count = (value / factor).floor();
        push(text, count, Join::Nothing, false);
        text.push(' ');
        text.push_str(name);
        let rest = value - count * factor;
        if rest > 0.0 {
            push(text, rest, Join::And, ordinal);
        } else if ordinal {
            text.push_str("th");
        }
    }
}

/// The largest power with a name that is not above the value, at least 100.
fn magnitude(value: f64) -> (f64, &'static str) {
    let mut found = (100.0, "Hundred");
    let mut factor = 1000.0;
    for name in MAGNITUDES {
        if value >= factor {
            found = (factor, name);
        }
        factor *= 1000.0;
    }
    found
}

/// The number in words of lower case; NaN if one of them is unknown.
pub(super) fn from_words(text: &str) -> f64 {
    // Sums of words between large powers, of which each ends in one: 300, 27 thousand, …
    let mut parts = vec![0.0_f64];
    for word in Words(Some(text)) {
        let Some(value) = value_of(word) else {
            return f64::NAN;
        };
        let last = parts.pop().unwrap_or(0.0);
        if value >= 100.0 {
            parts.push(last * value);
        } else if last >= 1000.0 {
            parts.extend([last, value]);
        } else {
            parts.push(last + value);
        }
    }
    parts.iter().sum()
}

/// The number that a word of lower case stands for.
fn value_of(word: &str) -> Option<f64> {
    let named = |names: &[&str]| {
        let place = names.iter().position(|name| name.eq_ignore_ascii_case(word))?;
        u32::try_from(place).ok()
    };
    if let Some(value) = named(&UNITS).or_else(|| named(&ORDINALS)) {
        return Some(value.into());
    }
    let ten = word.strip_suffix("ieth").map(|stem| format!("{stem}y"));
    if let Some(place) = named(&TENS).or_else(|| {
        ten.and_then(|ten| TENS.iter().position(|name| name.eq_ignore_ascii_case(&ten)))
            .and_then(|place| u32::try_from(place).ok())
    }) {
        return Some(f64::from(place + 2) * 10.0);
    }
    let cardinal = word.strip_suffix("th").unwrap_or(word);
    if cardinal == "hundred" {
        return Some(100.0);
    }
    let place = MAGNITUDES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(cardinal))?;
    let exponent = i32::try_from(place + 1).ok()? * 3;
    Some(10_f64.powi(exponent))
}

/// How far texts go that consist of number words, `and`, blanks, commas and hyphens, in any case; all possible ends,
/// the farthest first.
pub(in super::super) fn ends(text: &str) -> Vec<usize> {
    let lower = text.to_ascii_lowercase();
    let mut reached = vec![false; lower.len() + 1];
    reached[0] = true;
    for at in 0..lower.len() {
        if !reached[at] {
            continue;
        }
        let rest = &lower.as_bytes()[at..];
        if matches!(rest[0], b'-' | b',' | b' ') {
            reached[at + 1] = true;
        }
        let letters = rest.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        // `seventeenth` is the longest of them.
        for length in 1..=letters.min(12) {
            let word = &lower[at..at + length];
            if word == "and" || value_of(word).is_some() {
                reached[at + length] = true;
            }
        }
    }
    (1..=lower.len()).rev().filter(|at| reached[*at]).collect()
}

/// The words of a number: what stands between blanks, hyphens, backslashes, commas and `and`.
struct Words<'t>(Option<&'t str>);

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = self.0?;
        let found = text.char_indices().find_map(|(at, char)| {
            let rest = &text[at + char.len_utf8()..];
            if char == ',' {
                let blank = rest.chars().next().filter(|next| next.is_whitespace())?;
                return Some((at, &rest[blank.len_utf8()..]));
            }
            if char.is_whitespace() {
                let and = rest.strip_prefix("and");
                let blank = and
                    .and_then(|and| and.chars().next())
                    .filter(|next| next.is_whitespace());
                return Some((
                    at,
                    match (and, blank) {
                        (Some(and), Some(blank)) => &and[blank.len_utf8()..],
                        _ => rest,
                    },
                ));
            }
            matches!(char, '-' | '\\').then_some((at, rest))
        });
        match found {
            Some((at, rest)) => {
                self.0 = Some(rest);
                Some(&text[..at])
            }
            None => self.0.take(),
        }
    }
}
