//! Conditions of filters.

use super::{
    Condition, Numeral, Operand, Operator, Test,
    find::find_node,
    missing::{Missing, Reason},
};
use crate::value::{Number, Value};
use std::{borrow::Cow, cmp::Ordering};

/// Whether all conditions hold for a node of the document.
pub(super) fn accepts(
    conditions: &'static [Condition],
    node: &Value,
    document: &Value,
) -> Result<bool, Missing> {
    for condition in conditions {
        if !holds(condition, node, document)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds(condition: &'static Condition, node: &Value, document: &Value) -> Result<bool, Missing> {
    let Some(actual) = present(find_node(node, condition.left))? else {
        return Ok(false);
    };
    let (operator, operand) = match condition.test {
        Test::Exists => return Ok(true),
        Test::NotNull => return Ok(!is_null(&actual)),
        Test::Compare(operator, operand) => (operator, operand),
    };
    let order = match operand {
        Operand::Text(text, number) => {
            if operator.is_order() && actual.is_null() {
                return Ok(false);
            }
            if actual.is_number() && number.is_none() && text != "null" {
                return Err(not_number(text));
            }
            compare_text(text, number, &actual)
        }
        Operand::Current(_) | Operand::Document(_) => {
            let found = match operand {
                Operand::Current(steps) => find_node(node, steps),
                Operand::Document(steps) => find_node(document, steps),
                Operand::Text(..) => return Ok(false),
            };
            let Some(expected) = present(found)? else {
                return Ok(false);
            };
            if operator.is_order() && actual.is_null() != expected.is_null() {
                return Ok(false);
            }
            if let (Value::String(text), Value::Number(_)) = (&*expected, &*actual)
                && text.parse::<Number>().is_err()
                && text != "null"
            {
                return Err(not_number(text));
            }
            compare(&expected, &actual)
        }
    };
    Ok(order.is_some_and(|order| operator.accepts(order.reverse())))
}

fn not_number(text: &str) -> Missing {
    Missing::new(&[], 0, Reason::NotNumber(text.into()))
}

fn present(found: Result<Cow<'_, Value>, Missing>) -> Result<Option<Cow<'_, Value>>, Missing> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(missing) if missing.is_absence() => Ok(None),
        Err(missing) => Err(missing),
    }
}

/// The library takes the string `null` for null.
fn is_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text == "null",
        _ => false,
    }
}

/// How an expected text stands to a value; `None` if they cannot be compared, which satisfies no operator.
fn compare_text(text: &str, number: Option<Numeral>, actual: &Value) -> Option<Ordering> {
    match (text == "null", is_null(actual)) {
        (true, true) => return Some(Ordering::Equal),
        (true, false) => return Some(Ordering::Less),
        (false, true) => return Some(Ordering::Greater),
        (false, false) => {}
    }
    match actual {
        Value::String(actual) => Some(compare_strings(text, actual)),
        Value::Number(actual) => Some(number?.to_number().cmp(actual)),
        Value::Bool(actual) => Some(text.eq_ignore_ascii_case("true").cmp(actual)),
        _ => None,
    }
}

fn compare(expected: &Value, actual: &Value) -> Option<Ordering> {
    match (is_null(expected), is_null(actual)) {
        (true, true) => return Some(Ordering::Equal),
        (true, false) => return Some(Ordering::Less),
        (false, true) => return Some(Ordering::Greater),
        (false, false) => {}
    }
    match (expected, actual) {
        (Value::String(expected), Value::String(actual)) => Some(compare_strings(expected, actual)),
        (Value::Number(expected), Value::Number(actual)) => Some(expected.cmp(actual)),
        (Value::Bool(expected), Value::Bool(actual)) => Some(expected.cmp(actual)),
        (Value::String(expected), Value::Number(actual)) => {
            Some(expected.parse::<Number>().ok()?.cmp(actual))
        }
        (Value::String(expected), Value::Bool(actual)) => {
            Some(expected.eq_ignore_ascii_case("true").cmp(actual))
        }
        // Containers are equal only if they are the same node.
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            std::ptr::eq(expected, actual).then_some(Ordering::Equal)
        }
        _ => None,
    }
}

/// Java compares strings by UTF-16 code units.
fn compare_strings(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

impl Operator {
    fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    /// Whether the operator is satisfied when the left side stands so to the right side.
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
