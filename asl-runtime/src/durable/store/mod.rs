//! Where durable executions are kept.

mod batch;
mod memory;
mod sqlite;
mod tables;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use crate::Timestamp;

pub use batch::{Batch, StoredText};
pub use memory::MemoryStore;
pub use sqlite::SqliteStore;

/// Number of an execution in its store. The store's engine gives them out, in the order of the starts.
pub type ExecutionId = u64;

/// Keeps durable executions: a database, as the engine sees it.
///
/// An engine has its store to itself. It writes from one thread at a time, always with [`write`](Self::write), and reads
/// from several. The functions block; the engine calls them where that is allowed. [`SqliteStore`] is the one to use,
/// [`MemoryStore`] is for tests. The crate's own behaviour suite for stores tells what is asked of one.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Applies all of the writes, in order, or none of them. They are durable when this returns. Gives what came of each.
    ///
    /// # Errors
    /// When they could not be applied, or could not be made durable. Then the engine writes them again later; writing
    /// something a second time must do no harm.
    fn write(&self, batch: &Batch) -> Result<Vec<Written>, StoreError>;

    /// An execution by its number.
    ///
    /// # Errors
    /// When it cannot be read.
    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError>;

    /// An execution by the name of its machine and its own.
    ///
    /// # Errors
    /// When it cannot be read.
    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError>;

    /// The journal of an execution, in order. The first record, number 0, is the input of the execution.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged.
    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError>;

    /// Input of an execution, as JSON: the first record of its journal.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged.
    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError>;

    /// What is kept of the end of an execution: output and history.
    ///
    /// # Errors
    /// When it cannot be read, or is damaged.
    fn ended(&self, id: ExecutionId) -> Result<Option<Ended>, StoreError>;

    /// Running executions of a definition that are in memory, or were when the process died: those whose
    /// [`wake_at`](StoredExecution::wake_at) is [`ACTIVE`]. In order of their numbers, from the first above `after`.
    ///
    /// # Errors
    /// When they cannot be read.
    fn active(
        &self,
        fingerprint: u64,
        after: ExecutionId,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, StoreError>;

    /// Parked executions of a definition whose time has come, the earliest first.
    ///
    /// # Errors
    /// When they cannot be read.
    fn due(&self, fingerprint: u64, now: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError>;

    /// The earliest time at which a parked execution of a definition is to be woken.
    ///
    /// # Errors
    /// When it cannot be read.
    fn next_wake(&self, fingerprint: u64) -> Result<Option<Timestamp>, StoreError>;

    /// The execution whose task of an activity waits longest for a worker, of the parked ones of these definitions that have
    /// no [`problem`](StoredExecution::problem).
    ///
    /// # Errors
    /// When it cannot be read.
    fn offer(&self, activity: &str, fingerprints: &[u64]) -> Result<Option<ExecutionId>, StoreError>;

    /// Executions, the newest first.
    ///
    /// # Errors
    /// When they cannot be read.
    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError>;

    /// Executions that ended before a time.
    ///
    /// # Errors
    /// When they cannot be read.
    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError>;

    /// The greatest number of an execution so far, also of one that was removed, and how many are running.
    ///
    /// # Errors
    /// When it cannot be read.
    fn totals(&self) -> Result<Totals, StoreError>;
}

/// [`wake_at`](StoredExecution::wake_at) of an execution that is in memory.
pub const ACTIVE: Timestamp = Timestamp::from_millis(0);

/// What [`Store::totals`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// The greatest number that an execution has or had: none is given out twice. 0 if there was none.
    pub last_id: ExecutionId,
    /// How many are running.
    pub running: u64,
}

/// An execution as its store has it, without what may be large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredExecution {
    /// Its number.
    pub id: ExecutionId,
    /// Name of its machine; of a child of a Map Run with the label behind it: `machine/label`.
    pub machine: StoredText,
    /// Its name.
    pub name: StoredText,
    /// Fingerprint of the definition that it runs.
    pub fingerprint: u64,
    /// Where it is.
    pub status: Status,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub stopped_at: Option<Timestamp>,
    /// Error name of its end.
    pub error: Option<String>,
    /// Cause of its end.
    pub cause: Option<String>,
    /// When it is to be woken; [`ACTIVE`] while it is in memory. Nothing where it waits for something that has no time,
    /// and when it has ended.
    pub wake_at: Option<Timestamp>,
    /// Text of the engine, about timers of a parked execution.
    pub timers: String,
    /// How often it was redriven.
    pub redrive_count: u32,
    /// When it was last redriven.
    pub redriven_at: Option<Timestamp>,
    /// The execution that started it, and by which of its tickets.
    pub parent: Option<(ExecutionId, u64)>,
    /// ARN of the Map Run that it is a child of.
    pub map_run: Option<String>,
    /// Text of the engine: how the execution was started.
    pub settings: StoredText,
    /// How many executions that it started have ended, and how often it was to [wake](Write::Wake).
    pub pokes: u64,
    /// Why it does not go on, though it is running.
    pub problem: Option<String>,
}

/// Status of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It runs.
    Running,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
    /// Its time limit ran out.
    TimedOut,
    /// It was stopped.
    Aborted,
    /// It is a child of a Map Run, ended without success, and is to run again in a redrive that is under way. Engines tell
    /// this; in a store it is as it ended.
    PendingRedrive,
}

impl Status {
    /// The service's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
            Self::PendingRedrive => "PENDING_REDRIVE",
        }
    }

    /// The status that the service has this word for, of an execution in a store.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Running,
            Self::Succeeded,
            Self::Failed,
            Self::TimedOut,
            Self::Aborted,
        ];
        all.into_iter().find(|status| status.as_str() == name)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One record of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 0 without a gap.
    pub number: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, as JSON.
    pub events: StoredText,
}

/// What is kept of the end of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// Output of an execution that succeeded, as JSON.
    pub output: Option<StoredText>,
    /// Its history; none where its definition was not there when it was stopped.
    pub history: Option<StoredText>,
}

/// A task of an activity that waits for a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Name of the activity.
    pub activity: String,
    /// Token of the task.
    pub token: String,
}

/// A change of what is stored.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Write {
    /// Adds an execution with its input, unless its machine has one of that name.
    Start {
        /// The execution.
        execution: Arc<StoredExecution>,
        /// Its input, as JSON: record 0 of the journal.
        input: StoredText,
    },
    /// Adds a record to a journal, unless it has one of that number.
    Append {
        /// Whose journal.
        execution: ExecutionId,
        /// The record.
        record: Record,
    },
    /// Parks a running execution. If it has more than `seen` [`pokes`](StoredExecution::pokes), it stays [`ACTIVE`].
    Park {
        /// The execution.
        execution: ExecutionId,
        /// When to wake it.
        wake_at: Option<Timestamp>,
        /// Kept for the engine.
        timers: String,
        /// Its tasks that wait for workers.
        offers: Vec<Offer>,
        /// How many of its `pokes` it knows of.
        seen: u64,
    },
    /// Makes a running execution [`ACTIVE`], without timers and offers.
    Unpark {
        /// The execution.
        execution: ExecutionId,
    },
    /// Makes a running execution [`ACTIVE`], if there is one of that name, with its timers and offers. It is not parked
    /// by who does not know of that: it counts as one more of [`pokes`](StoredExecution::pokes).
    Wake {
        /// Name of its machine.
        machine: String,
        /// Its name.
        name: String,
    },
    /// Ends a running execution, and makes the running execution that started it [`ACTIVE`].
    End {
        /// The execution.
        execution: ExecutionId,
        /// How.
        status: Status,
        /// When.
        at: Timestamp,
        /// Error name.
        error: Option<String>,
        /// Cause.
        cause: Option<String>,
        /// What is kept.
        ended: Ended,
        /// Whose end it tells.
        parent: Option<ExecutionId>,
    },
    /// Makes an execution that ended run again.
    Redrive {
        /// The execution.
        execution: ExecutionId,
        /// When.
        at: Timestamp,
        /// Which redrive it is.
        count: u32,
        /// By which ticket of the execution that started it, of a child of a Map Run.
        ticket: Option<u64>,
    },
    /// Says why a running execution does not go on; or nothing, when it is to be tried again.
    Problem {
        /// The execution.
        execution: ExecutionId,
        /// Why.
        problem: Option<String>,
    },
    /// Removes an execution that ended, with all there is of it.
    Delete {
        /// The execution.
        execution: ExecutionId,
    },
}

/// What came of a [`Write`].
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// It was done, or there was nothing to do.
    Done,
    /// Of a start: there is an execution of that name.
    Exists(Box<StoredExecution>),
    /// Of a park: it stays active.
    Poked,
    /// Of an end: how many pokes the parent has now.
    Pokes(u64),
}

/// Which executions to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Of this machine.
    pub machine: Option<String>,
    /// Of this Map Run.
    pub map_run: Option<String>,
    /// With this status.
    pub status: Option<Status>,
    /// Redriven at least once, or never.
    pub redriven: Option<bool>,
    /// Started at this time or later.
    pub from: Option<Timestamp>,
    /// Started before this time.
    pub to: Option<Timestamp>,
    /// With a number below this one.
    pub before: Option<ExecutionId>,
    /// At most so many.
    pub limit: usize,
}

impl Query {
    /// Whether it asks for this execution, its limit apart.
    pub fn matches(&self, execution: &StoredExecution) -> bool {
        self.machine
            .as_ref()
            .is_none_or(|machine| execution.machine == *machine)
            && self
                .map_run
                .as_ref()
                .is_none_or(|map_run| execution.map_run.as_ref() == Some(map_run))
            && self.status.is_none_or(|status| status == execution.status)
            && self
                .redriven
                .is_none_or(|redriven| redriven == (execution.redrive_count > 0))
            && self.from.is_none_or(|from| execution.started_at >= from)
            && self.to.is_none_or(|to| execution.started_at < to)
            && self.before.is_none_or(|before| execution.id < before)
    }
}

/// Why a store did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room for more.
    #[error("the store is full: {0}")]
    Full(String),
    /// What was read is not what was written.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// Another process, or another engine of this one, has it.
    #[error("the store is in use: {0}")]
    InUse(String),
    /// It was written by a version that this one does not know.
    #[error("the store has a format that this version does not know: {0}")]
    Format(String),
    /// Anything else.
    #[error("the store failed: {0}")]
    Failed(String),
}
