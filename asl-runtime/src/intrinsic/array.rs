//! Functions of arrays.

use super::{Arguments, IntrinsicError, failure};
use crate::value::Value;
use std::collections::HashSet;

pub(super) fn array(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let values: Result<Vec<Value>, IntrinsicError> = (0..arguments.len())
        .map(|index| Ok(arguments.get(index)?.into_owned()))
        .collect();
    Ok(values?.into())
}

pub(super) fn partition(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let array = arguments.array(0)?;
    let size = usize::try_from(arguments.integer(1)?).unwrap_or(0);
    if size == 0 {
        return Err(failure("the size of a partition must be positive"));
    }
    let chunks = array.as_array().unwrap_or_default().chunks(size);
    Ok(chunks.map(|chunk| Value::from(chunk.to_vec())).collect())
}

pub(super) fn contains(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let (array, wanted) = (arguments.array(0)?, arguments.get(1)?);
    Ok(array.as_array().unwrap_or_default().contains(&wanted).into())
}

pub(super) fn item(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let (array, index) = (arguments.array(0)?, arguments.integer(1)?);
    let item = usize::try_from(index)
        .ok()
        .and_then(|index| array.get_index(index));
    item.cloned().ok_or_else(|| {
        let length = array.as_array().map_or(0, <[Value]>::len);
        failure(format!("index {index} is out of bounds for length {length}"))
    })
}

pub(super) fn length(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let array = arguments.array(0)?;
    Ok(array.as_array().map_or(0, <[Value]>::len).into())
}

pub(super) fn unique(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    let array = arguments.array(0)?;
    // What can change in a value is a cached measure, which is no part of its hash.
    #[allow(clippy::mutable_key_type)]
    let mut seen = HashSet::new();
    let elements = array.as_array().unwrap_or_default().iter();
    Ok(elements
        .filter(|element| seen.insert(*element))
        .cloned()
        .collect())
}
