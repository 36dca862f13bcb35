//! Executions that executions start: nested ones, and children of Map Runs.

use std::sync::Arc;
use std::time::Duration;

use super::super::error::EngineError;
use super::super::replay::Start;
use super::super::runner::Message;
use super::super::store::{Ended, ExecutionId, Status, StoredExecution};
use super::Inner;
use super::start::NewExecution;
use crate::Value;
use crate::machine::{ChildExecution, ExecutionInfo, Outcome, StartExecution};

/// Pauses before the store is asked again.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// How often an execution that is to be stopped is looked for.
const STOP_TRIES: usize = 20;

/// An execution to start for another one.
#[derive(Clone)]
pub struct NewChild {
    /// Of a child of a Map Run: its start, under the fingerprint of its parent. Else the name or ARN of a machine.
    kind: Kind,
    name: String,
    input: Value,
    express: bool,
    awaited: bool,
    parent: (ExecutionId, u64),
}

#[derive(Clone)]
enum Kind {
    Nested(String),
    OfMapRun(Box<ChildExecution>),
}

impl NewChild {
    /// For a task that starts executions. Without a name it has one that is the same when the call is made again.
    pub fn nested(info: &ExecutionInfo, start: &StartExecution, parent: (ExecutionId, u64)) -> Self {
        Self {
            kind: Kind::Nested(start.machine.clone()),
            name: start.name.clone().unwrap_or_else(|| info.key_of_call(parent.1)),
            input: start.input.clone(),
            express: start.express,
            awaited: start.awaited,
            parent,
        }
    }

    /// For a Map Run.
    pub fn of_map_run(child: &ChildExecution, parent: (ExecutionId, u64)) -> Self {
        Self {
            name: child.name.clone(),
            input: child.input.clone(),
            express: child.express,
            awaited: true,
            parent,
            kind: Kind::OfMapRun(Box::new(child.clone())),
        }
    }
}

impl Inner {
    /// Asks until the store answers: that it fails is no failure of the execution.
    async fn insist<T, F>(&self, ask: impl Fn() -> F) -> Result<T, EngineError>
    where
        F: Future<Output = Result<T, EngineError>>,
    {
        let mut pause = RETRY.0;
        loop {
            match ask().await {
                Err(EngineError::Store(error)) => tracing::warn!(%error, "the store is asked again"),
                // Whoever asks is about to be dropped.
                Err(EngineError::Closed) => return std::future::pending().await,
                result => return result,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY.1);
        }
    }

    /// Starts an execution for another one, or finds it if it was started before. Gives its ARN too; the error is the cause
    /// to report.
    pub async fn start_child(self: &Arc<Self>, child: NewChild) -> Result<(StoredExecution, String), String> {
        let started = self.insist(|| self.try_start_child(child.clone())).await;
        let (Ok(stored) | Err(stored)) = started.map_err(|error| error.to_string())?;
        let arn = self.arn(&stored.machine, &stored.name);
        Ok((stored, arn))
    }

    async fn try_start_child(
        self: &Arc<Self>,
        child: NewChild,
    ) -> Result<Result<StoredExecution, StoredExecution>, EngineError> {
        let parent = child.parent.0;
        let (machine, new) = match child.kind {
            Kind::Nested(name) => {
                let machine = self
                    .machine(&name)
                    .ok_or_else(|| EngineError::StateMachineDoesNotExist(self.machine_arn(&name)))?;
                let start = Start {
                    express: child.express,
                    awaited: child.awaited,
                    ..self.new_start(&*machine)
                };
                let new = NewExecution {
                    machine: machine.program().name.to_owned(),
                    name: child.name,
                    input: child.input,
                    start,
                    parent: Some(child.parent),
                    map_run: None,
                };
                (machine, new)
            }
            Kind::OfMapRun(run) => {
                let stored = self.read(move |store| store.execution(parent)).await?;
                let machine = stored
                    .and_then(|stored| self.version(stored.fingerprint))
                    .ok_or_else(|| {
                        EngineError::StateMachineDoesNotExist(self.machine_arn(run.program.name))
                    })?;
                let start = Start {
                    seed: run.seed,
                    awaited: true,
                    payload_limit: run.payload_limit,
                    history_limit: self.options.limits.history_events,
                    machines: run.machines,
                    polled: run.polled_activities,
                    child: Some((run.start, Arc::clone(&run.label))),
                    ..Start::new(run.owner)
                };
                let new = NewExecution {
                    machine: format!("{}/{}", run.program.name, run.label),
                    name: child.name,
                    input: child.input,
                    start,
                    parent: Some(child.parent),
                    map_run: Some(run.map_run_arn.to_string()),
                };
                (machine, new)
            }
        };
        self.start(machine, new).await
    }

    /// An execution by its ARN, and how it ended, if it did.
    pub async fn child_by_arn(&self, arn: &str) -> Option<(ExecutionId, Option<Outcome>)> {
        let (machine, name) = parts(arn)?;
        let find = || {
            let (machine, name) = (machine.to_owned(), name.to_owned());
            self.read(move |store| store.find(&machine, &name))
        };
        let stored = self.insist(find).await.ok()??;
        let outcome = self
            .insist(async || self.outcome_of(&stored).await.transpose())
            .await;
        Some((stored.id, outcome.ok()?))
    }

    /// How an execution ended, if it did.
    pub async fn outcome_of(&self, stored: &StoredExecution) -> Option<Result<Outcome, EngineError>> {
        let id = stored.id;
        let (error, cause) = (stored.error.clone(), stored.cause.clone());
        Some(match stored.status {
            Status::Running => return None,
            Status::Succeeded => self
                .read(move |store| store.ended(id))
                .await
                .map(|ended| Outcome::Succeeded(output_of(ended.as_ref()))),
            Status::Failed => Ok(Outcome::Failed { error, cause }),
            Status::TimedOut => Ok(Outcome::TimedOut),
            Status::Aborted => Ok(Outcome::Aborted { error, cause }),
        })
    }

    /// Stops an execution whose parent no longer waits for it.
    pub fn stop_child(&self, child: ExecutionId) {
        if let Some(engine) = self.me.upgrade() {
            engine.deliver(
                child,
                Message::Stop {
                    error: None,
                    cause: None,
                    reply: None,
                },
            );
        }
    }

    /// The same of an execution that may be just about to start.
    pub fn stop_child_by_arn(&self, arn: String) {
        let Some(engine) = self.me.upgrade() else { return };
        self.runtime.spawn(async move {
            for _ in 0..STOP_TRIES {
                match engine.child_by_arn(&arn).await {
                    Some((child, None)) => return engine.stop_child(child),
                    Some((_, Some(_))) => return,
                    None if engine.is_closed() => return,
                    None => tokio::time::sleep(RETRY.0).await,
                }
            }
        });
    }

    /// Whether an execution is one that another one waited for, which has ended.
    pub(super) async fn is_orphan(&self, stored: &StoredExecution) -> bool {
        let Some((parent, _)) = stored.parent else {
            return false;
        };
        if !Start::decode(&stored.settings).is_some_and(|start| start.awaited) {
            return false;
        }
        let parent = self.read(move |store| store.execution(parent)).await;
        parent.is_ok_and(|parent| parent.is_none_or(|parent| parent.status != Status::Running))
    }

    /// An execution has ended, and so many of its parent's by now: tells the parent.
    pub fn tell_parent(&self, stored: &StoredExecution, outcome: Option<&Outcome>, pokes: u64) {
        if let Some((parent, _)) = stored.parent
            && let Some(outcome) = outcome
            && let Some(engine) = self.me.upgrade()
        {
            let message = Message::ChildEnded {
                child: stored.id,
                outcome: outcome.clone(),
                pokes,
            };
            engine.deliver(parent, message);
        }
    }
}

/// Output of an execution that succeeded.
pub(super) fn output_of(ended: Option<&Ended>) -> Value {
    let output = ended.and_then(|ended| ended.output.as_deref());
    let output = output.and_then(|text| Value::from_json(text).ok());
    output.unwrap_or_default()
}

/// Names of machine and execution in an ARN.
pub(super) fn parts(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.split(':').skip(5);
    let (kind, machine, name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_whole = parts.next().is_none() || kind == "express";
    (arn.starts_with("arn:") && matches!(kind, "execution" | "express") && is_whole)
        .then_some((machine, name))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_arn_has_two_names() {
        let arn = "arn:aws:states:local:000000000000:execution:order/label:name";
        assert_eq!(parts(arn), Some(("order/label", "name")));
        let express = "arn:aws:states:local:000000000000:express:order:name:uuid";
        assert_eq!(parts(express), Some(("order", "name")));
        for other in [
            "",
            "order",
            "arn:aws:states:l:0:stateMachine:order",
            "arn:aws:states:l:0:execution:a:b:c",
        ] {
            assert_eq!(parts(other), None, "{other}");
        }
    }
}
