//! Compares JSON values: wildcards, numbers by value, object order ignored.

use serde_json::{Number, Value};

/// Matches any value, or inside a longer string any run of characters.
const WILDCARD: &str = "<<any>>";

/// Where and how `actual` is not what `expected` asks for; `None` if it agrees.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    let mut place = String::new();
    let text = differ(expected, actual, &mut place)?;
    Some(if place.is_empty() {
        text
    } else {
        format!("at {place}: {text}")
    })
}

fn differ(expected: &Value, actual: &Value, place: &mut String) -> Option<String> {
    match (expected, actual) {
        (Value::String(text), _) if text == WILDCARD => None,
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, value) in expected {
                let Some(other) = actual.get(key) else {
                    return Some(format!("member `{key}` is missing"));
                };
                if let Some(text) = within(place, &format!(".{key}"), |place| differ(value, other, place)) {
                    return Some(text);
                }
            }
            let surplus = actual.keys().find(|key| !expected.contains_key(*key))?;
            Some(format!("member `{surplus}` is not expected"))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            for (index, (value, other)) in expected.iter().zip(actual).enumerate() {
                if let Some(text) = within(place, &format!("[{index}]"), |place| differ(value, other, place))
                {
                    return Some(text);
                }
            }
            (expected.len() != actual.len())
                .then(|| format!("expected {} elements, got {}", expected.len(), actual.len()))
        }
        (Value::String(pattern), Value::String(text)) if text_matches(pattern, text) => None,
        (Value::Number(expected), Value::Number(actual)) if same_number(expected, actual) => None,
        (expected, actual) if expected == actual => None,
        _ => Some(format!("expected {}, got {}", short(expected), short(actual))),
    }
}

/// Runs `inner` with a longer place. The place stays where it is when something differs there.
fn within(
    place: &mut String,
    step: &str,
    inner: impl FnOnce(&mut String) -> Option<String>,
) -> Option<String> {
    let length = place.len();
    place.push_str(step);
    let found = inner(place);
    if found.is_none() {
        place.truncate(length);
    }
    found
}

fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_i64(), right.as_i64(), left.as_u64(), right.as_u64()) {
        (Some(left), Some(right), ..) => left == right,
        (.., Some(left), Some(right)) => left == right,
        _ => left.as_f64() == right.as_f64(),
    }
}

fn text_matches(pattern: &str, text: &str) -> bool {
    let Some((first, pattern)) = pattern.split_once(WILDCARD) else {
        return pattern == text;
    };
    let (middle, last) = pattern.rsplit_once(WILDCARD).unwrap_or(("", pattern));
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    for part in middle.split(WILDCARD) {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The value's text, cut where it gets too long for one line of a report.
fn short(value: &Value) -> String {
    const LONGEST: usize = 300;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}... ({} bytes)", &text[..at], text.len()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::difference;
    use serde_json::json;

    #[test]
    fn equal_values_agree() {
        let value = json!({"a": [1, null, "x", {"b": true}]});
        assert_eq!(difference(&value, &value), None);
    }

    #[test]
    fn numbers_agree_by_value() {
        assert_eq!(difference(&json!(1), &json!(1.0)), None);
        assert_eq!(
            difference(&json!(9007199254740993_i64), &json!(9007199254740993_i64)),
            None
        );
        assert!(difference(&json!(9007199254740993_i64), &json!(9007199254740992_i64)).is_some());
        assert!(difference(&json!(u64::MAX), &json!(u64::MAX - 1)).is_some());
        assert!(difference(&json!(1), &json!("1")).is_some());
    }

    #[test]
    fn order_counts_in_arrays_only() {
        assert_eq!(
            difference(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})),
            None
        );
        assert_eq!(
            difference(&json!({"x": [1, 2]}), &json!({"x": [2, 1]})).as_deref(),
            Some("at .x[0]: expected 1, got 2")
        );
    }

    #[test]
    fn missing_and_surplus_parts_are_told() {
        assert_eq!(
            difference(&json!({"a": 1}), &json!({})).as_deref(),
            Some("member `a` is missing")
        );
        assert_eq!(
            difference(&json!({}), &json!({"a": 1})).as_deref(),
            Some("member `a` is not expected")
        );
        assert_eq!(
            difference(&json!([1]), &json!([1, 2])).as_deref(),
            Some("expected 1 elements, got 2")
        );
    }

    #[test]
    fn a_whole_wildcard_matches_anything_that_is_there() {
        assert_eq!(
            difference(&json!({"a": "<<any>>"}), &json!({"a": {"b": []}})),
            None
        );
        assert!(difference(&json!({"a": "<<any>>"}), &json!({})).is_some());
    }

    #[test]
    fn a_wildcard_inside_a_string_matches_a_run_of_characters() {
        let pattern = json!("id <<any>> of <<any>>!");
        assert_eq!(difference(&pattern, &json!("id 7 of 9 of 10!")), None);
        assert_eq!(difference(&pattern, &json!("id  of !")), None);
        assert!(difference(&pattern, &json!("id 7 of 9")).is_some());
        assert!(difference(&pattern, &json!("id 7")).is_some());
        assert!(difference(&json!("a<<any>>a"), &json!("a")).is_some());
    }
}
