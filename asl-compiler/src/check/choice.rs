//! Choice rules: each has exactly one test.

use super::fields::mistyped;
use crate::{
    diagnostic::{Code, Problem, Problems, one_of},
    json::Member,
    syntax::{block::Block, shape::Language, tables::COMPARATORS},
};

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    machine.walk(&mut |block| {
        let is_test = block.shape.field("Variable").is_some();
        if is_test && block.language == Language::JsonPath && block.node.members().is_some() {
            test(block, problems);
        }
    });
}

fn test(block: &Block<'_>, problems: &mut Problems) {
    let members = block.node.members().unwrap_or_default();
    let tests: Vec<&Member> = members.iter().filter(|member| is_test(&member.key)).collect();
    let variable = block.member("Variable");
    let mistyped = mistyped(block);
    let problem = match tests.as_slice() {
        [] if mistyped.iter().any(|name| is_test(name)) => return,
        [] => {
            let message = format!("{} needs a comparison, `And`, `Or` or `Not`", block.shape.name);
            let range = variable.map_or(&block.anchor, |member| &member.key_range);
            Problem::new(Code::InvalidRule, range, message)
        }
        [_] if mistyped.contains(&"Variable") => return,
        [first] if is_comparator(&first.key) && variable.is_none() => {
            let message = format!("`{}` compares a `Variable`, which is missing", first.key);
            Problem::new(Code::InvalidRule, &first.key_range, message)
        }
        [first] if !is_comparator(&first.key) && variable.is_some() => {
            let range = variable.map_or(&block.anchor, |member| &member.key_range);
            let message = format!("`Variable` goes with a comparison, not with `{}`", first.key);
            Problem::new(Code::InvalidRule, range, message)
        }
        [_] => return,
        [first, .., last] => {
            let keys: Vec<_> = tests.iter().map(|member| &member.key).collect();
            let message = format!(
                "{} can have only one of {}",
                block.shape.name,
                one_of(&keys, "and")
            );
            Problem::new(Code::InvalidRule, &last.key_range, message)
                .label(format!("there is `{}` already", first.key))
                .help("combine comparisons with `And`, `Or` and `Not`".to_owned())
        }
    };
    problems.push(problem.owner(&block.node.range));
}

fn is_test(key: &str) -> bool {
    matches!(key, "And" | "Or" | "Not") || is_comparator(key)
}

fn is_comparator(key: &str) -> bool {
    COMPARATORS.iter().any(|field| field.name == key)
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems_in_states;

    fn problems_in_rule(rule: &str) -> Vec<String> {
        let states = r#""B": {"Type": "Succeed"}"#;
        let choice = format!(r#""A": {{"Type": "Choice", "Choices": [{{{rule}, "Next": "B"}}]}}"#);
        problems_in_states("A", &format!("{choice}, {states}"))
    }

    #[test]
    fn takes_every_form_of_test() {
        for rule in [
            r#""Variable": "$.a", "StringEquals": """#,
            r#""Variable": "$$.a", "NumericLessThanEqualsPath": "$v.a""#,
            r#""And": [{"Variable": "$.a", "IsPresent": true}, {"Not": {"Variable": "$.a", "IsNull": true}}]"#,
            r#""Or": [{"Variable": "$.a", "TimestampEquals": "2016-03-14T01:59:00Z", "Comment": ""}]"#,
            r#""Variable": "$.a", "StringMatches": "*\\*\\\\", "Assign": {"x": 1}"#,
        ] {
            assert_eq!(problems_in_rule(rule), Vec::<String>::new(), "{rule}");
        }
    }

    #[test]
    fn a_rule_has_one_test() {
        let cases = [
            (
                r#""Variable": "$.a""#,
                "ASL150 a choice rule needs a comparison, `And`, `Or` or `Not`",
            ),
            (
                r#""Comment": """#,
                "ASL150 a choice rule needs a comparison, `And`, `Or` or `Not`",
            ),
            (
                r#""IsNull": true"#,
                "ASL150 `IsNull` compares a `Variable`, which is missing",
            ),
            (
                r#""Variable": "$.a", "Not": {"Variable": "$.a", "IsNull": true}"#,
                "ASL150 `Variable` goes with a comparison, not with `Not`",
            ),
            (
                r#""Variable": "$.a", "IsNull": true, "IsString": true"#,
                "ASL150 a choice rule can have only one of `IsNull` and `IsString`",
            ),
        ];
        for (rule, problem) in cases {
            assert_eq!(
                problems_in_rule(rule),
                [format!("{problem} @ /States/A/Choices[0]")],
                "{rule}"
            );
        }
    }

    #[test]
    fn a_mistyped_comparator_is_one_mistake() {
        let problem = |key: &str| {
            [format!(
                "ASL110 a choice rule has no field {key:?} @ /States/A/Choices[0]"
            )]
        };
        assert_eq!(
            problems_in_rule(r#""Variable": "$.a", "StringEqual": "x""#),
            problem("StringEqual")
        );
        assert_eq!(
            problems_in_rule(r#""Varable": "$.a", "StringEquals": "x""#),
            problem("Varable")
        );
    }

    #[test]
    fn operands_have_the_type_of_their_comparison() {
        let cases = [
            (
                r#""StringEquals": 1"#,
                "ASL112 `StringEquals` must be a string, not a number",
            ),
            (
                r#""NumericEquals": "1""#,
                "ASL112 `NumericEquals` must be a number, not a string",
            ),
            (
                r#""BooleanEquals": "x""#,
                "ASL112 `BooleanEquals` must be `true` or `false`, not a string",
            ),
            (
                r#""IsPresent": null"#,
                "ASL112 `IsPresent` must be `true` or `false`, not null",
            ),
            (
                r#""TimestampEquals": "now""#,
                "ASL144 `TimestampEquals` is not an RFC 3339 timestamp",
            ),
        ];
        for (test, problem) in cases {
            let operator = test.split('"').nth(1).unwrap_or_default();
            let rule = format!(r#""Variable": "$.a", {test}"#);
            assert_eq!(
                problems_in_rule(&rule),
                [format!("{problem} @ /States/A/Choices[0]/{operator}")]
            );
        }
    }

    #[test]
    fn nested_tests_lead_nowhere() {
        assert_eq!(
            problems_in_rule(r#""Not": {"Variable": "$.a", "IsNull": true, "Next": "B"}"#),
            [r#"ASL110 a nested test has no field "Next" @ /States/A/Choices[0]/Not"#]
        );
    }
}
