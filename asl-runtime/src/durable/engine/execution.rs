//! A handle of one execution.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::super::error::{EngineError, ResultError};
use super::super::runner::Message;
use super::super::store::{ExecutionId, Status, StoredExecution};
use super::children::parts;
use super::{Engine, Inner};
use crate::Timestamp;
use crate::machine::Outcome;

/// A durable execution: running or ended, in memory or not.
#[derive(Debug, Clone)]
pub struct Execution {
    pub(super) engine: Engine,
    pub(super) id: ExecutionId,
    /// What the store had of it when it was started or found.
    found: Arc<StoredExecution>,
}

impl Engine {
    /// Finds an execution by the names of its machine and its own, or by its ARN in the place of the first.
    ///
    /// # Errors
    /// `ExecutionDoesNotExist`, and when the store fails.
    pub async fn execution(&self, machine_or_arn: &str, name: &str) -> Result<Execution, EngineError> {
        let (machine, name) = parts(machine_or_arn).unwrap_or((machine_or_arn, name));
        let arn = self.inner.arn(machine, name);
        let (machine, name) = (machine.to_owned(), name.to_owned());
        let stored = self.inner.read(move |store| store.find(&machine, &name)).await?;
        let stored = stored.ok_or(EngineError::ExecutionDoesNotExist(arn))?;
        Ok(Execution::new(self.clone(), Arc::new(stored)))
    }

    /// Finds an execution by its ARN.
    ///
    /// # Errors
    /// `InvalidArn`, `ExecutionDoesNotExist`, and when the store fails.
    pub async fn execution_by_arn(&self, arn: &str) -> Result<Execution, EngineError> {
        if parts(arn).is_none() {
            return Err(EngineError::InvalidArn(arn.to_owned()));
        }
        self.execution(arn, "").await
    }
}

impl Execution {
    pub(super) fn new(engine: Engine, found: Arc<StoredExecution>) -> Self {
        let id = found.id;
        Self { engine, id, found }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        self.engine.inner.arn(&self.found.machine, &self.found.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.found.name
    }

    /// Name of its machine.
    pub fn machine(&self) -> &str {
        &self.found.machine
    }

    /// Number of it in the store.
    pub fn id(&self) -> ExecutionId {
        self.id
    }

    /// When it started.
    pub fn start_time(&self) -> Timestamp {
        self.found.started_at
    }

    /// Waits until it has ended. That it has is durable then.
    ///
    /// # Errors
    /// When it is no longer there, when the store fails, when the engine is closed, and when the engine panics that drives it
    /// (`Held`: it is as it was, and goes on when the store is opened again, or with [`resume`](Self::resume)). An execution
    /// that is held for another reason does not end until it is stopped, or goes on.
    pub async fn wait(&self) -> Result<Outcome, EngineError> {
        let ended = self.engine.inner.wait(self.id).await?;
        ended.ok_or_else(|| EngineError::ExecutionDoesNotExist(self.arn()))
    }

    /// Waits until it has ended, and gives its output.
    ///
    /// # Errors
    /// When it did not succeed, when its output does not fit the type, and as [`wait`](Self::wait).
    pub async fn result<O: DeserializeOwned>(&self) -> Result<O, ResultError> {
        let output = self.wait().await?.into_result()?;
        Ok(output.decode()?)
    }

    /// Stops it: its status is then `ABORTED`. An execution that has ended stays as it is. Gives when it ended.
    ///
    /// This is also how to end an execution that is [held](super::Description::held).
    ///
    /// # Errors
    /// `ValidationException`: the error has more than 256 characters, or the cause more than 32,768. When it is no longer
    /// there, and when the store fails.
    pub async fn stop(&self, error: Option<&str>, cause: Option<&str>) -> Result<Timestamp, EngineError> {
        EngineError::check_texts(error, cause)?;
        let stored = self.stored().await?;
        if stored.status == Status::Running {
            let (reply, stopped) = oneshot::channel();
            let message = Message::Stop {
                error: error.map(str::to_owned),
                cause: cause.map(str::to_owned),
                reply: Some(reply),
            };
            self.engine.inner.deliver(self.id, message);
            match stopped.await {
                Ok(Ok(())) => {}
                // It ended in the meantime, or is about to.
                Ok(Err(EngineError::TaskDoesNotExist | EngineError::TaskTimedOut)) => {
                    self.wait().await?;
                }
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(self.engine.inner.no_answer(self.id)),
            }
        }
        let stored = self.stored().await?;
        Ok(stored.stopped_at.unwrap_or_else(|| self.engine.inner.now()))
    }

    /// What the store has of it.
    pub(super) async fn stored(&self) -> Result<StoredExecution, EngineError> {
        let id = self.id;
        let stored = self.engine.inner.read(move |store| store.execution(id)).await?;
        stored.ok_or_else(|| EngineError::ExecutionDoesNotExist(self.arn()))
    }
}

impl Inner {
    /// Waits until an execution has ended; gives nothing if it is no longer there.
    pub(super) async fn wait(&self, id: ExecutionId) -> Result<Option<Outcome>, EngineError> {
        let (sender, ended) = oneshot::channel();
        self.waiters().entry(id).or_default().push(sender);
        let mut waiter = Waiter {
            engine: self,
            id,
            ended,
        };
        // One that is driven tells its end to those who wait by then.
        if !self.is_driven(id) {
            let Some(stored) = self.read(move |store| store.execution(id)).await? else {
                return Ok(None);
            };
            if let Some(outcome) = self.outcome_of(&stored).await {
                return outcome.map(Some);
            }
            if let Some(reason) = self.panic_of(id) {
                return Err(EngineError::Held(reason));
            }
        }
        if self.is_closed() {
            return Err(EngineError::Closed);
        }
        (&mut waiter.ended)
            .await
            .map(Some)
            .map_err(|_| self.no_answer(id))
    }
}

/// Waits for an end, and leaves nothing behind when it no longer does.
struct Waiter<'e> {
    engine: &'e Inner,
    id: ExecutionId,
    ended: oneshot::Receiver<Outcome>,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.ended.close();
        let mut waiters = self.engine.waiters();
        if let Some(of) = waiters.get_mut(&self.id) {
            of.retain(|waiter| !waiter.is_closed());
            if of.is_empty() {
                waiters.remove(&self.id);
            }
        }
    }
}
