//! Points in time as ISO 8601 writes them.

use super::civil::{DAY, days};

/// Milliseconds since 1970-01-01T00:00:00Z, from a year, a month, a date or a date and time with or without an offset.
///
/// A day that its month does not have counts on into the next one.
pub(in super::super) fn parse(text: &str) -> Option<i64> {
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    let mut date = [1; 2];
    for part in &mut date {
        if let Some(after) = rest.strip_prefix('-') {
            rest = after;
            *part = number(&mut rest, 2)?;
        }
    }
    let [month, day] = date;
    let mut millis = 0;
    let mut offset = 0;
    if let Some(after) = rest.strip_prefix('T') {
        rest = after;
        millis = time(&mut rest)?;
        offset = zone(&mut rest)?;
    }
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    (rest.is_empty() && is_date).then(|| days(year, month, day) * DAY + millis - offset)
}

fn time(rest: &mut &str) -> Option<i64> {
    let hour = number(rest, 2)?;
    *rest = rest.strip_prefix(':')?;
    let minute = number(rest, 2)?;
    *rest = rest.strip_prefix(':')?;
    let second = number(rest, 2)?;
    let mut millis = 0;
    if let Some(after) = rest.strip_prefix('.') {
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, after) = after.split_at(count);
        // Digits beyond milliseconds are dropped.
        let known: i64 = digits
            .get(..count.min(3))
            .filter(|known| !known.is_empty())?
            .parse()
            .ok()?;
        millis = known * [0, 100, 10, 1][count.min(3)];
        *rest = after;
    }
    let total = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    let is_time = hour < 24 && minute < 60 && second < 60 || total == DAY;
    is_time.then_some(total)
}

fn zone(rest: &mut &str) -> Option<i64> {
    let sign = match rest.chars().next() {
        None => return Some(0),
        Some('Z') => {
            *rest = &rest[1..];
            return Some(0);
        }
        Some('+') => 1,
        Some('-') => -1,
        Some(_) => return None,
    };
    *rest = &rest[1..];
    let hours = number(rest, 2)?;
    *rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = number(rest, 2)?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

fn number(rest: &mut &str, width: usize) -> Option<i64> {
    let digits = rest.get(..width)?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    *rest = &rest[width..];
    digits.parse().ok()
}
