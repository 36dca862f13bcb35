//! Redriving executions that ended without success.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::super::error::EngineError;
use super::super::record;
use super::super::replay::{Replayed, replay};
use super::super::runner::Runner;
use super::super::store::{Record, Status, StoredExecution, Write};
use super::super::telemetry;
use super::{Execution, Inner};
use crate::Timestamp;
use crate::machine::{Event, Settings};

impl Execution {
    /// Lets it go on where it failed, timed out or was stopped, as
    /// [RedriveExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html)
    /// does: steps that succeeded are not run again, of a Parallel or Map state only the branches and iterations that did not
    /// succeed. Gives when.
    ///
    /// # Errors
    /// `ExecutionNotRedrivable`: it runs, has succeeded, ended more than 14 days ago, is older than a year, or its
    /// history is full; or its definition is not registered. And when the store fails.
    pub async fn redrive(&self) -> Result<Timestamp, EngineError> {
        // In a task of its own: whoever gives up waiting is not to leave an execution behind that nobody drives.
        let execution = self.clone();
        let redriven = self
            .engine
            .inner
            .runtime
            .spawn(async move { execution.redrive_now().await });
        redriven.await.unwrap_or(Err(EngineError::Closed))
    }

    async fn redrive_now(&self) -> Result<Timestamp, EngineError> {
        let inner = &self.engine.inner;
        let running =
            || EngineError::ExecutionNotRedrivable("Execution is RUNNING and cannot be redriven".to_owned());
        let mut inbox = inner.try_reserve(self.id).ok_or_else(running)?;
        match inner.bring_to_life(self).await {
            Ok((mut stored, state)) => {
                let Some(machine) = inner.version(stored.fingerprint) else {
                    inner.unload(self.id, &mut inbox, || EngineError::TaskDoesNotExist);
                    return Err(not_registered(&stored));
                };
                let at = state.at;
                stored.status = Status::Running;
                telemetry::redriven(&stored.machine, &stored.name);
                stored.redriven_at = Some(at);
                inner.running.fetch_add(1, Ordering::Relaxed);
                let runner = Runner::new(Arc::clone(inner), machine, stored, state, inbox);
                inner.runtime.spawn(runner.run());
                Ok(at)
            }
            Err(error) => {
                inner.unload(self.id, &mut inbox, || EngineError::TaskDoesNotExist);
                Err(error)
            }
        }
    }
}

impl Inner {
    /// Replays an execution that ended, and makes it run again.
    async fn bring_to_life(&self, execution: &Execution) -> Result<(StoredExecution, Replayed), EngineError> {
        let id = execution.id;
        let stored = execution.stored().await?;
        let now = self.now();
        if let Some(reason) = self.not_redrivable(&stored, now) {
            return Err(EngineError::ExecutionNotRedrivable(reason));
        }
        let machine = self
            .version(stored.fingerprint)
            .ok_or_else(|| not_registered(&stored))?;
        let journal = self.read(move |store| store.journal(id)).await?;
        let mut state = replay(machine.program(), &stored, &journal)
            .map_err(|error| EngineError::ExecutionNotRedrivable(error.to_string()))?;
        if state.execution.last_event_id() + 1 >= Settings::HISTORY_LIMIT {
            return Err(EngineError::ExecutionNotRedrivable(
                "Execution history is too long to be redriven".to_owned(),
            ));
        }
        let now = now.max(state.at);
        let redriven = record::encode(&[Event::Redriven]);
        let append = Write::Append {
            execution: id,
            record: Record {
                number: state.next_record,
                at: now,
                events: redriven,
            },
        };
        state.feed(Event::Redriven, now);
        if state.execution.outcome().is_some() {
            return Err(EngineError::ExecutionNotRedrivable(
                "the execution keeps nothing to go on with".to_owned(),
            ));
        }
        state.next_record += 1;
        state.advance(now);
        let redrive = Write::Redrive {
            execution: id,
            at: now,
            count: stored.redrive_count + 1,
        };
        self.write(vec![redrive, append]).await?;
        Ok((stored, state))
    }

    /// Why an execution cannot be redriven; nothing if it can.
    pub(super) fn not_redrivable(&self, stored: &StoredExecution, now: Timestamp) -> Option<String> {
        let limits = &self.options.limits;
        match (stored.status, stored.stopped_at) {
            (Status::Running | Status::Succeeded, _) => {
                let status = stored.status;
                Some(format!("Execution is {status} and cannot be redriven"))
            }
            _ if stored.map_run.is_some() => {
                Some("Execution is a child of a Map Run, which is redriven with its parent".to_owned())
            }
            (_, Some(stopped_at)) if now.since(stopped_at) > limits.redrive_time => {
                Some("Execution ended too long ago to be redriven".to_owned())
            }
            _ if now.since(stored.started_at) > limits.execution_time => {
                Some("Execution is too old to be redriven".to_owned())
            }
            _ => None,
        }
    }
}

fn not_registered(stored: &StoredExecution) -> EngineError {
    EngineError::ExecutionNotRedrivable(format!(
        "no machine is registered with the definition that it ran ({} with the fingerprint {:016x})",
        stored.machine, stored.fingerprint
    ))
}
