//! Text to tokens.

use super::{hints, problem::Problem, tree::Regex};
use std::ops::Range;

/// A token with its place.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    End,
    Name(String),
    /// Without its `$`.
    Variable(String),
    String(String),
    Number(f64),
    Bool(bool),
    Null,
    Regex(Regex),
    /// A symbol, or one of `and`, `or`, `in`.
    Operator(&'static str),
}

/// Longer ones first.
const OPERATORS: [&str; 33] = [
    "..", ":=", "!=", ">=", "<=", "**", "~>", ".", "[", "]", "{", "}", "(", ")", ",", "@", "#", ";", ":",
    "?", "+", "-", "*", "/", "%", "|", "=", "<", ">", "^", "&", "!", "~",
];

/// Reads a text token by token.
pub(super) struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// The next token. A `/` starts a regular expression unless an operator can stand here.
    pub fn next(&mut self, operator_expected: bool) -> Result<Token, Box<Problem>> {
        self.skip_blanks()?;
        let start = self.position;
        let Some(first) = self.rest().chars().next() else {
            return Ok(self.token(start, TokenKind::End));
        };
        let kind = match first {
            '/' if !operator_expected => self.regex()?,
            '"' | '\'' => self.string(first)?,
            '0'..='9' => self.number()?,
            '`' => self.quoted_name()?,
            _ => match OPERATORS
                .iter()
                .find(|operator| self.rest().starts_with(**operator))
            {
                Some(operator) => {
                    self.position += operator.len();
                    if matches!(*operator, "!" | "~") {
                        let range = start..self.position;
                        let problem = Problem::new(
                            "S0204",
                            format!("there is no operator `{operator}`"),
                            range.clone(),
                        );
                        return Err(hints::for_symbol(problem, self.text, &range));
                    }
                    TokenKind::Operator(operator)
                }
                None => self.word(),
            },
        };
        Ok(self.token(start, kind))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn token(&self, start: usize, kind: TokenKind) -> Token {
        Token {
            kind,
            range: start..self.position,
        }
    }

    /// Over white space and comments.
    fn skip_blanks(&mut self) -> Result<(), Box<Problem>> {
        loop {
            self.position = self.text.len() - self.rest().trim_start_matches(is_blank).len();
            let Some(comment) = self.rest().strip_prefix("/*") else {
                return Ok(());
            };
            match comment.find("*/") {
                Some(length) => self.position += length + 4,
                None => {
                    let start = self.position;
                    return Err(
                        Problem::new("S0106", "this comment is not closed", start..start + 2)
                            .hint("a comment ends with `*/`"),
                    );
                }
            }
        }
    }

    /// `/pattern/flags`. A slash within brackets of any kind, or after a backslash, does not end it.
    fn regex(&mut self) -> Result<TokenKind, Box<Problem>> {
        let start = self.position;
        let body = &self.text[start + 1..];
        let mut depth = 0_i32;
        let mut end = None;
        let mut backslashes = 0_usize;
        for (at, byte) in body.bytes().enumerate() {
            match byte {
                b'/' if depth == 0 && backslashes.is_multiple_of(2) => {
                    end = Some(at);
                    break;
                }
                b'(' | b'[' | b'{' if backslashes == 0 => depth += 1,
                b')' | b']' | b'}' if backslashes == 0 => depth -= 1,
                _ => {}
            }
            backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
        }
        let Some(end) = end else {
            return Err(Problem::new("S0302", "this regular expression has no closing `/`", start..start + 1)
                .hint("where a value is expected, `/` starts a regular expression; brackets inside it must be balanced"));
        };
        if end == 0 {
            return Err(Problem::new(
                "S0301",
                "this regular expression is empty",
                start..start + 2,
            ));
        }
        let flags = &body[end + 1..];
        let flags = &flags[..flags.len() - flags.trim_start_matches(['i', 'm']).len()];
        self.position = start + 1 + end + 1 + flags.len();
        Ok(TokenKind::Regex(Regex {
            pattern: body[..end].to_owned(),
            ignore_case: flags.contains('i'),
            multiline: flags.contains('m'),
        }))
    }

    /// A literal in quotes of either kind.
    fn string(&mut self, quote: char) -> Result<TokenKind, Box<Problem>> {
        let start = self.position;
        self.position += 1;
        let mut text = String::new();
        while let Some(next) = self.rest().chars().next() {
            self.position += next.len_utf8();
            match next {
                '\\' => text.push(self.escape()?),
                _ if next == quote => return Ok(TokenKind::String(text)),
                _ => text.push(next),
            }
        }
        Err(Problem::new(
            "S0101",
            format!("this string has no closing {quote}"),
            start..start + 1,
        ))
    }

    /// What follows a backslash in a string.
    fn escape(&mut self) -> Result<char, Box<Problem>> {
        let start = self.position - 1;
        let Some(letter) = self.rest().chars().next() else {
            return Err(Problem::new(
                "S0101",
                "this string ends within an escape sequence",
                start..start + 1,
            ));
        };
        self.position += letter.len_utf8();
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.code_unit(start),
            _ => {
                let problem = Problem::new(
                    "S0103",
                    format!("there is no escape sequence `\\{letter}`"),
                    start..self.position,
                );
                return Err(if letter == '\'' {
                    problem.hint("to have a ' in a string, put the string in double quotes")
                } else {
                    problem.hint(
                        "the escape sequences are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits",
                    )
                });
            }
        })
    }

    /// The character of an escape sequence with four digits, or of two of them where one is half a character.
    fn code_unit(&mut self, start: usize) -> Result<char, Box<Problem>> {
        let high = self.four_digits(start)?;
        if let Some(letter) = char::from_u32(high) {
            return Ok(letter);
        }
        if (0xd800..0xdc00).contains(&high) && self.rest().starts_with("\\u") {
            self.position += 2;
            let low = self.four_digits(self.position - 2)?;
            let letter = 0x1_0000 + ((high - 0xd800) << 10) + low.wrapping_sub(0xdc00);
            if let (0xdc00..0xe000, Some(letter)) = (low, char::from_u32(letter)) {
                return Ok(letter);
            }
        }
        Err(Problem::new(
            "S0104",
            "this escape sequence is only half a character",
            start..self.position,
        )
        .hint("characters beyond U+FFFF need two sequences, such as \\ud83d\\ude00"))
    }

    fn four_digits(&mut self, start: usize) -> Result<u32, Box<Problem>> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(number) => {
                self.position += 4;
                Ok(number)
            }
            None => Err(Problem::new(
                "S0104",
                "`\\u` needs four hexadecimal digits",
                start..self.position,
            )),
        }
    }

    /// A number in JSON's form, without a sign.
    fn number(&mut self) -> Result<TokenKind, Box<Problem>> {
        let start = self.position;
        let bytes = self.text.as_bytes();
        let digits = |from: usize| {
            from + bytes[from..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        // Nothing follows a leading zero but a fraction: `01` is two tokens.
        let mut end = if bytes[start] == b'0' {
            start + 1
        } else {
            digits(start)
        };
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let signed = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if signed < bytes.len() && digits(signed) > signed {
                end = digits(signed);
            }
        }
        self.position = end;
        match self.text[start..end].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(TokenKind::Number(number)),
            _ => Err(Problem::new("S0102", "this number is too large", start..end)),
        }
    }

    /// A name in back-quotes.
    fn quoted_name(&mut self) -> Result<TokenKind, Box<Problem>> {
        let start = self.position;
        let body = &self.text[start + 1..];
        let Some(length) = body.find('`') else {
            return Err(Problem::new(
                "S0105",
                "this quoted name has no closing `",
                start..start + 1,
            ));
        };
        self.position += length + 2;
        Ok(TokenKind::Name(body[..length].to_owned()))
    }

    /// A name, variable, keyword: all up to white space or an operator.
    fn word(&mut self) -> TokenKind {
        let rest = self.rest();
        let is_end = |letter: char| is_blank(letter) || letter.is_ascii() && is_operator(letter);
        let word = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        self.position += word.len();
        match word {
            "and" => TokenKind::Operator("and"),
            "or" => TokenKind::Operator("or"),
            "in" => TokenKind::Operator("in"),
            "true" => TokenKind::Bool(true),
            "false" => TokenKind::Bool(false),
            "null" => TokenKind::Null,
            _ => match word.strip_prefix('$') {
                Some(variable) => TokenKind::Variable(variable.to_owned()),
                None => TokenKind::Name(word.to_owned()),
            },
        }
    }
}

/// The language's white space; any other is part of a name.
fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{b}')
}

/// A character that ends a name: each operator's first one.
fn is_operator(letter: char) -> bool {
    OPERATORS.iter().any(|operator| operator.starts_with(letter))
}
