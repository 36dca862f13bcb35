//! What stands in brackets.

use super::{Step, SyntaxError, filter, parse::Dialect};

/// Reads a step in brackets at the beginning of `text`, and tells its length. `offset` is where the text stands in the
/// path. Brackets nest, whatever is between; what is inside is then recognised by the first character that tells.
pub(super) fn parse(text: &str, offset: usize, dialect: Dialect) -> Result<(Step, usize), SyntaxError> {
    if dialect == Dialect::AnyQuotes
        && let Some((name, len)) = double_quoted(text)
    {
        return Ok((Step::Key(name), len));
    }
    let mut open = 0_usize;
    let end = text.char_indices().find_map(|(at, c)| {
        match c {
            '[' => open += 1,
            ']' => open -= 1,
            _ => {}
        }
        (open == 0).then_some(at)
    });
    let Some(end) = end else {
        return Err(SyntaxError::new(offset, 1, "this bracket is not closed"));
    };
    Ok((inside(&text[1..end], offset + 1, dialect)?, end + 1))
}

fn inside(text: &str, offset: usize, dialect: Dialect) -> Result<Step, SyntaxError> {
    if text == "*" {
        return Ok(Step::Wildcard);
    }
    let telling = |c: char| matches!(c, '?' | '\'' | ':' | '-' | '@') || c.is_ascii_digit();
    let Some(first) = text.find(telling) else {
        let message = "expected a name, an index, `*` or a filter in brackets";
        let error = SyntaxError::new(offset - 1, text.len() + 2, message);
        return Err(if text.trim_start().starts_with('"') {
            error.help("names take single quotes: `['name']`")
        } else {
            error.help("names in brackets take quotes: `['name']`")
        });
    };
    let (offset, content) = (offset + first, &text[first..]);
    let error = |message| SyntaxError::new(offset, content.len(), message);
    match content.as_bytes()[0] {
        b'?' if dialect == Dialect::InFilter => Err(error("a path in a filter must lead to a single node")),
        b'?' => Ok(Step::Filter(filter::parse(content, offset)?)),
        b'\'' => Ok(properties(content)),
        b'@' => from_end(content).ok_or_else(|| {
            error("expected `(@.length-1)`").help("filters begin with a question mark: `[?(@.price < 10)]`")
        }),
        _ => indexes(content).ok_or_else(|| error("expected an index, indexes or a slice of 32-bit numbers")),
    }
}

/// `["name"]`, with its length.
fn double_quoted(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix("[\"")?;
    let mut name = String::new();
    let mut chars = inside.char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '"' => {
                return inside[offset + 1..]
                    .starts_with(']')
                    .then_some((name, offset + 4));
            }
            '\\' => name.push(chars.next()?.1),
            c => name.push(c),
        }
    }
    None
}

/// The quoted names, up to the first `]` even if it is inside quotes. What is between them is not looked at.
pub(super) fn properties(content: &str) -> Step {
    let content = content.split(']').next().unwrap_or_default();
    let mut parts = content.split('\'').skip(1);
    let mut names = Vec::new();
    while let (Some(name), Some(_)) = (parts.next(), parts.next()) {
        names.push(name.to_owned());
    }
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Step::Key(name),
        Err(names) => Step::Keys(names),
    }
}

/// `@.length-1`, also with blanks, or with `size` and parentheses.
fn from_end(content: &str) -> Option<Step> {
    let (function, number) = content.split_at(content.find('-')?);
    let function: String = function
        .chars()
        .skip(2)
        .filter(|c| !matches!(c, ' ' | '(' | ')'))
        .collect();
    if function != "length" && function != "size" {
        return None;
    }
    let number: String = number[..number.find(')')?]
        .chars()
        .filter(|c| *c != ' ')
        .collect();
    Some(Step::FromEnd(number.parse::<i32>().ok()?.into()))
}

/// `1`, `1,2`, `1:`, `:1`, `1:2`; reading stops at what is none of these, as the library does.
fn indexes(content: &str) -> Option<Step> {
    let mut reader = Numbers {
        rest: content,
        numbers: Vec::new(),
    };
    let (mut to, mut from, mut between, mut several) = (false, false, false, false);
    let mut number = String::new();
    while let Some(c) = reader.rest.chars().next() {
        match c {
            ' ' => {}
            ':' => {
                if number.is_empty() {
                    to = true;
                    reader.skip();
                    number = reader.digits();
                    reader.add(&mut number)?;
                } else {
                    reader.add(&mut number)?;
                    reader.skip();
                    number = reader.digits();
                    if number.is_empty() {
                        from = true;
                    } else {
                        between = true;
                        reader.add(&mut number)?;
                    }
                }
            }
            ',' => {
                several = true;
                reader.add(&mut number)?;
            }
            '-' => number.push(c),
            c if c.is_ascii_digit() => number.push(c),
            _ => break,
        }
        reader.skip();
    }
    if !number.is_empty() {
        reader.add(&mut number)?;
    }
    let numbers = reader.numbers;
    match *numbers.as_slice() {
        [index] if !to && !from => Some(Step::Index(index)),
        _ if several => Some(Step::Indices(numbers)),
        [first, ..] if from => Some(Step::SliceFrom(first)),
        [first, ..] if to => Some(Step::SliceTo(first)),
        [first, second, ..] if between => Some(Step::Slice(first, second)),
        _ => None,
    }
}

struct Numbers<'t> {
    rest: &'t str,
    numbers: Vec<i64>,
}

impl Numbers<'_> {
    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    /// Digits and signs, blanks between them left out.
    fn digits(&mut self) -> String {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_digit() || c == ' ' || c == '-'))
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.replace(' ', "")
    }

    fn add(&mut self, number: &mut String) -> Option<()> {
        self.numbers.push(number.parse::<i32>().ok()?.into());
        number.clear();
        Some(())
    }
}
