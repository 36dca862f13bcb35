//! Telling of executions: describe, history, what they wait for.

use std::fmt;
use std::sync::Arc;

use super::super::archive::{self, Recorded};
use super::super::error::EngineError;
use super::super::record;
use super::super::registry::AnyMachine;
use super::super::replay::{Replayed, replay};
use super::super::store::{Ended, ExecutionId, Status, StoreError, StoredExecution};
use super::children::output_of;
use super::redrivable::PendingRedrives;
use super::redrive::{HISTORY_IS_FULL, is_full, not_registered};
use super::{Execution, Inner};
use crate::machine::{Effect, HistoryEvent};
use crate::{Timestamp, Value};

/// An execution, as
/// [DescribeExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html)
/// tells of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Description {
    /// Its ARN.
    pub arn: String,
    /// Name of its machine.
    pub machine: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// When it started.
    pub start_time: Timestamp,
    /// When it ended.
    pub stop_time: Option<Timestamp>,
    /// Its input.
    pub input: Value,
    /// Its output, once it has succeeded.
    pub output: Option<Value>,
    /// Error name, of one that failed or was stopped.
    pub error: Option<String>,
    /// Cause, of one that failed or was stopped.
    pub cause: Option<String>,
    /// The Map Run that it is a child of.
    pub map_run_arn: Option<String>,
    /// How often it was redriven.
    pub redrive_count: u32,
    /// When it was last redriven.
    pub redrive_time: Option<Timestamp>,
    /// Whether it can be redriven.
    pub redrive_status: RedriveStatus,
    /// Why it cannot be redriven.
    pub redrive_status_reason: Option<String>,
    /// Why it does not go on though it is running: no machine is registered with its definition, its journal cannot be
    /// replayed, or the engine panicked when it drove it. [Register](super::Engine::register) the machine that it was started
    /// with, or [stop](Execution::stop) it; after the journal was put right, [`Execution::resume`] tries again. After a panic
    /// it also goes on when the store is opened again.
    pub held: Option<String>,
}

/// Whether an execution can be redriven at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RedriveStatus {
    /// [`Execution::redrive`] would do so.
    Redrivable,
    /// It runs, has succeeded, or cannot be redriven for the reason that [`Description::redrive_status_reason`] gives.
    NotRedrivable,
    /// It is a child of a Map Run: a redrive of the execution that has the Map Run redrives it, too.
    RedrivableByMapRun,
}

impl RedriveStatus {
    /// The service's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redrivable => "REDRIVABLE",
            Self::NotRedrivable => "NOT_REDRIVABLE",
            Self::RedrivableByMapRun => "REDRIVABLE_BY_MAP_RUN",
        }
    }
}

impl fmt::Display for RedriveStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which events of a history to tell; all of them by default, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryQuery {
    reverse: bool,
    without_data: bool,
    after: Option<u64>,
    limit: Option<usize>,
}

/// A page of a history.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct History {
    /// The events.
    pub events: Vec<HistoryEvent>,
    /// For [`HistoryQuery::after`], if there are more.
    pub next_token: Option<String>,
}

/// Something that a running execution waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// Name of the state, of a task that was called.
    pub state: Option<&'static str>,
    /// Token that the answer comes with.
    pub token: Option<String>,
    /// When the wait ends, or the time limit runs out.
    pub until: Option<Timestamp>,
}

impl HistoryQuery {
    /// All events, in order.
    pub fn all() -> Self {
        Self::default()
    }

    /// The last event first.
    #[must_use]
    pub fn reverse(mut self) -> Self {
        self.reverse = true;
        self
    }

    /// Without inputs, outputs, parameters and variables.
    #[must_use]
    pub fn without_data(mut self) -> Self {
        self.without_data = true;
        self
    }

    /// So many a page; 0 is the default, all.
    #[must_use]
    pub fn limit(mut self, events: usize) -> Self {
        self.limit = (events > 0).then_some(events);
        self
    }

    /// The page after the one that gave this token.
    ///
    /// # Errors
    /// `InvalidToken`
    pub fn after(mut self, token: &str) -> Result<Self, EngineError> {
        let after = token
            .parse()
            .map_err(|_| EngineError::InvalidToken(token.to_owned()))?;
        self.after = Some(after);
        Ok(self)
    }

    fn page(&self, mut events: Vec<HistoryEvent>) -> History {
        if self.reverse {
            events.reverse();
        }
        if let Some(after) = self.after {
            events.retain(|event| {
                if self.reverse {
                    event.id < after
                } else {
                    event.id > after
                }
            });
        }
        let limit = self.limit.unwrap_or(usize::MAX);
        let is_more = events.len() > limit;
        events.truncate(limit);
        if self.without_data {
            for event in &mut events {
                let details = &mut event.details;
                details.input = None;
                details.output = None;
                details.parameters = None;
                details.assigned_variables = None;
            }
        }
        let last = events.last().filter(|_| is_more);
        History {
            next_token: last.map(|event| event.id.to_string()),
            events,
        }
    }
}

impl Execution {
    /// Tells of it.
    ///
    /// # Errors
    /// When it is no longer there, and when the store fails.
    pub async fn describe(&self) -> Result<Description, EngineError> {
        let id = self.id;
        let inner = &self.engine.inner;
        let stored = self.stored().await?;
        let (input, ended) = inner
            .read(move |store| Ok((store.input(id)?, store.ended(id)?)))
            .await?;
        let input = input.and_then(|text| Value::from_json(&text).ok());
        let output = (stored.status == Status::Succeeded).then(|| output_of(ended.as_ref()));
        let is_pending = PendingRedrives::default().contain(inner, &stored).await?;
        let is_full = || is_history_full(&stored, ended.as_ref());
        let is_registered = inner.version(stored.fingerprint).is_some();
        let reason = inner
            .not_redrivable(&stored, inner.now())
            .or_else(|| is_full().then(|| HISTORY_IS_FULL.to_owned()))
            .or_else(|| (!is_registered).then(|| not_registered(&stored)));
        let is_running = stored.status == Status::Running;
        let held = is_running.then(|| inner.driver_of(&stored).err()).flatten();
        let redrive_status = match &reason {
            Some(_) => RedriveStatus::NotRedrivable,
            None if stored.map_run.is_some() => RedriveStatus::RedrivableByMapRun,
            None => RedriveStatus::Redrivable,
        };
        Ok(Description {
            arn: self.arn(),
            status: if is_pending {
                Status::PendingRedrive
            } else {
                stored.status
            },
            start_time: stored.started_at,
            stop_time: stored.stopped_at,
            input: input.unwrap_or_default(),
            output,
            map_run_arn: stored.map_run.clone(),
            redrive_count: stored.redrive_count,
            redrive_time: stored.redriven_at,
            redrive_status,
            redrive_status_reason: reason,
            held,
            machine: stored.machine.into(),
            name: stored.name.into(),
            error: stored.error,
            cause: stored.cause,
        })
    }

    /// Its history, as
    /// [GetExecutionHistory](https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html)
    /// tells it: of a running execution what is durable of it.
    ///
    /// # Errors
    /// When it is no longer there, and when the store fails. While an execution runs its history takes its definition; that
    /// of one that ended does not, unless it was stopped while it was held.
    pub async fn history(&self, query: HistoryQuery) -> Result<History, EngineError> {
        Ok(query.page(self.recorded().await?.history))
    }

    /// What it waits for, as far as it is durable: tasks under way, answers by token, times.
    ///
    /// # Errors
    /// When it is no longer there, when it is held, and when the store fails.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, EngineError> {
        let stored = self.stored().await?;
        if stored.status != Status::Running {
            return Ok(Vec::new());
        }
        let state = self.engine.inner.replayed(stored).await?;
        let states = state.execution.info().program.states;
        let waiting = state.asked.values().map(|asked| match &asked.effect {
            Effect::Task(call) | Effect::Activity(call) => Waiting {
                state: Some(states[usize::from(call.state)].name),
                token: call.token.as_deref().map(str::to_owned),
                until: None,
            },
            Effect::Await(awaited) => Waiting {
                state: state.execution.state_of(awaited.ticket),
                token: awaited.token.as_deref().map(str::to_owned),
                until: awaited.until,
            },
            Effect::Wait { ticket, until } => Waiting {
                state: state.execution.state_of(*ticket),
                token: None,
                until: Some(*until),
            },
            effect => Waiting {
                state: state.execution.state_of(effect.ticket()),
                token: None,
                until: None,
            },
        });
        Ok(waiting.collect())
    }

    /// Tries again to go on with an execution whose journal could not be replayed, or that the engine panicked at.
    ///
    /// # Errors
    /// When it is no longer there, and when the store fails.
    pub async fn resume(&self) -> Result<(), EngineError> {
        let stored = self.stored().await?;
        if stored.problem.is_some() {
            let write = super::Write::Problem {
                execution: self.id,
                problem: None,
            };
            self.engine.inner.write(vec![write]).await?;
        }
        self.engine.inner.forget_panic(self.id).await?;
        if stored.status == Status::Running {
            self.engine.inner.deliver(self.id, super::Message::Look);
        }
        Ok(())
    }

    pub(super) async fn recorded(&self) -> Result<Recorded, EngineError> {
        let id: ExecutionId = self.id;
        let stored = self.stored().await?;
        let inner = &self.engine.inner;
        let ended = inner.read(move |store| store.ended(id)).await?;
        if let Some(text) = ended.and_then(|ended| ended.history) {
            let damaged = || StoreError::Damaged(format!("the history of execution {id} is none"));
            let journal = inner.read(move |store| store.journal(id)).await?;
            let documents = record::documents(&journal).ok_or_else(damaged)?;
            return Ok(archive::decode(&text, &documents).ok_or_else(damaged)?);
        }
        let (text, documents) = inner.replayed(stored).await?.finish_history();
        let too_deep =
            || EngineError::HistoryUnavailable("it has documents that are nested too deeply".to_owned());
        archive::decode(&text, &documents).ok_or_else(too_deep)
    }
}

/// Whether an execution that ended cannot be redriven because its history has no room for that.
fn is_history_full(stored: &StoredExecution, ended: Option<&Ended>) -> bool {
    let history = ended.and_then(|ended| ended.history.as_deref());
    let events = history.and_then(archive::events);
    events.is_some_and(|events| is_full(stored, events))
}

impl Inner {
    /// Whether an execution that ended cannot be redriven because its history has no room for that.
    pub(super) async fn is_history_full(&self, stored: &StoredExecution) -> Result<bool, EngineError> {
        let id = stored.id;
        let ended = self.read(move |store| store.ended(id)).await?;
        Ok(is_history_full(stored, ended.as_ref()))
    }

    /// The machine that drives a running execution; or why it does not go on.
    pub(super) fn driver_of(&self, stored: &StoredExecution) -> Result<Arc<dyn AnyMachine>, String> {
        if let Some(problem) = stored.problem.clone().or_else(|| self.panic_of(stored.id)) {
            return Err(problem);
        }
        self.version(stored.fingerprint).ok_or_else(|| {
            format!(
                "no machine is registered with the definition that it runs ({} with the fingerprint {:016x})",
                stored.machine, stored.fingerprint
            )
        })
    }

    /// Replays an execution for a look at it.
    pub(super) async fn replayed(&self, stored: StoredExecution) -> Result<Replayed, EngineError> {
        let id = stored.id;
        let unavailable = EngineError::HistoryUnavailable;
        let machine = self.version(stored.fingerprint).ok_or_else(|| {
            unavailable(format!(
                "no machine is registered with its definition ({} with the fingerprint {:016x})",
                stored.machine, stored.fingerprint
            ))
        })?;
        let journal = self.read(move |store| store.journal(id)).await?;
        replay(machine.program(), &stored, &journal).map_err(|error| unavailable(error.to_string()))
    }
}
