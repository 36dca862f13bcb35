//! Higher-order functions that are given a function written out at the call: it need not be made a value first.

use super::{Eval, Gather, Item, Query};

/// What a function that is written out computes for an item at a place.
pub type Inline<'s> = &'s dyn Fn(Item<'_>, usize) -> Eval;

/// `$map(array, function($item, $place){ … })`
pub fn map<'a>(q: &Query<'_>, array: impl Into<Item<'a>>, function: Inline<'_>) -> Eval {
    map_items(q, array.into(), function)
}

fn map_items(q: &Query<'_>, array: Item<'_>, function: Inline<'_>) -> Eval {
    let items = array.each();
    q.spend(items.len())?;
    let mut results = Gather::with_capacity(items.len());
    for (place, item) in items.enumerate() {
        results.push(function(item, place)?);
    }
    Ok(results.collapse())
}

/// `$filter(array, function($item, $place){ … })`
pub fn select<'a>(q: &Query<'_>, array: impl Into<Item<'a>>, function: Inline<'_>) -> Eval {
    select_items(q, array.into(), function)
}

fn select_items(q: &Query<'_>, array: Item<'_>, function: Inline<'_>) -> Eval {
    let items = array.each();
    q.spend(items.len())?;
    let mut kept = Gather::default();
    for (place, item) in items.enumerate() {
        if function(item, place)?.truthy()? {
            kept.push(item.to_data());
        }
    }
    Ok(kept.collapse())
}
