//! Where the fields of states stand in the file.

use std::collections::HashMap;

use crate::{
    diagnostic::Places,
    ir::{Place, StateIndex},
    json::{Node, Value},
};

/// Where the fields of states stand.
#[derive(Debug, Clone, Default)]
pub struct FieldPlaces(HashMap<(StateIndex, String), Place>);

impl FieldPlaces {
    /// Where the value of a field stands: `Parameters.amount.$`, `Choices[0].Variable`.
    pub fn of(&self, state: StateIndex, field: &str) -> Option<Place> {
        self.0.get(&(state, field.to_owned())).copied()
    }
}

/// Collects places.
pub(crate) struct PlacesBuilder<'a> {
    places: &'a Places<'a>,
    fields: FieldPlaces,
}

impl<'a> PlacesBuilder<'a> {
    pub fn new(places: &'a Places<'a>) -> Self {
        Self {
            places,
            fields: FieldPlaces::default(),
        }
    }

    /// The fields of a state, those of states inside it left out.
    pub fn state(&mut self, state: StateIndex, node: &Node) {
        self.node(state, String::new(), node);
    }

    pub fn finish(self) -> FieldPlaces {
        self.fields
    }

    fn node(&mut self, state: StateIndex, field: String, node: &Node) {
        match &node.value {
            Value::Object(members) => {
                for member in members.iter().filter(|member| member.key != "States") {
                    self.node(state, field_key(&field, &member.key), &member.value);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.node(state, format!("{field}[{index}]"), element);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        // The state as a whole stands where its name does.
        if !field.is_empty() {
            let place = self.places.of(node.range.start);
            self.fields.0.insert((state, field), place);
        }
    }
}

/// A field inside another one.
pub(crate) fn field_key(field: &str, key: &str) -> String {
    if field.is_empty() {
        key.to_owned()
    } else {
        format!("{field}.{key}")
    }
}
