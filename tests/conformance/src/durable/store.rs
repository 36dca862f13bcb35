//! A store that tells when a journal grew.

use std::sync::Arc;

use asl_runtime::Timestamp;
use asl_runtime::durable::store::{
    Ended, ExecutionId, MemoryStore, Query, Record, Store, StoreError, StoredExecution, Totals, Write,
    Written,
};
use tokio::sync::Notify;

/// A store in memory that outlives its engines, and tells when a journal grew.
#[derive(Debug, Clone, Default)]
pub struct ToldStore {
    store: MemoryStore,
    grew: Arc<Notify>,
}

impl ToldStore {
    /// Waits until a journal grows, or has grown since the last time.
    pub async fn grew(&self) {
        self.grew.notified().await;
    }
}

impl Store for ToldStore {
    fn write(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        let written = self.store.write(writes)?;
        if writes.iter().any(|write| matches!(write, Write::Append { .. })) {
            self.grew.notify_one();
        }
        Ok(written)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
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

    fn offer(&self, activity: &str) -> Result<Option<ExecutionId>, StoreError> {
        self.store.offer(activity)
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
