//! Text to call.

use super::{Argument, Call, Function, check};
use crate::syntax::path::{SyntaxError, parse_path};
use unicode_ident::is_xid_continue;

/// Calls inside calls inside the outermost one.
const MAX_NESTING: usize = 10;

/// Parses an intrinsic function call, which is the whole text.
pub fn parse_intrinsic(text: &str) -> Result<Call, SyntaxError> {
    let mut parser = Parser { text, at: 0 };
    let call = parser.call(0)?;
    if parser.at < text.len() {
        return Err(SyntaxError::new(
            parser.at,
            text.len() - parser.at,
            "nothing may follow the call",
        ));
    }
    Ok(call)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// An error at the next character.
    fn error(&self, message: &str) -> SyntaxError {
        SyntaxError::new(self.at, self.peek().map_or(0, char::len_utf8), message)
    }

    fn call(&mut self, depth: usize) -> Result<Call, SyntaxError> {
        let start = self.at;
        if !self.rest().starts_with("States.") {
            return Err(self
                .error("expected an intrinsic function")
                .help("functions are called like `States.Format('{}', $.name)`"));
        }
        self.at += "States.".len();
        let len = self
            .rest()
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(self.rest().len());
        let name = &self.rest()[..len];
        let Some(function) = Function::ALL
            .iter()
            .copied()
            .find(|function| function.name() == name)
        else {
            let error = SyntaxError::new(
                start,
                "States.".len() + len,
                format!("there is no function `States.{name}`"),
            );
            return Err(match check::similar(name) {
                Some(function) => error.help(format!("did you mean `States.{}`?", function.name())),
                None => error,
            });
        };
        self.at += len;
        if depth > MAX_NESTING {
            return Err(SyntaxError::new(
                start,
                self.at - start,
                format!("calls nest deeper than {MAX_NESTING}"),
            ));
        }
        self.blanks();
        if !self.eat('(') {
            return Err(self.error("expected `(`"));
        }
        let arguments = self.arguments(function, depth)?;
        check::arguments(function, &arguments, start..self.at)?;
        Ok(Call {
            text: self.text[start..self.at].to_owned(),
            function,
            arguments: arguments.into_iter().map(|(argument, _)| argument).collect(),
        })
    }

    /// The arguments with their places, up to and with the closing parenthesis.
    fn arguments(&mut self, function: Function, depth: usize) -> Result<Vec<(Argument, usize)>, SyntaxError> {
        let mut arguments = Vec::new();
        self.blanks();
        if self.eat(')') {
            return Ok(arguments);
        }
        loop {
            self.blanks();
            let at = self.at;
            let template = function == Function::Format && arguments.is_empty();
            arguments.push((self.argument(template, depth)?, at));
            self.blanks();
            if self.eat(')') {
                return Ok(arguments);
            }
            if !self.eat(',') {
                return Err(self.error("expected `,` or `)`"));
            }
        }
    }

    fn argument(&mut self, template: bool, depth: usize) -> Result<Argument, SyntaxError> {
        match self.peek() {
            Some('\'') if template => self.template(),
            Some('\'') => self.string(),
            Some('$') => self.path(),
            Some('S') => Ok(Argument::Call(self.call(depth + 1)?)),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number(),
            Some('"') => Err(self
                .error("expected an argument")
                .help("strings take single quotes: `'text'`")),
            Some(_) => self.word(),
            None => Err(self.error("the call is not closed").help("add a `)`")),
        }
    }

    fn word(&mut self) -> Result<Argument, SyntaxError> {
        let len = self.rest().find([',', ')', ' ']).unwrap_or(self.rest().len());
        let argument = match &self.rest()[..len] {
            "true" => Argument::Bool(true),
            "false" => Argument::Bool(false),
            "null" => Argument::Null,
            _ => {
                return Err(SyntaxError::new(self.at, len, "expected an argument")
                    .help("a string in single quotes, a number, `true`, `false`, `null`, a path or a call"));
            }
        };
        self.at += len;
        Ok(argument)
    }

    fn number(&mut self) -> Result<Argument, SyntaxError> {
        let numeric = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let len = self.rest().find(|c| !numeric(c)).unwrap_or(self.rest().len());
        let text = &self.rest()[..len];
        if !is_json_number(text) {
            return Err(SyntaxError::new(
                self.at,
                len,
                format!("`{text}` is not a number"),
            ));
        }
        let argument = match (text.parse(), text.parse::<f64>()) {
            (Ok(integer), _) => Argument::Integer(integer),
            (Err(_), Ok(float)) if float.is_finite() => Argument::Float(float),
            _ => return Err(SyntaxError::new(self.at, len, "this number is too great")),
        };
        self.at += len;
        Ok(argument)
    }

    /// A path ends at a comma or parenthesis that is not in brackets, parentheses or quotes of its own. Of names outside of
    /// brackets the service takes only usual characters here.
    fn path(&mut self) -> Result<Argument, SyntaxError> {
        let (mut brackets, mut parentheses, mut quoted, mut escaped) = (0_usize, 0_usize, false, false);
        let mut unusual = None;
        let len = self.rest().char_indices().find_map(|(offset, c)| {
            match c {
                _ if escaped => {
                    escaped = false;
                    return None;
                }
                '\\' if brackets == 0 => escaped = true,
                '\'' if brackets > 0 => quoted = !quoted,
                _ if quoted => {}
                '[' => brackets += 1,
                ']' => brackets = brackets.saturating_sub(1),
                '(' => parentheses += 1,
                ',' | ')' if brackets == 0 && parentheses == 0 => return Some(offset),
                ')' => parentheses = parentheses.saturating_sub(1),
                _ if brackets == 0 && !is_usual(c) => unusual = unusual.or(Some((offset, c))),
                _ => {}
            }
            None
        });
        let Some(len) = len else {
            return Err(SyntaxError::new(self.text.len(), 0, "the call is not closed").help("add a `)`"));
        };
        let path = parse_path(self.rest()[..len].trim_end()).map_err(|error| error.shift(self.at))?;
        if let Some((offset, c)) = unusual {
            let message = format!("a name cannot have `{c}` in an argument");
            let error = SyntaxError::new(self.at + offset, c.len_utf8(), message);
            return Err(error.help("names with such characters are written in brackets: `['name']`"));
        }
        self.at += len;
        Ok(Argument::Path(path))
    }

    fn string(&mut self) -> Result<Argument, SyntaxError> {
        let mut text = String::new();
        self.characters(|c, _, _| {
            text.push(c);
            Ok(())
        })?;
        Ok(Argument::String(text))
    }

    /// The texts around the `{}`. A `${Name}`, which deployment tools replace, stays as it is.
    fn template(&mut self) -> Result<Argument, SyntaxError> {
        enum Brace {
            None,
            Open { at: usize, after_dollar: bool },
            Placeholder { at: usize },
        }
        let single = |at, c: char| {
            SyntaxError::new(at, 1, format!("a single `{c}` in a template")).help(format!(
                "`{{}}` is a place for an argument; a brace itself is written `\\{c}`"
            ))
        };
        let mut parts = Vec::new();
        let mut part = String::new();
        let mut brace = Brace::None;
        self.characters(|c, escaped, at| {
            brace = match (brace_of(c, escaped), &brace) {
                (Some('}'), Brace::Open { .. }) => {
                    parts.push(std::mem::take(&mut part));
                    Brace::None
                }
                (Some('}'), Brace::Placeholder { .. }) => {
                    part.push(c);
                    Brace::None
                }
                (
                    None,
                    Brace::Open {
                        at,
                        after_dollar: true,
                    },
                ) => {
                    part.extend(['{', c]);
                    Brace::Placeholder { at: *at }
                }
                (None, Brace::Placeholder { at }) => {
                    part.push(c);
                    Brace::Placeholder { at: *at }
                }
                (_, Brace::Open { at, .. } | Brace::Placeholder { at }) => return Err(single(*at, '{')),
                (Some('{'), Brace::None) => Brace::Open {
                    at,
                    after_dollar: part.ends_with('$'),
                },
                (Some(_), Brace::None) => return Err(single(at, '}')),
                (None, Brace::None) => {
                    part.push(c);
                    Brace::None
                }
            };
            Ok(())
        })?;
        match brace {
            Brace::None => {
                parts.push(part);
                Ok(Argument::Template(parts))
            }
            Brace::Open { at, .. } | Brace::Placeholder { at } => Err(single(at, '{')),
        }
    }

    /// Reads a quoted string, telling each character, whether it was escaped, and where it stands.
    fn characters(
        &mut self,
        mut tell: impl FnMut(char, bool, usize) -> Result<(), SyntaxError>,
    ) -> Result<(), SyntaxError> {
        let start = self.at;
        let mut chars = self.text[start..].char_indices().skip(1);
        while let Some((offset, c)) = chars.next() {
            let at = start + offset;
            match c {
                '\'' => {
                    self.at = at + 1;
                    return Ok(());
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\'' | '{' | '}' | '\\'))) => tell(escaped, true, at)?,
                    other => {
                        let len = 1 + other.map_or(0, |(_, c)| c.len_utf8());
                        return Err(SyntaxError::new(at, len, "this is no escape sequence")
                            .help(r"only `\'`, `\{`, `\}` and `\\` are, each backslash doubled in JSON"));
                    }
                },
                c => tell(c, false, at)?,
            }
        }
        Err(SyntaxError::new(start, 1, "the string is not closed").help("add a `'`"))
    }
}

fn brace_of(c: char, escaped: bool) -> Option<char> {
    (!escaped && matches!(c, '{' | '}')).then_some(c)
}

fn is_json_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(integer)
        && (integer == "0" || !integer.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

/// Whether a path can have this character outside of brackets; a placeholder such as `${Name}` stands for others.
fn is_usual(c: char) -> bool {
    is_xid_continue(c)
        || c.is_alphanumeric()
        || c.is_whitespace()
        || matches!(c, '-' | '.' | '*' | '$' | '{' | '}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arguments(text: &str) -> Vec<Argument> {
        parse_intrinsic(text)
            .unwrap_or_else(|error| panic!("{text}: {error:?}"))
            .arguments
    }

    fn text(text: &str) -> Argument {
        Argument::String(text.to_owned())
    }

    #[test]
    fn literals() {
        assert_eq!(
            arguments(r"States.Array( 'it\'s {} \\' ,-1, 2.5,true, false,null )"),
            [
                text(r"it's {} \"),
                Argument::Integer(-1),
                Argument::Float(2.5),
                Argument::Bool(true),
                Argument::Bool(false),
                Argument::Null
            ]
        );
        assert_eq!(arguments("States.UUID()"), []);
    }

    #[test]
    fn templates() {
        let parts = arguments(r"States.Format('\{{}\} and {}.', 1, 2)").remove(0);
        assert_eq!(
            parts,
            Argument::Template(vec!["{".to_owned(), "} and ".to_owned(), ".".to_owned()])
        );
        let parts = arguments("States.Format('${Bucket}/{}${}', 1, 2)").remove(0);
        assert_eq!(
            parts,
            Argument::Template(vec!["${Bucket}/".to_owned(), "$".to_owned(), String::new()])
        );
        for bad in [
            "'{'",
            "'${a'",
            "'{a}'",
            "'}'",
            "'{} {}', 1",
            "'', 1",
            "'{ }', 1",
            "'{'",
        ] {
            assert!(
                parse_intrinsic(&format!("States.Format({bad})")).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn paths_and_calls() {
        let call = "States.ArrayGetItem($.a[?(@.b == x, y)]['c,)'].length(), States.ArrayLength($$.l))";
        let call = parse_intrinsic(call).unwrap();
        let paths: Vec<_> = call.paths().map(|path| path.text.as_str()).collect();
        assert_eq!(paths, ["$.a[?(@.b == x, y)]['c,)'].length()", "$$.l"]);
        for path in [
            "$.a-b_1.*",
            "$.größe",
            "$['a@b']",
            r"$.a\@b",
            "$.${Name}",
            "$v..x",
        ] {
            assert!(
                parse_intrinsic(&format!("States.Array( {path} )")).is_ok(),
                "{path}"
            );
        }
    }

    #[test]
    fn refused() {
        for bad in [
            "",
            "States",
            "States.Nope()",
            "States.uuid()",
            "States.UUID(1)",
            "States.UUID() ",
            " States.UUID()",
            "States.UUID",
            "States.Format('{}', $.a",
            "States.Format(\"{}\", $.a)",
            r#"States.StringToJson('\"')"#,
            r"States.StringToJson('\')",
            "States.Array(1,)",
            "States.Array(01)",
            "States.Array(1 2)",
            "States.Array(1e999)",
            "States.MathAdd('-1', 'abc')",
            "States.MathAdd(1)",
            "States.JsonMerge($.a, $.b, true)",
            "States.Array($.a@b)",
            "States.Array($$.a:b, 1)",
        ] {
            assert!(parse_intrinsic(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nesting() {
        let nested = |depth: usize| "States.Array(".repeat(depth) + "1" + &")".repeat(depth);
        assert!(parse_intrinsic(&nested(MAX_NESTING + 1)).is_ok());
        assert!(parse_intrinsic(&nested(MAX_NESTING + 2)).is_err());
        assert!(parse_intrinsic(&nested(10_000)).is_err());
    }

    #[test]
    fn errors_have_a_place() {
        let error = parse_intrinsic("States.Array($.a, $.b c)").unwrap_err();
        assert_eq!((error.at, error.len), (21, 1));
        let error = parse_intrinsic("States.Fromat('')").unwrap_err();
        assert_eq!(error.help.as_deref(), Some("did you mean `States.Format`?"));
    }

    proptest! {
        #[test]
        fn never_panics(
            text in any::<String>(),
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "States.", "Format", "Array", "(", ")", ",", "'", "\\", "{", "}", "$", ".a", "[", "]", "1", "-",
                    "e", " ", "true", "é", "States.Array(", "$.x",
                ]),
                0..20,
            ),
        ) {
            let near = format!("States.Array({}", pieces.concat());
            for text in [&text, &near] {
                if let Err(error) = parse_intrinsic(text) {
                    prop_assert!(error.at + error.len <= text.len(), "{:?}", error);
                }
            }
        }
    }
}
