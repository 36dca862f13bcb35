//! Comparators of Choice rules. None of them fails: a value of another type simply does not compare.

use crate::{time, value::Value};
use std::cmp::Ordering;

/// Order of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `...Equals`
    Equal,
    /// `...LessThan`
    Less,
    /// `...GreaterThan`
    Greater,
    /// `...LessThanEquals`
    LessOrEqual,
    /// `...GreaterThanEquals`
    GreaterOrEqual,
}

impl Order {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::Greater => order.is_gt(),
            Self::LessOrEqual => order.is_le(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// `String...` with a literal: by UTF-16 code units, as in Java.
pub fn string(value: &Value, order: Order, operand: &str) -> bool {
    value.as_str().is_some_and(|text| strings(text, order, operand))
}

/// `String...Path`
pub fn string_path(value: &Value, order: Order, operand: &Value) -> bool {
    operand
        .as_str()
        .is_some_and(|operand| string(value, order, operand))
}

fn strings(text: &str, order: Order, operand: &str) -> bool {
    if order == Order::Equal {
        return text == operand;
    }
    order.accepts(text.encode_utf16().cmp(operand.encode_utf16()))
}

/// `Numeric...` with a literal.
pub fn numeric(value: &Value, order: Order, operand: impl Into<Value>) -> bool {
    numeric_path(value, order, &operand.into())
}

/// `Numeric...Path`: by value, `1` equals `1.0`.
pub fn numeric_path(value: &Value, order: Order, operand: &Value) -> bool {
    match (value, operand) {
        (Value::Number(value), Value::Number(operand)) => order.accepts(value.cmp(operand)),
        _ => false,
    }
}

/// `Timestamp...` with a literal, given as nanoseconds since 1970.
pub fn timestamp(value: &Value, order: Order, operand: i128) -> bool {
    instant(value).is_some_and(|instant| order.accepts(instant.cmp(&operand)))
}

/// `Timestamp...Path`
pub fn timestamp_path(value: &Value, order: Order, operand: &Value) -> bool {
    instant(operand).is_some_and(|operand| timestamp(value, order, operand))
}

fn instant(value: &Value) -> Option<i128> {
    time::parse(value.as_str()?)
}

/// `BooleanEquals`
pub fn boolean(value: &Value, operand: bool) -> bool {
    value.as_bool() == Some(operand)
}

/// `BooleanEqualsPath`
pub fn boolean_path(value: &Value, operand: &Value) -> bool {
    operand.as_bool().is_some_and(|operand| boolean(value, operand))
}

/// `StringMatches`, with the texts that stand between the asterisks of the pattern.
pub fn matches(value: &Value, parts: &[&str]) -> bool {
    value.as_str().is_some_and(|text| wildcard(text, parts))
}

fn wildcard(text: &str, parts: &[&str]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| text == *only);
    };
    // The ends are fixed; what is between takes the first place it finds, which leaves the most for the rest.
    let Some(text) = text.strip_prefix(first) else {
        return false;
    };
    let Some(mut text) = text.strip_suffix(last) else {
        return false;
    };
    for part in middle {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// `IsNull`
pub fn is_null(value: &Value) -> bool {
    value.is_null()
}

/// `IsString`
pub fn is_string(value: &Value) -> bool {
    value.is_string()
}

/// `IsNumeric`
pub fn is_numeric(value: &Value) -> bool {
    value.is_number()
}

/// `IsBoolean`
pub fn is_boolean(value: &Value) -> bool {
    value.is_bool()
}

/// `IsTimestamp`
pub fn is_timestamp(value: &Value) -> bool {
    instant(value).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use proptest::prelude::*;

    #[test]
    fn other_types_do_not_compare() {
        for value in [json!(null), json!("1"), json!(true), json!([1]), json!({"a": 1})] {
            assert!(!numeric(&value, Order::Equal, 1), "{value}");
        }
        assert!(!string(&json!(1), Order::Equal, "1"));
        assert!(!boolean(&json!("true"), true));
        assert!(!timestamp(&json!("2016-03-14"), Order::LessOrEqual, 0));
        assert!(!string_path(&json!("a"), Order::Equal, &json!(null)));
    }

    #[test]
    fn strings_by_utf16() {
        assert!(string(&json!("\u{10000}"), Order::Less, "\u{e000}"));
        assert!(string(&json!("B"), Order::Less, "a"));
        assert!(string(&json!("a"), Order::GreaterOrEqual, "a"));
    }

    #[test]
    fn numbers_by_value() {
        assert!(numeric(&json!(1), Order::Equal, 1.0));
        assert!(numeric(&json!(-0.0), Order::Equal, 0));
        assert!(numeric(
            &json!(9007199254740993_i64),
            Order::Greater,
            9007199254740992_i64
        ));
    }

    #[test]
    fn timestamps_as_instants() {
        let value = json!("2016-03-14T03:59:00+02:00");
        assert!(timestamp_path(
            &value,
            Order::Equal,
            &json!("2016-03-14T01:59:00.000Z")
        ));
        assert!(is_timestamp(&value));
        assert!(!is_timestamp(&json!("2016-03-14")));
    }

    #[test]
    fn wildcards() {
        let matches = |text: &str, parts: &[&str]| matches(&json!(text), parts);
        assert!(matches("foo23.log", &["foo", ".log"]));
        assert!(!matches("foo.log.zip", &["foo", ".log"]));
        assert!(matches("", &["", ""]));
        assert!(matches("", &[""]));
        assert!(!matches("a", &[""]));
        assert!(!matches("aa", &["aa", "aa"]));
        assert!(matches("a\nb-c-d", &["a", "-", "d"]));
    }

    proptest! {
        #[test]
        fn wildcards_match_what_they_are_made_of(
            parts in prop::collection::vec("[ab]{0,3}", 1..5),
            fill in prop::collection::vec("[abc]{0,3}", 4),
        ) {
            let mut text = parts[0].clone();
            for (part, fill) in parts[1..].iter().zip(&fill) {
                text.push_str(fill);
                text.push_str(part);
            }
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            prop_assert!(wildcard(&text, &parts));
        }
    }
}
