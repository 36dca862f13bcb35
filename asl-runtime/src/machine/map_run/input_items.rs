//! The items of a distributed Map that are in its state's input.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::Value;
use crate::machine::context::{Item, Origin};

/// The items in the state's input.
#[derive(Debug)]
pub(crate) enum InputItems {
    Array(Value),
    Object(std::vec::IntoIter<(SmolStr, Value)>),
}

impl InputItems {
    /// Of something else there are none.
    pub fn new(items: Value) -> Self {
        match items {
            Value::Object(members) => Self::Object(members.into_iter().collect::<Vec<_>>().into_iter()),
            array => Self::Array(array),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Array(items) => items.as_array().map_or(0, <[Value]>::len),
            Self::Object(members) => members.len(),
        }
    }

    /// The item with this index, for indices that go up one by one.
    pub fn next(&mut self, index: usize) -> Option<Item> {
        let (key, value) = match self {
            Self::Array(items) => (None, items.get_index(index)?.clone()),
            Self::Object(members) => {
                let (key, value) = members.next()?;
                (Some(key.to_string()), value)
            }
        };
        let source = Arc::from("STATE_DATA");
        Some(Item::from_origin(index, value, Origin { key, source }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn members_of_an_object_are_items_with_keys() {
        let mut items = InputItems::new(json!({"b": 1, "a": [2]}));
        assert_eq!(items.len(), 2);
        let inputs: Vec<Value> = (0..)
            .map_while(|index| items.next(index))
            .map(|item| item.input())
            .collect();
        assert_eq!(
            inputs,
            [json!({"Key": "b", "Value": 1}), json!({"Key": "a", "Value": [2]})]
        );
    }
}
