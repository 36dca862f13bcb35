//! Listing executions.

use super::super::error::EngineError;
use super::super::replay::{Start, execution_of_map_run};
use super::super::store::{Query, Status, StoredExecution};
use super::redrivable::PendingRedrives;
use super::{Engine, Inner};
use crate::Timestamp;

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
    /// Number of items in its input, of a child of a Map Run.
    pub item_count: Option<u64>,
    /// How often it was redriven.
    pub redrive_count: u32,
    /// When it was last redriven.
    pub redrive_time: Option<Timestamp>,
}

/// Entries of a page of a list, unless it is asked for another number; and at most.
pub(super) const PAGE: usize = 100;
pub(super) const LONGEST_PAGE: usize = 1000;

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

    /// Only those with this status. [`Status::PendingRedrive`] is for children of a Map Run alone.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.query.status = Some(status);
        self
    }

    /// Only those that were redriven, of the children of a Map Run: `redriveFilter` `REDRIVEN`.
    #[must_use]
    pub fn redriven(mut self) -> Self {
        self.query.redriven = Some(true);
        self
    }

    /// Only those that were not redriven, of the children of a Map Run: `redriveFilter` `NOT_REDRIVEN`.
    #[must_use]
    pub fn not_redriven(mut self) -> Self {
        self.query.redriven = Some(false);
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

    /// So many a page; at most 1,000, and 0 is the default.
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

    fn check(&self) -> Result<(), EngineError> {
        let is_of_map_run = self.query.map_run.is_some();
        for (is_asked, filter) in [
            (
                self.query.status == Some(Status::PendingRedrive),
                "statusFilter PENDING_REDRIVE",
            ),
            (self.query.redriven.is_some(), "redriveFilter"),
        ] {
            if is_asked && !is_of_map_run {
                return Err(EngineError::Validation(format!(
                    "{filter} is only supported together with mapRunArn"
                )));
            }
        }
        Ok(())
    }
}

impl Engine {
    /// Lists executions, as
    /// [ListExecutions](https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html) does.
    ///
    /// # Errors
    /// `ValidationException`: a filter for the children of a Map Run in a list of others. `StateMachineDoesNotExist`: no
    /// such machine is registered, nor has it executions. `InvalidArn`, `ResourceNotFound`: there is no such Map Run. And when
    /// the store fails.
    pub async fn list(&self, list: List) -> Result<ExecutionList, EngineError> {
        list.check()?;
        let mut query = list.query;
        let asked_for = query.clone();
        let limit = if query.limit == 0 {
            PAGE
        } else {
            query.limit.min(LONGEST_PAGE)
        };
        query.limit = limit + 1;
        let wanted = query.status;
        if wanted == Some(Status::PendingRedrive) {
            // Their store has them as they ended.
            query.status = None;
        }
        let mut pending = PendingRedrives::default();
        let mut found = Vec::new();
        loop {
            let asked = query.clone();
            let page = self.inner.read(move |store| store.list(&asked)).await?;
            let is_last = page.len() < query.limit;
            query.before = page.last().map(|execution| execution.id);
            for mut execution in page {
                if pending.contain(&self.inner, &execution).await? {
                    execution.status = Status::PendingRedrive;
                }
                if wanted.is_none_or(|wanted| wanted == execution.status) {
                    found.push(execution);
                }
            }
            if is_last || found.len() > limit {
                break;
            }
        }
        if found.is_empty() {
            self.inner.check_listed(asked_for).await?;
        }
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

impl Inner {
    /// Of what is listed there is nothing: refuses a machine or a Map Run that does not exist.
    async fn check_listed(&self, query: Query) -> Result<(), EngineError> {
        if let Some(map_run_arn) = query.map_run {
            let Some(id) = execution_of_map_run(&map_run_arn) else {
                return Err(EngineError::InvalidArn(map_run_arn));
            };
            let parent = self.read(move |store| store.execution(id)).await?;
            return parent.map(drop).ok_or(EngineError::ResourceNotFound(map_run_arn));
        }
        let Some(machine) = query.machine else {
            return Ok(());
        };
        let registered = machine.split_once('/').map_or(&*machine, |(machine, _)| machine);
        if self.machine(registered).is_some() {
            return Ok(());
        }
        let arn = self.machine_arn(&machine);
        let any = Query {
            machine: Some(machine),
            limit: 1,
            ..Query::default()
        };
        if self.read(move |store| store.list(&any)).await?.is_empty() {
            return Err(EngineError::StateMachineDoesNotExist(arn));
        }
        Ok(())
    }

    fn listed(&self, stored: StoredExecution) -> ListedExecution {
        ListedExecution {
            arn: self.arn(&stored.machine, &stored.name),
            item_count: items_of(&stored),
            machine: stored.machine.into(),
            name: stored.name.into(),
            status: stored.status,
            start_time: stored.started_at,
            stop_time: stored.stopped_at,
            map_run_arn: stored.map_run,
            redrive_count: stored.redrive_count,
            redrive_time: stored.redriven_at,
        }
    }
}

/// Number of items in the input of a child of a Map Run.
pub(super) fn items_of(stored: &StoredExecution) -> Option<u64> {
    stored.map_run.as_ref()?;
    Some(Start::decode(&stored.settings)?.items)
}
