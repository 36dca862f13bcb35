//! Functions of strings.

use super::{
    arguments::{at, float, made, misfit, spend_text, text},
    matching::{Matcher, Matches},
    replacing,
    urls::{self, Part},
};
use crate::{
    Value,
    intrinsic::encode_base64,
    jsonata::{Args, Data, Error, Eval, Gather, Query, stringify},
    value::SmolStr,
};

/// `$string(x, prettify)`
pub(super) fn string(q: &Query<'_>, args: Args) -> Eval {
    let data = at(&args, 0);
    match data {
        Data::Undefined | Data::Value(Value::String(_)) => return Ok(data.clone()),
        Data::Value(Value::Number(number)) => {
            return Ok(crate::jsonata::number_text::number_text(*number).into());
        }
        _ => {}
    }
    let mut text = String::new();
    if at(&args, 1).as_bool() == Some(true) {
        stringify::append_pretty(&mut text, data)?;
    } else {
        stringify::append(&mut text, data)?;
    }
    made(q, text)
}

/// `$length(s)`
pub(super) fn length(q: &Query<'_>, args: Args) -> Eval {
    let Some(text) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    q.spend(text.len() / 64)?;
    Ok(text.chars().count().into())
}

/// `$substring(s, start, length)`
pub(super) fn substring(q: &Query<'_>, args: Args) -> Eval {
    let Some(text) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    q.spend(text.len() / 64)?;
    let count = text.chars().count() as f64;
    let start = match (float(&args, 1), float(&args, 2)) {
        (Some(start), _) => start,
        (None, None) => 0.0,
        // The reference implementation computes with what is not there.
        (None, Some(_)) => return Ok(Data::text("")),
    };
    let start = if count + start < 0.0 { 0.0 } else { start };
    let end = match float(&args, 2) {
        Some(length) if length <= 0.0 => return Ok(Data::text("")),
        Some(length) if start >= 0.0 => start + length,
        Some(length) => count + start + length,
        None => count,
    };
    // A place in characters, from the end if it is negative. Saturates.
    let place = |place: f64| {
        let place = place.trunc();
        (if place < 0.0 {
            (count + place).max(0.0)
        } else {
            place
        }) as usize
    };
    let (start, end) = (place(start), place(end));
    let part = match text.is_ascii() {
        true => text
            .get(start.min(text.len())..end.min(text.len()))
            .unwrap_or_default()
            .into(),
        false => text.chars().take(end).skip(start).collect::<SmolStr>(),
    };
    Ok(part.into())
}

/// `$substringBefore(s, chars)`
pub(super) fn substring_before(_: &Query<'_>, args: Args) -> Eval {
    Ok(split_once(&args).map_or_else(|| at(&args, 0).clone(), |(before, _)| before.into()))
}

/// `$substringAfter(s, chars)`
pub(super) fn substring_after(_: &Query<'_>, args: Args) -> Eval {
    Ok(split_once(&args).map_or_else(|| at(&args, 0).clone(), |(_, after)| after.into()))
}

fn split_once(args: &Args) -> Option<(&str, &str)> {
    text(args, 0)?.split_once(text(args, 1)?.as_str())
}

/// A function of one string.
fn mapped(q: &Query<'_>, args: &Args, map: impl FnOnce(&str) -> String) -> Eval {
    match text(args, 0) {
        Some(text) => made(q, map(text)),
        None => Ok(Data::Undefined),
    }
}

/// `$uppercase(s)`
pub(super) fn uppercase(q: &Query<'_>, args: Args) -> Eval {
    mapped(q, &args, str::to_uppercase)
}

/// `$lowercase(s)`
pub(super) fn lowercase(q: &Query<'_>, args: Args) -> Eval {
    mapped(q, &args, str::to_lowercase)
}

/// `$trim(s)`
pub(super) fn trim(q: &Query<'_>, args: Args) -> Eval {
    let is_blank = |char| matches!(char, ' ' | '\t' | '\n' | '\r');
    mapped(q, &args, |text| {
        let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    })
}

/// `$pad(s, width, char)`
pub(super) fn pad(q: &Query<'_>, args: Args) -> Eval {
    let Some(given) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let width = float(&args, 1).unwrap_or(0.0);
    let padding = text(&args, 2).map_or(" ", SmolStr::as_str);
    let padding = if padding.is_empty() { " " } else { padding };
    // Saturates.
    let missing = (width.abs() as usize).saturating_sub(given.chars().count());
    if missing == 0 {
        return Ok(given.clone().into());
    }
    spend_text(q, missing.saturating_add(given.len()))?;
    let padding: String = padding.chars().cycle().take(missing).collect();
    let padded = if width < 0.0 {
        padding + given
    } else {
        given.to_string() + &padding
    };
    made(q, padded)
}

/// `$contains(s, pattern)`
pub(super) fn contains(q: &Query<'_>, args: Args) -> Eval {
    let Some(text) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    Ok(match at(&args, 1) {
        Data::Value(Value::String(part)) => {
            q.spend(text.len() / 64)?;
            text.contains(part.as_str()).into()
        }
        Data::Function(matcher) => {
            let mut matches = Matches::new(text, Matcher::of(matcher), "contains");
            matches.first(q)?.is_some().into()
        }
        _ => return Err(misfit("contains", 1)),
    })
}

/// A limit that must not be negative.
pub(super) fn limit(args: &Args, index: usize, code: &'static str, message: &str) -> Result<f64, Error> {
    match float(args, index) {
        Some(limit) if limit < 0.0 => Err(Error::new(code, message)),
        limit => Ok(limit.unwrap_or(f64::INFINITY)),
    }
}

/// `$split(s, separator, limit)`
pub(super) fn split(q: &Query<'_>, args: Args) -> Eval {
    let Some(text) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let limit = limit(
        &args,
        2,
        "D3020",
        "Third argument of split function must evaluate to a positive number",
    )?;
    let mut parts: Vec<Value> = Vec::new();
    match at(&args, 1) {
        Data::Value(Value::String(separator)) => {
            // A fraction of the limit is dropped. Saturates.
            let limit = limit as usize;
            q.spend(text.len() / 64)?;
            if separator.is_empty() {
                let mut buffer = [0; 4];
                parts.extend(
                    text.chars()
                        .take(limit)
                        .map(|char| Value::from(&*char.encode_utf8(&mut buffer))),
                );
            } else {
                parts.extend(text.split(separator.as_str()).take(limit).map(Value::from));
            }
            q.spend(parts.len())?;
        }
        Data::Function(matcher) => {
            let mut matches = Matches::new(text, Matcher::of(matcher), "split");
            let mut next = if limit > 0.0 { matches.first(q)? } else { None };
            let mut start = 0;
            while (parts.len() as f64) < limit
                && let Some(found) = next
            {
                parts.push(text.get(start..found.start).unwrap_or_default().into());
                start = found.end;
                next = matches.after(q, found)?;
            }
            if (parts.len() as f64) < limit {
                parts.push(text.get(start..).unwrap_or_default().into());
            }
        }
        _ => return Err(misfit("split", 1)),
    }
    Ok(Data::Value(Value::Array(parts.into())))
}

/// `$join(array, separator)`
pub(super) fn join(q: &Query<'_>, args: Args) -> Eval {
    if at(&args, 0).is_undefined() {
        return Ok(Data::Undefined);
    }
    let separator = text(&args, 1).map_or("", SmolStr::as_str);
    let items = at(&args, 0).items();
    q.spend(items.len())?;
    let mut joined = String::new();
    for (index, item) in items.enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(item.as_str().unwrap_or_default());
        stringify::check_length(joined.len())?;
    }
    made(q, joined)
}

/// `$match(s, pattern, limit)`
pub(super) fn match_(q: &Query<'_>, args: Args) -> Eval {
    let Some(text) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let limit = limit(
        &args,
        2,
        "D3040",
        "Third argument of match function must evaluate to a positive number",
    )?;
    let Data::Function(matcher) = at(&args, 1) else {
        return Err(misfit("match", 1));
    };
    let mut found = Gather::default();
    if limit > 0.0 {
        let mut matches = Matches::new(text, Matcher::of(matcher), "match");
        let mut next = matches.first(q)?;
        while (found.len() as f64) < limit
            && let Some(one) = next
        {
            found.push(Data::object([
                (SmolStr::new_static("match"), Data::from(one.text.clone())),
                (SmolStr::new_static("index"), matches.index(&one).into()),
                (SmolStr::new_static("groups"), one.groups(text)),
            ]));
            next = matches.after(q, one)?;
        }
    }
    Ok(super::arguments::sequence(found))
}

/// `$replace(s, pattern, replacement, limit)`
pub(super) fn replace(q: &Query<'_>, args: Args) -> Eval {
    let Some(text) = text(&args, 0) else {
        return Ok(Data::Undefined);
    };
    let pattern = at(&args, 1);
    if pattern.as_str() == Some("") {
        return Err(Error::new(
            "D3010",
            "Second argument of replace function cannot be an empty string",
        ));
    }
    let limit = limit(
        &args,
        3,
        "D3011",
        "Fourth argument of replace function must evaluate to a positive number",
    )?;
    let replacement = at(&args, 2);
    match pattern {
        _ if limit == 0.0 => Ok(text.clone().into()),
        Data::Value(Value::String(pattern)) => replacing::texts(q, text, pattern, replacement, limit),
        Data::Function(matcher) => replacing::matches(q, text, Matcher::of(matcher), replacement, limit),
        _ => Err(misfit("replace", 1)),
    }
}

/// `$base64encode(s)`: of the characters as bytes of Latin-1, as the reference implementation does; those beyond
/// it lose their upper bits there, and are encoded as UTF-8 here, like the whole text then.
pub(super) fn base64_encode(q: &Query<'_>, args: Args) -> Eval {
    mapped(q, &args, |text| {
        let latin: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
        encode_base64(latin.as_deref().unwrap_or(text.as_bytes()))
    })
}

/// `$base64decode(s)`: each byte is a character of Latin-1.
pub(super) fn base64_decode(q: &Query<'_>, args: Args) -> Eval {
    mapped(q, &args, |text| from_base64(text).map(char::from).collect())
}

/// The bytes of a text in Base64, of either alphabet, up to its padding. What is no digit is passed over.
fn from_base64(text: &str) -> impl Iterator<Item = u8> {
    let values = text.bytes().take_while(|byte| *byte != b'=').filter_map(|byte| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        })
    });
    let (mut bits, mut count) = (0_u32, 0);
    values.filter_map(move |value| {
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count < 8 {
            return None;
        }
        count -= 8;
        Some((bits >> count & 0xFF) as u8)
    })
}

/// `$encodeUrlComponent(s)`
pub(super) fn encode_url_component(q: &Query<'_>, args: Args) -> Eval {
    mapped(q, &args, |text| urls::encode(text, Part::Component))
}

/// `$encodeUrl(s)`
pub(super) fn encode_url(q: &Query<'_>, args: Args) -> Eval {
    mapped(q, &args, |text| urls::encode(text, Part::Whole))
}

/// `$decodeUrlComponent(s)`
pub(super) fn decode_url_component(q: &Query<'_>, args: Args) -> Eval {
    decoded(q, &args, Part::Component, "decodeUrlComponent")
}

/// `$decodeUrl(s)`
pub(super) fn decode_url(q: &Query<'_>, args: Args) -> Eval {
    decoded(q, &args, Part::Whole, "decodeUrl")
}

fn decoded(q: &Query<'_>, args: &Args, part: Part, name: &str) -> Eval {
    let Some(text) = text(args, 0) else {
        return Ok(Data::Undefined);
    };
    match urls::decode(text, part) {
        Some(decoded) => made(q, decoded),
        None => Err(Error::new(
            "D3140",
            format!(
                "Malformed URL passed to ${name}(): {}",
                stringify::quoted(at(args, 0))
            ),
        )),
    }
}
