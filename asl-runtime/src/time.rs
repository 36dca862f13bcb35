//! Time stamps.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};

/// A point in time, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let after = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(after.as_millis()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => write!(f, "{time:.3}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Saturates at the ends of 64 bits.
impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }
}

/// Saturates at the ends of 64 bits.
impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

impl Timestamp {
    /// How long ago that was; nothing if it is yet to come.
    pub fn since(self, earlier: Self) -> Duration {
        let millis = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Nanoseconds since 1970 of a timestamp in the profile of RFC 3339 that the Amazon States Language takes: `T` and `Z`
/// in upper case, and an offset. Digits of the fraction beyond nanoseconds are dropped.
pub fn parse(text: &str) -> Option<i128> {
    let (date, rest) = text.split_at_checked("YYYY-MM-DD".len())?;
    let (time, rest) = rest.split_at_checked("THH:MM:SS".len())?;
    let date = date.as_bytes();
    let time = time.as_bytes();
    if date[4] != b'-' || date[7] != b'-' || time[0] != b'T' || time[3] != b':' || time[6] != b':' {
        return None;
    }
    let year = number(&date[..2])? * 100 + number(&date[2..4])?;
    let date = jiff::civil::Date::new(year, part(&date[5..7])?, part(&date[8..])?).ok()?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
            (&rest[..end], &rest[end..])
        }
        None => ("", rest),
    };
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanoseconds = digits.fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
    let time = jiff::civil::Time::new(
        part(&time[1..3])?,
        part(&time[4..6])?,
        part(&time[7..])?,
        nanoseconds,
    )
    .ok()?;
    let since = date
        .to_datetime(time)
        .duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    Some(since.as_nanos() - i128::from(offset_seconds(offset)?) * 1_000_000_000)
}

/// Seconds east of Greenwich.
fn offset_seconds(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = *text.as_bytes() else {
        return None;
    };
    let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Some(if sign == b'-' { -seconds } else { seconds })
}

fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i16::from(digit - b'0'))
    })
}

fn part(digits: &[u8]) -> Option<i8> {
    i8::try_from(number(digits)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants() {
        let seconds = |text| parse(text).map(|nanoseconds| nanoseconds / 1_000_000_000);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2016-03-14T01:59:00+02:00"), Some(1_457_913_540));
        assert_eq!(seconds("0000-01-01T00:00:00Z"), Some(-62_167_219_200));
        assert_eq!(seconds("9999-12-31T23:59:59-23:59"), Some(253_402_387_139));
        assert_eq!(
            parse("2016-03-05T21:29:29.243167252Z"),
            Some(1_457_213_369_243_167_252)
        );
        assert_eq!(parse("1970-01-01T00:00:00.1234567899Z"), Some(123_456_789));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "2016-03-14",
            "2016-03-14 01:59:00Z",
            "2016-03-14t01:59:00z",
            "2016-03-14T01:59:00",
            "2016-03-14T01:59Z",
            "2016-13-05T21:29:29Z",
            "2015-02-29T01:59:00Z",
            "2016-12-05T25:29:29Z",
            "2016-03-14T01:59:60Z",
            "2016-03-14T01:59:00.Z",
            "2016-03-14T01:59:00+0200",
            "05-12-2016T21:29:29Z",
            "2016-03-14T01:59:00Z ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_saturates() {
        let last = Timestamp::from_millis(i64::MAX);
        assert_eq!(last + Duration::MAX, last);
        assert_eq!(
            Timestamp::from_millis(0) - Duration::from_secs(1),
            Timestamp::from_millis(-1000)
        );
        assert_eq!(
            last.since(Timestamp::from_millis(i64::MIN)).as_millis(),
            u128::from(u64::MAX)
        );
        assert_eq!(Timestamp::from_millis(0).since(last), Duration::ZERO);
    }

    #[test]
    fn displays_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(1_756_289_082_123).to_string(),
            "2025-08-27T10:04:42.123Z"
        );
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
    }

    proptest! {
        #[test]
        fn agrees_with_the_compiler(text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,12})?(Z|[+-][0-2][0-9]:[0-6][0-9])?") {
            prop_assert_eq!(parse(&text), asl_compiler::syntax::timestamp::parse_timestamp(&text));
        }

        #[test]
        fn never_panics(text in "[0-9TZ:.+é-]{0,30}") {
            prop_assert_eq!(parse(&text), asl_compiler::syntax::timestamp::parse_timestamp(&text));
        }
    }
}
