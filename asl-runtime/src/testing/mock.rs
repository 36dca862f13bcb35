//! What answers a Task state in a test.

use std::time::Duration;

use crate::task::in_envelope;
use crate::{TaskError, Value};

/// An answer to one call of a Task state.
#[derive(Debug, Clone)]
pub struct Mock {
    kind: Kind,
    when: Option<Value>,
    after: Duration,
}

#[derive(Debug, Clone)]
enum Kind {
    Output(Value),
    Error {
        error: Option<String>,
        cause: Option<String>,
    },
    Hang,
    Echo,
}

impl Mock {
    /// The task succeeds with this result, as the state gets it (before ResultSelector, ResultPath and so on).
    pub fn output(result: impl Into<Value>) -> Self {
        Self::new(Kind::Output(result.into()))
    }

    /// The Lambda function behind `lambda:invoke` succeeds with this payload; the state gets it in the service's
    /// envelope.
    pub fn payload(payload: impl Into<Value>) -> Self {
        Self::output(in_envelope(payload.into()))
    }

    /// The task fails with this error name and cause.
    pub fn error(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::failure(Some(error.into()), Some(cause.into()))
    }

    /// The task fails, with or without an error name and a cause.
    pub fn failure(error: Option<String>, cause: Option<String>) -> Self {
        Self::new(Kind::Error { error, cause })
    }

    /// The task never answers and sends no heartbeat: a time limit ends the call.
    pub fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    /// Every call succeeds with its own input as the result. Serves any number of calls.
    pub fn echo() -> Self {
        Self::new(Kind::Echo)
    }

    /// Serves only a call with this input.
    #[must_use]
    pub fn when(mut self, input: impl Into<Value>) -> Self {
        self.when = Some(input.into());
        self
    }

    /// Answers after this time by the virtual clock, heartbeats sent in time.
    #[must_use]
    pub fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            when: None,
            after: Duration::ZERO,
        }
    }
}

/// The mocks of one state that are left.
#[derive(Debug, Clone, Default)]
pub(super) struct Mocks(Vec<Mock>);

/// An answer and when it comes; no result is no answer.
pub(super) struct Answer {
    pub result: Option<Result<Value, TaskError>>,
    pub after: Duration,
}

impl Mocks {
    pub fn extend(&mut self, mocks: impl IntoIterator<Item = Mock>) {
        self.0.extend(mocks);
    }

    /// Takes the first mock that serves a call with this input.
    pub fn take(&mut self, input: &Value) -> Option<Answer> {
        let serves = |mock: &Mock| mock.when.as_ref().is_none_or(|when| when == input);
        let index = self.0.iter().position(serves)?;
        let after = self.0[index].after;
        if matches!(self.0[index].kind, Kind::Echo) {
            return Some(Answer {
                result: Some(Ok(input.clone())),
                after,
            });
        }
        let result = match self.0.remove(index).kind {
            Kind::Output(output) => Some(Ok(output)),
            Kind::Error { error, cause } => Some(Err(TaskError::from_parts(error, cause))),
            Kind::Hang => None,
            Kind::Echo => Some(Ok(input.clone())),
        };
        Some(Answer { result, after })
    }
}
