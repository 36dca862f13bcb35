//! Objects that are put together.

use std::rc::Rc;

use smol_str::SmolStr;

use super::{Data, data::Record};
use crate::{Value, value::Object};

/// An object. Members that are undefined are left out; of a key given twice the last value counts.
pub(super) fn object(members: Vec<(SmolStr, Data)>) -> Data {
    let mut kept: Vec<(SmolStr, Data)> = Vec::with_capacity(members.len());
    let mut places: std::collections::HashMap<SmolStr, usize> = std::collections::HashMap::new();
    for (key, data) in members {
        let place = *places.entry(key.clone()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some((_, old)) => *old = data,
            None => kept.push((key, data)),
        }
    }
    distinct(kept)
}

/// The same where each key is there once.
pub(super) fn distinct(members: Vec<(SmolStr, Data)>) -> Data {
    let mut values = Vec::with_capacity(members.len());
    let mut members = members.into_iter();
    while let Some((key, data)) = members.next() {
        match unmarked(data) {
            Data::Value(value) => values.push((key, value)),
            Data::Undefined => {}
            other => {
                let values = values.into_iter().map(|(key, value)| (key, Data::Value(value)));
                let rest = members.map(|(key, data)| (key, unmarked(data)));
                let all = values.chain([(key, other)]).chain(rest);
                let members = all.filter(|(_, data)| !data.is_undefined()).collect();
                return Data::Record(Rc::new(Record {
                    members,
                    ..Record::default()
                }));
            }
        }
    }
    Data::Value(Value::Object(Object::from_members(values)))
}

/// A member's array is plain, however it came about, if it is JSON.
fn unmarked(data: Data) -> Data {
    match data {
        Data::List(_) if is_json(&data) => data.into_value().map_or(Data::Undefined, Data::Value),
        other => other,
    }
}

fn is_json(data: &Data) -> bool {
    match data {
        Data::Value(_) => true,
        Data::List(list) => list.items.iter().all(is_json),
        Data::Undefined | Data::NonFinite(_) | Data::Record(_) | Data::Function(_) => false,
    }
}
