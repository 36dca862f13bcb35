//! How deep data may be nested.
//!
//! An expression nests data no deeper than it is long, unless functions are called again and again. So it is what
//! functions return that is looked at, and then every walk over data is within the stack of a thread.

use std::cell::Cell;

use super::{Data, Error};
use crate::Value;

/// Refuses what is nested too deep.
///
/// # Errors
/// U1001, the code for what an evaluation may not take.
#[inline]
pub(super) fn check(data: &Data) -> Result<(), Error> {
    match data {
        Data::Value(Value::Array(_) | Value::Object(_)) | Data::List(_) | Data::Record(_)
            if levels(data) > Value::MAX_DEPTH =>
        {
            Err(too_deep())
        }
        _ => Ok(()),
    }
}

/// How deep the data is nested. Each part remembers it, so that what was looked at before costs nothing.
fn levels(data: &Data) -> u32 {
    match data {
        Data::Value(value) => value.measure().depth,
        Data::List(list) => remembered(&list.levels, || list.items.iter().map(levels).max()),
        Data::Record(record) => remembered(&record.levels, || {
            record.members.iter().map(|(_, data)| levels(data)).max()
        }),
        Data::Undefined | Data::NonFinite(_) | Data::Function(_) => 0,
    }
}

fn remembered(levels: &Cell<Option<u32>>, within: impl FnOnce() -> Option<u32>) -> u32 {
    if let Some(known) = levels.get() {
        return known;
    }
    let found = within().unwrap_or(0).saturating_add(1);
    levels.set(Some(found));
    found
}

#[cold]
fn too_deep() -> Error {
    Error::new(
        "U1001",
        format!(
            "Expression evaluation made data of more than {} levels",
            Value::MAX_DEPTH
        ),
    )
}
