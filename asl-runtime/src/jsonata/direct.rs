//! Higher-order functions that are given a function written out at the call: it need not be made a value first.

use super::{Data, Eval, Gather, Query};

/// What a function that is written out computes for an item at a place.
pub type Inline<'s> = &'s dyn Fn(&Data, usize) -> Eval;

/// `$map(array, function($item, $place){ … })`
pub fn map(q: &Query<'_>, array: &Data, function: Inline<'_>) -> Eval {
    let items = array.items();
    q.spend(items.len())?;
    let mut results = Gather::with_capacity(items.len());
    for (place, item) in items.enumerate() {
        results.push(function(&item, place)?);
    }
    Ok(results.collapse())
}

/// `$filter(array, function($item, $place){ … })`
pub fn select(q: &Query<'_>, array: &Data, function: Inline<'_>) -> Eval {
    let items = array.items();
    q.spend(items.len())?;
    let mut kept = Gather::default();
    for (place, item) in items.enumerate() {
        if function(&item, place)?.truthy()? {
            kept.push(item);
        }
    }
    Ok(kept.collapse())
}
