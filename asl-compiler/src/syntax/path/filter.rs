//! `[?(...)]`.

use super::{
    Condition, Numeral, Operand, Operator, Step, SyntaxError, Test, is_definite,
    parse::{is_blank, parse_steps},
};

/// Tried in this order anywhere in a condition, also inside quotes.
const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    (">=", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("!=", Operator::NotEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

/// Parses a filter, from its question mark. What counts is between the first `(` and the first `)` that are not in
/// single quotes; the rest is not looked at. `offset` is where the text stands in the path.
pub(super) fn parse(text: &str, offset: usize) -> Result<Vec<Condition>, SyntaxError> {
    let error = |message: &str| {
        SyntaxError::new(offset, text.len(), message).help("a filter is written `[?(@.price < 10)]`")
    };
    let open = find(text, '(').ok_or_else(|| error("a filter needs parentheses"))?;
    let close = find(text, ')').ok_or_else(|| error("the parentheses of this filter are not closed"))?;
    if close < open {
        return Err(error("the parentheses of this filter do not match"));
    }
    let inside = &text[open + 1..close];
    let mut parts: Vec<&str> = inside.split("&&").collect();
    // As Java splits: trailing empty parts are dropped, unless nothing else would be left.
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    let mut conditions = Vec::with_capacity(parts.len());
    let mut at = offset + open + 1;
    for part in parts {
        conditions.push(condition(part, at)?);
        at += part.len() + "&&".len();
    }
    Ok(conditions)
}

/// First such character outside single quotes.
fn find(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        if c == '\'' {
            quoted = !quoted;
        }
        (!quoted && c == wanted).then_some(at)
    })
}

fn condition(text: &str, at: usize) -> Result<Condition, SyntaxError> {
    let found = OPERATORS
        .iter()
        .find_map(|(sign, operator)| text.find(sign).map(|index| (index, sign.len(), *operator)));
    let (left, right) = match found {
        Some((index, len, operator)) => (&text[..index], Some((operator, index + len))),
        None => (text, None),
    };
    let (left, left_at) = trim(left, at);
    if left.is_empty() {
        return Err(
            SyntaxError::new(at, text.len(), "expected a path on the left of this condition")
                .help("a condition is written `@.price < 10`"),
        );
    }
    let alone = left == "@" || left == "$";
    let left = left_path(left, left_at)?;
    let test = match right {
        None if alone => Test::NotNull,
        None => Test::Exists,
        Some((operator, from)) => {
            let (right, right_at) = trim(&text[from..], at + from);
            Test::Compare(operator, operand(right, right_at)?)
        }
    };
    Ok(Condition { left, test })
}

/// The left side is a path from the node under test even without its `@`, and even with a `$`.
fn left_path(text: &str, at: usize) -> Result<Vec<Step>, SyntaxError> {
    let steps = if text.starts_with(['@', '$']) {
        parse_steps(&text[1..]).map_err(|error| error.shift(at + 1))
    } else {
        let dotted = format!(".{text}");
        parse_steps(&dotted).map_err(|mut error| {
            // The dot is not in the text.
            let end = (error.at + error.len).saturating_sub(1);
            error.at = error.at.saturating_sub(1);
            error.len = end.saturating_sub(error.at);
            error.shift(at)
        })
    };
    let steps = steps.map_err(|error| {
        if text.contains("||") || text.contains("=~") {
            SyntaxError::new(
                at,
                text.len(),
                "only `&&`, `==`, `!=`, `<`, `<=`, `>` and `>=` can be used in filters",
            )
        } else {
            error
        }
    })?;
    definite(steps, text, at)
}

fn operand(text: &str, at: usize) -> Result<Operand, SyntaxError> {
    let (text, quoted) = if text.starts_with('\'') && text.ends_with('\'') {
        let inner = text[1..].strip_suffix('\'');
        let inner = inner.ok_or_else(|| SyntaxError::new(at, 1, "this quote is not closed"))?;
        (inner, true)
    } else {
        (text, false)
    };
    let at = at + usize::from(quoted);
    let path = || {
        let steps = parse_steps(&text[1..]).map_err(|error| error.shift(at + 1))?;
        definite(steps, text, at)
    };
    match text.as_bytes().first() {
        Some(b'@') => Ok(Operand::Current(path()?)),
        Some(b'$') => Ok(Operand::Document(path()?)),
        _ => Ok(Operand::Text {
            text: text.to_owned(),
            quoted,
        }),
    }
}

fn definite(steps: Vec<Step>, text: &str, at: usize) -> Result<Vec<Step>, SyntaxError> {
    if is_definite(&steps) {
        Ok(steps)
    } else {
        Err(SyntaxError::new(
            at,
            text.len(),
            "a path in a filter must lead to a single node",
        ))
    }
}

fn trim(text: &str, at: usize) -> (&str, usize) {
    let start = text.trim_start_matches(is_blank);
    (start.trim_end_matches(is_blank), at + text.len() - start.len())
}

impl Operand {
    /// The number that a text spells, as Java's `BigDecimal` reads it.
    pub fn number(&self) -> Option<Numeral> {
        let Self::Text { text, .. } = self else {
            return None;
        };
        if !text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
        {
            return None;
        }
        if let Ok(integer) = text.parse() {
            return Some(Numeral::Integer(integer));
        }
        let float: f64 = text.parse().ok()?;
        Some(Numeral::Float(float.clamp(f64::MIN, f64::MAX)))
    }
}
