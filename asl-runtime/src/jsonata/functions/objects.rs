//! Functions of objects, and those that fail on purpose.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::arguments::{at, sequence, text};
use crate::{
    Object, Value,
    jsonata::{Args, Data, Error, Eval, Gather, Query},
};

/// Levels of arrays that are looked into. Data that is deeper is not JSON that anybody could have.
const MAX_DEPTH: u32 = Value::MAX_DEPTH;

/// `$keys(object)`
pub(super) fn keys(q: &Query<'_>, args: Args) -> Eval {
    let mut keys = Gather::default();
    match at(&args, 0) {
        array if array.is_array() => {
            let mut seen = HashSet::new();
            collect_keys(q, array, &mut seen, &mut keys, 0)?;
        }
        Data::Value(Value::Object(object)) => {
            q.spend(object.len())?;
            keys.extend(object.keys().map(|key| Data::from(key.clone())));
        }
        object => keys.extend(object.members().into_iter().map(|(key, _)| Data::from(key))),
    }
    Ok(sequence(keys))
}

/// The keys of all objects in an array, each once.
fn collect_keys(
    q: &Query<'_>,
    data: &Data,
    seen: &mut HashSet<SmolStr>,
    keys: &mut Gather,
    depth: u32,
) -> Result<(), Error> {
    if data.is_array() && depth < MAX_DEPTH {
        q.spend(data.len())?;
        return data
            .items()
            .try_for_each(|item| collect_keys(q, &item, seen, keys, depth + 1));
    }
    let members = data.members();
    q.spend(members.len())?;
    for (key, _) in members {
        if seen.insert(key.clone()) {
            keys.push(key.into());
        }
    }
    Ok(())
}

/// `$lookup(object, key)`
pub(super) fn lookup(q: &Query<'_>, args: Args) -> Eval {
    let key = text(&args, 1).map_or("", SmolStr::as_str);
    let given = at(&args, 0);
    if !given.is_array() {
        return Ok(given.get(key));
    }
    let mut found = Gather::default();
    look_up(q, given, key, &mut found, 0)?;
    Ok(sequence(found))
}

fn look_up(q: &Query<'_>, array: &Data, key: &str, found: &mut Gather, depth: u32) -> Result<(), Error> {
    q.spend(array.len())?;
    for item in array.items() {
        if item.is_array() && depth < MAX_DEPTH {
            look_up(q, &item, key, found, depth + 1)?;
            continue;
        }
        match item.get(key) {
            Data::Undefined => {}
            value => found.append(&value),
        }
    }
    Ok(())
}

/// `$spread(object)`
pub(super) fn spread(q: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    let mut spread = Gather::default();
    if given.is_array() {
        spread_into(q, given, &mut spread, 0)?;
        if given.is_empty() {
            return Ok(spread.into_sequence());
        }
        return Ok(spread.into_array());
    }
    if !given.is_object() {
        return Ok(given.clone());
    }
    spread_into(q, given, &mut spread, 0)?;
    Ok(sequence(spread))
}

/// An object for each member of an object, and of the objects in an array; anything else as it is.
fn spread_into(q: &Query<'_>, data: &Data, spread: &mut Gather, depth: u32) -> Result<(), Error> {
    if data.is_array() && depth < MAX_DEPTH {
        q.spend(data.len())?;
        return data
            .items()
            .try_for_each(|item| spread_into(q, &item, spread, depth + 1));
    }
    if !data.is_object() {
        spread.push(data.clone());
        return Ok(());
    }
    let members = data.members();
    q.spend(members.len())?;
    spread.extend(members.into_iter().map(|member| Data::object([member])));
    Ok(())
}

/// `$merge(array)`
pub(super) fn merge(q: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    if given.is_undefined() {
        return Ok(Data::Undefined);
    }
    if let Some(objects) = given.as_value().and_then(Value::as_array) {
        let objects: Vec<&Object> = objects.iter().filter_map(Value::as_object).collect();
        let count = objects.iter().map(|object| object.len()).sum();
        q.spend(count)?;
        let mut merged = Object::with_capacity(count);
        for (key, value) in objects.into_iter().flatten() {
            merged.insert(key.clone(), value.clone());
        }
        return Ok(Data::Value(merged.into()));
    }
    let members: Vec<(SmolStr, Data)> = given.items().flat_map(|object| object.members()).collect();
    q.spend(members.len().saturating_mul(members.len()))?;
    Ok(Data::object(members))
}

/// `$type(x)`
pub(super) fn type_(_: &Query<'_>, args: Args) -> Eval {
    Ok(match at(&args, 0).letter() {
        'm' => Data::Undefined,
        'l' => Data::text("null"),
        'b' => Data::text("boolean"),
        'n' => Data::text("number"),
        's' => Data::text("string"),
        'a' => Data::text("array"),
        'o' => Data::text("object"),
        _ => Data::text("function"),
    })
}

/// `$clone(x)`: data never changes, so that it is its own copy.
pub(super) fn clone(_: &Query<'_>, args: Args) -> Eval {
    Ok(at(&args, 0).clone())
}

/// `$error(message)`
pub(super) fn error(_: &Query<'_>, args: Args) -> Eval {
    let message = text(&args, 0).filter(|message| !message.is_empty());
    let message = message.map_or("$error() function evaluated", SmolStr::as_str);
    Err(Error::new("D3137", message))
}

/// `$assert(condition, message)`
pub(super) fn assert(_: &Query<'_>, args: Args) -> Eval {
    if at(&args, 0).as_bool() == Some(true) {
        return Ok(Data::Undefined);
    }
    let message = text(&args, 1).filter(|message| !message.is_empty());
    let message = message.map_or("$assert() statement failed", SmolStr::as_str);
    Err(Error::new("D3141", message))
}
