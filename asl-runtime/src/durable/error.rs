//! Why an engine did not do what it was asked for.

use super::store::StoreError;
use crate::value::{DecodeError, EncodeError};
use crate::{CallbackError, ExecutionError};

/// Why an engine did not do what it was asked for, under the service's names where it has them.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The store did not do its part. What was asked for may have been done or not, unless it is said otherwise; asking
    /// again is safe.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine was closed.
    #[error("the engine was closed")]
    Closed,
    /// There is an execution of that name, with another input, or ended.
    #[error("ExecutionAlreadyExists: Execution Already Exists: '{arn}'")]
    ExecutionAlreadyExists {
        /// The execution that there is.
        arn: String,
    },
    /// There is no such execution.
    #[error("ExecutionDoesNotExist: Execution Does Not Exist: '{0}'")]
    ExecutionDoesNotExist(String),
    /// The text is no ARN of an execution.
    #[error("InvalidArn: Invalid Arn: '{0}'")]
    InvalidArn(String),
    /// No machine of that name is registered.
    #[error("StateMachineDoesNotExist: State Machine Does Not Exist: '{0}'")]
    StateMachineDoesNotExist(String),
    /// As many executions are running as may.
    #[error("ExecutionLimitExceeded: {0} executions are running, which is the limit")]
    ExecutionLimitExceeded(u64),
    /// The name breaks the service's rules.
    #[error("InvalidName: Invalid Name: '{0}'")]
    InvalidName(String),
    /// The input is too large, or cannot be written as JSON.
    #[error("InvalidExecutionInput: Invalid State Machine Execution Input: '{0}'")]
    InvalidExecutionInput(String),
    /// The execution cannot be redriven.
    #[error("ExecutionNotRedrivable: {0}")]
    ExecutionNotRedrivable(String),
    /// There is no such Map Run; or, for a change, none under way.
    #[error("ResourceNotFound: Resource not found: '{0}'")]
    ResourceNotFound(String),
    /// What was asked for does not go together, or is longer than it may be.
    #[error("ValidationException: {0}")]
    Validation(String),
    /// A token of a page that is none.
    #[error("InvalidToken: Invalid Token: '{0}'")]
    InvalidToken(String),
    /// There is no such task: its execution ended, or never was.
    #[error("TaskDoesNotExist: no execution under way has this task")]
    TaskDoesNotExist,
    /// The task no longer waits: it was answered, timed out, or was cancelled.
    #[error("TaskTimedOut: the task was answered, timed out or was cancelled")]
    TaskTimedOut,
    /// The text is no task token.
    #[error("InvalidToken: the text is no task token")]
    InvalidTaskToken,
    /// The output is too large, or cannot be written as JSON.
    #[error("InvalidOutput: {0}")]
    InvalidOutput(String),
    /// The execution runs, but does not go on: its definition is not registered, its journal cannot be replayed, or the engine
    /// panicked when it drove it.
    #[error("the execution is held: {0}")]
    Held(String),
    /// The history of an execution that was stopped while its definition was not registered needs the definition.
    #[error("the history is not there: {0}")]
    HistoryUnavailable(String),
}

/// Why an execution gave no output.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultError {
    /// It ended without success, or its output is not what was asked for.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// The engine could not tell.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<DecodeError> for ResultError {
    fn from(error: DecodeError) -> Self {
        Self::Execution(ExecutionError::Output(error))
    }
}

/// Longest error name and cause of a failure or a stop, in characters.
const LONGEST: [(&str, usize); 2] = [("error", 256), ("cause", 32_768)];

impl EngineError {
    /// Refuses an error name and a cause that are longer than the service takes.
    pub(super) fn check_texts(error: Option<&str>, cause: Option<&str>) -> Result<(), Self> {
        for (text, (name, longest)) in [error, cause].into_iter().zip(LONGEST) {
            if text.is_some_and(|text| text.chars().count() > longest) {
                return Err(Self::Validation(format!(
                    "Value at '{name}' failed to satisfy constraint: Member must have length less than or equal to {longest}"
                )));
            }
        }
        Ok(())
    }

    pub(super) fn input(error: &EncodeError) -> Self {
        Self::InvalidExecutionInput(error.to_string())
    }
}

impl From<EngineError> for CallbackError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::TaskDoesNotExist => Self::TaskDoesNotExist,
            EngineError::TaskTimedOut => Self::TaskTimedOut,
            EngineError::InvalidTaskToken => Self::InvalidToken,
            other => Self::NotKept(other.to_string()),
        }
    }
}
