//! Chains of names, which walk a document by reference and copy only what they find.

use smallvec::SmallVec;

use super::{
    Data, Gather, Item, List,
    sequence::{Results, Sequence},
    work,
};
use crate::Value;

/// `start.a.b`: fields, one after the other, of the context, of a variable or of a part of `$states`. An array on the
/// way stands for its items.
///
/// `names` are at least one.
#[inline]
pub fn names<'a>(start: impl Into<Item<'a>>, names: &[&str]) -> Data {
    names_of_item(start.into(), names)
}

fn names_of_item(start: Item<'_>, names: &[&str]) -> Data {
    match (start.value(), start) {
        (Some(value), _) => find(value, names),
        (None, Item::Data(other)) => through(other, names),
        (None, Item::Value(_)) => Data::Undefined,
    }
}

/// [`names`] from what may not be there.
pub fn names_of(start: Option<&Value>, names: &[&str]) -> Data {
    start.map_or(Data::Undefined, |start| find(start, names))
}

/// A field of the context: `names` with one name.
#[inline]
pub fn name<'a>(start: impl Into<Item<'a>>, name: &str) -> Data {
    name_of_item(start.into(), name)
}

fn name_of_item(start: Item<'_>, name: &str) -> Data {
    match start.value() {
        Some(Value::Object(object)) => object.get(name).map_or(Data::Undefined, Data::copy_of),
        _ => names_of_item(start, &[name]),
    }
}

/// The values that a step goes over.
type Found<'v> = SmallVec<[&'v Value; 8]>;

fn find(start: &Value, names: &[&str]) -> Data {
    let mut current = start;
    for (index, name) in names.iter().enumerate() {
        match current {
            Value::Object(object) => match object.get(name) {
                Some(value) => current = value,
                None => return Data::Undefined,
            },
            Value::Array(array) => {
                let (rest, last) = match names[index..].split_last() {
                    Some((last, rest)) => (rest, last),
                    None => return Data::Undefined,
                };
                let items = rest
                    .iter()
                    .fold(array.iter().collect(), |items, name| fields(items, name).0);
                return match fields(items, last) {
                    (_, Some(array)) => Data::Value(array.clone()),
                    (found, None) => match found.as_slice() {
                        [] => Data::Undefined,
                        [one] => Data::Value((*one).clone()),
                        many => Data::Value(many.iter().copied().collect()),
                    },
                };
            }
            _ => return Data::Undefined,
        }
    }
    Data::copy_of(current)
}

/// What the step after these names goes over.
pub(super) fn walk(start: &Value, names: &[&str]) -> Sequence {
    let mut current = start;
    for (index, name) in names.iter().enumerate() {
        match current {
            Value::Object(object) => match object.get(name) {
                Some(value) => current = value,
                None => return Sequence::default(),
            },
            Value::Array(array) => {
                let items = names[index..]
                    .iter()
                    .fold(array.iter().collect(), |items, name| fields(items, name).0);
                return match items.as_slice() {
                    [one] if !one.is_array() => Sequence::spread(Data::Value((*one).clone())),
                    many => Sequence::spread(Data::Value(many.iter().copied().collect())),
                };
            }
            _ => return Sequence::default(),
        }
    }
    Sequence::spread(Data::Value(current.clone()))
}

/// The fields of all items, arrays among them spread; and the array that was the only one found.
fn fields<'v>(items: Found<'v>, name: &str) -> (Found<'v>, Option<&'v Value>) {
    work::owe(items.len());
    let mut found = Found::new();
    let mut results = 0;
    let mut array = None;
    for item in items {
        match field(item, name) {
            Field::None => continue,
            Field::One(value) => match value {
                Value::Array(elements) => {
                    array = Some(value);
                    found.extend(elements.iter());
                }
                other => found.push(other),
            },
            Field::Many(values) => found.extend(values),
        }
        results += 1;
    }
    (found, array.filter(|_| results == 1))
}

/// What a field of something is.
enum Field<'v> {
    None,
    One(&'v Value),
    /// Two or more, of an array.
    Many(Found<'v>),
}

fn field<'v>(item: &'v Value, name: &str) -> Field<'v> {
    match item {
        Value::Object(object) => object.get(name).map_or(Field::None, Field::One),
        Value::Array(array) => {
            let mut found = Found::new();
            look_up(array, name, &mut found);
            match found.as_slice() {
                [] => Field::None,
                [one] => Field::One(one),
                _ => Field::Many(found),
            }
        }
        _ => Field::None,
    }
}

/// The field of everything in an array, also in arrays within it; arrays that are found are spread.
fn look_up<'v>(array: &'v [Value], name: &str, found: &mut Found<'v>) {
    work::owe(array.len());
    for item in array {
        match item {
            Value::Object(object) => match object.get(name) {
                Some(Value::Array(elements)) => found.extend(elements.iter()),
                Some(value) => found.push(value),
                None => {}
            },
            Value::Array(array) => look_up(array, name, found),
            _ => {}
        }
    }
}

/// The same for what is more than JSON.
fn through(start: &Data, names: &[&str]) -> Data {
    let mut current = Sequence::of(start.into());
    let mut names = names.iter().peekable();
    while let Some(name) = names.next() {
        let mut results = Results::default();
        for item in current.each() {
            results.add(field_of(item, name));
        }
        current = results.finish(names.peek().is_none());
    }
    current.end()
}

/// A field of one thing, collapsed. In an array that of all its items.
pub(super) fn field_of(item: Item<'_>, name: &str) -> Data {
    if let Some(value) = item.value() {
        return match field(value, name) {
            Field::None => Data::Undefined,
            Field::One(value) => Data::copy_of(value),
            Field::Many(values) => Data::Value(values.into_iter().collect()),
        };
    }
    match item {
        Item::Data(Data::Record(record)) => record.get(name),
        Item::Data(Data::List(list)) => {
            let mut found = Gather::default();
            look_up_data(list, name, &mut found);
            found.into_sequence().collapse()
        }
        _ => Data::Undefined,
    }
}

fn look_up_data(list: &List, name: &str, found: &mut Gather) {
    work::owe(list.items.len());
    for item in &list.items {
        match item {
            Data::List(list) => look_up_data(list, name, found),
            Data::Value(Value::Array(array)) => {
                let mut values = Found::new();
                look_up(array, name, &mut values);
                found.extend(values.into_iter().cloned().map(Data::Value));
            }
            other => found.append(&other.get(name)),
        }
    }
}
