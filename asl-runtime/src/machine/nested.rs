//! Executions that a task starts of other machines: what `states:startExecution` and its like are asked for, and
//! what they answer.

use super::{Outcome, Pattern, Resource, ResourceKind, TaskInput};
use crate::value::object;
use crate::{Object, TaskError, Timestamp, Value};

/// An execution of another machine that a task asks for.
#[derive(Debug)]
pub(crate) struct Nested {
    pub mode: Mode,
    /// Which of the registered machines it is of.
    pub machine: String,
    /// `Name`, if the task gave one.
    pub name: Option<String>,
    /// Input of the execution.
    pub input: Value,
    machine_arn: String,
    input_text: String,
    started: Option<Started>,
}

#[derive(Debug)]
struct Started {
    arn: String,
    name: String,
    at: Timestamp,
}

/// What the task waits for, and so in which form it gets what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing: it is told of the start.
    Start {
        /// Dates are texts.
        sdk: bool,
    },
    /// The end of the execution; input and output come as texts, or as they are.
    Sync { as_json: bool },
    /// An answer with the task's token.
    Callback,
    /// The end of an Express execution, whether it succeeds or not.
    StartSync,
}

impl Nested {
    /// What a task asks for, if its resource starts executions and its parameters name a machine that is registered.
    ///
    /// The error is that of the service for an input that is no JSON, or a name that none can have.
    pub fn read(
        resource: Resource,
        parameters: &TaskInput,
        machines: &[String],
    ) -> Option<Result<Self, TaskError>> {
        if machines.is_empty() {
            return None;
        }
        let ResourceKind::Service {
            service,
            action,
            pattern,
        } = resource.kind
        else {
            return None;
        };
        let mode = match (service, action, pattern) {
            ("states", _, Pattern::RequestResponse) => Mode::Start { sdk: false },
            ("states", _, Pattern::Sync) => Mode::Sync {
                as_json: action.ends_with(":2"),
            },
            ("aws-sdk:sfn", "startExecution", _) => Mode::Start { sdk: true },
            ("aws-sdk:sfn", "startSyncExecution", _) => Mode::StartSync,
            ("states" | "aws-sdk:sfn", _, Pattern::Callback) => Mode::Callback,
            _ => return None,
        };
        let parameters = &parameters.to_value();
        if !action.starts_with("startExecution") && mode != Mode::StartSync {
            return None;
        }
        let machine_arn = parameters.get("StateMachineArn")?.as_str()?;
        let machine = machines
            .iter()
            .find(|machine| *machine == machine_arn || name_in(machine) == name_in(machine_arn))?;
        let name = match parameters.get("Name") {
            None | Some(Value::Null) => None,
            Some(name) => match name.as_str().filter(|name| is_valid_name(name)) {
                Some(name) => Some(name.to_owned()),
                None => return Some(Err(invalid_name(service, name))),
            },
        };
        let (input, input_text) = match parameters.get("Input") {
            None | Some(Value::Null) => (object([]), "{}".to_owned()),
            Some(Value::String(text)) => match Value::from_json(text) {
                Ok(input) => (input, text.to_string()),
                Err(error) => return Some(Err(invalid_input(service, &error.to_string()))),
            },
            Some(input) => (input.clone(), input.to_string()),
        };
        Some(Ok(Self {
            mode,
            machine: machine.clone(),
            name,
            input,
            machine_arn: machine_arn.to_owned(),
            input_text,
            started: None,
        }))
    }

    /// Notes that it was started, and gives what the call answers.
    pub fn started(&mut self, arn: String, name: String, at: Timestamp) -> Value {
        let sdk = matches!(self.mode, Mode::Start { sdk: true });
        let answer = object([
            ("ExecutionArn", Value::from(arn.as_str())),
            ("StartDate", date(at, sdk)),
        ]);
        self.started = Some(Started { arn, name, at });
        answer
    }

    /// ARN of the execution, if the task waits for its end.
    pub fn awaited(&self) -> Option<String> {
        match self.mode {
            Mode::Sync { .. } | Mode::StartSync => Some(self.started.as_ref()?.arn.clone()),
            Mode::Start { .. } | Mode::Callback => None,
        }
    }

    /// What the task gets when the execution has ended.
    pub fn ended(&self, outcome: &Outcome, at: Timestamp) -> Result<Value, TaskError> {
        let description = self.describe(outcome, at);
        match outcome {
            Outcome::Succeeded(_) => Ok(description),
            _ if self.mode == Mode::StartSync => Ok(description),
            _ => Err(TaskError::new("States.TaskFailed", description.to_string())),
        }
    }

    /// What `DescribeExecution` tells of an execution that ended, its members in the order of the alphabet.
    fn describe(&self, outcome: &Outcome, at: Timestamp) -> Value {
        let sdk = self.mode == Mode::StartSync;
        // Also of a failed execution both are texts: they are part of a text.
        let as_json = self.mode == Mode::Sync { as_json: true } && matches!(outcome, Outcome::Succeeded(_));
        let payload = |value: &Value, text: &str| if as_json { value.clone() } else { Value::from(text) };
        let included = || Some(object([("Included", true.into())]));
        let text = |text: &str| Some(Value::from(text));
        let (error, cause, output) = match outcome {
            Outcome::Succeeded(output) => (None, None, Some(output)),
            Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => {
                (error.as_deref(), cause.as_deref(), None)
            }
            Outcome::TimedOut => (None, None, None),
        };
        let can_be_redriven = output.is_none();
        let redrive = |value: Value| (!sdk).then_some(value);
        let status = if can_be_redriven {
            "REDRIVABLE"
        } else {
            "NOT_REDRIVABLE"
        };
        let started = self.started.as_ref();
        let members = [
            ("Cause", cause.and_then(text)),
            ("Error", error.and_then(text)),
            ("ExecutionArn", started.and_then(|started| text(&started.arn))),
            ("Input", Some(payload(&self.input, &self.input_text))),
            ("InputDetails", included()),
            ("Name", started.and_then(|started| text(&started.name))),
            (
                "Output",
                output.map(|output| payload(output, &output.to_string())),
            ),
            ("OutputDetails", output.and_then(|_| included())),
            ("RedriveCount", redrive(0.into())),
            ("RedriveStatus", redrive(status.into())),
            (
                "RedriveStatusReason",
                redrive("Execution is SUCCEEDED and cannot be redriven".into()).filter(|_| !can_be_redriven),
            ),
            ("StartDate", started.map(|started| date(started.at, sdk))),
            ("StateMachineArn", text(&self.machine_arn)),
            ("Status", text(outcome.status())),
            ("StopDate", Some(date(at, sdk))),
        ];
        let mut description = Object::new();
        for (name, value) in members {
            if let Some(value) = value {
                description.insert(name, value);
            }
        }
        Value::Object(description)
    }
}

/// The machine's name: the seventh part of an ARN, whatever version or alias follows.
fn name_in(arn: &str) -> &str {
    let is_arn = arn.starts_with("arn:");
    let name = arn.split(':').nth(6).filter(|_| is_arn);
    name.unwrap_or(arn)
}

/// The SDK integrations give dates as texts, the optimised ones as milliseconds.
fn date(at: Timestamp, sdk: bool) -> Value {
    if sdk {
        Value::from(at.to_string())
    } else {
        Value::from(at.as_millis())
    }
}

/// The service's error for the name of an execution that is under way.
pub(crate) fn already_exists(arn: &str) -> TaskError {
    refusal(
        "states",
        "ExecutionAlreadyExists",
        &format!("Execution Already Exists: '{arn}'"),
    )
}

/// Longest name of an execution, in characters.
const LONGEST_NAME: usize = 80;

/// Whether an execution may be called so, by the service's rules.
pub(crate) fn is_valid_name(name: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_usual) {
        return true;
    }
    let is_wrong = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c)
            || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.contains(is_wrong)
}

fn invalid_name(service: &str, name: &Value) -> TaskError {
    let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
    refusal(service, "InvalidName", &format!("Invalid Name: '{name}'"))
}

fn invalid_input(service: &str, problem: &str) -> TaskError {
    let problem = format!("Invalid State Machine Execution Input: '{problem}'");
    refusal(service, "InvalidExecutionInput", &problem)
}

fn refusal(service: &str, code: &str, problem: &str) -> TaskError {
    let (prefix, service) = match service {
        "states" => ("StepFunctions", "AWSStepFunctions"),
        _ => ("Sfn", "Sfn"),
    };
    TaskError::new(
        format!("{prefix}.{code}Exception"),
        format!("{problem} (Service: {service}; Status Code: 400; Error Code: {code})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    const fn states(action: &'static str, pattern: Pattern) -> Resource {
        let service = "states";
        Resource::new(
            "",
            ResourceKind::Service {
                service,
                action,
                pattern,
            },
        )
    }

    const SYNC: Resource = states("startExecution.sync", Pattern::Sync);
    const SYNC_2: Resource = states("startExecution.sync:2", Pattern::Sync);
    const ARN: &str = "arn:aws:states:eu-central-1:111111111111:stateMachine:Ship";

    fn read(resource: Resource, parameters: Value) -> Option<Result<Nested, TaskError>> {
        Nested::read(
            resource,
            &parameters.into(),
            &["Bill".to_owned(), "Ship".to_owned()],
        )
    }

    fn nested(resource: Resource, parameters: Value) -> Nested {
        let mut nested = read(resource, parameters)
            .expect("it is registered")
            .expect("it is valid");
        nested.started("arn:x".to_owned(), "x".to_owned(), Timestamp::from_millis(1000));
        nested
    }

    #[test]
    fn names_keep_to_the_rules() {
        let long = ["x".repeat(80), "x".repeat(81)];
        for name in ["a", "order-1234", "Bestellung_ü.7", &long[0]] {
            assert!(is_valid_name(name), "{name}");
        }
        for name in ["", "a b", "a:b", "a/b", "x\u{7}", "\u{FFFE}", &long[1]] {
            assert!(!is_valid_name(name), "{name}");
        }
        let read = |name| read(SYNC, json!({ "StateMachineArn": "Ship", "Name": name }));
        let named = |name| {
            read(name).map(|nested| {
                nested
                    .map(|nested| nested.name)
                    .map_err(|error| error.error().map(str::to_owned))
            })
        };
        let invalid = || Some(Err(Some("StepFunctions.InvalidNameException".to_owned())));
        assert_eq!(named(json!("a")), Some(Ok(Some("a".to_owned()))));
        assert_eq!(named(json!(null)), Some(Ok(None)));
        assert_eq!(named(json!("a b")), invalid());
        assert_eq!(named(json!(7)), invalid());
    }

    #[test]
    fn a_machine_is_found_by_its_name_in_an_arn() {
        for arn in [ARN, "Ship", &format!("{ARN}:7"), &format!("{ARN}:live")] {
            let nested = nested(SYNC, json!({ "StateMachineArn": arn }));
            assert_eq!((nested.machine.as_str(), nested.input), ("Ship", json!({})));
        }
        for other in [
            json!("arn:aws:states:::stateMachine:Ships"),
            json!("ship"),
            json!(null),
        ] {
            assert!(read(SYNC, json!({ "StateMachineArn": other })).is_none());
        }
        let other = states("sendMessage", Pattern::RequestResponse);
        assert!(read(other, json!({ "StateMachineArn": ARN })).is_none());
    }

    #[test]
    fn an_input_given_as_a_text_is_json() {
        let nested = nested(SYNC, json!({ "StateMachineArn": ARN, "Input": "[1, 2]" }));
        assert_eq!(
            (nested.input, nested.input_text.as_str()),
            (json!([1, 2]), "[1, 2]")
        );
        let error = read(SYNC, json!({ "StateMachineArn": ARN, "Input": "[1" }))
            .and_then(Result::err)
            .expect("that is no JSON");
        assert_eq!(
            error.error(),
            Some("StepFunctions.InvalidExecutionInputException")
        );
    }

    #[test]
    fn results_come_as_texts_or_as_json() {
        let parameters = json!({ "StateMachineArn": ARN, "Input": { "a": 1 } });
        let at = Timestamp::from_millis(2000);
        let result = |resource: Resource| {
            nested(resource, parameters.clone())
                .ended(&Outcome::Succeeded(json!([1])), at)
                .expect("it succeeded")
        };
        let (text, value) = (result(SYNC), result(SYNC_2));
        assert_eq!(text.get("Output"), Some(&json!("[1]")));
        assert_eq!(text.get("Input"), Some(&json!(r#"{"a":1}"#)));
        assert_eq!(value.get("Output"), Some(&json!([1])));
        assert_eq!(value.get("Input"), Some(&json!({ "a": 1 })));
        assert_eq!(value.get("StopDate"), Some(&json!(2000)));
        assert_eq!(value.get("Error"), None);
    }

    #[test]
    fn a_failure_is_told_as_a_text() {
        let failed = Outcome::Failed {
            error: Some("Lost".to_owned()),
            cause: Some("at sea".to_owned()),
        };
        let error = nested(SYNC_2, json!({ "StateMachineArn": ARN }))
            .ended(&failed, Timestamp::from_millis(2000))
            .expect_err("it failed");
        assert_eq!(error.error(), Some("States.TaskFailed"));
        let cause = format!(
            r#"{{"Cause":"at sea","Error":"Lost","ExecutionArn":"arn:x","Input":"{{}}","InputDetails":{{"Included":true}},"Name":"x","RedriveCount":0,"RedriveStatus":"REDRIVABLE","StartDate":1000,"StateMachineArn":"{ARN}","Status":"FAILED","StopDate":2000}}"#
        );
        assert_eq!(error.cause(), Some(cause.as_str()));
    }
}
