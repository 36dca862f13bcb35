//! A store that keeps nothing beyond its own life, for tests.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    ACTIVE, Ended, ExecutionId, Offer, Query, Record, Status, Store, StoreError, StoredExecution, Totals,
    Write, Written,
};
use crate::Timestamp;

/// Keeps executions in memory, for tests. Clones are the same store, so that it can be opened again after its engine was
/// dropped.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Tables>>);

#[derive(Debug, Clone, Default)]
struct Tables {
    executions: BTreeMap<ExecutionId, Entry>,
    names: HashMap<(String, String), ExecutionId>,
    offers: Vec<(ExecutionId, Offer)>,
    last_id: ExecutionId,
}

#[derive(Debug, Clone)]
struct Entry {
    execution: StoredExecution,
    journal: BTreeMap<u64, Record>,
    ended: Option<Ended>,
}

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
        let entries = tables.executions.values().map(|entry| &entry.execution);
        entries
            .filter(|execution| execution.fingerprint == fingerprint && execution.problem.is_none())
            .filter_map(|execution| Some((execution.wake_at?, execution.id)))
            .collect()
    }
}

impl Tables {
    fn running(&mut self, id: ExecutionId) -> Option<&mut StoredExecution> {
        let execution = &mut self.executions.get_mut(&id)?.execution;
        (execution.status == Status::Running).then_some(execution)
    }

    fn withdraw_offers(&mut self, id: ExecutionId) {
        self.offers.retain(|(of, _)| *of != id);
    }

    fn apply(&mut self, write: &Write) -> Written {
        match write {
            Write::Start { execution, input } => {
                let name = (execution.machine.clone(), execution.name.clone());
                if let Some(entry) = self.names.get(&name).and_then(|id| self.executions.get(id)) {
                    return Written::Exists(Box::new(entry.execution.clone()));
                }
                self.names.insert(name, execution.id);
                self.last_id = self.last_id.max(execution.id);
                let record = Record {
                    number: 0,
                    at: execution.started_at,
                    events: input.clone(),
                };
                let entry = Entry {
                    execution: (**execution).clone(),
                    journal: BTreeMap::from([(0, record)]),
                    ended: None,
                };
                self.executions.insert(execution.id, entry);
            }
            Write::Append { execution, record } => {
                if let Some(entry) = self.executions.get_mut(execution) {
                    let place = entry.journal.entry(record.number);
                    place.or_insert_with(|| record.clone());
                }
            }
            Write::Park {
                execution: id,
                wake_at,
                timers,
                offers,
                seen,
            } => {
                let Some(execution) = self.running(*id) else {
                    return Written::Done;
                };
                if execution.pokes > *seen {
                    return Written::Poked;
                }
                execution.wake_at = *wake_at;
                execution.timers.clone_from(timers);
                self.withdraw_offers(*id);
                self.offers
                    .extend(offers.iter().map(|offer| (*id, offer.clone())));
            }
            Write::Unpark { execution: id } => {
                if let Some(execution) = self.running(*id) {
                    execution.wake_at = Some(ACTIVE);
                    execution.timers.clear();
                    self.withdraw_offers(*id);
                }
            }
            Write::Wake { machine, name } => {
                let id = self.names.get(&(machine.clone(), name.clone())).copied();
                if let Some(execution) = id.and_then(|id| self.running(id)) {
                    execution.pokes += 1;
                    execution.wake_at = Some(ACTIVE);
                }
            }
            Write::End {
                execution: id,
                status,
                at,
                error,
                cause,
                ended,
                parent,
            } => {
                if let Some(execution) = self.running(*id) {
                    execution.status = *status;
                    execution.stopped_at = Some(*at);
                    execution.error.clone_from(error);
                    execution.cause.clone_from(cause);
                    execution.wake_at = None;
                    execution.problem = None;
                    self.withdraw_offers(*id);
                    if let Some(entry) = self.executions.get_mut(id) {
                        entry.ended = Some(ended.clone());
                    }
                    if let Some(parent) = parent.and_then(|parent| self.running(parent)) {
                        parent.pokes += 1;
                        parent.wake_at = Some(ACTIVE);
                    }
                }
                if let Some(parent) = parent.and_then(|parent| self.executions.get(&parent)) {
                    return Written::Pokes(parent.execution.pokes);
                }
            }
            Write::Redrive {
                execution,
                at,
                count,
                ticket,
            } => {
                if let Some(entry) = self.executions.get_mut(execution) {
                    let execution = &mut entry.execution;
                    execution.status = Status::Running;
                    execution.stopped_at = None;
                    (execution.error, execution.cause) = (None, None);
                    execution.wake_at = Some(ACTIVE);
                    execution.redrive_count = *count;
                    execution.redriven_at = Some(*at);
                    let parent = execution.parent;
                    execution.parent = parent.map(|(id, of)| (id, ticket.unwrap_or(of)));
                    entry.ended = None;
                }
            }
            Write::Problem { execution, problem } => {
                if let Some(execution) = self.running(*execution) {
                    execution.problem.clone_from(problem);
                    execution.wake_at = Some(ACTIVE);
                }
            }
            Write::Delete { execution } => {
                if let Some(entry) = self.executions.remove(execution) {
                    self.names
                        .remove(&(entry.execution.machine, entry.execution.name));
                }
                self.withdraw_offers(*execution);
            }
        }
        Written::Done
    }
}

impl Store for MemoryStore {
    fn write(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        let mut tables = self.lock();
        Ok(writes.iter().map(|write| tables.apply(write)).collect())
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
        let tables = self.lock();
        Ok(tables.executions.get(&id).map(|entry| entry.execution.clone()))
    }

    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError> {
        let id = self
            .lock()
            .names
            .get(&(machine.to_owned(), name.to_owned()))
            .copied();
        match id {
            Some(id) => self.execution(id),
            None => Ok(None),
        }
    }

    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
        let tables = self.lock();
        let entry = tables.executions.get(&id);
        Ok(entry.map_or_else(Vec::new, |entry| entry.journal.values().cloned().collect()))
    }

    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        let tables = self.lock();
        let record = tables.executions.get(&id).and_then(|entry| entry.journal.get(&0));
        Ok(record.map(|record| record.events.clone()))
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

    fn offer(&self, activity: &str) -> Result<Option<ExecutionId>, StoreError> {
        let tables = self.lock();
        let mut offers = tables.offers.iter();
        let offer = offers.find(|(_, offer)| offer.activity == activity);
        Ok(offer.map(|(id, _)| *id))
    }

    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        let tables = self.lock();
        let newest_first = tables.executions.values().rev().map(|entry| &entry.execution);
        let matching = newest_first.filter(|execution| query.matches(execution));
        Ok(matching.take(query.limit).cloned().collect())
    }

    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        let tables = self.lock();
        let executions = tables.executions.values().map(|entry| &entry.execution);
        let ended = executions.filter(|execution| execution.stopped_at.is_some_and(|at| at < time));
        Ok(ended.map(|execution| execution.id).take(limit).collect())
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        let tables = self.lock();
        let executions = tables.executions.values().map(|entry| &entry.execution);
        let running = executions.filter(|execution| execution.status == Status::Running);
        Ok(Totals {
            last_id: tables.last_id,
            running: running.count() as u64,
        })
    }
}
