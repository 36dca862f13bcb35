//! Why a path found nothing, in the words of the library that the service uses.

use super::Step;
use crate::{intrinsic::Java, value::Value};
use std::fmt;

/// A path found nothing, or could not be applied.
#[derive(Debug, Clone)]
pub struct Missing(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    steps: &'static [Step],
    /// Index of the step that failed.
    at: usize,
    reason: Reason,
}

#[derive(Debug, Clone)]
pub(super) enum Reason {
    /// The last member is not there.
    Leaf,
    /// A member on the way is not there.
    Member,
    /// A member of something that is not an object.
    NotObject,
    /// The variable is not set.
    Variable(Box<str>),
    /// An element of `null`.
    Null,
    /// No such element.
    OutOfBounds,
    /// An element of something that is not an array.
    NotArray(Value),
    /// A filter on something that is neither object nor array.
    Primitive(Value),
    /// A filter compares a number with a text that spells none.
    NotNumber(Box<str>),
}

impl Missing {
    /// A variable that was not set, so that nothing can be found in it.
    pub(crate) fn variable(name: &str) -> Self {
        Self::new(&[], 0, Reason::Variable(name.into()))
    }

    pub(super) fn new(steps: &'static [Step], at: usize, reason: Reason) -> Self {
        Self(Box::new(Inner { steps, at, reason }))
    }

    /// Whether it is only that nothing is there. Otherwise the path does not fit the data, which inside a filter is not
    /// passed over.
    pub(super) fn is_absence(&self) -> bool {
        !matches!(
            self.0.reason,
            Reason::NotArray(_) | Reason::Primitive(_) | Reason::NotNumber(_)
        )
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { steps, at, reason } = &*self.0;
        let (before, with) = (Steps(&steps[..*at]), Steps(&steps[..(at + 1).min(steps.len())]));
        let rest = Steps(&steps[*at..]);
        match reason {
            Reason::Leaf => write!(f, "No results for path: ${with}"),
            Reason::Member => write!(f, "Missing property in path ${with}"),
            Reason::NotObject => write!(
                f,
                "Property {} not found in path ${before}",
                Steps(&steps[*at..=*at])
            ),
            Reason::Variable(name) => write!(f, "No results for variable: ${name}"),
            Reason::Null => write!(f, "The path ${before} is null"),
            Reason::OutOfBounds => write!(f, "Index out of bounds when evaluating path ${with}"),
            Reason::NotArray(value) => {
                let value = Java(value);
                write!(
                    f,
                    "Filter: {rest} can only be applied to arrays. Current context is: {value}"
                )
            }
            Reason::Primitive(value) => {
                let value = Java(value);
                write!(
                    f,
                    "Filter: {rest} can not be applied to primitives. Current context is: {value}"
                )
            }
            Reason::NotNumber(text) => write!(f, "a number cannot be compared with '{text}'"),
        }
    }
}

impl std::error::Error for Missing {}

/// Steps in the library's notation.
struct Steps<'s>(&'s [Step]);

impl fmt::Display for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.0 {
            match step {
                Step::Key(name) => write!(f, "['{name}']")?,
                Step::Keys(names) => list(f, names.iter().map(|name| format!("'{name}'")), ", ")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Indices(indices) => list(f, indices.iter().map(i64::to_string), ",")?,
                Step::SliceFrom(from) => write!(f, "[{from}:]")?,
                Step::SliceTo(to) => write!(f, "[:{to}]")?,
                Step::Slice(from, to) => write!(f, "[{from}:{to}]")?,
                Step::FromEnd(offset) => write!(f, "[@.size(){offset}]")?,
                Step::Wildcard => f.write_str("[*]")?,
                Step::Descend => f.write_str("..")?,
                Step::Filter(_) => f.write_str("[?]")?,
            }
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = String>, separator: &str) -> fmt::Result {
    write!(f, "[{}]", items.collect::<Vec<_>>().join(separator))
}
