//! A store for tests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_runtime::Timestamp;
use asl_runtime::durable::store::{
    Batch, Ended, ExecutionId, MemoryStore, Query, Record, Store, StoreError, StoredExecution, Totals, Write,
    Written,
};
use tokio::sync::Notify;

/// What fails, and when.
#[derive(Debug, Default)]
struct Faults {
    /// Writes that are still taken; none for no limit.
    left: Option<u64>,
    error: Option<StoreError>,
}

/// Reads of executions that are under way.
#[derive(Debug, Default)]
struct Reads {
    state: Mutex<ReadsState>,
    changed: Condvar,
    /// There is one more.
    began: Notify,
}

#[derive(Debug, Default)]
struct ReadsState {
    under_way: usize,
    are_held: bool,
}

impl Reads {
    fn lock(&self) -> MutexGuard<'_, ReadsState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_place(&self) {
        let mut state = self.lock();
        state.under_way += 1;
        self.began.notify_one();
        // No test is to wait for ever.
        let longest = Duration::from_secs(20);
        let waited = self
            .changed
            .wait_timeout_while(state, longest, |state| state.are_held);
        waited.unwrap_or_else(PoisonError::into_inner).0.under_way -= 1;
    }
}

/// A store in memory that outlives its engines, tells when a journal grew, and can be made to fail.
#[derive(Debug, Clone, Default)]
pub struct TestStore {
    store: MemoryStore,
    faults: Arc<Mutex<Faults>>,
    records: Arc<AtomicU64>,
    grew: Arc<Notify>,
    reads: Arc<Reads>,
    /// Whether what is refused was applied nevertheless.
    after: bool,
}

impl TestStore {
    /// Refused writes are applied, as when the answer of a commit is lost.
    pub fn losing_answers() -> Self {
        Self {
            after: true,
            ..Self::default()
        }
    }

    /// From now on takes so many starts, records and ends, then refuses all.
    pub fn fail_after(&self, writes: u64, error: StoreError) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        *faults = Faults {
            left: Some(writes),
            error: Some(error),
        };
    }

    pub fn heal(&self) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = Faults::default();
    }

    /// Records written so far.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::SeqCst)
    }

    /// Reads of executions wait from now on, or no longer.
    pub fn hold_reads(&self, are_held: bool) {
        self.reads.lock().are_held = are_held;
        self.reads.changed.notify_all();
    }

    /// Waits until so many executions are being read, and gives how many are.
    pub async fn reads(&self, at_least: usize) -> usize {
        loop {
            let count = self.reads.lock().under_way;
            if count >= at_least {
                return count;
            }
            self.reads.began.notified().await;
        }
    }

    /// Waits until a journal grows, or has grown since the last time.
    pub async fn grew(&self) {
        self.grew.notified().await;
    }
}

impl Store for TestStore {
    fn write(&self, batch: &Batch) -> Result<Vec<Written>, StoreError> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |write: &&Write| matches!(write, Write::Start { .. } | Write::Append { .. });
        let count = batch.writes().iter().filter(counts).count() as u64;
        if let Some(left) = &mut faults.left {
            if *left == 0 {
                if self.after {
                    self.store.write(batch)?;
                }
                return Err(faults
                    .error
                    .clone()
                    .unwrap_or_else(|| StoreError::Failed("out of order".to_owned())));
            }
            *left = left.saturating_sub(count);
        }
        drop(faults);
        self.records.fetch_add(count, Ordering::SeqCst);
        let grows = batch
            .writes()
            .iter()
            .any(|write| matches!(write, Write::Append { .. }));
        let written = self.store.write(batch)?;
        if grows {
            self.grew.notify_one();
        }
        Ok(written)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
        self.reads.take_place();
        self.store.execution(id)
    }

    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError> {
        self.store.find(machine, name)
    }

    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
        self.store.journal(id)
    }

    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        self.store.input(id)
    }

    fn ended(&self, id: ExecutionId) -> Result<Option<Ended>, StoreError> {
        self.store.ended(id)
    }

    fn active(&self, version: u64, after: ExecutionId, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.store.active(version, after, limit)
    }

    fn due(&self, version: u64, now: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.store.due(version, now, limit)
    }

    fn next_wake(&self, version: u64) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_wake(version)
    }

    fn offer(&self, activity: &str, versions: &[u64]) -> Result<Option<ExecutionId>, StoreError> {
        self.store.offer(activity, versions)
    }

    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        self.store.list(query)
    }

    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.store.ended_before(time, limit)
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        self.store.totals()
    }
}
