//! Executions that executions start: nested ones, and children of Map Runs.
//!
//! Who no longer waits for an execution tells it so, once that is durable. Because that may come to nothing in a crash, and
//! because a start may be under way in that moment, an execution also asks whether it is waited for, whenever it comes into
//! memory.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::super::error::EngineError;
use super::super::replay::Start;
use super::super::runner::Message;
use super::super::store::{Ended, ExecutionId, Status, StoredExecution};
use super::redrive::By;
use super::start::{NewExecution, Started};
use super::{Inner, RETRY};
use crate::Value;
use crate::machine::{ChildExecution, ExecutionInfo, Outcome, StartExecution};

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

/// How an execution ended that was started for another one.
#[derive(Debug)]
pub struct ChildEnd {
    pub outcome: Outcome,
    /// Whether its history has room for a redrive.
    pub redrivable: bool,
}

/// What became of a child of a Map Run that was to run.
pub enum MapRunChild {
    Running(ExecutionId),
    Ended(ChildEnd),
    /// It cannot be redriven, and stays as it ended.
    NotRedrivable,
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

    /// Starts a child of a Map Run, or finds it if it was started before.
    pub async fn start_map_run_child(self: &Arc<Self>, child: NewChild) -> MapRunChild {
        match self.start_child(child).await {
            Ok((stored, _)) => match self.insist(async || self.end_of(&stored).await.transpose()).await {
                Ok(None) => MapRunChild::Running(stored.id),
                Ok(Some(end)) => MapRunChild::Ended(end),
                Err(error) => MapRunChild::not_started(error.to_string()),
            },
            Err(cause) => MapRunChild::not_started(cause),
        }
    }

    /// Redrives a child of a Map Run that ended without success, or finds it if that was done before.
    pub async fn redrive_child(self: &Arc<Self>, child: NewChild) -> MapRunChild {
        let Kind::OfMapRun(run) = &child.kind else {
            return self.start_map_run_child(child).await;
        };
        let (machine, name) = (run.machine(), child.name.clone());
        let ticket = child.parent.1;
        let mut is_refused = false;
        loop {
            let find = || {
                let (machine, name) = (machine.clone(), name.clone());
                self.read(move |store| store.find(&machine, &name))
            };
            let stored = match self.insist(find).await {
                Ok(Some(stored)) => stored,
                // It is so old that it was removed.
                Ok(None) => return self.start_map_run_child(child).await,
                Err(error) => return MapRunChild::not_started(error.to_string()),
            };
            let id = stored.id;
            let is_redriven = stored.parent == Some(child.parent);
            match stored.status {
                Status::Running if is_redriven => return MapRunChild::Running(id),
                // It was given up when the Map Run ended.
                Status::Running => {
                    self.deliver(id, Message::GiveUp { ticket: None });
                    let _ = self.insist(|| self.wait(id)).await;
                }
                status if is_redriven || status == Status::Succeeded => {
                    let end = self.insist(async || self.end_of(&stored).await.transpose());
                    if let Ok(Some(end)) = end.await {
                        return MapRunChild::Ended(end);
                    }
                }
                _ => {
                    let redriven = self.insist(|| Arc::clone(self).redrive(id, By::MapRun(ticket)));
                    if let Err(EngineError::ExecutionNotRedrivable(_)) = redriven.await
                        && is_refused
                    {
                        return MapRunChild::NotRedrivable;
                    }
                    // The store may have failed in a redrive that was written: then it runs by now.
                    is_refused = true;
                }
            }
        }
    }

    /// Starts an execution for another one, or finds it if it was started before. Gives its ARN too; the error is the cause
    /// to report.
    pub async fn start_child(
        self: &Arc<Self>,
        child: NewChild,
    ) -> Result<(Arc<StoredExecution>, String), String> {
        let started = self.insist(|| self.try_start_child(child.clone())).await;
        let stored = match started.map_err(|error| error.to_string())? {
            Ok(started) => started,
            Err(existing) => Arc::new(existing),
        };
        let arn = self.arn(&stored.machine, &stored.name);
        Ok((stored, arn))
    }

    /// Whether an execution is what a task gets that starts one: the one that it started, or one that runs by that name with
    /// the same input. (The end of the latter would not be told to it, so it cannot be waited for.)
    pub async fn is_started(
        &self,
        stored: &StoredExecution,
        parent: (ExecutionId, u64),
        start: &StartExecution,
    ) -> bool {
        let runs = || self.insist(|| self.runs_with(stored, &start.input));
        stored.parent == Some(parent) || !start.awaited && runs().await.is_ok_and(|runs| runs)
    }

    async fn try_start_child(self: &Arc<Self>, child: NewChild) -> Result<Started, EngineError> {
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
                let machine_name = run.machine();
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
                    items: run.items,
                    ..Start::new(run.owner)
                };
                let new = NewExecution {
                    machine: machine_name,
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
            Status::Running | Status::PendingRedrive => return None,
            Status::Succeeded => self
                .read(move |store| store.ended(id))
                .await
                .map(|ended| Outcome::Succeeded(output_of(ended.as_ref()))),
            Status::Failed => Ok(Outcome::Failed { error, cause }),
            Status::TimedOut => Ok(Outcome::TimedOut),
            Status::Aborted => Ok(Outcome::Aborted { error, cause }),
        })
    }

    /// How an execution ended, if it did, and whether it can be redriven.
    async fn end_of(&self, stored: &StoredExecution) -> Option<Result<ChildEnd, EngineError>> {
        let outcome = match self.outcome_of(stored).await? {
            Ok(outcome) => outcome,
            Err(error) => return Some(Err(error)),
        };
        let is_full = match outcome {
            Outcome::Succeeded(_) => Ok(false),
            _ => self.is_history_full(stored).await,
        };
        Some(is_full.map(|is_full| ChildEnd {
            outcome,
            redrivable: !is_full,
        }))
    }

    /// Stops an execution that is no longer waited for; not one that was redriven by another ticket since.
    pub fn give_up(&self, arn: String, ticket: Option<u64>) {
        let Some(engine) = self.me.upgrade() else { return };
        self.runtime.spawn(async move {
            let Some((machine, name)) = parts(&arn) else {
                return;
            };
            let mut pause = RETRY.0;
            loop {
                let (machine, name) = (machine.to_owned(), name.to_owned());
                match engine.read(move |store| store.find(&machine, &name)).await {
                    Ok(Some(stored)) if stored.status == Status::Running => {
                        return engine.deliver(stored.id, Message::GiveUp { ticket });
                    }
                    Ok(_) | Err(EngineError::Closed) => return,
                    Err(error) => tracing::warn!(%error, "the store is asked again"),
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY.1);
            }
        });
    }

    /// Stops an execution that was started for another one to wait for, if that no longer does.
    pub(super) fn ask_parent(&self, stored: &StoredExecution) {
        if stored.parent.is_some()
            && let Some(engine) = self.me.upgrade()
        {
            let stored = stored.clone();
            self.runtime.spawn(async move {
                if engine.is_given_up(&stored).await {
                    let ticket = stored.parent.map(|(_, ticket)| ticket);
                    engine.deliver(stored.id, Message::GiveUp { ticket });
                }
            });
        }
    }

    /// Whether an execution was started for another one to wait for, which no longer does.
    pub(super) async fn is_given_up(self: &Arc<Self>, stored: &StoredExecution) -> bool {
        let Some((parent, ticket)) = stored.parent else {
            return false;
        };
        if !Start::decode(&stored.settings).is_some_and(|start| start.awaited) {
            return false;
        }
        let mut pause = RETRY.0;
        loop {
            let (reply, answer) = oneshot::channel();
            let arn = self.arn(&stored.machine, &stored.name);
            self.deliver(parent, Message::Awaits { ticket, arn, reply });
            match answer.await {
                Ok(Ok(is_awaited)) => return !is_awaited,
                // It has ended.
                Ok(Err(EngineError::TaskDoesNotExist)) => return true,
                // A parent that is held may go on.
                Ok(Err(EngineError::Held(_) | EngineError::Closed)) | Err(_) => return false,
                Ok(Err(error)) => tracing::warn!(%error, "a parent is asked again"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY.1);
        }
    }

    /// An execution has ended, and so many of its parent's by now: tells the parent.
    pub fn tell_parent(&self, stored: &StoredExecution, end: ChildEnd, pokes: u64) {
        if let Some((parent, ticket)) = stored.parent
            && let Some(engine) = self.me.upgrade()
        {
            let message = Message::ChildEnded {
                child: stored.id,
                ticket,
                end,
                pokes,
            };
            engine.deliver(parent, message);
        }
    }
}

impl MapRunChild {
    /// It could not be started, for this cause.
    fn not_started(cause: String) -> Self {
        Self::Ended(ChildEnd {
            outcome: task_failed(cause),
            redrivable: true,
        })
    }
}

/// How an execution ended that is no longer there.
pub fn lost(arn: &str) -> Outcome {
    task_failed(format!("Execution Does Not Exist: '{arn}'"))
}

fn task_failed(cause: String) -> Outcome {
    Outcome::Failed {
        error: Some("States.TaskFailed".to_owned()),
        cause: Some(cause),
    }
}

/// Output of an execution that succeeded.
pub(super) fn output_of(ended: Option<&Ended>) -> Value {
    let output = ended.and_then(|ended| ended.output.as_deref());
    let output = output.and_then(|text| Value::from_json(text).ok());
    output.unwrap_or_default()
}

/// Names of machine and execution in an ARN.
pub fn parts(arn: &str) -> Option<(&str, &str)> {
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
