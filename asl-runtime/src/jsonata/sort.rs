//! `^(…)`: a stable merge sort, which compares in the order in which the language says it does.

use std::cmp::Ordering;

use super::{Data, Error, Eval, Query, operators::order, stringify};

/// What to sort by, most important first.
#[derive(Debug, Clone, Copy)]
pub struct Term<F> {
    /// `>`: the largest first.
    pub descending: bool,
    /// Computes the key of an item.
    pub key: F,
}

/// An item with those of its keys that have been needed.
struct Keyed<T> {
    item: T,
    keys: smallvec::SmallVec<[Data; 2]>,
}

/// Sorts the items.
///
/// # Errors
/// T2008 for a key that is neither number nor string, T2007 for keys of different types.
pub(super) fn sort<T, F>(
    q: &Query<'_>,
    items: Vec<T>,
    terms: &[Term<F>],
    key: &dyn Fn(&T, &F) -> Eval,
) -> Result<Vec<T>, Error> {
    let keyed = items.into_iter().map(|item| Keyed {
        item,
        keys: smallvec::SmallVec::new(),
    });
    let sorted = merge_sort(keyed.collect(), &mut |left, right| {
        q.spend(1)?;
        compare(left, right, terms, key)
    })?;
    Ok(sorted.into_iter().map(|keyed| keyed.item).collect())
}

/// Sorts by halves; `swaps` says whether the right one comes before the left one.
pub(super) fn merge_sort<T>(
    mut items: Vec<T>,
    swaps: &mut dyn FnMut(&mut T, &mut T) -> Result<bool, Error>,
) -> Result<Vec<T>, Error> {
    if items.len() <= 1 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let mut left = merge_sort(items, swaps)?.into_iter();
    let mut right = merge_sort(right, swaps)?.into_iter();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut first, mut second) = (left.next(), right.next());
    loop {
        match (first.take(), second.take()) {
            (Some(mut one), Some(mut other)) => {
                if swaps(&mut one, &mut other)? {
                    merged.push(other);
                    (first, second) = (Some(one), right.next());
                } else {
                    merged.push(one);
                    (first, second) = (left.next(), Some(other));
                }
            }
            (Some(one), None) => {
                merged.push(one);
                merged.extend(left);
                return Ok(merged);
            }
            (None, other) => {
                merged.extend(other);
                merged.extend(right);
                return Ok(merged);
            }
        }
    }
}

fn compare<T, F>(
    left: &mut Keyed<T>,
    right: &mut Keyed<T>,
    terms: &[Term<F>],
    key: &dyn Fn(&T, &F) -> Eval,
) -> Result<bool, Error> {
    for (index, term) in terms.iter().enumerate() {
        for keyed in [&mut *left, &mut *right] {
            if keyed.keys.len() == index {
                let computed = key(&keyed.item, &term.key)?;
                keyed.keys.push(computed);
            }
        }
        let order = compare_keys(&left.keys[index], &right.keys[index])?;
        let order = match order {
            Order::Keys(order) if term.descending => order.reverse(),
            Order::Keys(order) | Order::Missing(order) => order,
        };
        if order.is_ne() {
            return Ok(order.is_gt());
        }
    }
    Ok(false)
}

enum Order {
    Keys(Ordering),
    /// One that is missing comes last, whatever the direction.
    Missing(Ordering),
}

fn compare_keys(left: &Data, right: &Data) -> Result<Order, Error> {
    match (left.is_undefined(), right.is_undefined()) {
        (true, true) => return Ok(Order::Missing(Ordering::Equal)),
        (true, false) => return Ok(Order::Missing(Ordering::Greater)),
        (false, true) => return Ok(Order::Missing(Ordering::Less)),
        (false, false) => {}
    }
    let [left_letter, right_letter] = [left, right].map(Data::letter);
    if !matches!(left_letter, 'n' | 's') || !matches!(right_letter, 'n' | 's') {
        return Err(Error::new(
            "T2008",
            "The expressions within an order-by clause must evaluate to numeric or string values",
        ));
    }
    if left_letter != right_letter {
        let [left, right] = [left, right].map(stringify::quoted);
        return Err(Error::new(
            "T2007",
            format!("Type mismatch when comparing values {left} and {right} in order-by clause"),
        ));
    }
    Ok(Order::Keys(order(left, right).unwrap_or(Ordering::Greater)))
}
