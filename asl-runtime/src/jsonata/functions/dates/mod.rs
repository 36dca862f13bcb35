//! `$fromMillis`, `$toMillis` and `$now`: points in time as text, in the form of a picture.
//!
//! The pictures are those of XPath's
//! [`format-dateTime`](https://www.w3.org/TR/xpath-functions-31/#date-picture-string), as far as JSONata has them.

mod civil;
mod format;
mod iso;
mod parse;
mod picture;
#[cfg(test)]
mod tests;

pub(super) use format::format;
pub(super) use iso::parse as parse_iso;
pub(super) use parse::parse;
pub(super) use picture::Picture;

/// How texts are written without a picture: `2017-11-07T15:12:37.121Z`.
pub(super) const ISO: &str = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// From the first day of a week on.
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
