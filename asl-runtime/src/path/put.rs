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
    put_into(&mut document, path, result)?;
    Ok(document)
}

/// The same with a document that stays where it is.
#[inline]
pub(crate) fn put_into(
    document: &mut Value,
    path: &ReferencePath,
    result: Value,
) -> Result<(), PathConflict> {
    // Most results become members of the document itself.
    if let ([ReferenceStep::Key(name)], Value::Object(object)) = (path.steps, &mut *document) {
        object.insert(SmolStr::new_static(name), result);
        return Ok(());
    }
    if !fits(document, path.steps) {
        return Err(PathConflict {
            path: path.text,
            document: document.to_string(),
        });
    }
    place(document, path.steps, result);
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        json,
        path::{Path, Root, Step, find},
    };
    use proptest::prelude::*;

    fn at(steps: &'static [ReferenceStep]) -> ReferencePath {
        ReferencePath { text: "$.x", steps }
    }

    #[test]
    fn makes_and_replaces_members() {
        let document = json!({"master": {"detail": [1, 2, 3]}});
        let sum = at(&[
            ReferenceStep::Key("master"),
            ReferenceStep::Key("result"),
            ReferenceStep::Key("sum"),
        ]);
        let expected = json!({"master": {"detail": [1, 2, 3], "result": {"sum": 6}}});
        assert_eq!(put(document.clone(), &sum, json!(6)).unwrap(), expected);
        let detail = at(&[ReferenceStep::Key("master"), ReferenceStep::Key("detail")]);
        assert_eq!(
            put(document.clone(), &detail, json!(6)).unwrap(),
            json!({"master": {"detail": 6}})
        );
        assert_eq!(document, json!({"master": {"detail": [1, 2, 3]}}));
        assert_eq!(put(document, &at(&[]), json!(6)).unwrap(), json!(6));
    }

    #[test]
    fn replaces_elements_that_are_there() {
        let second = at(&[ReferenceStep::Index(1)]);
        assert_eq!(put(json!([1, 2]), &second, json!("x")).unwrap(), json!([1, "x"]));
        assert!(put(json!([1]), &second, json!("x")).is_err());
    }

    #[test]
    fn conflicts() {
        for document in [
            json!("foo"),
            json!(null),
            json!([1]),
            json!({"a": 1}),
            json!({"a": [1]}),
        ] {
            let path = at(&[ReferenceStep::Key("a"), ReferenceStep::Key("b")]);
            let conflict = put(document.clone(), &path, json!(1)).unwrap_err();
            assert_eq!(
                conflict.to_string(),
                format!("Unable to apply ReferencePath $.x to input {document}")
            );
        }
    }

    const NAMES: [&str; 3] = ["a", "b", "c"];

    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(null)), Just(json!("s")), Just(json!(1))];
        leaf.prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(&NAMES[..]), inner), 0..3)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_put_is_found(
            document in documents(),
            steps in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(&NAMES[..]).prop_map(ReferenceStep::Key),
                    (0_usize..2).prop_map(ReferenceStep::Index),
                ],
                0..4,
            ),
        ) {
            let path = ReferencePath { text: "$", steps: steps.clone().leak() };
            if let Ok(changed) = put(document, &path, json!({"put": true})) {
                let steps: Vec<Step> = steps
                    .iter()
                    .map(|step| match step {
                        ReferenceStep::Key(name) => Step::Key(name),
                        ReferenceStep::Index(index) => Step::Index(i64::try_from(*index).unwrap()),
                    })
                    .collect();
                let path = Path { text: "$", root: Root::Document, steps: steps.leak() };
                prop_assert_eq!(find(&changed, &path).unwrap().into_owned(), json!({"put": true}));
            }
        }
    }
}
