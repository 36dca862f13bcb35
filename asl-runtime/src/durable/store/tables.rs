//! Executions in memory, and what writes do to them.

use std::collections::{BTreeMap, HashMap};

use super::{ACTIVE, Ended, ExecutionId, Offer, Record, Status, StoredExecution, Write, Written};

/// Executions with all there is of them.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub executions: BTreeMap<ExecutionId, Entry>,
    /// By the names of their machines and their own.
    pub names: HashMap<(String, String), ExecutionId>,
    /// Tasks that wait for workers, in the order in which they were parked.
    pub offers: Vec<(ExecutionId, Offer)>,
    pub last_id: ExecutionId,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub execution: StoredExecution,
    pub journal: BTreeMap<u64, Record>,
    pub ended: Option<Ended>,
}

impl Entry {
    /// An execution of which nothing else is here.
    pub fn new(execution: StoredExecution) -> Self {
        Self {
            execution,
            journal: BTreeMap::new(),
            ended: None,
        }
    }
}

impl Tables {
    /// Adds an execution.
    pub fn insert(&mut self, entry: Entry) {
        let execution = &entry.execution;
        let name = (execution.machine.clone(), execution.name.clone());
        self.last_id = self.last_id.max(execution.id);
        self.names.insert(name, execution.id);
        self.executions.insert(execution.id, entry);
    }

    /// An execution by the name of its machine and its own.
    pub fn find(&self, machine: &str, name: &str) -> Option<&Entry> {
        let id = self.names.get(&(machine.to_owned(), name.to_owned()))?;
        self.executions.get(id)
    }

    fn running(&mut self, id: ExecutionId) -> Option<&mut StoredExecution> {
        let execution = &mut self.executions.get_mut(&id)?.execution;
        (execution.status == Status::Running).then_some(execution)
    }

    fn withdraw_offers(&mut self, id: ExecutionId) {
        self.offers.retain(|(of, _)| *of != id);
    }

    /// Applies a write.
    pub fn apply(&mut self, write: &Write) -> Written {
        match write {
            Write::Start { execution, input } => {
                if let Some(entry) = self.find(&execution.machine, &execution.name) {
                    return Written::Exists(Box::new(entry.execution.clone()));
                }
                let record = Record {
                    number: 0,
                    at: execution.started_at,
                    events: input.clone(),
                };
                let mut entry = Entry::new((**execution).clone());
                entry.journal.insert(0, record);
                self.insert(entry);
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
                let id = self.find(machine, name).map(|entry| entry.execution.id);
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
