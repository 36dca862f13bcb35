//! A store that keeps nothing beyond its own life, for tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::tables::{Entry, Tables, goes_on, wakes};
use super::{
    ACTIVE, Batch, Ended, ExecutionId, Query, Record, Status, Store, StoreError, StoredExecution, Totals,
    Written,
};
use crate::Timestamp;

/// Keeps executions in memory, for tests. Clones are the same store, so that it can be opened again after its engine was
/// dropped.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Tables>>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A store with the same content, from which this one's changes are kept apart.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self(Arc::new(Mutex::new(self.lock().clone())))
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self, fingerprint: u64) -> Vec<(Timestamp, ExecutionId)> {
        let tables = self.lock();
        let entries = tables.executions.values().map(|entry| &*entry.execution);
        entries
            .filter_map(|execution| wakes(execution, fingerprint))
            .collect()
    }
}

impl Store for MemoryStore {
    fn write(&self, batch: &Batch) -> Result<Vec<Written>, StoreError> {
        let mut tables = self.lock();
        let writes = batch.writes().into_iter();
        Ok(writes.map(|write| tables.apply(write)).collect())
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
        let tables = self.lock();
        Ok(tables.executions.get(&id).map(|entry| (*entry.execution).clone()))
    }

    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError> {
        let tables = self.lock();
        Ok(tables.find(machine, name).map(|entry| (*entry.execution).clone()))
    }

    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
        let tables = self.lock();
        let entry = tables.executions.get(&id);
        Ok(entry.map_or_else(Vec::new, |entry| entry.journal.clone()))
    }

    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        let tables = self.lock();
        Ok(tables
            .executions
            .get(&id)
            .and_then(Entry::input)
            .map(String::from))
    }

    fn ended(&self, id: ExecutionId) -> Result<Option<Ended>, StoreError> {
        let tables = self.lock();
        Ok(tables.executions.get(&id).and_then(|entry| entry.ended.clone()))
    }

    fn active(
        &self,
        fingerprint: u64,
        after: ExecutionId,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, StoreError> {
        let running = self.running(fingerprint).into_iter();
        let active = running.filter(|(wake_at, id)| *wake_at == ACTIVE && *id > after);
        Ok(active.map(|(_, id)| id).take(limit).collect())
    }

    fn due(&self, fingerprint: u64, now: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        let mut due = self.running(fingerprint);
        due.retain(|(wake_at, _)| *wake_at != ACTIVE && *wake_at <= now);
        due.sort_unstable();
        Ok(due.into_iter().map(|(_, id)| id).take(limit).collect())
    }

    fn next_wake(&self, fingerprint: u64) -> Result<Option<Timestamp>, StoreError> {
        let running = self.running(fingerprint).into_iter();
        Ok(running
            .map(|(wake_at, _)| wake_at)
            .filter(|at| *at != ACTIVE)
            .min())
    }

    fn offer(&self, activity: &str, fingerprints: &[u64]) -> Result<Option<ExecutionId>, StoreError> {
        let tables = self.lock();
        let mut offers = tables.offers.iter();
        let is_one_of = |id: &ExecutionId| {
            let entry = tables.executions.get(id);
            entry.is_some_and(|entry| goes_on(&entry.execution, fingerprints))
        };
        let offer = offers.find(|(id, offer)| offer.activity == activity && is_one_of(id));
        Ok(offer.map(|(id, _)| *id))
    }

    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        let tables = self.lock();
        let newest_first = tables.executions.values().rev().map(|entry| &*entry.execution);
        let matching = newest_first.filter(|execution| query.matches(execution));
        Ok(matching.take(query.limit).cloned().collect())
    }

    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        let tables = self.lock();
        let executions = tables.executions.values().map(|entry| &*entry.execution);
        let ended = executions.filter(|execution| execution.stopped_at.is_some_and(|at| at < time));
        Ok(ended.map(|execution| execution.id).take(limit).collect())
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        let tables = self.lock();
        let executions = tables.executions.values().map(|entry| &*entry.execution);
        let running = executions.filter(|execution| execution.status == Status::Running);
        Ok(Totals {
            last_id: tables.last_id,
            running: running.count() as u64,
        })
    }
}
