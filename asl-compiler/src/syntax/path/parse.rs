//! Text to path.

use super::{Path, ReferencePath, ReferenceStep, Root, Step, SyntaxError, bracket};
use std::ops::Range;

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

/// Whether this can be the name of a variable.
pub fn is_variable_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.all(continues_name)
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
        Some(c) if c.is_alphabetic() => {
            let end = rest.find(|c| !continues_name(c)).unwrap_or(rest.len());
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

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
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

#[cfg(test)]
mod tests {
    use super::super::{Condition, Operand, Operator, Test};
    use super::*;
    use proptest::prelude::*;

    fn steps(text: &str) -> Vec<Step> {
        parse_path(text)
            .unwrap_or_else(|error| panic!("{text}: {error:?}"))
            .steps
    }

    fn key(name: &str) -> Step {
        Step::Key(name.to_owned())
    }

    #[test]
    fn roots() {
        assert_eq!(parse_path("$").unwrap().root, Root::Document);
        assert_eq!(parse_path("$$.Execution.Id").unwrap().root, Root::Context);
        let path = parse_path("$order.id").unwrap();
        assert_eq!(path.root, Root::Variable("order".to_owned()));
        assert_eq!(path.steps, [key("id")]);
        for text in ["", "a", " $", "@.a", "$-", "$_a", "$1", "$$$", "$$a"] {
            assert!(parse_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(
            steps("$.a-b.@type.it['x y']"),
            [key("a-b"), key("@type"), key("it"), key("x y")]
        );
        assert_eq!(steps(r"$.store\.book"), [key("store.book")]);
        assert_eq!(steps(r"$.\stor\e"), [key("store")]);
        assert_eq!(steps(r"$['a\b']"), [key(r"a\b")]);
        assert_eq!(
            steps("$['a','b']"),
            [Step::Keys(vec!["a".to_owned(), "b".to_owned()])]
        );
        assert!(parse_path("$['a','b'].c").is_err());
        assert!(parse_path("$.").is_err());
        assert!(parse_path("$.a b").is_err());
    }

    #[test]
    fn brackets() {
        assert_eq!(steps("$[1][-1]"), [Step::Index(1), Step::Index(-1)]);
        assert_eq!(steps("$.[0]"), [Step::Index(0)]);
        assert_eq!(steps("$[0, 2]"), [Step::Indices(vec![0, 2])]);
        assert_eq!(
            steps("$[1:][:-2][1:3]"),
            [Step::SliceFrom(1), Step::SliceTo(-2), Step::Slice(1, 3)]
        );
        assert_eq!(steps("$[(@.length - 1)]"), [Step::FromEnd(-1)]);
        assert_eq!(steps("$..*"), [Step::Descend, Step::Wildcard]);
        for text in [
            "$[",
            "$[]",
            "$[0",
            "$[:]",
            "$[a]",
            "$[\"a\"]",
            "$[99999999999]",
            "$..",
            "$[(@.last-1)]",
        ] {
            assert!(parse_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn filters() {
        let text = |text: &str, quoted| Operand::Text {
            text: text.to_owned(),
            quoted,
        };
        assert_eq!(
            steps("$[?(@.a == done && @ && @.b < '3')]"),
            [Step::Filter(vec![
                Condition {
                    left: vec![key("a")],
                    test: Test::Compare(Operator::Equal, text("done", false)),
                },
                Condition {
                    left: vec![],
                    test: Test::NotNull
                },
                Condition {
                    left: vec![key("b")],
                    test: Test::Compare(Operator::Less, text("3", true)),
                },
            ])]
        );
        for text in [
            "$[?]",
            "$[?@.a]",
            "$[?(@.a]",
            "$[?()]",
            "$[?(@..a)]",
            "$[?(@[*])]",
            "$[?(@.a =~ /x/)]",
        ] {
            assert!(parse_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn single_nodes() {
        for text in [
            "$",
            "$.a[0]['b']",
            "$$.Map.Item.Value",
            "$v[2]",
            r"$.foo\@bar.baz\[\[.\?pretty",
            "$[\"a\"]",
        ] {
            assert!(parse_single_node_path(text).is_ok(), "{text}");
        }
        for text in [
            "$.*",
            "$[*]",
            "$..a",
            "$[0,1]",
            "$[1:]",
            "$[?(@.a)]",
            "$['a','b']",
            "$[(@.length-1)]",
        ] {
            assert!(parse_single_node_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn result_paths() {
        let path = parse_result_path("$.a[1]").unwrap();
        assert_eq!(
            path.steps,
            [ReferenceStep::Key("a".to_owned()), ReferenceStep::Index(1)]
        );
        for text in ["$$", "$$.a", "$v", "$.a[-1]", "$.a[*]"] {
            assert!(parse_result_path(text).is_err(), "{text}");
        }
    }

    #[test]
    fn errors_have_a_place() {
        let error = parse_path("$.a[?(@.b == @..c)]").unwrap_err();
        assert_eq!((error.at, error.len), (13, 4));
        let error = parse_path("$$.a b").unwrap_err();
        assert_eq!((error.at, error.len), (4, 1));
    }

    fn near_path() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "$",
            "$$",
            "$v",
            ".",
            "..",
            "a",
            "b c",
            "*",
            "[",
            "]",
            "'",
            "\"",
            "0",
            "-1",
            ",",
            ":",
            "?",
            "(",
            ")",
            "@",
            "@.a",
            "==",
            "<",
            "&&",
            "||",
            " ",
            "\\",
            "length",
            "-",
            "é",
            "𝄞",
            "[0]",
            "['a']",
            "[?(@.a == 1)]",
            "null",
        ]);
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse_path(&text);
            let _ = parse_single_node_path(&text);
            let _ = parse_result_path(&text);
        }

        #[test]
        fn printed_paths_parse_the_same(text in near_path().prop_map(|text| format!("${text}"))) {
            for parsed in [parse_path(&text), parse_single_node_path(&text)] {
                match parsed {
                    Ok(path) => {
                        let again = parse_path(&path.to_string());
                        prop_assert_eq!(again.map(|path| path.steps), Ok(path.steps.clone()), "{}", path);
                    }
                    Err(error) => prop_assert!(error.at + error.len <= text.len(), "{:?}", error),
                }
            }
            let _ = parse_result_path(&text);
        }
    }
}
