//! Searching executions: in the tables, and in what is in the log and not there yet.
//!
//! Nothing is written for that, so it can be done while the disk is full. What is in memory is looked at first: what comes into
//! the tables in the meantime is found in both, and counts as it was here.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rusqlite::Connection;

use super::super::tables::wakes;
use super::super::{ACTIVE, ExecutionId, Query, Status, StoreError, StoredExecution, Totals};
use super::{Error, SqliteStore, read};
use crate::Timestamp;

impl SqliteStore {
    /// What `pick` finds in memory, and what `read` finds in the tables of the others. It is told which are in memory: those
    /// do not count.
    fn merged<T>(
        &self,
        pick: impl Fn(&StoredExecution) -> Option<T>,
        read: impl FnOnce(&Connection, &BTreeSet<ExecutionId>) -> Result<Vec<T>, Error>,
        id_of: impl Fn(&T) -> ExecutionId,
    ) -> Result<Vec<T>, StoreError> {
        let (known, mut found) = {
            let pending = self.pending();
            let found: Vec<T> = pending.executions().filter_map(pick).collect();
            (pending.numbers(), found)
        };
        let stored = self.read(|connection| read(connection, &known))?;
        found.extend(
            stored
                .into_iter()
                .filter(|stored| !known.contains(&id_of(stored))),
        );
        Ok(found)
    }

    pub(super) fn search(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        let pick = |execution: &StoredExecution| query.matches(execution).then(|| execution.clone());
        let stored = |connection: &Connection, known: &BTreeSet<ExecutionId>| {
            let limit = query.limit.saturating_add(known.len());
            let query = Query {
                limit,
                ..query.clone()
            };
            read::list(connection, &query)
        };
        let mut found = self.merged(pick, stored, |execution| execution.id)?;
        found.sort_unstable_by_key(|execution| Reverse(execution.id));
        found.truncate(query.limit);
        Ok(found)
    }

    pub(super) fn search_active(
        &self,
        fingerprint: u64,
        after: ExecutionId,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, StoreError> {
        let pick = |execution: &StoredExecution| {
            let (at, id) = wakes(execution, fingerprint)?;
            (at == ACTIVE && id > after).then_some(id)
        };
        let stored = |connection: &Connection, known: &BTreeSet<ExecutionId>| {
            read::active(connection, fingerprint, after, limit.saturating_add(known.len()))
        };
        let mut found = self.merged(pick, stored, |id| *id)?;
        found.sort_unstable();
        found.truncate(limit);
        Ok(found)
    }

    /// Parked executions of a definition with the times at which they are to be woken, the earliest first.
    pub(super) fn search_parked(
        &self,
        fingerprint: u64,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, ExecutionId)>, StoreError> {
        let pick = |execution: &StoredExecution| {
            wakes(execution, fingerprint).filter(|(at, _)| *at != ACTIVE && *at <= until)
        };
        let stored = |connection: &Connection, known: &BTreeSet<ExecutionId>| {
            read::parked(connection, fingerprint, until, limit, known)
        };
        let mut found = self.merged(pick, stored, |(_, id)| *id)?;
        found.sort_unstable();
        found.truncate(limit);
        Ok(found)
    }

    pub(super) fn search_offer(
        &self,
        activity: &str,
        fingerprints: &[u64],
    ) -> Result<Option<ExecutionId>, StoreError> {
        let (known, pending) = {
            let pending = self.pending();
            (
                pending.offering(fingerprints),
                pending.offer(activity, fingerprints),
            )
        };
        let stored = self.read(|connection| read::offer(connection, activity, fingerprints, &known))?;
        // Those that have rows have waited longer.
        Ok(stored.or(pending))
    }

    pub(super) fn search_ended(
        &self,
        before: Timestamp,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, StoreError> {
        let pick = |execution: &StoredExecution| {
            let is_old = execution.stopped_at.is_some_and(|at| at < before);
            is_old.then_some(execution.id)
        };
        let stored = |connection: &Connection, known: &BTreeSet<ExecutionId>| {
            read::ended_before(connection, before, limit.saturating_add(known.len()))
        };
        let mut found = self.merged(pick, stored, |id| *id)?;
        found.truncate(limit);
        Ok(found)
    }

    pub(super) fn count(&self) -> Result<Totals, StoreError> {
        let (known, pending): (BTreeSet<ExecutionId>, Totals) = {
            let pending = self.pending();
            let running = pending.executions().filter(|of| of.status == Status::Running);
            let running = running.count() as u64;
            let last_id = pending.last_id();
            (pending.numbers(), Totals { last_id, running })
        };
        let stored = self.read(|connection| read::totals(connection, &known))?;
        Ok(Totals {
            last_id: stored.last_id.max(pending.last_id),
            running: stored.running + pending.running,
        })
    }
}
