//! How far a Map Run is.

use std::fmt;
use std::sync::Arc;

use crate::Timestamp;
use crate::machine::Outcome;

/// How far a Map Run is, as
/// [DescribeMapRun](https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html) tells it.
/// An [`Observer`](crate::Observer) sees it grow.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MapRunSummary {
    /// ARN of the Map Run. Region and account are `local` and zeroes, unless an engine was told others.
    pub map_run_arn: Arc<str>,
    /// ARN of the execution that it is in.
    pub execution_arn: Arc<str>,
    /// Name of the Map state.
    pub state: &'static str,
    /// Whether it still runs, or how it ended.
    pub status: MapRunStatus,
    /// When it started.
    pub start_time: Timestamp,
    /// When it ended; nothing while it runs, also while it runs again.
    pub stop_time: Option<Timestamp>,
    /// `MaxConcurrency` as it is by now ([`MapRunUpdate`](crate::MapRunUpdate) changes it); [`UNLIMITED`](Self::UNLIMITED)
    /// where there is no limit.
    pub max_concurrency: u32,
    /// `ToleratedFailureCount` as it is by now; 0 where there is none.
    pub tolerated_failure_count: u64,
    /// `ToleratedFailurePercentage` as it is by now, from 0 to 100; 0 where there is none.
    pub tolerated_failure_percentage: f64,
    /// Numbers of items. Those of an object that is being read are counted as they are read.
    pub items: MapRunCounts,
    /// Numbers of child executions: of batches, where items are batched.
    pub executions: MapRunCounts,
    /// How often it was redriven: with its execution, when that was
    /// [redriven](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html).
    pub redrive_count: u32,
    /// When it was last redriven.
    pub redrive_time: Option<Timestamp>,
}

/// Whether a Map Run still runs, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MapRunStatus {
    /// It runs.
    Running,
    /// It succeeded.
    Succeeded,
    /// Too many items failed, or items could not be read, or results not be written.
    Failed,
    /// It was stopped.
    Aborted,
}

impl MapRunSummary {
    /// The [`max_concurrency`](Self::max_concurrency) of a Map Run without a limit, as the service shows it.
    pub const UNLIMITED: u32 = 2_147_483_647;

    /// How a `MaxConcurrency` is shown: 0 is no limit.
    pub(super) fn shown(max_concurrency: u32) -> u32 {
        match max_concurrency {
            0 => Self::UNLIMITED,
            limit => limit,
        }
    }

    /// Notes what is known of the Map Run now in a list of such, in the place of what was known before.
    pub(crate) fn note_in(&self, map_runs: &mut Vec<Self>) {
        // It is among the last most often.
        let mut known = map_runs.iter_mut().rev();
        match known.find(|known| known.map_run_arn == self.map_run_arn) {
            Some(known) => known.clone_from(self),
            None => map_runs.push(self.clone()),
        }
    }
}

/// Numbers of items or child executions by status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MapRunCounts {
    /// Known, but not started.
    pub pending: u64,
    /// Under way.
    pub running: u64,
    /// Succeeded.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Failed by a time limit.
    pub timed_out: u64,
    /// Stopped, because the Map Run ended before them.
    pub aborted: u64,
    /// Ended without success, and to run again in a redrive that is under way.
    pub pending_redrive: u64,
    /// All of the above.
    pub total: u64,
    /// Those that ended and whose results were written to objects.
    pub results_written: u64,
    /// Those of the failed, timed out and stopped ones that a redrive cannot run again. A durable execution tells of those
    /// that ended too long ago, too, as soon as they have.
    pub failures_not_redrivable: u64,
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Ended {
    pub(crate) const fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Succeeded(_) => Self::Succeeded,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::TimedOut => Self::TimedOut,
            Outcome::Aborted { .. } => Self::Aborted,
        }
    }
}

impl MapRunStatus {
    /// The service's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Aborted => "ABORTED",
        }
    }
}

impl fmt::Display for MapRunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl MapRunSummary {
    /// It has ended.
    pub(crate) fn end(&mut self, status: MapRunStatus, at: Timestamp) {
        self.status = status;
        self.stop_time = Some(at);
    }
}

impl MapRunCounts {
    pub(crate) fn found(&mut self, count: u64) {
        self.pending += count;
        self.total += count;
    }

    pub(crate) fn started(&mut self, count: u64) {
        self.pending -= count;
        self.running += count;
    }

    pub(crate) fn ended(&mut self, how: Ended, count: u64) {
        self.running -= count;
        *self.place(how) += count;
    }

    /// What ended so is to run again.
    pub(crate) fn redrive(&mut self, how: Ended, count: u64) {
        *self.place(how) -= count;
        self.pending_redrive += count;
    }

    /// It stays as it ended after all.
    pub(crate) fn not_redriven(&mut self, how: Ended, count: u64) {
        self.pending_redrive -= count;
        *self.place(how) += count;
    }

    pub(crate) fn redriven(&mut self, count: u64) {
        self.pending_redrive -= count;
        self.running += count;
    }

    fn place(&mut self, how: Ended) -> &mut u64 {
        match how {
            Ended::Succeeded => &mut self.succeeded,
            Ended::Failed => &mut self.failed,
            Ended::TimedOut => &mut self.timed_out,
            Ended::Aborted => &mut self.aborted,
        }
    }

    /// All that count as failed where failures are tolerated.
    pub(crate) fn not_tolerated(&self) -> u64 {
        self.failed + self.timed_out
    }
}
