//! Higher-order functions that are given a function written out at the call: it need not be made a value first.

use super::{Data, Error, Eval, Gather, Item, Query, depth, functions};

/// What a function that is written out computes for an item at a place.
pub type Inline<'s> = &'s dyn Fn(Item<'_>, usize) -> Eval;

/// `$map(array, function($item, $place){ … })`
pub fn map<'a>(q: &Query<'_>, array: impl Into<Item<'a>>, function: Inline<'_>) -> Eval {
    Ok(map_items(q, array.into(), function)?.collapse())
}

/// The same, with a sequence as it is.
pub fn map_raw<'a>(q: &Query<'_>, array: impl Into<Item<'a>>, function: Inline<'_>) -> Eval {
    match array.into() {
        array if array.is_undefined() => Ok(Data::Undefined),
        array => Ok(functions::sequence(map_items(q, array, function)?)),
    }
}

fn map_items(q: &Query<'_>, array: Item<'_>, function: Inline<'_>) -> Result<Gather, Error> {
    let items = array.each();
    q.spend(items.len())?;
    let mut results = Gather::with_capacity(items.len());
    for (place, item) in items.enumerate() {
        results.push(function(item, place)?);
    }
    Ok(results)
}

/// `$filter(array, function($item, $place){ … })`
pub fn select<'a>(q: &Query<'_>, array: impl Into<Item<'a>>, function: Inline<'_>) -> Eval {
    Ok(select_items(q, array.into(), function)?.collapse())
}

/// The same, with a sequence as it is.
pub fn select_raw<'a>(q: &Query<'_>, array: impl Into<Item<'a>>, function: Inline<'_>) -> Eval {
    match array.into() {
        array if array.is_undefined() => Ok(Data::Undefined),
        array => Ok(functions::sequence(select_items(q, array, function)?)),
    }
}

fn select_items(q: &Query<'_>, array: Item<'_>, function: Inline<'_>) -> Result<Gather, Error> {
    let items = array.each();
    q.spend(items.len())?;
    let mut kept = Gather::default();
    for (place, item) in items.enumerate() {
        if function(item, place)?.truthy()? {
            kept.push(item.to_data());
        }
    }
    Ok(kept)
}

/// What a function of two parameters that is written out computes of what there is so far, and an item.
pub type Fold<'s> = &'s dyn Fn(Item<'_>, Item<'_>) -> Eval;

/// `$reduce(array, function($so_far, $item){ … }, start)`
///
/// # Errors
/// T0410 when `start` is a function, U1001 when data is nested too deep.
pub fn reduce<'a>(
    q: &Query<'_>,
    array: impl Into<Item<'a>>,
    function: Fold<'_>,
    start: impl Into<Item<'a>>,
) -> Eval {
    Ok(reduce_items(q, array.into(), function, start.into())?.collapse())
}

/// The same, with a sequence as it is.
///
/// # Errors
/// As [`reduce`].
pub fn reduce_raw<'a>(
    q: &Query<'_>,
    array: impl Into<Item<'a>>,
    function: Fold<'_>,
    start: impl Into<Item<'a>>,
) -> Eval {
    reduce_items(q, array.into(), function, start.into())
}

fn reduce_items(q: &Query<'_>, array: Item<'_>, function: Fold<'_>, start: Item<'_>) -> Eval {
    if let Item::Data(Data::Function(_)) = start {
        return Err(functions::misfit("reduce", 2));
    }
    if array.is_undefined() {
        return Ok(Data::Undefined);
    }
    let mut items = array.each();
    q.spend(items.len())?;
    let mut result = match start {
        nothing if nothing.is_undefined() => items.next().map_or(Data::Undefined, Item::to_data),
        start => start.to_data(),
    };
    for item in items {
        result = function(Item::Data(&result), item)?;
        depth::check(&result)?;
    }
    Ok(result)
}
