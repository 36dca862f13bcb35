//! `$replace`

use smol_str::SmolStr;

use super::{
    arguments::{made, misfit},
    matching::{Match, Matcher, Matches, call_with},
};
use crate::{
    Value,
    jsonata::{Data, Error, Eval, Query, stringify},
};

/// Replaces a text.
pub(super) fn texts(q: &Query<'_>, text: &str, pattern: &str, replacement: &Data, limit: f64) -> Eval {
    let Some(replacement) = replacement.as_str() else {
        return Err(no_text());
    };
    let mut result = String::new();
    let mut rest = text;
    let mut count = 0_u32;
    while f64::from(count) < limit
        && let Some((before, after)) = rest.split_once(pattern)
    {
        q.spend(1)?;
        result.push_str(before);
        result.push_str(replacement);
        stringify::check_length(result.len())?;
        rest = after;
        count += 1;
    }
    result.push_str(rest);
    made(q, result)
}

/// Replaces what matches, by a text with references to groups or by what a function makes of the match.
pub(super) fn matches(
    q: &Query<'_>,
    text: &SmolStr,
    matcher: Matcher<'_>,
    replacement: &Data,
    limit: f64,
) -> Eval {
    let mut matches = Matches::new(text, matcher, "replace");
    let mut next = matches.first(q)?;
    let mut result = String::new();
    let mut position = 0;
    let mut count = 0_u32;
    while f64::from(count) < limit
        && let Some(found) = next
    {
        result.push_str(text.get(position..found.start).unwrap_or_default());
        match replacement {
            Data::Value(Value::String(template)) => fill(&mut result, template, text, &found),
            Data::Function(function) => {
                let made = call_with(q, function, matches.object(&found))?;
                result.push_str(made.as_str().ok_or_else(no_text)?);
            }
            _ => return Err(misfit("replace", 2)),
        }
        stringify::check_length(result.len())?;
        q.spend(1)?;
        position = found.start + found.text.len();
        count += 1;
        next = matches.after(q, found)?;
    }
    result.push_str(text.get(position..).unwrap_or_default());
    made(q, result)
}

fn no_text() -> Error {
    Error::new(
        "D3012",
        "Attempted to replace a matched string with a non-string value",
    )
}

/// Appends a replacement: `$0` is the match, `$1` a group, `$$` a dollar.
fn fill(result: &mut String, template: &str, text: &str, found: &Match) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('0') {
            result.push_str(&found.text);
            rest = after;
        } else if let Some((number, after)) = group_number(rest, found.group_count()) {
            // Groups that do not exist or took no part are empty.
            result.push_str(&found.group(text, number).unwrap_or_default());
            rest = after;
        } else {
            result.push('$');
        }
    }
    result.push_str(rest);
}

/// The number of a group, with as many digits as there can be, one less if there is no such group.
fn group_number(text: &str, groups: usize) -> Option<(usize, &str)> {
    let most = groups.max(1).ilog10() as usize + 1;
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let mut length = digits;
    let mut number: usize = text[..length].parse().ok()?;
    if most > 1 && number > groups && length == most {
        length -= 1;
        number = text[..length].parse().ok()?;
    }
    Some((number, &text[length..]))
}
