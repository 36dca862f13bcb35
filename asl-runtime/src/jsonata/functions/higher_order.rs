//! Functions that call functions.

use std::rc::Rc;

use smol_str::SmolStr;

use super::arguments::{at, function, sequence};
use crate::{
    Value,
    jsonata::{Args, Data, Error, Eval, Function, Gather, Item, Query},
};

/// Calls a function with the value, its place and the whole, as many of them as it wants.
fn call(
    q: &Query<'_>,
    function: &Rc<Function>,
    value: Data,
    place: impl FnOnce() -> Data,
    whole: &Data,
) -> Eval {
    let mut args = Args::new();
    args.push(value);
    if function.arity >= 2 {
        args.push(place());
    }
    if function.arity >= 3 {
        args.push(whole.clone());
    }
    q.apply(function, args, Item::Value(&Value::Null))
}

/// Whether what a function gives counts as true.
pub(super) fn test(q: &Query<'_>, function: &Rc<Function>, args: Args) -> Result<bool, Error> {
    q.apply(function, args, Item::Value(&Value::Null))?.truthy()
}

/// `$map(array, f)`
pub(super) fn map(q: &Query<'_>, args: Args) -> Eval {
    let (array, function) = (at(&args, 0), function(&args, 1, "map")?);
    if array.is_undefined() {
        return Ok(Data::Undefined);
    }
    let items = array.items();
    let mut results = Gather::with_capacity(items.len());
    for (index, item) in items.enumerate() {
        results.push(call(q, function, item, || index.into(), array)?);
    }
    Ok(sequence(results))
}

/// `$filter(array, f)`
pub(super) fn filter(q: &Query<'_>, args: Args) -> Eval {
    let (array, function) = (at(&args, 0), function(&args, 1, "filter")?);
    if array.is_undefined() {
        return Ok(Data::Undefined);
    }
    let mut kept = Gather::default();
    for (index, item) in array.items().enumerate() {
        if call(q, function, item.clone(), || index.into(), array)?.truthy()? {
            kept.push(item);
        }
    }
    Ok(sequence(kept))
}

/// `$single(array, f)`
pub(super) fn single(q: &Query<'_>, args: Args) -> Eval {
    let array = at(&args, 0);
    if array.is_undefined() {
        return Ok(Data::Undefined);
    }
    let function = match at(&args, 1) {
        Data::Undefined => None,
        _ => Some(function(&args, 1, "single")?),
    };
    let mut found = None;
    for (index, item) in array.items().enumerate() {
        let fits = match function {
            Some(function) => call(q, function, item.clone(), || index.into(), array)?.truthy()?,
            None => true,
        };
        if fits && found.replace(item).is_some() {
            return Err(Error::new(
                "D3138",
                "The $single() function expected exactly 1 matching result.  Instead it matched more.",
            ));
        }
    }
    found.ok_or_else(|| {
        Error::new(
            "D3139",
            "The $single() function expected exactly 1 matching result.  Instead it matched 0.",
        )
    })
}

/// `$reduce(array, f, init)`
pub(super) fn reduce(q: &Query<'_>, args: Args) -> Eval {
    let (array, function) = (at(&args, 0), function(&args, 1, "reduce")?);
    if array.is_undefined() {
        return Ok(Data::Undefined);
    }
    if function.arity < 2 {
        return Err(Error::new(
            "D3050",
            "The second argument of reduce function must be a function with at least two arguments",
        ));
    }
    let mut items = array.items().enumerate();
    let mut result = at(&args, 2).clone();
    if result.is_undefined() {
        result = items.next().map(|(_, first)| first).unwrap_or_default();
    }
    for (index, item) in items {
        let mut step = Args::new();
        step.push(std::mem::take(&mut result));
        step.push(item);
        if function.arity >= 3 {
            step.push(index.into());
        }
        if function.arity >= 4 {
            step.push(array.clone());
        }
        result = q.apply(function, step, Item::Value(&Value::Null))?;
    }
    Ok(result)
}

/// `$each(object, f)`
pub(super) fn each(q: &Query<'_>, args: Args) -> Eval {
    let (object, function) = (at(&args, 0), function(&args, 1, "each")?);
    let members = object.members();
    let mut results = Gather::with_capacity(members.len());
    for (key, value) in members {
        results.push(call(q, function, value, || key.into(), object)?);
    }
    Ok(sequence(results))
}

/// `$sift(object, f)`
pub(super) fn sift(q: &Query<'_>, args: Args) -> Eval {
    let (object, function) = (at(&args, 0), function(&args, 1, "sift")?);
    let mut kept: Vec<(SmolStr, Data)> = Vec::new();
    for (key, value) in object.members() {
        if call(q, function, value.clone(), || key.clone().into(), object)?.truthy()? {
            kept.push((key, value));
        }
    }
    if kept.is_empty() {
        return Ok(Data::Undefined);
    }
    Ok(Data::object(kept))
}
