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
    // Those that have been needed.
    let mut keys: Vec<Option<Data>> = vec![None; items.len() * terms.len()];
    let order = places(items.len(), &mut |left, right| {
        q.spend(1)?;
        for (index, term) in terms.iter().enumerate() {
            let [left, right] = [left, right].map(|place| (place, place * terms.len() + index));
            for (place, cell) in [left, right] {
                if keys[cell].is_none() {
                    keys[cell] = Some(key(&items[place], &term.key)?);
                }
            }
            let (Some(left), Some(right)) = (&keys[left.1], &keys[right.1]) else {
                continue;
            };
            let order = match compare_keys(left, right)? {
                Order::Keys(order) if term.descending => order.reverse(),
                Order::Keys(order) | Order::Missing(order) => order,
            };
            if order.is_ne() {
                return Ok(order.is_gt());
            }
        }
        Ok(false)
    })?;
    Ok(arranged(items, &order))
}

/// Sorts by a function that says whether the second of two items comes before the first.
pub(super) fn sort_by<T>(
    items: Vec<T>,
    swaps: &mut dyn FnMut(&T, &T) -> Result<bool, Error>,
) -> Result<Vec<T>, Error> {
    let order = places(items.len(), &mut |left, right| swaps(&items[left], &items[right]))?;
    Ok(arranged(items, &order))
}

fn arranged<T>(items: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.iter().filter_map(|place| items[*place].take()).collect()
}

/// Whether of two items, by their places, the second comes before the first.
type Swaps<'s> = &'s mut dyn FnMut(usize, usize) -> Result<bool, Error>;

/// The places of so many items in the order that they are to have.
fn places(count: usize, swaps: Swaps<'_>) -> Result<Vec<usize>, Error> {
    let mut order: Vec<usize> = (0..count).collect();
    sort_halves(&mut order, &mut Vec::with_capacity(count / 2), swaps)?;
    Ok(order)
}

/// Sorts both halves, and then takes the first of either one after the other.
fn sort_halves(order: &mut [usize], left: &mut Vec<usize>, swaps: Swaps<'_>) -> Result<(), Error> {
    if order.len() <= 1 {
        return Ok(());
    }
    let middle = order.len() / 2;
    sort_halves(&mut order[..middle], left, swaps)?;
    sort_halves(&mut order[middle..], left, swaps)?;
    left.clear();
    left.extend_from_slice(&order[..middle]);
    // As many as have been taken from the left half are free in front of the right one.
    let (mut taken, mut right) = (0, middle);
    while taken < left.len() && right < order.len() {
        let end = taken + right - middle;
        if swaps(left[taken], order[right])? {
            order[end] = order[right];
            right += 1;
        } else {
            order[end] = left[taken];
            taken += 1;
        }
    }
    order[taken + right - middle..right].copy_from_slice(&left[taken..]);
    Ok(())
}

enum Order {
    Keys(Ordering),
    /// One that is missing comes last, whatever the direction.
    Missing(Ordering),
}

fn compare_keys(left: &Data, right: &Data) -> Result<Order, Error> {
    if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
        return Ok(Order::Keys(left.cmp(&right)));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_equal_keeps_its_order(keys in prop::collection::vec(0..6_u8, 0..50)) {
            let items: Vec<_> = keys.into_iter().enumerate().collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(_, key)| *key);
            let sorted = sort_by(items, &mut |(_, left), (_, right)| Ok(left > right)).unwrap();
            prop_assert_eq!(sorted, expected);
        }
    }
}
