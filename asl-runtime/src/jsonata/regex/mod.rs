//! Regular expressions, of ECMAScript's kind.
//!
//! An own engine, because an evaluation must end: this one counts its steps against the evaluation's budget, which no
//! engine with look-around and back references that is to be had does. What it carries out is static data: the compiler
//! has read the expression.

#[cfg(test)]
mod agreement;
mod class;
mod machine;
mod program;
#[cfg(test)]
mod tests;

use smol_str::SmolStr;

use super::{Args, Data, Error, Eval, Function, Query};
use crate::{Value, value::Array};
use machine::Span;

pub use program::{Address, Class, Instruction, Loop, Program};

/// A regular expression: a constant of an expression.
///
/// Characters are those of Unicode, positions are counted in UTF-16 as everywhere in JSONata.
#[derive(Debug)]
pub struct Regex {
    /// As written, between the slashes.
    pub pattern: &'static str,
    /// `i`: letters of either case.
    pub ignore_case: bool,
    /// `m`: `^` and `$` at each line.
    pub multiline: bool,
    /// Its instructions.
    pub program: Program,
}

/// A match.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// In bytes.
    pub start: usize,
    /// In bytes.
    pub end: usize,
    /// What the groups matched, in bytes.
    pub groups: Vec<Option<Span>>,
}

impl Regex {
    /// The first match at or behind a place.
    ///
    /// # Errors
    /// The evaluation has no more work left.
    pub(super) fn find(&self, q: &Query<'_>, text: &str, start: usize) -> Result<Option<Found>, Error> {
        let spans = machine::find(self, text, start, &|units| q.spend(units))?;
        Ok(spans.and_then(|spans| {
            let (first, groups) = spans.split_first()?;
            let (start, end) = (*first)?;
            Some(Found {
                start,
                end,
                groups: groups.to_vec(),
            })
        }))
    }

    /// The match that follows one, nothing at the end of the text.
    ///
    /// # Errors
    /// D1004 when it matches nothing at all, so that it would never end.
    pub(super) fn find_next(
        &self,
        q: &Query<'_>,
        text: &str,
        before: &Found,
    ) -> Result<Option<Found>, Error> {
        if before.end >= text.len() {
            return Ok(None);
        }
        let next = self.find(q, text, before.end)?;
        if next.as_ref().is_some_and(|next| next.start == next.end) {
            return Err(Error::new(
                "D1004",
                "Regular expression matches zero length string",
            ));
        }
        Ok(next)
    }

    /// Applies it as the function that it is: to the first match in the text, or to nothing.
    ///
    /// The match is `{match, start, end, groups, next}`, where `next` is a function that gives the following one.
    pub fn call(&'static self, q: &Query<'_>, args: Args) -> Eval {
        let Some(Data::Value(Value::String(text))) = args.into_iter().next() else {
            return Ok(Data::Undefined);
        };
        let found = self.find(q, &text, 0)?;
        Ok(found.map_or(Data::Undefined, |found| self.object(&text, found)))
    }

    /// A match as functions get it.
    pub(super) fn object(&'static self, text: &SmolStr, found: Found) -> Data {
        let start = utf16_length(&text[..found.start]);
        let end = start + utf16_length(&text[found.start..found.end]);
        let mut members = vec![
            (
                SmolStr::new_static("match"),
                Data::from(&text[found.start..found.end]),
            ),
            (SmolStr::new_static("start"), Data::from(start)),
            (SmolStr::new_static("end"), Data::from(end)),
            (SmolStr::new_static("groups"), groups(text, &found).into()),
        ];
        let text = text.clone();
        let next = Function::closure(0, "next", move |q, _, _| {
            let next = self.find_next(q, &text, &found)?;
            Ok(next.map_or(Data::Undefined, |next| self.object(&text, next)))
        });
        members.push((SmolStr::new_static("next"), next));
        Data::object(members)
    }
}

/// What the groups of a match matched: texts, `null` for those that took no part.
pub(super) fn groups(text: &str, found: &Found) -> Value {
    let texts = found.groups.iter().map(|span| match span {
        Some((start, end)) => Value::from(&text[*start..*end]),
        None => Value::Null,
    });
    Value::Array(texts.collect::<Array>())
}

/// Length in UTF-16, in which JSONata counts positions.
pub(super) fn utf16_length(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.encode_utf16().count()
}
