//! Keys that are given twice, and numbers that cannot be held, anywhere in the document.

use std::collections::HashSet;

use crate::{
    diagnostic::{Code, Problem, Problems},
    ir::Json,
    json::{Node, Value},
};

pub(super) fn check(node: &Node, problems: &mut Problems) {
    match &node.value {
        Value::Object(members) => {
            let mut keys = HashSet::new();
            for member in members {
                if !keys.insert(&member.key) {
                    let message = format!("key {:?} is given twice in the same object", member.key);
                    problems.push(Problem::new(Code::DuplicateKey, &member.key_range, message));
                }
                check(&member.value, problems);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| check(element, problems)),
        Value::Number(Json::Float(number)) if !number.is_finite() => {
            let message = "this number is too large for a 64-bit float";
            problems.push(Problem::new(Code::NumberTooLarge, &node.range, message));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems_in_pass;

    #[test]
    fn equal_keys_are_reported_at_any_depth() {
        assert_eq!(
            problems_in_pass(r#""Result": {"a": [{"b": 1, "b": 2}], "a\u0061": 0, "aa": 1}"#),
            [
                r#"ASL102 key "b" is given twice in the same object @ /States/A/Result/a[0]/b"#,
                r#"ASL102 key "aa" is given twice in the same object @ /States/A/Result/aa"#,
            ]
        );
    }

    #[test]
    fn numbers_must_be_finite() {
        assert_eq!(
            problems_in_pass(r#""Result": [1e308, 1e309]"#),
            ["ASL104 this number is too large for a 64-bit float @ /States/A/Result[1]"]
        );
    }
}
