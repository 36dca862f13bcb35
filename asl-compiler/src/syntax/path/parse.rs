//! Text to path.

use super::{Path, ReferencePath, ReferenceStep, Root, Step, SyntaxError, bracket};
use std::ops::Range;
use unicode_ident::{is_xid_continue, is_xid_start};

/// Parses the path of a field that takes any path: `InputPath`, `OutputPath`, a member of a payload template, an
/// argument of an intrinsic function.
pub fn parse_path(text: &str) -> Result<Path, SyntaxError> {
    let (path, _) = parse(text, Dialect::SingleQuoted)?;
    Ok(path)
}

/// Parses the path of a field that takes a reference path: one that names a single node.
pub fn parse_single_node_path(text: &str) -> Result<Path, SyntaxError> {
    let (path, spans) = parse(text, Dialect::AnyQuotes)?;
    for (step, span) in path.steps.iter().zip(&spans) {
        if !matches!(step, Step::Key(_) | Step::Index(_)) {
            return Err(not_single(text, step, span));
        }
    }
    Ok(path)
}

/// Parses a `ResultPath`: a reference path into the document, since neither the context object nor a variable can
/// be written that way.
pub fn parse_result_path(text: &str) -> Result<ReferencePath, SyntaxError> {
    let (path, spans) = parse(text, Dialect::AnyQuotes)?;
    match &path.root {
        Root::Document => {}
        Root::Context => {
            return Err(SyntaxError::new(0, 2, "the context object cannot be written to")
                .help("begin the path with a single `$`"));
        }
        Root::Variable(name) => {
            return Err(
                SyntaxError::new(0, name.len() + 1, "a variable cannot be the target of a path")
                    .help("set variables with `Assign`"),
            );
        }
    }
    let mut steps = Vec::with_capacity(path.steps.len());
    for (step, span) in path.steps.into_iter().zip(&spans) {
        steps.push(match step {
            Step::Key(name) => ReferenceStep::Key(name),
            Step::Index(index) => match usize::try_from(index) {
                Ok(index) => ReferenceStep::Index(index),
                Err(_) => {
                    return Err(SyntaxError::new(
                        span.start,
                        span.len(),
                        "an index cannot be negative here",
                    ));
                }
            },
            step => return Err(not_single(text, &step, span)),
        });
    }
    Ok(ReferencePath {
        text: text.to_owned(),
        steps,
    })
}

/// Whether this can be the name of a variable: an identifier, as Unicode defines it.
pub fn is_variable_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_xid_start) && chars.all(is_xid_continue)
}

/// Parses the steps of a path inside a filter, which are what follows its `@` or `$`.
pub(super) fn parse_steps(text: &str) -> Result<Vec<Step>, SyntaxError> {
    match text.as_bytes().first() {
        None | Some(b'.' | b'[') => Ok(Steps::parse(text, Dialect::InFilter)?.0),
        Some(_) => Err(SyntaxError::new(0, first_char_len(text), "expected `.` or `[`")),
    }
}

/// Java's idea of white space at the ends of a text, which is the library's.
pub(super) fn is_blank(c: char) -> bool {
    c <= ' '
}

/// What the grammar depends on.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Dialect {
    /// The library knows single quotes only.
    SingleQuoted,
    /// Inside a filter, where only definite paths stand. Another filter is refused before it is read, so that
    /// parsing never nests.
    InFilter,
    /// The specification's reference paths have both.
    AnyQuotes,
}

fn parse(text: &str, dialect: Dialect) -> Result<(Path, Vec<Range<usize>>), SyntaxError> {
    let Some(rest) = text.strip_prefix('$') else {
        let error = SyntaxError::new(0, first_char_len(text), "a path begins with `$`");
        return Err(if text.starts_with("States.") {
            error.help("an intrinsic function is not allowed here")
        } else if text.starts_with('@') {
            error.help("`@` is the node under test inside a filter; the document is `$`")
        } else {
            error.help("`$` is the document, `$$` the context object, `$name` a variable")
        });
    };
    let (root, rest) = match rest.chars().next() {
        Some('$') => (Root::Context, &rest[1..]),
        Some(c) if is_xid_start(c) => {
            let end = rest.find(|c| !is_xid_continue(c)).unwrap_or(rest.len());
            (Root::Variable(rest[..end].to_owned()), &rest[end..])
        }
        _ => (Root::Document, rest),
    };
    let at = text.len() - rest.len();
    let rest = rest.trim_end_matches(is_blank);
    if let Some(c) = rest.chars().next()
        && !matches!(c, '.' | '[')
    {
        return Err(SyntaxError::new(at, c.len_utf8(), "expected `.` or `[` here")
            .help("a member is written `$.name` or `$['name']`, a variable `$name`"));
    }
    let (steps, mut spans) = Steps::parse(rest, dialect).map_err(|error| error.shift(at))?;
    for span in &mut spans {
        *span = span.start + at..span.end + at;
    }
    let path = Path {
        text: text.to_owned(),
        root,
        steps,
    };
    Ok((path, spans))
}

fn first_char_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn not_single(text: &str, step: &Step, span: &Range<usize>) -> SyntaxError {
    let what = match step {
        Step::Filter(_) => "a filter",
        Step::Descend => "`..`",
        Step::Wildcard => "a wildcard",
        Step::Slice(..) | Step::SliceFrom(_) | Step::SliceTo(_) => "a slice",
        Step::FromEnd(_) => "an index from the end",
        _ => "several names or indexes in brackets",
    };
    let len = if span.end <= text.len() { span.len() } else { 0 };
    SyntaxError::new(
        span.start,
        len,
        format!("this path must name a single node: {what} is not allowed here"),
    )
    .help("use only `.name`, `['name']` and `[index]`")
}

/// Reads steps, and where each stands.
struct Steps<'t> {
    text: &'t str,
    at: usize,
    dialect: Dialect,
    steps: Vec<Step>,
    spans: Vec<Range<usize>>,
}

impl<'t> Steps<'t> {
    fn parse(text: &'t str, dialect: Dialect) -> Result<(Vec<Step>, Vec<Range<usize>>), SyntaxError> {
        let mut this = Self {
            text,
            at: 0,
            dialect,
            steps: Vec::new(),
            spans: Vec::new(),
        };
        while let Some(c) = this.peek() {
            this.step(c)?;
        }
        if this.steps.last() == Some(&Step::Descend) {
            return Err(SyntaxError::new(
                text.len(),
                0,
                "expected a name or `[` after `..`",
            ));
        }
        for (step, span) in this.steps.iter().zip(&this.spans).rev().skip(1) {
            if matches!(step, Step::Keys(_)) {
                return Err(SyntaxError::new(
                    span.start,
                    span.len(),
                    "several names can only be the end of a path",
                )
                .help("the state would fail with `Multi properties can only be used as path leafs`"));
            }
        }
        Ok((this.steps, this.spans))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn push(&mut self, step: Step, start: usize) {
        self.steps.push(step);
        self.spans.push(start..self.at);
    }

    fn step(&mut self, c: char) -> Result<(), SyntaxError> {
        let start = self.at;
        match c {
            ' ' => Err(SyntaxError::new(start, 1, "a path cannot have a blank here")
                .help("names with blanks are written in brackets: `['a b']`")),
            '[' => {
                let (step, len) = bracket::parse(&self.text[start..], start, self.dialect)?;
                self.at += len;
                self.push(step, start);
                Ok(())
            }
            '.' => {
                self.at += 1;
                match self.peek() {
                    None => Err(SyntaxError::new(self.at, 0, "expected a name after `.`")),
                    Some('.') => {
                        self.at += 1;
                        self.push(Step::Descend, start);
                        Ok(())
                    }
                    Some('[' | ' ') => Ok(()),
                    Some(_) => {
                        let name = self.name()?;
                        let wildcard = &self.text[start + 1..self.at] == "*";
                        self.push(if wildcard { Step::Wildcard } else { name }, start);
                        Ok(())
                    }
                }
            }
            '*' => {
                self.at += 1;
                self.push(Step::Wildcard, start);
                Ok(())
            }
            '$' => Err(SyntaxError::new(start, 1, "`$` can only begin a path")),
            _ => {
                let name = self.name()?;
                self.push(name, start);
                Ok(())
            }
        }
    }

    /// Reads a name that is not in brackets. A backslash makes the next character part of the name.
    ///
    /// Quotes count as in brackets, which only a filter's left side needs (`'a' == 'b'`); elsewhere they are a mistake.
    fn name(&mut self) -> Result<Step, SyntaxError> {
        let mut name = String::new();
        let mut quotes = false;
        let start = self.at;
        let mut chars = self.text[start..].chars();
        loop {
            let at = self.text.len() - chars.as_str().len();
            match chars.next() {
                None | Some('.' | '[' | ' ') => {
                    self.at = at;
                    break;
                }
                Some('\\') => name.push(
                    chars
                        .next()
                        .ok_or_else(|| SyntaxError::new(at, 1, "expected a character after the backslash"))?,
                ),
                Some('\'') if self.dialect == Dialect::InFilter => {
                    quotes = true;
                    name.push('\'');
                }
                Some(c @ ('\'' | ']')) => {
                    return Err(SyntaxError::new(at, 1, format!("a name cannot have `{c}`"))
                        .help(format!("put a backslash in front: `\\{c}`")));
                }
                Some(c) => name.push(c),
            }
        }
        Ok(if quotes {
            bracket::properties(&format!("'{name}'"))
        } else {
            Step::Key(name)
        })
    }
}
