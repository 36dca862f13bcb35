//! Objects that are put together.

use std::rc::Rc;

use smol_str::SmolStr;

use super::{Data, data::Record};
use crate::Value;

/// An object. Members that are undefined are left out; of a key given twice the last value counts.
pub(super) fn object(members: Vec<(SmolStr, Data)>) -> Data {
    let is_json = |(_, data): &(SmolStr, Data)| matches!(data, Data::Value(_) | Data::Undefined);
    if members.iter().all(is_json) {
        let values = members.into_iter().filter_map(|(key, data)| match data {
            Data::Value(value) => Some((key, value)),
            _ => None,
        });
        return Data::Value(Value::Object(values.collect()));
    }
    let mut kept: Vec<(SmolStr, Data)> = Vec::with_capacity(members.len());
    for (key, data) in members {
        if data.is_undefined() {
            continue;
        }
        match kept.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = unmarked(data),
            None => kept.push((key, unmarked(data))),
        }
    }
    if kept.iter().all(is_json) {
        return object(kept);
    }
    Data::Record(Rc::new(Record { members: kept }))
}

/// A member's array is plain, however it came about, if it is JSON.
fn unmarked(data: Data) -> Data {
    match data {
        Data::List(_) => match data.clone().into_value() {
            Ok(value) if !has_non_finite(&data) => Data::Value(value),
            _ => data,
        },
        other => other,
    }
}

fn has_non_finite(data: &Data) -> bool {
    match data {
        Data::NonFinite(_) => true,
        Data::List(list) => list.items.iter().any(has_non_finite),
        Data::Record(record) => record.members.iter().any(|(_, data)| has_non_finite(data)),
        _ => false,
    }
}
