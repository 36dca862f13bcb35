//! Members that a type does not know, where it takes no others (`#[serde(deny_unknown_fields)]`).

use super::{
    fits::Value,
    flow::Node,
    form::{Form, Key, Object},
    judge::Judge,
};

impl Judge<'_> {
    /// The key of the member at a place among those that a value has on every route and an object does not know.
    pub(crate) const fn unknown(&self, value: Value, target: &Object, place: usize) -> Option<&'static str> {
        if !target.flattened.is_empty() {
            return None;
        }
        let mut left = place;
        let mut node = match value {
            Value::Form(form) => return unknown_of_form(form, target, &mut left),
            Value::Node(node) => node,
        };
        while let Node::Object(members, base) = self.flow.nodes[node as usize] {
            let mut rest = members;
            while let [member, others @ ..] = rest {
                if !member.optional && is_next(&member.key, target, &mut left) {
                    return Some(member.key.name);
                }
                rest = others;
            }
            match base {
                Some(base) => node = base,
                None => return None,
            }
        }
        // Of several forms none is certain.
        match self.found(node).forms() {
            [form] => unknown_of_form(form, target, &mut left),
            _ => None,
        }
    }
}

const fn unknown_of_form(form: &Form, target: &Object, left: &mut usize) -> Option<&'static str> {
    let Form::Object(object) = form else { return None };
    let mut rest = object.fields;
    while let [field, others @ ..] = rest {
        let key = Key {
            name: field.name,
            hash: field.hash,
        };
        if !field.optional && is_next(&key, target, left) {
            return Some(field.name);
        }
        rest = others;
    }
    let mut rest = object.flattened;
    while let [form, others @ ..] = rest {
        if let Some(name) = unknown_of_form(form, target, left) {
            return Some(name);
        }
        rest = others;
    }
    None
}

/// Whether a key is unknown, and no other one is left before it.
const fn is_next(key: &Key, target: &Object, left: &mut usize) -> bool {
    let mut rest = target.fields;
    while let [field, others @ ..] = rest {
        if field.is_called(key) {
            return false;
        }
        rest = others;
    }
    if *left > 0 {
        *left -= 1;
        return false;
    }
    true
}
