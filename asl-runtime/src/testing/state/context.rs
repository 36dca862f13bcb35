//! The context object of a run of one state: the one that is there by itself, and what a given one may hold.

use super::{Refusal, StateTest};
use crate::Value;
use crate::machine::{ExecutionInfo, StateKind};
use crate::value::object;

/// What the service calls the state that it tests.
const STATE_NAME: &str = "StateName";

/// The members of the context object that are objects, and their members that are strings.
const STRINGS: [(&str, &[&str]); 4] = [
    ("Execution", &["Id", "Name", "RoleArn", "StartTime"]),
    ("State", &["Name", "EnteredTime"]),
    ("StateMachine", &["Id", "Name"]),
    ("Task", &["Token"]),
];

/// Refuses a context object that no state could have.
pub(super) fn check(context: &Value) -> Result<(), Refusal> {
    let invalid = |what: String| {
        Err(Refusal::validation(format!(
            "Invalid Context object provided: {what}"
        )))
    };
    let Some(members) = context.as_object() else {
        return invalid("it must be a JSON object".to_owned());
    };
    if members.contains_key("Map") {
        return invalid("'Map' field is not supported when mocking a Context object".to_owned());
    }
    for (part, strings) in STRINGS {
        let Some(value) = members.get(part) else { continue };
        let Some(value) = value.as_object() else {
            return invalid(format!("{part} must be an object"));
        };
        for name in strings {
            if value.get(name).is_some_and(|value| value.as_str().is_none()) {
                return invalid(format!("{part}.{name} must be a string"));
            }
        }
        if value
            .get("RetryCount")
            .is_some_and(|count| count.as_i64().is_none())
        {
            return invalid(format!("{part}.RetryCount must be a number"));
        }
    }
    Ok(())
}

/// The context object of a run that is given none.
pub(super) fn default(test: &StateTest, info: &ExecutionInfo, kind: StateKind) -> Value {
    let text = |text: String| Value::from(text);
    let time = text(info.start_time().to_string());
    let mut state = object([("Name", Value::from(STATE_NAME)), ("EnteredTime", time.clone())]);
    let retries = matches!(
        kind,
        StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_) | StateKind::DistributedMap(_)
    );
    if let (true, Value::Object(members)) = (retries, &mut state) {
        members.insert("RetryCount", Value::from(i64::from(test.retry_count)));
    }
    object([
        (
            "Execution",
            object([
                ("Id", text(info.id())),
                ("Input", test.input.clone()),
                ("Name", Value::from(info.name())),
                // Nothing is called, so nobody's rights are needed.
                ("RoleArn", Value::Null),
                ("StartTime", time),
            ]),
        ),
        (
            "StateMachine",
            object([
                ("Id", text(info.machine_id())),
                ("Name", Value::from(info.machine())),
            ]),
        ),
        ("State", state),
    ])
}
