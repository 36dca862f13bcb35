//! Tasks: time limits and credentials.

use crate::{
    diagnostic::{Code, Problem, Problems},
    syntax::{block::Block, shape::Language},
};

pub(super) fn check(machine: &Block<'_>, problems: &mut Problems) {
    for state in machine.all_states() {
        heartbeat(&state.block, problems);
        credentials(&state.block, problems);
    }
}

fn heartbeat(task: &Block<'_>, problems: &mut Problems) {
    let (Some(timeout), Some(heartbeat)) = (task.integer("TimeoutSeconds"), task.integer("HeartbeatSeconds"))
    else {
        return;
    };
    if heartbeat >= timeout
        && let Some(member) = task.member("HeartbeatSeconds")
    {
        let message = "`HeartbeatSeconds` must be smaller than `TimeoutSeconds`";
        let problem = Problem::new(Code::HeartbeatTooLong, &member.value.range, message);
        problems.push(problem.label(format!("the timeout is {timeout} seconds")));
    }
}

fn credentials(task: &Block<'_>, problems: &mut Problems) {
    let Some(member) = task.entry("Credentials").map(|entry| entry.member) else {
        return;
    };
    let Some(members) = member.value.members() else {
        return;
    };
    let is_role = |key: &str| key == "RoleArn" || (key == "RoleArn.$" && task.language == Language::JsonPath);
    let Some(role) = members.iter().find(|member| is_role(&member.key)) else {
        let message = "`Credentials` needs `RoleArn`";
        return problems.push(Problem::new(Code::MissingRole, &member.key_range, message));
    };
    if role.key == "RoleArn" && role.value.as_str().is_none() {
        let message = format!("`RoleArn` must be a string, not {}", role.value.kind_name());
        problems.push(Problem::new(Code::WrongType, &role.value.range, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::problems_in_task;

    #[test]
    fn heartbeats_are_shorter_than_the_timeout() {
        assert_eq!(
            problems_in_task(r#""TimeoutSeconds": 10, "HeartbeatSeconds": 10"#),
            ["ASL170 `HeartbeatSeconds` must be smaller than `TimeoutSeconds` @ /States/A/HeartbeatSeconds"]
        );
        assert!(problems_in_task(r#""TimeoutSeconds": 10, "HeartbeatSeconds": 9"#).is_empty());
        assert!(problems_in_task(r#""TimeoutSecondsPath": "$.t", "HeartbeatSeconds": 9"#).is_empty());
    }

    #[test]
    fn credentials_name_a_role() {
        assert_eq!(
            problems_in_task(r#""Credentials": {"Role": "x"}"#),
            ["ASL182 `Credentials` needs `RoleArn` @ /States/A/Credentials"]
        );
        assert!(problems_in_task(r#""Credentials": {"RoleArn.$": "$.role"}"#).is_empty());
        assert_eq!(
            problems_in_task(r#""Credentials": {"RoleArn": {"Arn": "x"}}"#),
            ["ASL112 `RoleArn` must be a string, not an object @ /States/A/Credentials/RoleArn"]
        );
        assert_eq!(
            problems_in_task(r#""QueryLanguage": "JSONata", "Credentials": {"RoleArn.$": "x"}"#),
            ["ASL182 `Credentials` needs `RoleArn` @ /States/A/Credentials"]
        );
    }
}
