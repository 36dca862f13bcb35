//! `ErrorEquals` of retriers and catchers.

use crate::{
    diagnostic::{Code, Problem, Problems},
    syntax::block::Block,
};

/// The name that matches every error that can be matched.
const ALL: &str = "States.ALL";

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    for state in machine.all_states() {
        for field in ["Retry", "Catch"] {
            handlers(field, state.block.blocks(field), problems);
        }
    }
}

/// `States.ALL` stands alone, in the last of the list: nothing after it could ever match.
fn handlers(field: &str, handlers: &[Block<'_>], problems: &mut Problems) {
    for (index, handler) in handlers.iter().enumerate() {
        let names = handler.names("ErrorEquals");
        let Some((node, _)) = names.iter().find(|(_, name)| *name == ALL) else {
            continue;
        };
        if names.len() > 1 {
            let message = format!("`{ALL}` must be the only name in its `ErrorEquals`");
            problems.push(Problem::new(Code::MisplacedStatesAll, &node.range, message));
        } else if index + 1 < handlers.len() {
            let message = format!("`{ALL}` must be in the last entry of `{field}`");
            let problem = Problem::new(Code::MisplacedStatesAll, &node.range, message)
                .label("nothing after this could ever match");
            problems.push(problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems_in_task;

    #[test]
    fn states_all_stands_alone() {
        assert_eq!(
            problems_in_task(r#""Retry": [{"ErrorEquals": ["X", "States.ALL"]}]"#),
            [
                "ASL160 `States.ALL` must be the only name in its `ErrorEquals` @ /States/A/Retry[0]/ErrorEquals[1]"
            ]
        );
    }

    #[test]
    fn states_all_comes_last() {
        assert_eq!(
            problems_in_task(
                r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}, {"ErrorEquals": ["X"], "Next": "B"}]"#
            ),
            ["ASL160 `States.ALL` must be in the last entry of `Catch` @ /States/A/Catch[0]/ErrorEquals[0]"]
        );
    }

    #[test]
    fn ranges_are_those_of_the_service() {
        let cases = [
            (
                r#""IntervalSeconds": 0"#,
                "ASL115 `IntervalSeconds` must be from 1 to 99999999",
            ),
            (
                r#""MaxAttempts": -1"#,
                "ASL115 `MaxAttempts` must be from 0 to 99999999",
            ),
            (
                r#""MaxAttempts": 1.5"#,
                "ASL112 `MaxAttempts` must be a whole number",
            ),
            (
                r#""BackoffRate": 0.5"#,
                "ASL115 `BackoffRate` must be 1.0 or more",
            ),
            (
                r#""MaxDelaySeconds": 31622401"#,
                "ASL115 `MaxDelaySeconds` must be from 1 to 31622400",
            ),
            (
                r#""JitterStrategy": "full""#,
                "ASL113 `JitterStrategy` cannot be \"full\"",
            ),
            (
                r#""MaxAttempts": 0, "BackoffRate": 1, "MaxDelaySeconds": 31622400"#,
                "",
            ),
        ];
        for (fields, problem) in cases {
            let problems = problems_in_task(&format!(r#""Retry": [{{"ErrorEquals": ["X"], {fields}}}]"#));
            let expected = (!problem.is_empty()).then(|| {
                let field = fields.split('"').nth(1).unwrap_or_default();
                format!("{problem} @ /States/A/Retry[0]/{field}")
            });
            assert_eq!(problems, Vec::from_iter(expected));
        }
    }
}
