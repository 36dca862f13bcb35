//! From points in time to text.

use super::{
    super::integers::{self, Grouping},
    DAYS, MONTHS,
    civil::{Civil, MAX_MILLIS},
    picture::{Case, Form, Marker, Part, Picture},
};
use crate::{Number, Value, jsonata::Error};

/// An offset from UTC.
#[derive(Clone, Copy, Default)]
struct Zone {
    hours: i64,
    /// Of the same sign.
    minutes: i64,
}

impl Zone {
    /// From `+0530`, as far as it starts with a number.
    fn read(text: &str) -> Self {
        let offset = integers::parse_prefix(text);
        // Saturates, and is 0 for what is no number.
        let offset = offset.clamp(-9999.0, 9999.0) as i64;
        Self {
            hours: offset / 100,
            minutes: offset % 100,
        }
    }

    fn millis(self) -> i64 {
        (self.hours * 60 + self.minutes) * 60_000
    }
}

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z, in the form of a picture and in a time zone such as
/// `+0530`.
///
/// # Errors
/// What a component cannot be written as: D3130, D3133, D3134. D1001: beyond 275,760 years.
pub(in super::super) fn format(millis: f64, picture: &Picture, zone: Option<&str>) -> Result<String, Error> {
    let zone = zone.map(Zone::read).unwrap_or_default();
    if millis.is_nan() || millis.abs() > MAX_MILLIS as f64 {
        return Err(out_of_range(millis));
    }
    let time = Civil::of_millis(millis as i64 + zone.millis());
    let mut text = String::new();
    for part in &picture.parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Marker(marker) => text.push_str(&component(time, zone, marker)?),
        }
    }
    Ok(text)
}

fn out_of_range(millis: f64) -> Error {
    let shown = crate::jsonata::number_text::js_text(millis);
    Error::new("D1001", format!("Number out of range: {shown}"))
}

fn component(time: Civil, zone: Zone, marker: &Marker) -> Result<String, Error> {
    let value = match marker.component {
        'P' => {
            let half = if time.hour() < 12 { "am" } else { "pm" };
            return Ok(match &marker.form {
                Form::Name(Case::Upper) => half.to_uppercase(),
                _ => half.to_owned(),
            });
        }
        'C' | 'E' => return Ok("ISO".to_owned()),
        'Z' | 'z' => return offset(zone, marker),
        component => integer(time, component),
    };
    match &marker.form {
        Form::Name(case) => name(value, *case, marker),
        Form::Integer(picture) => {
            let value = match marker.year_digits {
                Some(digits) => 10_i64
                    .checked_pow(digits)
                    .map_or(value, |modulus| value % modulus),
                None => value,
            };
            integers::format(value.into(), picture)
        }
        Form::Fixed => Ok(value.to_string()),
    }
}

/// A component that has a number.
pub(super) fn integer(time: Civil, component: char) -> i64 {
    match component {
        'Y' => time.year,
        'M' => time.month,
        'D' => time.day,
        'd' => time.day_of_year(),
        'F' => time.weekday(),
        'W' => time.week_of_year().1,
        'w' => time.week_of_month().1,
        'X' => time.week_of_year().0,
        'x' => time.week_of_month().0,
        'H' => time.hour(),
        'h' => (time.hour() + 11) % 12 + 1,
        'm' => time.minute(),
        's' => time.second(),
        _ => time.millisecond(),
    }
}

fn name(value: i64, case: Case, marker: &Marker) -> Result<String, Error> {
    let names = match marker.component {
        'M' | 'x' => &MONTHS[..],
        'F' => &DAYS[..],
        other => return Err(nameless(other)),
    };
    let name = usize::try_from(value - 1).ok().and_then(|index| names.get(index));
    let name = case.apply(name.copied().unwrap_or_default());
    // Names are ASCII.
    let width = marker.max_width.unwrap_or(usize::MAX).min(name.len());
    Ok(name[..width].to_owned())
}

/// The component has no names.
pub(super) fn nameless(component: char) -> Error {
    Error::new(
        "D3133",
        format!(
            "The 'name' modifier can only be applied to months and days in the date/time picture string, not {}",
            Value::from(component)
        ),
    )
}

fn offset(zone: Zone, marker: &Marker) -> Result<String, Error> {
    let whole = zone.hours * 100 + zone.minutes;
    if whole == 0 && marker.traditional {
        return Ok("Z".to_owned());
    }
    let too_long = || {
        Error::new(
            "D3134",
            "The timezone integer format specifier cannot have more than four digits",
        )
    };
    let Form::Integer(picture) = &marker.form else {
        return Err(too_long());
    };
    let digits = picture.digits().ok_or_else(too_long)?;
    let number = |value: i64| integers::format(Number::from(value), picture);
    let text = match (&digits.grouping, digits.mandatory) {
        (Grouping::Regular { .. }, _) | (_, 3 | 4) => number(whole)?,
        (_, 1 | 2) if zone.minutes == 0 => number(zone.hours)?,
        (_, 1 | 2) => {
            let sign = if zone.hours == 0 && zone.minutes < 0 {
                "-"
            } else {
                ""
            };
            format!("{sign}{}:{:02}", number(zone.hours)?, zone.minutes.abs())
        }
        _ => return Err(too_long()),
    };
    let prefix = if marker.component == 'z' { "GMT" } else { "" };
    let sign = if whole >= 0 { "+" } else { "" };
    Ok(format!("{prefix}{sign}{text}"))
}
