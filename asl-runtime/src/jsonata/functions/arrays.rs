//! Functions of arrays.

use std::collections::HashSet;

use super::{
    arguments::{at, function},
    higher_order::test,
};
use crate::{
    Value,
    jsonata::{Args, Data, Error, Eval, Gather, Query, operators::order, sort::sort_by},
    value::Array,
};

/// `$append(one, other)`
pub(super) fn append(q: &Query<'_>, args: Args) -> Eval {
    let (one, other) = (at(&args, 0), at(&args, 1));
    if one.is_undefined() {
        return Ok(other.clone());
    }
    if other.is_undefined() {
        return Ok(one.clone());
    }
    let count = one.len() + other.len();
    q.spend(count)?;
    let mut items = Gather::with_capacity(count);
    items.append(one);
    items.append(other);
    Ok(items.into_array())
}

/// `$sort(array, swaps)`
pub(super) fn sort(q: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    if given.len() <= 1 {
        return Ok(given.clone());
    }
    let items: Vec<Data> = given.items().collect();
    q.spend(items.len())?;
    let sorted = if at(&args, 1).is_undefined() {
        let is_all = |letter| items.iter().all(|item| item.letter() == letter);
        if !is_all('n') && !is_all('s') {
            return Err(Error::new(
                "D3070",
                "The single argument form of the sort function can only be applied to an array of strings or an \
                array of numbers.  Use the second argument to specify a comparison function",
            ));
        }
        let mut items = items;
        let rounds = items.len().ilog2() as usize;
        q.spend(items.len().saturating_mul(rounds))?;
        // What has no order counts as equal, as it does where one is asked whether it is greater.
        items.sort_by(|one, other| order(one, other).unwrap_or(std::cmp::Ordering::Equal));
        items
    } else {
        let swaps = function(&args, 1, "sort")?;
        sort_by(items, &mut |left, right| {
            test(q, swaps, [left.clone(), right.clone()].into_iter().collect())
        })?
    };
    Ok(Data::array(sorted))
}

/// `$reverse(array)`
pub(super) fn reverse(q: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    if given.len() <= 1 {
        return Ok(given.clone());
    }
    q.spend(given.len())?;
    Ok(Data::array(given.items().rev().collect()))
}

/// `$shuffle(array)`
pub(super) fn shuffle(q: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    if given.len() <= 1 {
        return Ok(given.clone());
    }
    q.spend(given.len())?;
    let mut items: Vec<Data> = given.items().collect();
    for last in (1..items.len()).rev() {
        // Below `last + 1`.
        let other = (u128::from(q.environment.random()) * (last as u128 + 1)) >> 64;
        items.swap(last, other as usize);
    }
    Ok(Data::array(items))
}

/// `$distinct(array)`
pub(super) fn distinct(q: &Query<'_>, args: Args) -> Eval {
    let given = at(&args, 0);
    if !given.is_array() || given.len() <= 1 {
        return Ok(given.clone());
    }
    q.spend(given.len())?;
    if let Data::Value(Value::Array(array)) = given {
        return Ok(Data::Value(Value::Array(distinct_values(array))));
    }
    let mut kept: Vec<Data> = Vec::new();
    for item in given.items() {
        q.spend(kept.len())?;
        if !kept.iter().any(|known| known.equals(&item)) {
            kept.push(item);
        }
    }
    Ok(Data::list(kept, given.marks()))
}

fn distinct_values(array: &Array) -> Array {
    // What can change in a value is a cached measure, which is no part of its hash.
    #[allow(clippy::mutable_key_type)]
    let mut seen = HashSet::with_capacity(array.len());
    array
        .iter()
        .filter(|value| seen.insert(*value))
        .cloned()
        .collect()
}

/// `$zip(array, …)`
pub(super) fn zip(q: &Query<'_>, args: Args) -> Eval {
    let length = args.iter().map(Data::len).min().unwrap_or(0);
    q.spend(length.saturating_mul(args.len()))?;
    let mut columns: Vec<_> = args.iter().map(Data::items).collect();
    let rows = (0..length).map(|_| Data::array(columns.iter_mut().filter_map(Iterator::next).collect()));
    Ok(Data::array(rows.collect()))
}
