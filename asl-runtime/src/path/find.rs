//! Finding what a path names.

use super::{
    Path, Step, filter, is_definite,
    missing::{Missing, Reason},
};
use crate::native::Look;
use crate::value::{Array, Object, Value};
use smol_str::SmolStr;
use std::borrow::Cow;

/// Finds what a path names in a document, which the caller chose by the path's root.
///
/// A definite path gives the node itself; any other path gives an array of the nodes it names, even of none.
#[inline]
pub fn find<'v>(document: &'v Value, path: &Path) -> Result<Cow<'v, Value>, Missing> {
    match member(document, path.steps) {
        Some(found) => Ok(Cow::Borrowed(found)),
        None => search(document, path.steps),
    }
}

/// The same of members that are values there: of the members of Rust values none are made.
#[inline]
pub(crate) fn plain_member<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    let mut node = document;
    for step in steps {
        node = match (step, node) {
            (Step::Key(name), Value::Object(object)) => object.plain_member(name)?,
            _ => return None,
        };
    }
    Some(node)
}

/// The same of what need not be a value: a member of an object.
//
// What the last step gives is given on from where it is written, as in `Object::look`.
pub(crate) fn look<'v>(object: &'v Object, steps: &[Step]) -> Option<Look<'v>> {
    match steps {
        [Step::Key(name)] => object.look(name),
        [Step::Key(name), rest @ ..] => look_into(object.look(name), rest),
        _ => None,
    }
}

fn look_into<'v>(node: Option<Look<'v>>, steps: &[Step]) -> Option<Look<'v>> {
    match (node, steps) {
        (Some(Look::Value(Value::Object(object))), _) => look(object, steps),
        (Some(Look::Tree(tree)), [Step::Key(name)]) => tree.member(name),
        (Some(Look::Tree(tree)), [Step::Key(name), rest @ ..]) => look_into(tree.member(name), rest),
        _ => None,
    }
}

/// What nearly all paths name: members that are there.
#[inline]
fn member<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    let mut node = document;
    for step in steps {
        node = match (step, node) {
            (Step::Key(name), Value::Object(object)) => object.get(name)?,
            _ => return None,
        };
    }
    Some(node)
}

#[inline(never)]
fn search<'v>(document: &'v Value, steps: &'static [Step]) -> Result<Cow<'v, Value>, Missing> {
    match definite(document, steps) {
        Ok(found) => Ok(found),
        Err(Stop::Missing(missing)) => Err(missing),
        Err(Stop::Indefinite(at, node)) => {
            let mut search = Search {
                document,
                steps,
                found: Vec::new(),
            };
            search.step(at, node)?;
            Ok(Cow::Owned(Value::Array(Array::from(search.found))))
        }
        Err(Stop::Nothing) => Ok(Cow::Owned(Value::Array(Array::new()))),
    }
}

/// Finds what definite steps name.
pub(super) fn find_node<'v>(node: &'v Value, steps: &'static [Step]) -> Result<Cow<'v, Value>, Missing> {
    definite(node, steps).map_err(|stop| match stop {
        Stop::Missing(missing) => missing,
        Stop::Indefinite(at, _) => Missing::new(steps, at, Reason::Leaf),
        Stop::Nothing => Missing::new(steps, steps.len().saturating_sub(1), Reason::Leaf),
    })
}

/// Why following definite steps ended early.
enum Stop<'v> {
    /// There is no such node.
    Missing(Missing),
    /// A later step is indefinite, and nothing leads there.
    Nothing,
    /// This step is indefinite and to be applied to this node.
    Indefinite(usize, &'v Value),
}

/// Follows steps as long as they are definite.
fn definite<'v>(document: &'v Value, steps: &'static [Step]) -> Result<Cow<'v, Value>, Stop<'v>> {
    let mut node = document;
    for (at, step) in steps.iter().enumerate() {
        let missing = |reason| Stop::Missing(Missing::new(steps, at, reason));
        node = match step {
            Step::Key(name) => match node {
                Value::Object(object) => match object.get(name) {
                    Some(member) => member,
                    None if at + 1 == steps.len() => return Err(missing(Reason::Leaf)),
                    None if !is_definite(&steps[at..]) => return Err(Stop::Nothing),
                    None => return Err(missing(Reason::Member)),
                },
                _ => return Err(missing(Reason::NotObject)),
            },
            Step::Keys(names) => match node {
                Value::Object(object) => return Ok(Cow::Owned(members(object, names))),
                _ => return Err(missing(Reason::NotObject)),
            },
            Step::Index(index) => element(elements(node).map_err(missing)?, *index)
                .ok_or_else(|| missing(Reason::OutOfBounds))?,
            Step::FromEnd(offset) => {
                let array = elements(node).map_err(missing)?;
                element(array, length(array) + offset).ok_or_else(|| missing(Reason::OutOfBounds))?
            }
            _ => return Err(Stop::Indefinite(at, node)),
        };
    }
    Ok(Cow::Borrowed(node))
}

fn members(object: &Object, names: &[&'static str]) -> Value {
    let mut found = Object::with_capacity(names.len());
    for name in names {
        if let Some(member) = object.get(name) {
            found.insert(SmolStr::new_static(name), member.clone());
        }
    }
    Value::Object(found)
}

fn elements(node: &Value) -> Result<&[Value], Reason> {
    match node {
        Value::Array(array) => Ok(array),
        Value::Null => Err(Reason::Null),
        other => Err(Reason::NotArray(other.clone())),
    }
}

fn element(array: &[Value], index: i64) -> Option<&Value> {
    array.get(usize::try_from(index).ok()?)
}

fn length(array: &[Value]) -> i64 {
    i64::try_from(array.len()).unwrap_or(i64::MAX)
}

/// Collects the nodes of an indefinite path.
struct Search<'v> {
    document: &'v Value,
    steps: &'static [Step],
    found: Vec<Value>,
}

impl Search<'_> {
    /// Applies the step at this index, and all that follow, to a node.
    fn step(&mut self, at: usize, node: &Value) -> Result<(), Missing> {
        let Some(step) = self.steps.get(at) else {
            self.found.push(node.clone());
            return Ok(());
        };
        match step {
            Step::Key(name) => match node {
                Value::Object(object) => match object.get(name) {
                    Some(member) => self.step(at + 1, member),
                    None => self.absent_member(at),
                },
                _ => Err(self.missing(at, Reason::NotObject)),
            },
            Step::Keys(names) => match node {
                Value::Object(object) => {
                    self.found.push(members(object, names));
                    Ok(())
                }
                _ => Err(self.missing(at, Reason::NotObject)),
            },
            Step::Wildcard => self.wildcard(at, node),
            Step::Descend => match self.steps.get(at + 1) {
                Some(next) => self.descend(at + 1, next, node),
                None => Ok(()),
            },
            Step::Filter(conditions) => match node {
                Value::Object(_) => {
                    if filter::accepts(conditions, node, self.document)? {
                        self.step(at + 1, node)?;
                    }
                    Ok(())
                }
                Value::Array(array) => {
                    for element in array {
                        if filter::accepts(conditions, element, self.document)? {
                            self.step(at + 1, element)?;
                        }
                    }
                    Ok(())
                }
                other => Err(self.missing(at, Reason::Primitive(other.clone()))),
            },
            _ => self.indexes(at, step, node),
        }
    }

    fn missing(&self, at: usize, reason: Reason) -> Missing {
        Missing::new(self.steps, at, reason)
    }

    /// The last member must be there. One on the way need not, but for the library's slip of judging what stands in
    /// front of a step by what follows it.
    fn absent_member(&self, at: usize) -> Result<(), Missing> {
        if at + 1 == self.steps.len() {
            Err(self.missing(at, Reason::Leaf))
        } else if is_definite(&self.steps[at.saturating_sub(1)..]) {
            Err(self.missing(at, Reason::Member))
        } else {
            Ok(())
        }
    }

    /// What is missing below an element is passed over; below a member it is not.
    fn wildcard(&mut self, at: usize, node: &Value) -> Result<(), Missing> {
        match node {
            Value::Object(object) => object.values().try_for_each(|member| self.step(at + 1, member)),
            Value::Array(array) => array
                .iter()
                .try_for_each(|element| match self.step(at + 1, element) {
                    Err(missing) if !missing.is_absence() => Err(missing),
                    _ => Ok(()),
                }),
            _ => Ok(()),
        }
    }

    /// Tries the next step at a node and all below it, a node before what is in it.
    fn descend(&mut self, at: usize, next: &'static Step, node: &Value) -> Result<(), Missing> {
        match (next, node) {
            (Step::Key(name), Value::Object(object)) if object.contains_key(name) => self.step(at, node)?,
            (Step::Keys(names), Value::Object(object))
                if names.iter().all(|name| object.contains_key(name)) =>
            {
                self.step(at, node)?;
            }
            (Step::Wildcard, Value::Object(_) | Value::Array(_)) => self.step(at, node)?,
            // The container itself is tested, never its elements, so that scalars are not found.
            (Step::Filter(conditions), Value::Object(_) | Value::Array(_))
                if filter::accepts(conditions, node, self.document)? =>
            {
                self.step(at + 1, node)?;
            }
            (Step::Key(_) | Step::Keys(_) | Step::Wildcard | Step::Filter(_) | Step::Descend, _) => {}
            (_, Value::Array(_)) => self.step(at, node)?,
            _ => {}
        }
        match node {
            Value::Object(object) => object
                .values()
                .try_for_each(|member| self.descend(at, next, member)),
            Value::Array(array) => array
                .iter()
                .try_for_each(|element| self.descend(at, next, element)),
            _ => Ok(()),
        }
    }

    fn indexes(&mut self, at: usize, step: &'static Step, node: &Value) -> Result<(), Missing> {
        let array = elements(node).map_err(|reason| self.missing(at, reason))?;
        let length = length(array);
        match *step {
            Step::Index(index) => self.element(at, array, index),
            Step::FromEnd(offset) => self.element(at, array, length + offset),
            Step::Indices(indices) => indices
                .iter()
                .try_for_each(|index| self.element(at, array, *index)),
            Step::SliceFrom(from) => {
                let from = if from < 0 { length + from } else { from };
                self.range(at, array, from.max(0), length)
            }
            Step::SliceTo(to) => {
                let to = if to < 0 { length + to } else { to };
                self.range(at, array, 0, to.min(length))
            }
            Step::Slice(from, to) => self.range(at, array, from, to.min(length)),
            _ => Ok(()),
        }
    }

    fn range(&mut self, at: usize, array: &[Value], from: i64, to: i64) -> Result<(), Missing> {
        (from..to).try_for_each(|index| self.element(at, array, index))
    }

    fn element(&mut self, at: usize, array: &[Value], index: i64) -> Result<(), Missing> {
        match element(array, index) {
            Some(element) => self.step(at + 1, element),
            None => Err(self.missing(at, Reason::OutOfBounds)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, Numeral, Operand, Operator, Root, Test};
    use super::*;
    use crate::json;

    fn path(steps: &'static [Step]) -> Path {
        Path {
            text: "$...",
            root: Root::Document,
            steps,
        }
    }

    fn found(document: &Value, steps: &'static [Step]) -> Value {
        find(document, &path(steps)).unwrap().into_owned()
    }

    fn missing(document: &Value, steps: &'static [Step]) -> String {
        find(document, &path(steps)).unwrap_err().to_string()
    }

    #[test]
    fn a_definite_path_borrows_its_node() {
        let document = json!({"a": [{"b": "text"}]});
        let found = find(
            &document,
            &path(&[Step::Key("a"), Step::Index(0), Step::Key("b")]),
        )
        .unwrap();
        assert!(matches!(found, Cow::Borrowed(node) if std::ptr::eq(node, &document["a"][0]["b"])));
    }

    #[test]
    fn absence_in_the_words_of_the_library() {
        let document = json!({"a": {"n": 1, "l": [1], "z": null}});
        let no_leaf = "No results for path: $['a']['x']";
        assert_eq!(missing(&document, &[Step::Key("a"), Step::Key("x")]), no_leaf);
        let no_member = "Missing property in path $['x']";
        assert_eq!(missing(&document, &[Step::Key("x"), Step::Key("y")]), no_member);
        let no_object = "Property ['x'] not found in path $['a']['n']";
        assert_eq!(
            missing(&document, &[Step::Key("a"), Step::Key("n"), Step::Key("x")]),
            no_object
        );
        let no_array =
            "Filter: [0]['b'] can only be applied to arrays. Current context is: {n=1, l=[1], z=null}";
        assert_eq!(
            missing(&document, &[Step::Key("a"), Step::Index(0), Step::Key("b")]),
            no_array
        );
        let no_element = "Index out of bounds when evaluating path $['a']['l'][1]";
        assert_eq!(
            missing(&document, &[Step::Key("a"), Step::Key("l"), Step::Index(1)]),
            no_element
        );
        let null = "The path $['a']['z'] is null";
        assert_eq!(
            missing(&document, &[Step::Key("a"), Step::Key("z"), Step::Index(0)]),
            null
        );
    }

    #[test]
    fn an_indefinite_path_gives_an_array() {
        let document = json!({"l": [{"n": 1}, {"n": 2}, {"m": 3}]});
        assert_eq!(
            found(&document, &[Step::Key("l"), Step::Wildcard, Step::Key("n")]),
            json!([1, 2])
        );
        assert_eq!(found(&document, &[Step::Key("x"), Step::Wildcard]), json!([]));
        assert_eq!(found(&document, &[Step::Descend, Step::Key("n")]), json!([1, 2]));
        assert_eq!(
            found(&document, &[Step::Key("l"), Step::SliceFrom(-1)]),
            json!([{"m": 3}])
        );
        const GREATER: Condition = Condition {
            left: &[Step::Key("n")],
            test: Test::Compare(Operator::Greater, Operand::Text("1", Some(Numeral::Integer(1)))),
        };
        assert_eq!(
            found(&document, &[Step::Key("l"), Step::Filter(&[GREATER])]),
            json!([{"n": 2}])
        );
    }

    #[test]
    fn several_names_give_an_object() {
        let document = json!({"a": 1, "b": 2});
        assert_eq!(found(&document, &[Step::Keys(&["b", "x"])]), json!({"b": 2}));
    }

    #[test]
    fn deep_documents() {
        let mut document = json!(1);
        for level in 0..1000 {
            document = if level % 2 == 0 {
                json!([document])
            } else {
                json!({ "a": document })
            };
        }
        let all = found(&document, &[Step::Descend, Step::Wildcard]);
        assert_eq!(all.as_array().map(<[Value]>::len), Some(1000));
        let twice = found(
            &document,
            &[Step::Descend, Step::Key("a"), Step::Descend, Step::Key("a")],
        );
        assert_eq!(twice.as_array().map(<[Value]>::len), Some(500 * 499 / 2));
    }
}
