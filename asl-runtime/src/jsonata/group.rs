//! `{key: value}`: objects, and the items of a sequence by key.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::{Data, Error, Eval, Gather, Item, Operand, Query, path::Step, record, stringify, work};
use crate::value::Object;

/// A key with its value, each a step.
#[derive(Debug, Clone, Copy)]
pub struct Pair<F> {
    /// Must give a string.
    pub key: F,
    /// Sees all items of the key's group.
    pub value: F,
}

/// An object whose keys are constant and differ: `{"a": 1, "b": 2}`.
pub fn object<const N: usize>(members: [(&'static str, Data); N]) -> Data {
    let mut values = Vec::with_capacity(N);
    work::owe(N * 4);
    let mut members = members.into_iter();
    while let Some((key, data)) = members.next() {
        match data {
            Data::Value(value) => values.push((SmolStr::new_static(key), value)),
            Data::Undefined => {}
            other => {
                let before = values.into_iter().map(|(key, value)| (key, Data::Value(value)));
                let after = [(key, other)].into_iter().chain(members);
                let after = after.map(|(key, data)| (SmolStr::new_static(key), data));
                return record::distinct(before.chain(after).collect());
            }
        }
    }
    Data::Value(crate::Value::Object(Object::from_members(values)))
}

/// What the values of an object see when its keys are constant: of an array all items, as one group.
pub fn grouped<'a>(context: impl Into<Item<'a>>) -> Operand<'a> {
    let context = context.into();
    if !context.is_array() {
        return context.into();
    }
    Operand::Owned(Box::new(append_all(context.each().map(Item::to_data).collect())))
}

/// `input{key: value, …}`, also for an object whose keys are computed.
///
/// # Errors
/// T1003 for a key that is no string (one that is nothing is left out), D1009 when two pairs have the same key.
pub fn group_by<'a>(q: &Query<'_>, input: impl Into<Item<'a>>, pairs: &[Pair<Step<'_>>]) -> Eval {
    let mut items: Vec<Data> = input.into().each().map(Item::to_data).collect();
    if items.is_empty() {
        items.push(Data::Undefined);
    }
    group(q, items, pairs, &|item, key| key(item.into()), &|items, value| {
        value(Item::Data(&append_all(items)))
    })
}

/// One item as it is, more of them in one array, arrays among them spread.
fn append_all(mut items: Vec<Data>) -> Data {
    if items.len() <= 1 {
        return items.pop().unwrap_or_default();
    }
    work::owe(items.len());
    let mut whole = Gather::default();
    items.iter().for_each(|item| whole.append(item));
    whole.into_array()
}

/// The items of one key.
struct Group<T> {
    key: SmolStr,
    pair: usize,
    items: Vec<T>,
}

pub(super) fn group<T, F>(
    q: &Query<'_>,
    items: Vec<T>,
    pairs: &[Pair<F>],
    key: &dyn Fn(&T, &F) -> Eval,
    value: &dyn Fn(Vec<T>, &F) -> Eval,
) -> Eval
where
    T: Clone,
{
    let mut groups: Vec<Group<T>> = Vec::new();
    let mut places: HashMap<SmolStr, usize> = HashMap::new();
    q.spend(items.len())?;
    for item in items {
        for (index, pair) in pairs.iter().enumerate() {
            let key = match key(&item, &pair.key)? {
                Data::Value(crate::Value::String(key)) => key,
                Data::Undefined => continue,
                other => return Err(no_string(&other)),
            };
            let place = *places.entry(key.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) if group.pair != index => return Err(twice(&group.key)),
                Some(group) => group.items.push(item.clone()),
                None => groups.push(Group {
                    key,
                    pair: index,
                    items: vec![item.clone()],
                }),
            }
        }
    }
    let mut members = Vec::with_capacity(groups.len());
    for group in groups {
        members.push((group.key, value(group.items, &pairs[group.pair].value)?));
    }
    Ok(record::distinct(members))
}

fn no_string(key: &Data) -> Error {
    let key = stringify::quoted(key);
    Error::new(
        "T1003",
        format!("Key in object structure must evaluate to a string; got: {key}"),
    )
}

fn twice(key: &str) -> Error {
    let key = stringify::quoted(&key.into());
    Error::new(
        "D1009",
        format!("Multiple key definitions evaluate to same key: {key}"),
    )
}
