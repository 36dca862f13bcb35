//! The order of things.

use std::cmp::Ordering;

use crate::{
    Value,
    jsonata::{Data, Error},
};

/// The order of two numbers or two strings; strings go by UTF-16 units.
pub(super) fn order(one: &Data, other: &Data) -> Option<Ordering> {
    match (one, other) {
        (Data::Value(Value::Number(one)), Data::Value(Value::Number(other))) => Some(one.cmp(other)),
        (Data::Value(Value::String(one)), Data::Value(Value::String(other))) => {
            Some(one.encode_utf16().cmp(other.encode_utf16()))
        }
        (one, other) => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// A stable merge sort that asks whether the right one of two comes first.
pub(super) fn merge_sort(
    mut items: Vec<Data>,
    swaps: &mut dyn FnMut(&Data, &Data) -> Result<bool, Error>,
) -> Result<Vec<Data>, Error> {
    if items.len() <= 1 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let mut left = merge_sort(items, swaps)?.into_iter().peekable();
    let mut right = merge_sort(right, swaps)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let next = if swaps(one, other)? {
            right.next()
        } else {
            left.next()
        };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
