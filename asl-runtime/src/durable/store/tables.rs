//! Executions in memory, and what writes do to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{ACTIVE, Ended, ExecutionId, Offer, Record, Status, StoredExecution, StoredText, Write, Written};
use crate::Timestamp;

/// Executions with all there is of them.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub executions: BTreeMap<ExecutionId, Entry>,
    /// By the names of their machines, and then their own.
    names: HashMap<StoredText, HashMap<StoredText, ExecutionId>>,
    /// Tasks that wait for workers, in the order in which they were parked.
    pub offers: Vec<(ExecutionId, Offer)>,
    pub last_id: ExecutionId,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub execution: Arc<StoredExecution>,
    /// In the order of their numbers.
    pub journal: Vec<Record>,
    pub ended: Option<Ended>,
    pub notes: Notes,
}

/// What the embedded store notes of an execution whose writes are in its log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Notes {
    /// It has a row.
    pub is_stored: bool,
    /// It is to be written.
    pub is_changed: bool,
    /// It was started since rows were last written, and has neither been parked nor ended.
    pub is_young: bool,
    /// Its offers that have rows no longer count.
    pub is_withdrawn: bool,
}

impl Entry {
    /// An execution of which nothing else is here.
    pub fn new(execution: Arc<StoredExecution>) -> Self {
        Self {
            execution,
            journal: Vec::new(),
            ended: None,
            notes: Notes::default(),
        }
    }

    /// The first record of its journal.
    pub fn input(&self) -> Option<StoredText> {
        let first = self.journal.first().filter(|record| record.number == 0);
        first.map(|record| record.events.share())
    }

    /// Adds a record, unless there is one of that number.
    fn append(&mut self, record: Record) {
        match self.journal.last() {
            Some(last) if last.number >= record.number => {
                let place = self
                    .journal
                    .binary_search_by_key(&record.number, |known| known.number);
                if let Err(place) = place {
                    self.journal.insert(place, record);
                }
            }
            _ => self.journal.push(record),
        }
    }
}

/// When an execution of a definition is to be woken, and its number; nothing of one that is not.
pub fn wakes(execution: &StoredExecution, fingerprint: u64) -> Option<(Timestamp, ExecutionId)> {
    let at = execution.wake_at.filter(|_| goes_on(execution, &[fingerprint]))?;
    Some((at, execution.id))
}

/// Whether an execution is of one of these definitions, and nothing holds it.
pub fn goes_on(execution: &StoredExecution, fingerprints: &[u64]) -> bool {
    fingerprints.contains(&execution.fingerprint) && execution.problem.is_none()
}

impl Tables {
    /// Adds an execution.
    pub fn insert(&mut self, entry: Entry) {
        let StoredExecution {
            id, machine, name, ..
        } = &*entry.execution;
        let id = *id;
        self.last_id = self.last_id.max(id);
        match self.names.get_mut(&**machine) {
            Some(names) => drop(names.insert(name.share(), id)),
            None => {
                let names = HashMap::from([(name.share(), id)]);
                self.names.insert(machine.clone(), names);
            }
        }
        self.executions.insert(id, entry);
    }

    /// An execution by the name of its machine and its own.
    pub fn find(&self, machine: &str, name: &str) -> Option<&Entry> {
        let id = self.names.get(machine)?.get(name)?;
        self.executions.get(id)
    }

    fn running(&mut self, id: ExecutionId) -> Option<&mut StoredExecution> {
        let execution = &mut self.executions.get_mut(&id)?.execution;
        (execution.status == Status::Running).then(|| Arc::make_mut(execution))
    }

    fn withdraw_offers(&mut self, id: ExecutionId) {
        self.offers.retain(|(of, _)| *of != id);
    }

    /// Applies a write.
    pub fn apply(&mut self, write: Write) -> Written {
        match write {
            Write::Start { execution, input } => {
                if let Some(entry) = self.find(&execution.machine, &execution.name) {
                    return Written::Exists(Box::new((*entry.execution).clone()));
                }
                let record = Record {
                    number: 0,
                    at: execution.started_at,
                    events: input,
                };
                let mut entry = Entry::new(execution);
                entry.append(record);
                self.insert(entry);
            }
            Write::Append { execution, record } => {
                if let Some(entry) = self.executions.get_mut(&execution) {
                    entry.append(record);
                }
            }
            Write::Park {
                execution: id,
                wake_at,
                timers,
                offers,
                seen,
            } => {
                let Some(execution) = self.running(id) else {
                    return Written::Done;
                };
                if execution.pokes > seen {
                    return Written::Poked;
                }
                execution.wake_at = wake_at;
                execution.timers = timers;
                self.withdraw_offers(id);
                self.offers.extend(offers.into_iter().map(|offer| (id, offer)));
            }
            Write::Unpark { execution: id } => {
                if let Some(execution) = self.running(id) {
                    execution.wake_at = Some(ACTIVE);
                    execution.timers.clear();
                    self.withdraw_offers(id);
                }
            }
            Write::Wake { machine, name } => {
                let id = self.find(&machine, &name).map(|entry| entry.execution.id);
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
                if let Some(execution) = self.running(id) {
                    execution.status = status;
                    execution.stopped_at = Some(at);
                    execution.error = error;
                    execution.cause = cause;
                    execution.wake_at = None;
                    execution.problem = None;
                    self.withdraw_offers(id);
                    if let Some(entry) = self.executions.get_mut(&id) {
                        entry.ended = Some(ended);
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
                if let Some(entry) = self.executions.get_mut(&execution) {
                    let execution = Arc::make_mut(&mut entry.execution);
                    execution.status = Status::Running;
                    execution.stopped_at = None;
                    (execution.error, execution.cause) = (None, None);
                    execution.wake_at = Some(ACTIVE);
                    execution.redrive_count = count;
                    execution.redriven_at = Some(at);
                    let parent = execution.parent;
                    execution.parent = parent.map(|(id, of)| (id, ticket.unwrap_or(of)));
                    entry.ended = None;
                }
            }
            Write::Problem { execution, problem } => {
                if let Some(execution) = self.running(execution) {
                    execution.problem = problem;
                    execution.wake_at = Some(ACTIVE);
                }
            }
            Write::Delete { execution } => {
                if let Some(Entry { execution, .. }) = self.executions.remove(&execution)
                    && let Some(names) = self.names.get_mut(&*execution.machine)
                {
                    names.remove(&*execution.name);
                }
                self.withdraw_offers(execution);
            }
        }
        Written::Done
    }
}
