//! Random paths over random documents find what an engine for RFC 9535 finds.
//!
//! The dialect of Step Functions is older than the RFC, so only what both have with the same meaning is compared:
//!
//! * A definite path gives its node and fails where there is none; the RFC always gives a list of nodes. Where a member
//!   or an element is not there, which the RFC passes over, an indefinite path may fail as well, or find less.
//! * Members are asked of objects and elements of arrays: what else does with a step of the wrong kind is the library's
//!   own, except after `..`.
//! * `[-1]` finds nothing here, and in `[1:3]` a negative number does not count from the end.
//! * A filter tests elements of arrays alone. Numbers are compared with numbers and strings for equality with strings:
//!   here the member `n` is always a number and `s` always a string.
//! * After `..` the order differs.

#[path = "../../../asl-runtime/tests/recorded/statics.rs"]
#[allow(dead_code, reason = "the calls are not used here")]
mod statics;

use asl_compiler::syntax::path::parse_path;
use asl_runtime::path;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

const KEYS: &[&str] = &["a", "b", "c", "d e"];

/// Longest path.
const STEPS: usize = 5;

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
    Slice(String),
    Wildcard,
    Filter(String),
    DescendTo(String),
    DescendAll,
}

impl Step {
    fn text(&self) -> String {
        match self {
            Self::Key(key) if key.contains(' ') => format!("['{key}']"),
            Self::Key(key) => format!(".{key}"),
            Self::Index(index) => format!("[{index}]"),
            Self::Slice(slice) => format!("[{slice}]"),
            Self::Wildcard => "[*]".to_owned(),
            Self::Filter(test) => format!("[?({test})]"),
            Self::DescendTo(key) => format!("..['{key}']"),
            Self::DescendAll => "..*".to_owned(),
        }
    }

    fn is_definite(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Index(_))
    }

    fn descends(&self) -> bool {
        matches!(self, Self::DescendTo(_) | Self::DescendAll)
    }

    /// Whether the step means the same in both dialects for this node.
    fn suits(&self, node: &Value) -> bool {
        match self {
            Self::Key(_) => node.is_object(),
            Self::Index(_) | Self::Slice(_) | Self::Filter(_) => node.is_array(),
            Self::Wildcard => node.is_object() || node.is_array(),
            Self::DescendTo(_) | Self::DescendAll => true,
        }
    }
}

/// The dice of one step.
#[derive(Debug, Clone)]
struct Choice {
    /// Which of the nodes found so far the step is made for.
    node: Index,
    kind: usize,
    element: Index,
    key: &'static str,
    index: usize,
    slice: String,
    test: String,
}

impl Choice {
    /// A step that suits the node; mostly one that leads somewhere.
    fn step(&self, node: &Value) -> Option<Step> {
        let absent = || self.key.to_owned();
        Some(match (node, self.kind) {
            (Value::Object(_) | Value::Array(_), 0) => Step::Wildcard,
            (Value::Object(_) | Value::Array(_), 1) => Step::DescendTo(absent()),
            (Value::Object(_) | Value::Array(_), 2) => Step::DescendAll,
            (Value::Object(members), 4..) if !members.is_empty() => {
                let key = members.keys().nth(self.element.index(members.len()))?;
                Step::Key(key.clone())
            }
            (Value::Object(_), _) => Step::Key(absent()),
            (Value::Array(_), 3) => Step::Slice(self.slice.clone()),
            (Value::Array(_), 4..=7) => Step::Filter(self.test.clone()),
            (Value::Array(elements), 8..) if !elements.is_empty() => {
                Step::Index(self.element.index(elements.len()))
            }
            (Value::Array(_), _) => Step::Index(self.index),
            _ => return None,
        })
    }
}

fn choices() -> impl Strategy<Value = Choice> {
    let slice = prop_oneof![
        (-4..5).prop_map(|from| format!("{from}:")),
        (-4..5).prop_map(|to| format!(":{to}")),
        (0..5, 0..5).prop_map(|(from, to)| format!("{from}:{to}")),
    ];
    let rest = (any::<Index>(), select(KEYS), 0_usize..4, slice, tests());
    (any::<Index>(), 0_usize..12, rest).prop_map(|(node, kind, (element, key, index, slice, test))| Choice {
        node,
        kind,
        element,
        key,
        index,
        slice,
        test,
    })
}

fn tests() -> impl Strategy<Value = String> {
    let key = || select(vec!["a", "b", "n", "s"]);
    let order = select(vec!["==", "<", "<=", ">", ">="]);
    let one = prop_oneof![
        key().prop_map(|key| format!("@.{key}")),
        (order, -3..6).prop_map(|(order, number)| format!("@.n {order} {number}")),
        "[a-c]".prop_map(|text| format!("@.s == '{text}'")),
        (key(), key()).prop_map(|(key, inner)| format!("@.{key}.{inner}")),
    ];
    vec(one, 1..3).prop_map(|tests| tests.join(" && "))
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..6).prop_map(Value::from),
        "[a-e]{0,2}".prop_map(Value::from),
    ];
    let inner = leaf.prop_recursive(4, 50, 5, containers);
    containers(inner)
}

fn containers(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let members = vec((select(KEYS), inner.clone()), 0..5);
    let object = (members, option::of(-3..6), option::of("[a-c]")).prop_map(|(members, number, text)| {
        let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
        let mut members: Map<_, _> = members.collect();
        members.extend(number.map(|number: i32| ("n".to_owned(), number.into())));
        members.extend(text.map(|text| ("s".to_owned(), text.into())));
        Value::Object(members)
    });
    prop_oneof![
        vec(inner, 0..5).prop_map(Value::from),
        vec(object.clone(), 0..5).prop_map(Value::from),
        object,
    ]
}

fn text(steps: &[Step]) -> String {
    let steps: String = steps.iter().map(Step::text).collect();
    format!("${steps}")
}

/// A path of steps that mean the same in both dialects.
fn path_for(document: &Value, choices: &[Choice]) -> Vec<Step> {
    let mut steps = Vec::new();
    for choice in choices {
        let nodes = reference(&text(&steps), document);
        let Some(step) = (!nodes.is_empty()).then(|| choice.step(nodes[choice.node.index(nodes.len())]))
        else {
            break;
        };
        match step {
            Some(step) if nodes.into_iter().all(|node| step.suits(node)) => steps.push(step),
            _ => break,
        }
    }
    steps
}

/// What the other engine finds.
fn reference<'d>(path: &str, document: &'d Value) -> Vec<&'d Value> {
    let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.query(document).all()
}

/// What this engine finds, if it does not fail.
fn found(path: &str, document: &Value) -> Option<Value> {
    let path = parse_path(path).unwrap_or_else(|error| panic!("{path}: {error:?}"));
    let document = asl_runtime::Value::from(document.clone());
    let found = path::find(&document, &statics::path(&path)).ok()?;
    Some(found.into_owned().into())
}

/// Whether all the nodes are in the list, each as often.
fn is_part(nodes: &[Value], mut list: Vec<Value>) -> bool {
    nodes.iter().all(|node| {
        let at = list.iter().position(|other| other == node);
        at.map(|at| list.swap_remove(at)).is_some()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_engines_find_the_same(document in documents(), choices in vec(choices(), 0..=STEPS)) {
        let steps = path_for(&document, &choices);
        let path = text(&steps);
        let expected: Vec<Value> = reference(&path, &document).into_iter().cloned().collect();
        let count = |len: usize| reference(&text(&steps[..len]), &document).len();
        let absent = (0..steps.len()).any(|at| steps[at].is_definite() && count(at + 1) < count(at));
        match found(&path, &document) {
            None => prop_assert!(absent, "{} over {} fails", path, document),
            Some(actual) if steps.iter().all(Step::is_definite) => {
                prop_assert_eq!(Some(&actual), expected.first(), "{} over {}", path, document);
            }
            Some(Value::Array(actual)) if absent => {
                prop_assert!(is_part(&actual, expected), "{} over {} is {:?}", path, document, actual);
            }
            Some(Value::Array(actual)) if steps.iter().any(Step::descends) => {
                let complete = actual.len() == expected.len() && is_part(&actual, expected);
                prop_assert!(complete, "{} over {} is {:?}", path, document, actual);
            }
            Some(actual) => prop_assert_eq!(actual, Value::from(expected), "{} over {}", path, document),
        }
    }
}
