//! Types in words, for mistakes that are certain without the types of tasks.

use super::types::{Array, Base, Type, kind};
use crate::{
    diagnostic::nearest,
    syntax::path::{Path, Step},
};

/// More members than this are not listed.
const MEMBERS: usize = 12;

/// A type in words. The user's types do not occur: what is certain is certain without them.
pub(super) fn describe(of: &Type) -> String {
    let mut words = Vec::new();
    if of.any || !of.symbols.is_empty() {
        words.push("any JSON".to_owned());
    }
    for (kind, word) in [
        (kind::BOOLEAN, "a boolean"),
        (kind::NUMBER, "a number"),
        (kind::STRING, "a string"),
    ] {
        if of.scalars & kind != 0 {
            words.push(word.to_owned());
        }
    }
    if of.array.is_some() {
        words.push("an array".to_owned());
    }
    for object in of.objects.iter().take(3) {
        let names: Vec<_> = object
            .members
            .keys()
            .take(MEMBERS)
            .map(|key| format!("`{key}`"))
            .collect();
        words.push(match names.as_slice() {
            [] => "an empty object".to_owned(),
            names => {
                let open = object.members.len() > MEMBERS || object.base != Base::Nothing;
                let more = if open { " and more" } else { "" };
                format!("an object with {}{more}", names.join(", "))
            }
        });
    }
    if of.scalars & kind::NULL != 0 {
        words.push("null".to_owned());
    }
    words.join(" or ")
}

/// The text of a path before one of its steps.
pub(super) fn up_to(path: &Path, step: usize) -> String {
    text(path, &path.steps[..step])
}

/// What was perhaps meant by a path that ends too early: a similar key, the same one on a member or on the elements.
pub(super) fn help_with_member(path: &Path, at: usize, before: &Type) -> String {
    let Step::Key(wrong) = &path.steps[at] else {
        return String::new();
    };
    let keys = || before.objects.iter().flat_map(|object| object.members.iter());
    let has = |value: &Type| {
        value
            .objects
            .iter()
            .any(|object| object.members.contains_key(wrong.as_str()))
    };
    let key = |key: &str| Step::Key(key.to_owned());
    let meant = if let Some(near) = nearest(wrong, keys().map(|(key, _)| &**key)) {
        vec![key(near)]
    } else if let Some((holder, _)) = keys().find(|(_, member)| has(&member.value)) {
        vec![key(holder), key(wrong)]
    } else {
        let in_elements = match &before.array {
            Some(Array::Of(element)) => has(element),
            Some(Array::Tuple(elements)) => elements.iter().any(has),
            None => false,
        };
        if !in_elements {
            return String::new();
        }
        vec![Step::Wildcard, key(wrong)]
    };
    let steps = [&path.steps[..at], &meant, &path.steps[at + 1..]].concat();
    format!("did you mean `{}`?", text(path, &steps))
}

/// A path with other steps.
fn text(path: &Path, steps: &[Step]) -> String {
    let path = Path {
        text: String::new(),
        root: path.root.clone(),
        steps: steps.to_vec(),
    };
    path.to_string()
}
