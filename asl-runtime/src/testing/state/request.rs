//! What may be asked of a run of one state.

use super::{StateTest, context, shapes};
use crate::Value;
use crate::machine::{Settings, StateId, StateKind};

/// How a mocked result is compared with what the called service can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum FieldValidation {
    /// What every answer has must be there, and what is there must be of the right type and size.
    #[default]
    Strict,
    /// What is there must be of the right type and size.
    Present,
    /// Anything goes.
    None,
}

/// Why a state is not run at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
#[non_exhaustive]
pub struct Refusal {
    /// The service's name for this kind of refusal, `ValidationException` or `InvalidDefinition`.
    pub code: &'static str,
    /// What is wrong, in the service's words.
    pub message: String,
}

impl Refusal {
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self {
            code: "ValidationException",
            message: message.into(),
        }
    }

    fn definition(message: impl Into<String>) -> Self {
        Self {
            code: "InvalidDefinition",
            message: message.into(),
        }
    }
}

/// What stands for the task, the branches or the iterations.
#[derive(Debug, Clone, Default)]
pub(super) struct Mocked {
    /// The result; an error if it was given as a text that is no JSON.
    pub result: Option<Result<Value, ()>>,
    /// Error name and cause.
    pub failure: Option<(Option<String>, Option<String>)>,
    pub validation: FieldValidation,
}

impl Mocked {
    fn is_some(&self) -> bool {
        self.result.is_some() || self.failure.is_some()
    }
}

impl StateTest {
    pub(super) fn find_state(&self) -> Result<StateId, Refusal> {
        let states = self.program.states.iter();
        let index = { states }.position(|state| state.name == self.state);
        index
            .and_then(|index| StateId::try_from(index).ok())
            .ok_or_else(|| Refusal::validation("State not found in definition"))
    }

    /// Everything that needs no evaluation.
    pub(super) fn check(&self, state: StateId) -> Result<(), Refusal> {
        let kind = self.program.states[usize::from(state)].kind;
        if let Some(cause) = &self.error_caused_by
            && !self.program.states.iter().any(|state| state.name == cause)
        {
            return Err(Refusal::validation("State not found in definition"));
        }
        if let Some(context) = &self.context {
            context::check(context)?;
        }
        if self
            .variables
            .as_ref()
            .is_some_and(|variables| !variables.is_object())
        {
            return Err(Refusal::validation("The variables must be a JSON object."));
        }
        let mocked = self.mocked.result.as_ref();
        check_length("input", Some(&self.input))?;
        check_length("variables", self.variables.as_ref())?;
        check_length("context", self.context.as_ref())?;
        check_length("mock.result", mocked.and_then(|result| result.as_ref().ok()))?;
        if !self.mocked.is_some() {
            return self.check_without_mock(kind);
        }
        if self.mocked.result.is_some() && self.mocked.failure.is_some() {
            return Err(Refusal::validation(
                "A test mock should have only one of the following fields: [result, errorOutput].",
            ));
        }
        if self.reveal_secrets {
            return Err(Refusal::validation(
                "TestState does not support RevealSecrets when a mock is specified.",
            ));
        }
        let type_name = match kind {
            StateKind::Pass => "Pass",
            StateKind::Choice => "Choice",
            StateKind::Wait => "Wait",
            StateKind::Succeed => "Succeed",
            StateKind::Fail => "Fail",
            _ => return self.check_result(kind),
        };
        Err(Refusal::validation(format!(
            "State type '{type_name}' is not supported when a mock is specified"
        )))
    }

    fn check_without_mock(&self, kind: StateKind) -> Result<(), Refusal> {
        if self.map_iteration_failure_count.is_some() {
            return Err(Refusal::validation(
                "TestState does not support MapIterationFailureCount when a mock is not specified.",
            ));
        }
        match kind {
            // It would be called for real.
            StateKind::Task(_) => Err(Refusal::validation(
                "RoleArn must be specified when testing a Task state",
            )),
            StateKind::Parallel(_) | StateKind::Map(_) | StateKind::DistributedMap(_) => {
                Err(Refusal::definition(
                    "TestState API does not support Map or Parallel states. Supported state types include: \
                 [Task, Wait, Pass, Succeed, Fail, Choice]",
                ))
            }
            _ => Ok(()),
        }
    }

    fn check_result(&self, kind: StateKind) -> Result<(), Refusal> {
        let Some(result) = &self.mocked.result else {
            return Ok(());
        };
        let Ok(result) = result else {
            return Err(Refusal::validation("Mocked result must be valid JSON"));
        };
        match kind {
            StateKind::Task(resource) => shapes::check(resource, result, self.mocked.validation),
            StateKind::Parallel(branches) => {
                if array(result)?.len() == branches.len() {
                    Ok(())
                } else {
                    Err(Refusal::validation(
                        "Mocked result must contain the same number of items as number of Parallel branches.",
                    ))
                }
            }
            StateKind::DistributedMap(map) if map.writer.is_some_and(|writer| writer.export) => {
                let is_object = result.as_object().is_some();
                let refusal = || Refusal::validation("Mocked result must be a JSON object.");
                is_object.then_some(()).ok_or_else(refusal)
            }
            _ => array(result).map(drop),
        }
    }
}

/// What is given may not be longer than what a state can have, as JSON text.
fn check_length(member: &str, value: Option<&Value>) -> Result<(), Refusal> {
    let limit = Settings::PAYLOAD_LIMIT;
    if value.is_none_or(|value| value.measure().bytes <= limit) {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length less \
         than or equal to {limit}"
    )))
}

fn array(result: &Value) -> Result<&[Value], Refusal> {
    result
        .as_array()
        .ok_or_else(|| Refusal::validation("Mocked result must be an array."))
}
