//! Patterns of `StringMatches`.

use super::path::SyntaxError;

/// The literal parts between the asterisks of a pattern, unescaped: one more than there are asterisks.
pub(super) fn parse_pattern(text: &str) -> Result<Vec<String>, SyntaxError> {
    let mut parts = vec![String::new()];
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        let literal = match char {
            '*' => {
                parts.push(String::new());
                continue;
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('*' | '\\'))) => escaped,
                other => {
                    let len = 1 + other.map_or(0, |(_, char)| char.len_utf8());
                    return Err(SyntaxError {
                        at,
                        len,
                        message: "a backslash must be followed by `*` or another backslash".to_owned(),
                        help: Some("write a backslash as two (in JSON: four)".to_owned()),
                    });
                }
            },
            other => other,
        };
        if let Some(part) = parts.last_mut() {
            part.push(literal);
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_asterisks_that_are_not_escaped() {
        assert_eq!(
            parse_pattern("foo*.log"),
            Ok(vec!["foo".to_owned(), ".log".to_owned()])
        );
        assert_eq!(parse_pattern(r"a\*b"), Ok(vec!["a*b".to_owned()]));
        assert_eq!(parse_pattern(r"\\*"), Ok(vec!["\\".to_owned(), String::new()]));
        assert_eq!(parse_pattern(""), Ok(vec![String::new()]));
    }

    #[test]
    fn refuses_a_backslash_that_escapes_nothing() {
        assert_eq!(
            parse_pattern(r"ab\c").map_err(|error| (error.at, error.len)),
            Err((2, 2))
        );
        assert_eq!(
            parse_pattern(r"ab\").map_err(|error| (error.at, error.len)),
            Err((2, 1))
        );
    }
}
