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
    begun: Begun,
}

/// How the call of a task that waits for an answer began.
#[derive(Debug, Clone, Default)]
pub(super) struct Begun {
    pub submitted: Option<Value>,
    pub refused: bool,
    pub worker_name: Option<String>,
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

    /// For a task that waits for its token: the service's own answer to the call. The mock is what comes with the
    /// token.
    #[must_use]
    pub fn submitted(mut self, answer: impl Into<Value>) -> Self {
        self.begun.submitted = Some(answer.into());
        self
    }

    /// For an error of a task that waits for its token: the service does not take the call.
    #[must_use]
    pub fn before_submission(mut self) -> Self {
        self.begun.refused = true;
        self
    }

    /// For an activity: the name of the worker that takes the task.
    #[must_use]
    pub fn worker(mut self, name: impl Into<String>) -> Self {
        self.begun.worker_name = Some(name.into());
        self
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            when: None,
            after: Duration::ZERO,
            begun: Begun::default(),
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
    pub begun: Begun,
}

impl Mocks {
    pub fn extend(&mut self, mocks: impl IntoIterator<Item = Mock>) {
        self.0.extend(mocks);
    }

    /// Takes the first mock that serves a call with this input.
    pub fn take(&mut self, input: &Value) -> Option<Answer> {
        let serves = |mock: &Mock| mock.when.as_ref().is_none_or(|when| when == input);
        let index = self.0.iter().position(serves)?;
        let mock = match self.0[index].kind {
            Kind::Echo => self.0[index].clone(),
            _ => self.0.remove(index),
        };
        let result = match mock.kind {
            Kind::Output(output) => Some(Ok(output)),
            Kind::Error { error, cause } => Some(Err(TaskError::from_parts(error, cause))),
            Kind::Hang => None,
            Kind::Echo => Some(Ok(input.clone())),
        };
        Some(Answer {
            result,
            after: mock.after,
            begun: mock.begun,
        })
    }
}
