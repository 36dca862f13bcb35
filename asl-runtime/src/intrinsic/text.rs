//! Strings and JSON.

use super::{Argument, Arguments, IntrinsicError, Java, failure, wrong};
use crate::value::Value;
use smol_str::{SmolStr, SmolStrBuilder};
use std::fmt::Write;

pub(super) fn format(arguments: &Arguments<'_>) -> Result<SmolStr, IntrinsicError> {
    match arguments.call.arguments.first() {
        Some(Argument::Template(parts)) => fill(parts, arguments),
        _ => fill(&parts(&arguments.string(0)?)?, arguments),
    }
}

/// The parts of a template with the values between them.
fn fill<S: AsRef<str>>(template: &[S], arguments: &Arguments<'_>) -> Result<SmolStr, IntrinsicError> {
    let (places, values) = (template.len() - 1, arguments.len().saturating_sub(1));
    if places != values {
        return Err(failure(format!(
            "the template has {places} '{{}}', but {values} values follow"
        )));
    }
    let mut text = SmolStrBuilder::new();
    for (index, part) in template.iter().enumerate() {
        if index > 0 {
            match arguments.at_hand(index) {
                Some(value) => push(&mut text, value),
                None => push(&mut text, &*arguments.get(index)?),
            }
        }
        text.push_str(part.as_ref());
    }
    Ok(text.finish())
}

fn push(text: &mut SmolStrBuilder, value: &Value) {
    match value {
        Value::String(value) => text.push_str(value),
        Value::Number(number) => number.push_to(text),
        // Writing to memory cannot fail.
        value => drop(write!(text, "{}", Java(value))),
    }
}

/// The texts around the `{}` of a template that is only known now, at least one.
fn parts(template: &str) -> Result<Vec<String>, IntrinsicError> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.as_str().starts_with('}') => {
                chars.next();
                parts.push(std::mem::take(&mut part));
            }
            '{' | '}' => return Err(failure(format!("the template has a single '{c}'"))),
            '\\' => match chars.next() {
                Some(escaped @ ('\'' | '{' | '}' | '\\')) => part.push(escaped),
                _ => return Err(failure("the template has an open escape backslash")),
            },
            c => part.push(c),
        }
    }
    parts.push(part);
    Ok(parts)
}

pub(super) fn string_to_json(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let text = arguments.string(0)?;
    match text.trim() {
        "" => Ok(Value::Null),
        // An integer has no negative zero.
        "-0" => Ok(0.into()),
        text => Value::from_json(text).map_err(|error| failure(format!("the text is not JSON: {error}"))),
    }
}

/// Every character of the second argument separates; nothing is between two separators in a row.
pub(super) fn split(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let (text, separators) = (arguments.string(0)?, arguments.string(1)?);
    let pieces = text
        .split(|c| separators.contains(c))
        .filter(|piece| !piece.is_empty());
    Ok(pieces.collect())
}

pub(super) fn merge(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let (left, right) = (arguments.get(0)?, arguments.get(1)?);
    match &*arguments.get(2)? {
        Value::Bool(false) => {}
        Value::Bool(true) => return Err(failure("deep merging is not supported")),
        other => return Err(wrong(2, "a boolean", other)),
    }
    let Value::Object(mut merged) = left.into_owned() else {
        return Err(failure("argument 1 must be an object"));
    };
    let Some(right) = right.as_object() else {
        return Err(wrong(1, "an object", &right));
    };
    for (key, member) in right.iter() {
        merged.insert(key.clone(), member.clone());
    }
    Ok(Value::Object(merged))
}
