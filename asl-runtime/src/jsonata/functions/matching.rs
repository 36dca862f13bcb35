//! Matches of regular expressions, and of functions that behave like them.

use std::rc::Rc;

use smol_str::SmolStr;

use crate::{
    Value,
    jsonata::{
        Args, Body, Data, Error, Eval, Function, Item, Query,
        regex::{self, Found, Regex, utf16_length},
    },
};

/// What finds matches.
#[derive(Clone, Copy)]
pub(super) enum Matcher<'a> {
    Regex(&'static Regex),
    /// A function that takes a text and gives `{match, start, end, groups, next}`.
    Function(&'a Rc<Function>),
}

impl<'a> Matcher<'a> {
    pub fn of(function: &'a Rc<Function>) -> Self {
        match &function.body {
            Body::Regex(regex) => Self::Regex(regex),
            _ => Self::Function(function),
        }
    }
}

/// A match.
pub(super) struct Match {
    /// What matched.
    pub text: SmolStr,
    /// In bytes.
    pub start: usize,
    /// In bytes.
    pub end: usize,
    how: How,
}

enum How {
    Regex(Found),
    /// What the function gave.
    Object(Data),
}

impl Match {
    /// What the groups matched, as an array.
    pub fn groups(&self, text: &str) -> Data {
        match &self.how {
            How::Regex(found) => regex::groups(text, found).into(),
            How::Object(object) => object.get("groups"),
        }
    }

    /// What a group matched, by its number from 1 on; `None` beyond the last.
    pub fn group(&self, text: &str, number: usize) -> Option<SmolStr> {
        let index = number.checked_sub(1)?;
        match &self.how {
            How::Regex(found) => {
                let (start, end) = (*found.groups.get(index)?)?;
                Some(text[start..end].into())
            }
            How::Object(object) => object.get("groups").item(index).as_str().map(SmolStr::from),
        }
    }

    /// Number of groups.
    pub fn group_count(&self) -> usize {
        match &self.how {
            How::Regex(found) => found.groups.len(),
            How::Object(object) => object.get("groups").len(),
        }
    }
}

/// The matches in a text.
pub(super) struct Matches<'a> {
    text: &'a SmolStr,
    matcher: Matcher<'a>,
    /// For whom they are, for messages.
    name: &'static str,
    /// A place in bytes and the same in UTF-16, so that not every position is counted from the start.
    counted: (usize, usize),
}

impl<'a> Matches<'a> {
    pub fn new(text: &'a SmolStr, matcher: Matcher<'a>, name: &'static str) -> Self {
        Self {
            text,
            matcher,
            name,
            counted: (0, 0),
        }
    }

    /// The first match.
    pub fn first(&mut self, q: &Query<'_>) -> Result<Option<Match>, Error> {
        match self.matcher {
            Matcher::Regex(regex) => Ok(regex.find(q, self.text, 0)?.map(|found| self.of_regex(found))),
            Matcher::Function(function) => {
                let args: Args = [Data::from(self.text.clone())].into_iter().collect();
                let object = q.apply(function, args, Item::NOTHING)?.collapse();
                self.of_object(object)
            }
        }
    }

    /// The match that follows one.
    pub fn after(&mut self, q: &Query<'_>, before: Match) -> Result<Option<Match>, Error> {
        match (self.matcher, before.how) {
            (Matcher::Regex(regex), How::Regex(found)) => {
                let next = regex.find_next(q, self.text, &found)?;
                Ok(next.map(|found| self.of_regex(found)))
            }
            (_, How::Object(object)) => match object.get("next") {
                Data::Function(next) => {
                    let object = q.apply(&next, Args::new(), Item::NOTHING)?.collapse();
                    self.of_object(object)
                }
                _ => Ok(None),
            },
            (Matcher::Function(_), How::Regex(_)) => Ok(None),
        }
    }

    /// Where a match starts, in UTF-16.
    pub fn index(&mut self, found: &Match) -> usize {
        if let How::Object(object) = &found.how
            && let Some(start) = object.get("start").as_f64()
        {
            // Saturates.
            return start as usize;
        }
        let (bytes, units) = self.counted;
        let units = match self.text.get(bytes..found.start) {
            Some(between) => units + utf16_length(between),
            None => utf16_length(&self.text[..found.start]),
        };
        self.counted = (found.start, units);
        units
    }

    /// A match as replacing functions get it.
    pub fn object(&self, found: &Match) -> Data {
        match (&found.how, self.matcher) {
            (How::Regex(found), Matcher::Regex(regex)) => regex.object(self.text, found.clone()),
            (How::Object(object), _) => object.clone(),
            (How::Regex(_), Matcher::Function(_)) => Data::Undefined,
        }
    }

    fn of_regex(&self, found: Found) -> Match {
        Match {
            text: self.text[found.start..found.end].into(),
            start: found.start,
            end: found.end,
            how: How::Regex(found),
        }
    }

    fn of_object(&self, object: Data) -> Result<Option<Match>, Error> {
        if !object.truthy()? {
            return Ok(None);
        }
        let (start, end) = (object.get("start").as_f64(), object.get("end").as_f64());
        let is_match = start.is_some()
            || end.is_some()
            || object.get("groups").is_array()
            || object.get("next").as_function().is_some();
        if !is_match {
            return Err(Error::new(
                "T1010",
                format!(
                    "The matcher function argument passed to function \"{}\" does not return the correct object structure",
                    self.name
                ),
            ));
        }
        let start = byte_at(self.text, start.unwrap_or(0.0));
        Ok(Some(Match {
            text: object.get("match").as_str().unwrap_or_default().into(),
            start,
            end: byte_at(self.text, end.unwrap_or(0.0)).max(start),
            how: How::Object(object),
        }))
    }
}

/// The place in bytes of one in UTF-16.
fn byte_at(text: &str, units: f64) -> usize {
    // Saturates.
    let mut left = units as usize;
    for (at, char) in text.char_indices() {
        if left < char.len_utf16() {
            return at;
        }
        left -= char.len_utf16();
    }
    text.len()
}

/// Calls a function with one argument.
pub(super) fn call_with(q: &Query<'_>, function: &Rc<Function>, argument: Data) -> Eval {
    q.apply(
        function,
        [argument].into_iter().collect(),
        Item::Value(&Value::Null),
    )
    .map(Data::collapse)
}
