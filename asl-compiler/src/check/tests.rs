//! What the tests of all families use.

use crate::{MachineKind, Source, validate};

/// All problems of a definition: code, message and location.
pub(super) fn problems_as(kind: MachineKind, text: &str) -> Vec<String> {
    let source = Source {
        path: "test.asl.json".to_owned(),
        text: text.to_owned(),
    };
    let line =
        |problem: &crate::Diagnostic| format!("{} {} @ {}", problem.code, problem.message, problem.location);
    validate(&source, kind).iter().map(line).collect()
}

pub(super) fn problems(text: &str) -> Vec<String> {
    problems_as(MachineKind::Unspecified, text)
}

/// Problems of a machine of these states.
pub(super) fn problems_in_states(start: &str, states: &str) -> Vec<String> {
    problems(&format!(r#"{{"StartAt": "{start}", "States": {{{states}}}}}"#))
}

/// Problems of a Pass state `A` with these fields.
pub(super) fn problems_in_pass(fields: &str) -> Vec<String> {
    problems_in_states("A", &format!(r#""A": {{"Type": "Pass", "End": true, {fields}}}"#))
}

/// Problems of a Task state `A` with these fields, followed by a state `B`.
pub(super) fn problems_in_task(fields: &str) -> Vec<String> {
    let task = format!(r#""A": {{"Type": "Task", "Resource": "pay", "Next": "B", {fields}}}"#);
    problems_in_states("A", &format!(r#"{task}, "B": {{"Type": "Succeed"}}"#))
}
