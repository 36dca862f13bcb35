//! Functions of time.

use super::{
    arguments::{at, float, made, text},
    dates, pictures,
};
use crate::{
    jsonata::{Args, Data, Error, Eval, Query, stringify},
    value::SmolStr,
};

/// `$fromMillis(n, picture, zone)`
pub(super) fn from_millis(q: &Query<'_>, args: Args) -> Eval {
    match float(&args, 0) {
        Some(millis) => date_text(q, millis, text(&args, 1), text(&args, 2)),
        None => Ok(Data::Undefined),
    }
}

/// `$now(picture, zone)`
pub(super) fn now(q: &Query<'_>, args: Args) -> Eval {
    let millis = q.environment.now().as_millis() as f64;
    date_text(q, millis, text(&args, 0), text(&args, 1))
}

fn date_text(q: &Query<'_>, millis: f64, picture: Option<&SmolStr>, zone: Option<&SmolStr>) -> Eval {
    let picture = picture.map_or(dates::ISO, SmolStr::as_str);
    q.spend(picture.len() / 16)?;
    let picture = pictures::of_dates(picture)?;
    made(q, dates::format(millis, &picture, zone.map(SmolStr::as_str))?)
}

/// `$millis()`
pub(super) fn millis(q: &Query<'_>, _: Args) -> Eval {
    Ok(q.environment.now().as_millis().into())
}

/// `$toMillis(s, picture)`
pub(super) fn to_millis(q: &Query<'_>, args: Args) -> Eval {
    let Some(given) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let Some(picture) = text(&args, 1) else {
        return match dates::parse_iso(given) {
            Some(millis) => Ok(millis.into()),
            None => Err(Error::new(
                "D3110",
                format!(
                    "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given {}",
                    stringify::quoted(at(&args, 0))
                ),
            )),
        };
    };
    q.spend(picture.len() / 16 + given.len())?;
    let now = q.environment.now().as_millis();
    let millis = dates::parse(given, &*pictures::of_dates(picture)?, now)?;
    Ok(millis.map_or(Data::Undefined, Data::number))
}
