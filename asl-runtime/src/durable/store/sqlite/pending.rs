//! What is in the log and not yet in the other tables.

use std::collections::{BTreeSet, HashSet};

use rusqlite::Connection;

use super::super::tables::{Entry, Tables};
use super::super::{ACTIVE, Ended, ExecutionId, Record, Status, StoredExecution, Write, Written};
use super::{Error, read};

/// Executions as the log has them. Of those that are in the other tables, too, only what has changed.
#[derive(Debug, Default)]
pub struct Pending {
    /// Journals from the first record on that is not in the other tables. What is kept of an end is there if it is not
    /// in the other tables.
    pub tables: Tables,
    /// Executions that are to be written.
    pub changed: BTreeSet<ExecutionId>,
    /// Executions that were started since the last time, and have not been parked.
    pub young: HashSet<ExecutionId>,
    /// Executions that have a row.
    pub stored: HashSet<ExecutionId>,
    /// Executions whose offers in the other tables no longer count.
    pub withdrawn: HashSet<ExecutionId>,
    /// Executions that are to be removed.
    pub deleted: BTreeSet<ExecutionId>,
    /// About how many bytes the log has.
    pub bytes: usize,
}

impl Pending {
    /// Reads the executions that these writes are about, as far as they are not known.
    pub fn fetch(&mut self, connection: &Connection, writes: &[Write]) -> Result<(), Error> {
        // Those that these writes start are nowhere yet.
        let mut started = HashSet::new();
        for write in writes {
            match write {
                Write::Start { execution, .. } => {
                    started.insert(execution.id);
                    self.fetch_named(connection, &execution.machine, &execution.name)?;
                }
                Write::Wake { machine, name } => self.fetch_named(connection, machine, name)?,
                Write::End {
                    parent: Some(parent), ..
                } if !started.contains(parent) => self.fetch_one(connection, *parent)?,
                _ => {}
            }
            if let Some(id) = subject(write).filter(|id| !started.contains(id)) {
                self.fetch_one(connection, id)?;
            }
        }
        Ok(())
    }

    fn fetch_one(&mut self, connection: &Connection, id: ExecutionId) -> Result<(), Error> {
        if !self.tables.executions.contains_key(&id) && !self.deleted.contains(&id) {
            let found = read::execution(connection, id)?;
            self.add(found);
        }
        Ok(())
    }

    fn fetch_named(&mut self, connection: &Connection, machine: &str, name: &str) -> Result<(), Error> {
        if self.tables.find(machine, name).is_none() {
            let found = read::find(connection, machine, name)?;
            self.add(found);
        }
        Ok(())
    }

    fn add(&mut self, found: Option<StoredExecution>) {
        if let Some(execution) = found.filter(|execution| !self.deleted.contains(&execution.id)) {
            self.stored.insert(execution.id);
            self.tables.insert(Entry::new(execution));
        }
    }

    /// Applies writes that are in the log, about executions that were [fetched](Self::fetch).
    pub fn apply(&mut self, writes: &[Write]) -> Vec<Written> {
        writes.iter().map(|write| self.apply_one(write)).collect()
    }

    fn apply_one(&mut self, write: &Write) -> Written {
        let written = self.tables.apply(write);
        match write {
            Write::Start { execution, .. } if written == Written::Done => {
                self.changed.insert(execution.id);
                self.young.insert(execution.id);
            }
            Write::Wake { machine, name } => {
                let found = self.tables.find(machine, name);
                self.changed.extend(found.map(|entry| entry.execution.id));
            }
            Write::Park { execution, .. } if written == Written::Poked => {
                self.changed.insert(*execution);
            }
            Write::Park { execution, .. } | Write::Unpark { execution } => {
                self.changed.insert(*execution);
                self.withdrawn.insert(*execution);
                self.young.remove(execution);
            }
            Write::End {
                execution, parent, ..
            } => {
                self.changed.insert(*execution);
                self.changed.extend(*parent);
                self.withdrawn.insert(*execution);
                self.young.remove(execution);
            }
            Write::Delete { execution } => {
                self.changed.remove(execution);
                self.young.remove(execution);
                if self.stored.remove(execution) {
                    self.deleted.insert(*execution);
                }
            }
            _ => self.changed.extend(subject(write)),
        }
        written
    }

    /// Whether the other tables have everything.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.deleted.is_empty()
    }

    /// Whether an execution may stay in the log this time: it is about to change again, and has no row yet.
    pub fn may_stay(&self, id: ExecutionId, entry: &Entry) -> bool {
        self.young.contains(&id) && entry.execution.wake_at == Some(ACTIVE)
    }

    /// Writes that make these executions what they are now.
    pub fn rewritten(&self, ids: &[ExecutionId]) -> Vec<Write> {
        let entries = ids.iter().filter_map(|id| self.tables.executions.get(id));
        let writes = entries.flat_map(
            |Entry {
                 execution, journal, ..
             }| {
                let mut records = journal.values();
                let start = records.next().map(|input| Write::Start {
                    execution: Box::new(execution.clone()),
                    input: input.events.clone(),
                });
                let appends = records.map(|record| Write::Append {
                    execution: execution.id,
                    record: record.clone(),
                });
                start.into_iter().chain(appends)
            },
        );
        writes.collect()
    }

    /// Forgets what the other tables have now, but for executions in memory: they are about to change again. Some, of which
    /// the log has so many bytes, are in the log alone.
    pub fn settle(&mut self, left: Vec<ExecutionId>, bytes: usize) {
        let Tables {
            executions,
            names,
            offers,
            ..
        } = &mut self.tables;
        self.changed.clear();
        self.changed.extend(left);
        executions.retain(|_, entry| entry.execution.wake_at == Some(ACTIVE));
        names.retain(|_, id| executions.contains_key(id));
        offers.clear();
        self.stored.clear();
        for (id, entry) in executions.iter_mut().filter(|(id, _)| !self.changed.contains(id)) {
            self.stored.insert(*id);
            entry.journal.clear();
            entry.ended = None;
        }
        self.young.clear();
        self.withdrawn.clear();
        self.deleted.clear();
        self.bytes = bytes;
    }

    /// An execution, where it is known here what it is; that there is none any more is the inner nothing.
    pub fn execution(&self, id: ExecutionId) -> Option<Option<&Entry>> {
        if self.deleted.contains(&id) {
            return Some(None);
        }
        self.tables.executions.get(&id).map(Some)
    }

    /// Whether the other tables may have something of an execution.
    pub fn may_be_stored(&self, id: ExecutionId) -> bool {
        !self.deleted.contains(&id)
            && (self.stored.contains(&id) || !self.tables.executions.contains_key(&id))
    }

    /// The first record of an execution that has none in the other tables.
    pub fn input(&self, id: ExecutionId) -> Option<String> {
        let entry = self.tables.executions.get(&id)?;
        entry.journal.get(&0).map(|record| record.events.clone())
    }

    /// The records of a journal that are not in the other tables.
    pub fn records(&self, id: ExecutionId) -> Vec<Record> {
        let entry = self.tables.executions.get(&id);
        entry.map_or_else(Vec::new, |entry| entry.journal.values().cloned().collect())
    }

    /// What is kept of an end, where it is known here; that there is nothing is the inner nothing.
    pub fn ended(&self, id: ExecutionId) -> Option<Option<Ended>> {
        let Some(entry) = self.execution(id)? else {
            return Some(None);
        };
        if entry.execution.status == Status::Running {
            return Some(None);
        }
        entry.ended.clone().map(Some)
    }
}

/// The execution that a write is about, where it names it by its number and that has been started before.
fn subject(write: &Write) -> Option<ExecutionId> {
    match write {
        Write::Append { execution, .. }
        | Write::Park { execution, .. }
        | Write::Unpark { execution }
        | Write::End { execution, .. }
        | Write::Redrive { execution, .. }
        | Write::Problem { execution, .. }
        | Write::Delete { execution } => Some(*execution),
        Write::Start { .. } | Write::Wake { .. } => None,
    }
}
