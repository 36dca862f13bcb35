//! Answers by task token.

use std::fmt;
use std::sync::{Arc, Weak};

use serde::Serialize;
use tokio::sync::oneshot;

use super::super::error::EngineError;
use super::super::replay::execution_of;
use super::super::runner::Message;
use super::{Engine, Inner};
use crate::callback::Remote;
use crate::machine::Settings;
use crate::{CallbackError, TaskError, Value};

impl Engine {
    /// The task with this token succeeds with this output. The answer is durable when this returns.
    ///
    /// # Errors
    /// The service's: `TaskDoesNotExist`, `TaskTimedOut`, `InvalidToken`, `InvalidOutput`. And when the store fails: then
    /// the answer may count nevertheless.
    pub async fn send_task_success<O>(&self, token: &str, output: &O) -> Result<(), EngineError>
    where
        O: Serialize + ?Sized,
    {
        let output = Value::encode(output).map_err(|error| EngineError::InvalidOutput(error.to_string()))?;
        let bytes = output.measure().bytes;
        if bytes > Settings::PAYLOAD_LIMIT {
            let limit = Settings::PAYLOAD_LIMIT;
            return Err(EngineError::InvalidOutput(format!(
                "the output has {bytes} bytes, the limit is {limit}"
            )));
        }
        self.inner.answer(token, Ok(output)).await
    }

    /// The task with this token fails with this error and cause. Without an error name only the wildcards of `ErrorEquals`
    /// match. The answer is durable when this returns.
    ///
    /// # Errors
    /// As [`send_task_success`](Self::send_task_success), and `ValidationException`: the error has more than 256 characters,
    /// or the cause more than 32,768.
    pub async fn send_task_failure(
        &self,
        token: &str,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<(), EngineError> {
        EngineError::check_texts(error, cause)?;
        let error = TaskError::from_parts(error.map(str::to_owned), cause.map(str::to_owned));
        self.inner.answer(token, Err(error)).await
    }

    /// The task with this token is alive: its `HeartbeatSeconds` start anew. Its `TimeoutSeconds` do not.
    ///
    /// # Errors
    /// As [`send_task_success`](Self::send_task_success).
    pub async fn send_task_heartbeat(&self, token: &str) -> Result<(), EngineError> {
        self.inner.heartbeat(token).await
    }
}

impl Inner {
    async fn answer(
        self: &Arc<Self>,
        token: &str,
        result: Result<Value, TaskError>,
    ) -> Result<(), EngineError> {
        let id = execution_of(token).ok_or(EngineError::InvalidTaskToken)?;
        let (reply, answer) = oneshot::channel();
        let token = token.to_owned();
        self.deliver(id, Message::Answer { token, result, reply });
        answer.await.unwrap_or_else(|_| Err(self.no_answer(id)))
    }

    async fn heartbeat(self: &Arc<Self>, token: &str) -> Result<(), EngineError> {
        let id = execution_of(token).ok_or(EngineError::InvalidTaskToken)?;
        let (reply, answer) = oneshot::channel();
        let token = token.to_owned();
        self.deliver(id, Message::Heartbeat { token, reply });
        answer.await.unwrap_or_else(|_| Err(self.no_answer(id)))
    }
}

/// Where the answers go that tasks give through their contexts: they do not wait until they are durable.
pub(super) struct Tokens(pub Weak<Inner>);

impl Tokens {
    fn engine(&self, token: &str) -> Result<Arc<Inner>, CallbackError> {
        if execution_of(token).is_none() {
            return Err(CallbackError::InvalidToken);
        }
        self.0.upgrade().ok_or_else(|| EngineError::Closed.into())
    }
}

impl Remote for Tokens {
    fn answer(&self, token: &str, result: Result<Value, TaskError>) -> Result<(), CallbackError> {
        let engine = self.engine(token)?;
        let (token, runtime) = (token.to_owned(), engine.runtime.clone());
        runtime.spawn(async move {
            if let Err(error) = engine.answer(&token, result).await {
                tracing::warn!(%error, "an answer to a task came to nothing");
            }
        });
        Ok(())
    }

    fn heartbeat(&self, token: &str) -> Result<(), CallbackError> {
        let engine = self.engine(token)?;
        let (token, runtime) = (token.to_owned(), engine.runtime.clone());
        runtime.spawn(async move { drop(engine.heartbeat(&token).await) });
        Ok(())
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}
