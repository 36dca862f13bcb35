//! From text to points in time.

use std::collections::HashSet;

use super::{
    super::integers::{self, Grouping, Primary},
    DAYS, MONTHS,
    civil::{Civil, DAY, MAX_MILLIS, days},
    format,
    picture::{Form, Marker, Part, Picture},
};
use crate::jsonata::Error;

/// Longer texts, and pictures of more parts, are no points in time. Bounds the work, and the depth of the recursion.
const MAX_LENGTH: usize = 300;

/// What was read of each component, by its letter.
#[derive(Default)]
struct Components(Vec<(char, Option<f64>)>);

impl Components {
    fn get(&self, component: char) -> Option<f64> {
        let found = self.0.iter().rev().find(|(name, _)| *name == component);
        found.and_then(|(_, value)| *value)
    }

    /// Whether it is there and not zero, which the reference implementation asks for.
    fn has(&self, component: char) -> bool {
        self.get(component)
            .is_some_and(|value| value != 0.0 && !value.is_nan())
    }

    fn set(&mut self, component: char, value: f64) {
        self.0.push((component, Some(value)));
    }

    /// Whether there are some of these and none of the others.
    fn are_of(&self, all: &str, some: &str) -> bool {
        let has_some = some.chars().any(|component| self.has(component));
        let has_others = all
            .chars()
            .any(|component| !some.contains(component) && self.has(component));
        has_some && !has_others
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z of a text in the form of a picture; `None` if it has another form. What is
/// more significant than all that the picture has is taken from `now`, what is less significant is zero.
///
/// # Errors
/// D3136: the picture leaves a component out between others, or counts weeks. D3130, D3133: it has forms that cannot be read.
pub(in super::super) fn parse(text: &str, picture: &Picture, now: i64) -> Result<Option<f64>, Error> {
    for part in &picture.parts {
        if let Part::Marker(marker) = part {
            check(marker)?;
        }
    }
    if text.len() > MAX_LENGTH || picture.parts.len() > MAX_LENGTH {
        return Ok(None);
    }
    let mut reader = Reader {
        text,
        parts: &picture.parts,
        ends: Vec::new(),
        failed: HashSet::new(),
    };
    if !reader.matches(0, 0) {
        return Ok(None);
    }
    let mut components = Components::default();
    let mut start = 0;
    for (part, end) in picture.parts.iter().zip(reader.ends) {
        if let Part::Marker(marker) = part {
            let value = value(&text[start..end], marker)?;
            components.0.push((marker.component, value));
        }
        start = end;
    }
    if components.0.is_empty() {
        return Ok(None);
    }
    complete(components, now)
}

/// Whether the component can be read in the form.
fn check(marker: &Marker) -> Result<(), Error> {
    match (&marker.form, marker.component) {
        (Form::Integer(picture), _) => integers::parse("", picture).map(drop),
        (Form::Name(_), 'M' | 'x' | 'F') | (_, 'P') => Ok(()),
        (_, other) => Err(format::nameless(other)),
    }
}

/// Finds where each part of a picture ends in a text.
struct Reader<'t> {
    text: &'t str,
    parts: &'t [Part],
    /// Of the parts so far.
    ends: Vec<usize>,
    /// Parts that are known not to match from there on. Keeps the work within length × length × parts.
    failed: HashSet<(usize, usize)>,
}

impl Reader<'_> {
    fn matches(&mut self, part: usize, start: usize) -> bool {
        let Some(this) = self.parts.get(part) else {
            return start == self.text.len();
        };
        if self.failed.contains(&(part, start)) {
            return false;
        }
        let rest = &self.text[start..];
        let ends = match this {
            Part::Literal(literal) => literal_end(rest, literal).into_iter().collect(),
            Part::Marker(marker) => marker_ends(rest, marker),
        };
        for end in ends {
            self.ends.push(start + end);
            if self.matches(part + 1, start + end) {
                return true;
            }
            self.ends.pop();
        }
        self.failed.insert((part, start));
        false
    }
}

/// Where the literal ends, in any case.
fn literal_end(text: &str, literal: &str) -> Option<usize> {
    let mut end = 0;
    let mut found = text.chars();
    for wanted in literal.chars() {
        let char = found.next()?;
        if char != wanted && !char.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
        end += char.len_utf8();
    }
    Some(end)
}

/// Where a component can end, the farthest first.
fn marker_ends(text: &str, marker: &Marker) -> Vec<usize> {
    let run = |is_part: fn(&u8) -> bool| text.bytes().take_while(is_part).count();
    let digits = |from: usize| text.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let picture = match &marker.form {
        Form::Name(_) | Form::Fixed => return (1..=run(u8::is_ascii_alphabetic)).rev().collect(),
        Form::Integer(picture) => picture,
    };
    if matches!(marker.component, 'Z' | 'z') {
        return zone_ends(text, marker, picture);
    }
    match &picture.primary {
        Primary::Letters { .. } => (1..=run(u8::is_ascii_alphabetic)).rev().collect(),
        Primary::Roman { .. } => {
            let is_roman = |byte: &u8| b"MDCLXVImdclxvi".contains(byte);
            (1..=run(is_roman)).rev().collect()
        }
        Primary::Words(_) => integers::word_ends(text),
        Primary::Digits(_) | Primary::Sequence(_) => {
            let count = digits(0);
            let ends = match marker.read_width {
                Some((fewest, most)) => (fewest.max(1)..=most.min(count)).rev(),
                None => (1..=count).rev(),
            };
            if !picture.ordinal {
                return ends.collect();
            }
            let has_suffix = |end: &usize| {
                let suffix = text.get(*end..*end + 2).unwrap_or_default();
                ["th", "st", "nd", "rd"]
                    .iter()
                    .any(|one| one.eq_ignore_ascii_case(suffix))
            };
            ends.filter(has_suffix).map(|end| end + 2).collect()
        }
    }
}

/// The separator of hours and minutes in an offset.
fn zone_separator(picture: &integers::Picture) -> Option<char> {
    match &picture.digits()?.grouping {
        Grouping::Regular { separator, .. } => Some(*separator),
        Grouping::At(_) => None,
    }
}

fn zone_ends(text: &str, marker: &Marker, picture: &integers::Picture) -> Vec<usize> {
    let prefix = if marker.component == 'z' { "GMT" } else { "" };
    let Some(start) = literal_end(text, prefix).filter(|end| text[*end..].starts_with(['+', '-'])) else {
        return Vec::new();
    };
    let digits = |from: usize| text.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let first = start + 1;
    let hours = digits(first);
    let Some(separator) = zone_separator(picture) else {
        return (1..=hours).rev().map(|count| first + count).collect();
    };
    let minutes = first + hours + separator.len_utf8();
    if hours == 0 || !text[first + hours..].starts_with(separator) {
        return Vec::new();
    }
    (1..=digits(minutes)).rev().map(|count| minutes + count).collect()
}

/// What the text of a component stands for; `None` for a name that is not known.
fn value(text: &str, marker: &Marker) -> Result<Option<f64>, Error> {
    let place = |names: &[&str]| {
        let width = marker.max_width.filter(|width| *width > 0).unwrap_or(usize::MAX);
        let found = names
            .iter()
            .rposition(|name| &name[..width.min(name.len())] == text)?;
        u32::try_from(found + 1).ok().map(f64::from)
    };
    Ok(match (&marker.form, marker.component) {
        (Form::Integer(picture), 'Z' | 'z') => Some(zone_minutes(text, picture)),
        (Form::Integer(picture), _) => Some(integers::parse(text, picture)?),
        (_, 'M' | 'x') => place(&MONTHS),
        (_, 'F') => place(&DAYS),
        _ => match text {
            "am" | "AM" => Some(0.0),
            "pm" | "PM" => Some(1.0),
            _ => None,
        },
    })
}

fn zone_minutes(text: &str, picture: &integers::Picture) -> f64 {
    let offset = text.trim_start_matches(|char: char| char.is_ascii_alphabetic());
    let (hours, minutes) = match zone_separator(picture) {
        Some(separator) => offset.split_once(separator).unwrap_or((offset, "0")),
        None if offset.len() <= 3 => (offset, "0"),
        None => offset.split_at(3),
    };
    let sign = if offset.starts_with('-') { -1.0 } else { 1.0 };
    sign * (integers::parse_prefix(hours).abs() * 60.0 + integers::parse_prefix(minutes))
}

fn missing() -> Error {
    Error::new(
        "D3136",
        "The date/time picture string is missing specifiers required to parse the timestamp",
    )
}

/// Fills in what was not given.
fn complete(mut components: Components, now: i64) -> Result<Option<f64>, Error> {
    const DATE: &str = "YXMxWwdD";
    const TIME: &str = "PHhmsf";
    let by_month = components.are_of(DATE, "YMD");
    let by_day = !by_month && components.are_of(DATE, "Yd");
    if components.are_of(DATE, "Xxw") || components.are_of(DATE, "XW") {
        return Err(missing());
    }
    let by_half = !components.are_of(TIME, "Hmsf") && components.are_of(TIME, "Phmsf");
    // With the day of the year the day of the month counts as left out, so that no time can follow. The reference
    // implementation has it so.
    let date = if by_day { "YD" } else { "YMD" };
    let time = if by_half { "Phmsf" } else { "Hmsf" };
    let now = Civil::of_millis(now);
    let (mut started, mut ended) = (false, false);
    for component in date.chars().chain(time.chars()) {
        match components.get(component) {
            Some(_) if ended => return Err(missing()),
            Some(_) => started = true,
            None if started => {
                components.set(component, if "MDd".contains(component) { 1.0 } else { 0.0 });
                ended = true;
            }
            // Only morning and afternoon have no number; the reference implementation takes morning.
            None if component == 'P' => {}
            None => components.set(component, format::integer(now, component) as f64),
        }
    }
    let get = |component: char| components.get(component).unwrap_or(0.0);
    let hour = if by_half {
        let hour = if get('h') == 12.0 { 0.0 } else { get('h') };
        if get('P') == 1.0 { hour + 12.0 } else { hour }
    } else {
        get('H')
    };
    let year = match get('Y') {
        // As ECMAScript's `Date.UTC`.
        short if (0.0..100.0).contains(&short) => 1900.0 + short,
        year => year,
    };
    let month = if get('M') > 0.0 && !by_day {
        get('M') - 1.0
    } else {
        0.0
    };
    let day = if by_day { get('d') } else { get('D') };
    let time = hour * 3_600_000.0 + get('m') * 60_000.0 + get('s') * 1000.0 + get('f');
    let zone = if components.has('Z') { get('Z') } else { get('z') };
    let millis = date_millis(year, month, day) + time - zone * 60_000.0;
    Ok(Some(if millis.abs() <= MAX_MILLIS as f64 {
        millis
    } else {
        f64::NAN
    }))
}

/// Milliseconds of a date, whose month, from 0 on, and day may be beyond the end of the year and month.
fn date_millis(year: f64, month: f64, day: f64) -> f64 {
    const LIMIT: f64 = 1e8;
    if !(year.abs() < LIMIT && month.abs() < LIMIT && day.abs() < LIMIT) {
        return f64::NAN;
    }
    // In range of 64 bits.
    let (year, month) = (year as i64, month as i64);
    let first = days(year + month.div_euclid(12), month.rem_euclid(12) + 1, 1);
    (first - 1) as f64 * DAY as f64 + day * DAY as f64
}
