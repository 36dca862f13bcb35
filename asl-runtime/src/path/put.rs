//! `ResultPath`: putting a result into a document.

use super::{ReferencePath, ReferenceStep};
use crate::value::{Object, Value};
use smol_str::SmolStr;

/// A reference path does not fit the document.
#[derive(Debug, Clone, thiserror::Error)]
#[error("Unable to apply ReferencePath {path} to input {document}")]
pub struct PathConflict {
    path: &'static str,
    document: String,
}

/// Puts a result into a document: makes the objects on the way that are not there, and replaces what is.
///
/// What is on the way must be an object, or an array that has the element. Consumes the document, so that only nodes
/// that others hold too are copied.
pub fn put(mut document: Value, path: &ReferencePath, result: Value) -> Result<Value, PathConflict> {
    if !fits(&document, path.steps) {
        return Err(PathConflict {
            path: path.text,
            document: document.to_string(),
        });
    }
    place(&mut document, path.steps, result);
    Ok(document)
}

fn place(document: &mut Value, steps: &[ReferenceStep], result: Value) {
    let mut node = document;
    for step in steps {
        let next = match (step, node) {
            (ReferenceStep::Key(name), Value::Object(object)) => {
                if !object.contains_key(name) {
                    object.insert(SmolStr::new_static(name), Value::Object(Object::new()));
                }
                object.get_mut(name)
            }
            (ReferenceStep::Index(index), Value::Array(array)) => array.get_mut(*index),
            _ => None,
        };
        let Some(next) = next else { return };
        node = next;
    }
    *node = result;
}

/// Whether the path can be followed. Looked at first, so that a document is not changed by half.
fn fits(document: &Value, steps: &[ReferenceStep]) -> bool {
    let mut node = Some(document);
    for step in steps {
        node = match (step, node) {
            (ReferenceStep::Key(name), Some(Value::Object(object))) => object.get(name),
            (ReferenceStep::Key(_), None) => None,
            (ReferenceStep::Index(index), Some(Value::Array(array))) => match array.get(*index) {
                Some(element) => Some(element),
                None => return false,
            },
            _ => return false,
        };
    }
    true
}
