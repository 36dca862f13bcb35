//! JSONPath as Step Functions has it: the static form that generated code holds, and its evaluation.

use std::borrow::Cow;
use std::fmt;

use crate::Value;

/// A path, parsed at compile time.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    /// As written in the definition.
    pub text: &'static str,
    /// Where it starts.
    pub root: Root,
    /// What follows.
    pub steps: &'static [Step],
}

/// What a path starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `$`: the document of the field.
    Document,
    /// `$$`: the context object.
    Context,
    /// `$name`: the variable in this slot.
    Variable(usize),
}

/// One step of a path.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// `.name`
    Key(&'static str),
    /// `[n]`
    Index(i64),
}

/// A path to write to.
#[derive(Debug, Clone, Copy)]
pub struct ReferencePath {
    /// As written in the definition.
    pub text: &'static str,
    /// What follows the `$`.
    pub steps: &'static [Step],
}

/// What a path did not find.
#[derive(Debug)]
pub struct Missing(String);

impl Missing {
    pub(crate) fn variable(name: &str) -> Self {
        Self(format!("No results for variable: ${name}"))
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn find<'v>(document: &'v Value, path: &Path) -> Result<Cow<'v, Value>, Missing> {
    let mut found = document;
    for step in path.steps {
        let next = match step {
            Step::Key(key) => found.get(key),
            Step::Index(index) => usize::try_from(*index)
                .ok()
                .and_then(|index| found.get_index(index)),
        };
        found = next.ok_or_else(|| Missing(format!("No results for path: {step:?}")))?;
    }
    Ok(Cow::Borrowed(found))
}

pub(crate) fn put(mut document: Value, path: &ReferencePath, result: Value) -> Result<Value, Missing> {
    let conflict = || Missing(format!("Unable to apply ReferencePath {}", path.text));
    match (path.steps, &mut document) {
        ([Step::Key(key)], Value::Object(members)) => {
            members.insert(*key, result);
            Ok(document)
        }
        _ => Err(conflict()),
    }
}
