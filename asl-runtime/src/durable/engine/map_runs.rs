//! Map Runs by their ARNs: listing, describing and changing them.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::super::error::EngineError;
use super::super::replay::execution_of_map_run;
use super::super::runner::Message;
use super::list::{LONGEST_PAGE, PAGE};
use super::{Engine, Execution};
use crate::Timestamp;
use crate::machine::{MapRunSummary, MapRunUpdate};

/// Map Runs of an execution to list; 100 a page by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMapRuns {
    execution_arn: String,
    limit: usize,
    /// How many come before the page.
    after: usize,
}

/// A page of Map Runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapRunList {
    /// The Map Runs, in the order of their starts.
    pub map_runs: Vec<ListedMapRun>,
    /// For [`ListMapRuns::after`], if there are more.
    pub next_token: Option<String>,
}

/// A Map Run in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMapRun {
    /// Its ARN.
    pub map_run_arn: String,
    /// ARN of the execution that it is in.
    pub execution_arn: String,
    /// Name of the machine that its children are executions of: `machine/label`.
    pub machine: String,
    /// When it started.
    pub start_time: Timestamp,
    /// When it ended; nothing while it runs.
    pub stop_time: Option<Timestamp>,
}

impl ListMapRuns {
    /// Those of an execution, by its ARN.
    pub fn of(execution_arn: impl Into<String>) -> Self {
        Self {
            execution_arn: execution_arn.into(),
            limit: PAGE,
            after: 0,
        }
    }

    /// So many a page; at most 1,000, and 0 is the default.
    #[must_use]
    pub fn limit(mut self, map_runs: usize) -> Self {
        self.limit = match map_runs {
            0 => PAGE,
            map_runs => map_runs.min(LONGEST_PAGE),
        };
        self
    }

    /// The page after the one that gave this token.
    ///
    /// # Errors
    /// `InvalidToken`
    pub fn after(mut self, token: &str) -> Result<Self, EngineError> {
        let after = token.parse();
        self.after = after.map_err(|_| EngineError::InvalidToken(token.to_owned()))?;
        Ok(self)
    }
}

impl Engine {
    /// Lists the Map Runs of an execution, as
    /// [ListMapRuns](https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html) does.
    /// [`List::of_map_run`](super::List::of_map_run) has the children of one.
    ///
    /// # Errors
    /// `InvalidArn`, `ExecutionDoesNotExist`, and as [`Execution::history`].
    pub async fn list_map_runs(&self, list: ListMapRuns) -> Result<MapRunList, EngineError> {
        let execution = self.execution_by_arn(&list.execution_arn).await?;
        let all = execution.recorded().await?.map_runs;
        let end = list.after.saturating_add(list.limit);
        let page = all.iter().skip(list.after).take(list.limit);
        Ok(MapRunList {
            map_runs: page.map(ListedMapRun::new).collect(),
            next_token: (end < all.len()).then(|| end.to_string()),
        })
    }

    /// Tells how far a Map Run is, as
    /// [DescribeMapRun](https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html) does.
    ///
    /// # Errors
    /// `InvalidArn`, `ResourceNotFound`, and as [`Execution::history`].
    pub async fn describe_map_run(&self, map_run_arn: &str) -> Result<MapRunSummary, EngineError> {
        let execution = self.execution_of_map_run(map_run_arn).await?;
        let mut map_runs = execution.recorded().await?.map_runs.into_iter();
        let found = map_runs.find(|map_run| *map_run.map_run_arn == *map_run_arn);
        let mut map_run = found.ok_or_else(|| not_found(map_run_arn))?;
        let stored = execution.stored().await?;
        self.inner.count_not_redrivable(&stored, &mut map_run).await?;
        Ok(map_run)
    }

    /// Changes the limits of a Map Run that is under way, as
    /// [UpdateMapRun](https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html) does. That they
    /// are changed is durable when this returns.
    ///
    /// # Errors
    /// `InvalidArn`. `ResourceNotFound`: no such Map Run is under way. `ValidationException`: the percentage is not one from
    /// 0 to 100. And when the execution is held, or the store fails.
    pub async fn update_map_run(&self, map_run_arn: &str, update: MapRunUpdate) -> Result<(), EngineError> {
        update
            .check()
            .map_err(|problem| EngineError::Validation(problem.to_owned()))?;
        let id = self.execution_of_map_run(map_run_arn).await?.id;
        let (reply, done) = oneshot::channel();
        let message = Message::UpdateMapRun {
            map_run_arn: Arc::from(map_run_arn),
            update,
            reply,
        };
        self.inner.deliver(id, message);
        match done.await.unwrap_or_else(|_| Err(self.inner.no_answer(id))) {
            // The execution has ended, or did so in that moment.
            Err(EngineError::TaskDoesNotExist | EngineError::TaskTimedOut) => Err(not_found(map_run_arn)),
            result => result,
        }
    }

    /// The execution that a Map Run is in, if there is such a one: the ARN has its number.
    async fn execution_of_map_run(&self, map_run_arn: &str) -> Result<Execution, EngineError> {
        let id = execution_of_map_run(map_run_arn);
        let id = id.ok_or_else(|| EngineError::InvalidArn(map_run_arn.to_owned()))?;
        let stored = self.inner.read(move |store| store.execution(id)).await?;
        let stored = stored.ok_or_else(|| not_found(map_run_arn))?;
        Ok(Execution::new(self.clone(), Arc::new(stored)))
    }
}

impl Execution {
    /// Its Map Runs, each as [`Engine::describe_map_run`] tells of it, in the order of their starts.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub async fn map_runs(&self) -> Result<Vec<MapRunSummary>, EngineError> {
        let mut map_runs = self.recorded().await?.map_runs;
        let stored = self.stored().await?;
        for map_run in &mut map_runs {
            self.engine.inner.count_not_redrivable(&stored, map_run).await?;
        }
        Ok(map_runs)
    }
}

impl ListedMapRun {
    fn new(map_run: &MapRunSummary) -> Self {
        let arn = &*map_run.map_run_arn;
        Self {
            map_run_arn: arn.to_owned(),
            execution_arn: map_run.execution_arn.to_string(),
            machine: arn.split(':').nth(6).unwrap_or_default().to_owned(),
            start_time: map_run.start_time,
            stop_time: map_run.stop_time,
        }
    }
}

fn not_found(map_run_arn: &str) -> EngineError {
    EngineError::ResourceNotFound(map_run_arn.to_owned())
}
