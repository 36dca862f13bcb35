//! What is wrong with a definition, and how it is shown.

mod code;
mod place;
mod render;
mod suggest;

use std::{fmt, ops::Range};

pub use code::Code;
pub(crate) use place::Places;
use place::location;
pub(crate) use suggest::{list, nearest, one_of};

use crate::{Source, json::Node, skeleton::Skeleton};

/// One problem of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// The bytes of the text that it is about.
    pub range: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What is said beside the carets.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The place in the definition, as the service writes it: `/States/A/Next`.
    pub location: String,
}

impl Diagnostic {
    /// The problem with its place, the source line and carets. The first line is the message with its code,
    /// and is meant to follow `error: `.
    pub fn render(&self, source: &Source) -> String {
        render::render(self, source)
    }
}

/// Everything that is wrong with a definition, by place. Never empty.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    /// What could be read all the same, so that code can be generated beside the problems.
    pub skeleton: Skeleton,
    diagnostics: Vec<Diagnostic>,
}

impl Diagnostics {
    pub(crate) fn new(diagnostics: Vec<Diagnostic>, skeleton: Skeleton) -> Self {
        Diagnostics {
            skeleton,
            diagnostics,
        }
    }

    /// The problems, by place.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.diagnostics.iter()
    }

    /// All problems as the text for a terminal.
    pub fn render(&self, source: &Source) -> String {
        let texts: Vec<_> = self
            .iter()
            .map(|one| format!("error: {}", one.render(source)))
            .collect();
        texts.join("\n\n")
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let Diagnostic {
                line,
                column,
                message,
                code,
                ..
            } = diagnostic;
            write!(f, "{line}:{column}: {message} [{code}]")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A problem on its way to becoming a [`Diagnostic`]: its place is still bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    code: Code,
    message: String,
    range: Range<usize>,
    label: Option<String>,
    help: Option<String>,
    /// A byte of the field that the service would name, where that is not the one at `range`.
    owner: Option<usize>,
    /// Whether the service names no place.
    nowhere: bool,
}

impl Problem {
    pub(crate) fn new(code: Code, range: &Range<usize>, message: impl Into<String>) -> Self {
        let (label, help, owner) = (None, None, None);
        Problem {
            code,
            message: message.into(),
            range: range.clone(),
            label,
            help,
            owner,
            nowhere: false,
        }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    /// Sets the field that the service would name: the one that the byte `owner` belongs to.
    pub(crate) fn owner(mut self, owner: &Range<usize>) -> Self {
        self.owner = Some(owner.start);
        self
    }

    /// Says that the service names no place for this problem.
    pub(crate) fn nowhere(mut self) -> Self {
        self.nowhere = true;
        self
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Drops problems by their codes.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(Code) -> bool) {
        self.0.retain(|problem| keep(problem.code));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sorts by place, drops what is said twice, and finds lines, columns and locations. `root` is the whole
    /// document, where it could be read.
    pub(crate) fn finish(mut self, source: &Source, root: Option<&Node>) -> Vec<Diagnostic> {
        self.0
            .sort_by_key(|problem| (problem.range.start, problem.range.end, problem.code));
        self.0.dedup();
        let places = Places::new(&source.text);
        let finish = |problem: Problem| {
            let place = places.of(problem.range.start);
            let way = |offset| root.map(|root| root.way_to(offset)).unwrap_or_default();
            let location = match problem.nowhere || root.is_none() {
                true => String::new(),
                false => location(&way(problem.owner.unwrap_or(problem.range.start))),
            };
            let state = || place::state(&way(problem.range.start)).map(|name| format!("in state {name:?}"));
            Diagnostic {
                code: problem.code,
                line: place.line,
                column: place.column,
                label: problem.label.or_else(state),
                message: problem.message,
                range: problem.range,
                help: problem.help,
                location,
            }
        };
        self.0.into_iter().map(finish).collect()
    }
}
