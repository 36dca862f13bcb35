//! Telling of executions: describe, list, history, what they wait for.

use super::super::archive::{self, Recorded};
use super::super::error::EngineError;
use super::super::replay::{Replayed, replay};
use super::super::store::{ExecutionId, Query, Status, StoreError, StoredExecution};
use super::children::output_of;
use super::{Engine, Execution, Inner};
use crate::machine::{Effect, HistoryEvent, MapRunSummary};
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
    /// Why it cannot be redriven; nothing if it can.
    pub not_redrivable: Option<String>,
    /// Why it does not go on though it is running: no machine is registered with its definition, or its journal cannot be
    /// replayed. [Register](Engine::register) the machine that it was started with, or [stop](Execution::stop) it; after
    /// the journal was put right, [`Execution::resume`] tries again.
    pub held: Option<String>,
}

/// Which executions to list; all of them by default, the newest first, 100 a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    query: Query,
}

/// A page of executions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExecutionList {
    /// The executions, the newest first.
    pub executions: Vec<ListedExecution>,
    /// For [`List::after`], if there are more.
    pub next_token: Option<String>,
}

/// An execution in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedExecution {
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
    /// The Map Run that it is a child of.
    pub map_run_arn: Option<String>,
    /// How often it was redriven.
    pub redrive_count: u32,
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

const PAGE: usize = 100;
const LONGEST_PAGE: usize = 1000;

impl List {
    /// All executions.
    pub fn all() -> Self {
        Self::default()
    }

    /// Executions of a machine. Children of Map Runs are executions of `machine/label`.
    pub fn of(machine: impl Into<String>) -> Self {
        let mut list = Self::default();
        list.query.machine = Some(machine.into());
        list
    }

    /// Children of a Map Run.
    pub fn of_map_run(arn: impl Into<String>) -> Self {
        let mut list = Self::default();
        list.query.map_run = Some(arn.into());
        list
    }

    /// Only those with this status.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.query.status = Some(status);
        self
    }

    /// Only those that started at this time or later.
    #[must_use]
    pub fn started_from(mut self, time: Timestamp) -> Self {
        self.query.from = Some(time);
        self
    }

    /// Only those that started before this time.
    #[must_use]
    pub fn started_before(mut self, time: Timestamp) -> Self {
        self.query.to = Some(time);
        self
    }

    /// So many a page; at most 1,000.
    #[must_use]
    pub fn limit(mut self, executions: usize) -> Self {
        self.query.limit = executions;
        self
    }

    /// The page after the one that gave this token.
    ///
    /// # Errors
    /// `InvalidToken`
    pub fn after(mut self, token: &str) -> Result<Self, EngineError> {
        let before = token
            .parse()
            .map_err(|_| EngineError::InvalidToken(token.to_owned()))?;
        self.query.before = Some(before);
        Ok(self)
    }
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

    /// So many a page.
    #[must_use]
    pub fn limit(mut self, events: usize) -> Self {
        self.limit = Some(events.max(1));
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

impl Engine {
    /// Lists executions, as
    /// [ListExecutions](https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html) does.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self, list: List) -> Result<ExecutionList, EngineError> {
        let mut query = list.query;
        let limit = if query.limit == 0 {
            PAGE
        } else {
            query.limit.min(LONGEST_PAGE)
        };
        query.limit = limit + 1;
        let mut found = self.inner.read(move |store| store.list(&query)).await?;
        let is_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| is_more);
        Ok(ExecutionList {
            next_token: last.map(|execution| execution.id.to_string()),
            executions: found
                .into_iter()
                .map(|stored| self.inner.listed(stored))
                .collect(),
        })
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
        Ok(Description {
            arn: self.arn(),
            status: stored.status,
            start_time: stored.started_at,
            stop_time: stored.stopped_at,
            input: input.unwrap_or_default(),
            output,
            map_run_arn: stored.map_run.clone(),
            redrive_count: stored.redrive_count,
            redrive_time: stored.redriven_at,
            not_redrivable: inner.not_redrivable(&stored, inner.now()),
            held: inner.held(&stored),
            machine: stored.machine,
            name: stored.name,
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

    /// Its Map Runs, as
    /// [DescribeMapRun](https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html)
    /// tells of them. [`List::of_map_run`] has the children.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub async fn map_runs(&self) -> Result<Vec<MapRunSummary>, EngineError> {
        Ok(self.recorded().await?.map_runs)
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
                token: call.token.clone(),
                until: None,
            },
            Effect::Await(awaited) => Waiting {
                state: state.execution.state_of(awaited.ticket),
                token: awaited.token.clone(),
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

    /// Tries again to go on with an execution whose journal could not be replayed.
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
        if stored.status == Status::Running {
            self.engine.inner.deliver(self.id, super::Message::Look);
        }
        Ok(())
    }

    async fn recorded(&self) -> Result<Recorded, EngineError> {
        let id: ExecutionId = self.id;
        let stored = self.stored().await?;
        let inner = &self.engine.inner;
        let ended = inner.read(move |store| store.ended(id)).await?;
        if let Some(text) = ended.and_then(|ended| ended.history) {
            let damaged = || StoreError::Damaged(format!("the history of execution {id} is none"));
            return Ok(archive::decode(&text).ok_or_else(damaged)?);
        }
        let state = inner.replayed(stored).await?;
        Ok(state.recorder.with(std::mem::take))
    }
}

impl Inner {
    fn listed(&self, stored: StoredExecution) -> ListedExecution {
        ListedExecution {
            arn: self.arn(&stored.machine, &stored.name),
            machine: stored.machine,
            name: stored.name,
            status: stored.status,
            start_time: stored.started_at,
            stop_time: stored.stopped_at,
            map_run_arn: stored.map_run,
            redrive_count: stored.redrive_count,
        }
    }

    /// Why a running execution does not go on.
    fn held(&self, stored: &StoredExecution) -> Option<String> {
        if stored.status != Status::Running {
            return None;
        }
        if let Some(problem) = &stored.problem {
            return Some(problem.clone());
        }
        match self.version(stored.fingerprint) {
            Some(_) => None,
            None => Some(format!(
                "no machine is registered with the definition that it runs ({} with the fingerprint {:016x})",
                stored.machine, stored.fingerprint
            )),
        }
    }

    /// Replays an execution for a look at it.
    async fn replayed(&self, stored: StoredExecution) -> Result<Replayed, EngineError> {
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
