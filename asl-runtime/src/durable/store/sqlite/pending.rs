//! What is in the log and not yet in the tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::tables::{Entry, Notes, Tables, goes_on};
use super::super::{ACTIVE, Batch, Ended, ExecutionId, Record, Status, StoredExecution, Write, Written};

/// What was written since the tables were, and before that what is just being brought into them.
#[derive(Default)]
pub struct Pending {
    pub new: Part,
    pub settling: Option<Arc<Settling>>,
}

/// What is being brought into the tables.
pub struct Settling {
    pub part: Part,
    /// Number of the last batch in the log that it has.
    pub last: u64,
}

/// Executions as the log has them. Of those that had been written before, only what has changed.
#[derive(Default)]
pub struct Part {
    /// Journals from the first record on that is not written elsewhere. What is kept of an end is there if it is not
    /// elsewhere.
    pub tables: Tables,
    /// Executions that are to be removed.
    pub deleted: BTreeSet<ExecutionId>,
    /// Something is to be written.
    pub is_changed: bool,
    /// About how many bytes the log has.
    pub bytes: usize,
}

/// An execution that has to be known before writes about it can be applied.
pub enum Unknown<'w> {
    Numbered(ExecutionId),
    Named { machine: &'w str, name: &'w str },
}

impl Pending {
    /// Makes known the executions that these writes are about. Gives those that are to be looked for in the tables.
    pub fn prepare<'w>(&mut self, writes: &'w [Write]) -> Vec<Unknown<'w>> {
        let mut unknown = Vec::new();
        // Those that these writes start are nowhere yet.
        let mut started = BTreeSet::new();
        for write in writes {
            match write {
                Write::Start { execution, .. } => {
                    started.insert(execution.id);
                    unknown.extend(self.prepare_named(&execution.machine, &execution.name));
                }
                Write::Wake { machine, name } => unknown.extend(self.prepare_named(machine, name)),
                Write::End {
                    parent: Some(parent), ..
                } if !started.contains(parent) => unknown.extend(self.prepare_one(*parent)),
                _ => {}
            }
            if let Some(id) = subject(write).filter(|id| !started.contains(id)) {
                unknown.extend(self.prepare_one(id));
            }
        }
        unknown
    }

    fn prepare_one<'w>(&mut self, id: ExecutionId) -> Option<Unknown<'w>> {
        let Part { tables, deleted, .. } = &self.new;
        if tables.executions.contains_key(&id) || deleted.contains(&id) {
            return None;
        }
        let Some(settling) = &self.settling else {
            return Some(Unknown::Numbered(id));
        };
        match settling.part.execution(id) {
            Some(Some(entry)) => self.new.tables.insert(known(entry)),
            Some(None) => {}
            None => return Some(Unknown::Numbered(id)),
        }
        None
    }

    fn prepare_named<'w>(&mut self, machine: &'w str, name: &'w str) -> Option<Unknown<'w>> {
        if self.new.tables.find(machine, name).is_some() {
            return None;
        }
        let settling = self.settling.as_ref();
        match settling.and_then(|settling| settling.part.tables.find(machine, name)) {
            Some(entry) if self.new.deleted.contains(&entry.execution.id) => {}
            // As it is now is known.
            Some(entry) if self.new.tables.executions.contains_key(&entry.execution.id) => {}
            Some(entry) => self.new.tables.insert(known(entry)),
            None => return Some(Unknown::Named { machine, name }),
        }
        None
    }

    /// Adds an execution as the tables have it.
    pub fn add(&mut self, mut entry: Entry) {
        let id = entry.execution.id;
        if !self.is_deleted(id) && !self.new.tables.executions.contains_key(&id) {
            entry.notes.is_stored = true;
            self.new.tables.insert(entry);
        }
    }

    /// What there is to be brought into the tables, the newest first.
    fn parts(&self) -> impl Iterator<Item = &Part> {
        let settling = self.settling.as_ref().map(|settling| &settling.part);
        std::iter::once(&self.new).chain(settling)
    }

    pub fn bytes(&self) -> usize {
        self.parts().map(|part| part.bytes).sum()
    }

    pub fn is_deleted(&self, id: ExecutionId) -> bool {
        self.parts().any(|part| part.deleted.contains(&id))
    }

    /// An execution, where it is known here what it is; that there is none any more is the inner nothing.
    pub fn execution(&self, id: ExecutionId) -> Option<Option<&Entry>> {
        self.parts().find_map(|part| part.execution(id))
    }

    /// Numbers of the executions that are known here, also as removed.
    pub fn numbers(&self) -> BTreeSet<ExecutionId> {
        let of_part = |part: &Part| -> Vec<ExecutionId> {
            let executions = part.tables.executions.keys();
            executions.chain(&part.deleted).copied().collect()
        };
        self.parts().flat_map(of_part).collect()
    }

    /// The executions that are known here.
    pub fn executions(&self) -> impl Iterator<Item = &StoredExecution> {
        let settling = self.settling.as_ref().map(|settling| &settling.part.tables);
        let settling = settling.into_iter().flat_map(|tables| tables.executions.iter());
        let is_known = |id| self.new.execution(id).is_some();
        let settling = settling.filter(move |(id, _)| !is_known(**id));
        let entries = self.new.tables.executions.iter().chain(settling);
        entries.map(|(_, entry)| &*entry.execution)
    }

    /// The greatest number of an execution so far, of those that are here.
    pub fn last_id(&self) -> ExecutionId {
        let last = self.parts().map(|part| part.tables.last_id).max();
        last.unwrap_or_default()
    }

    /// Of executions that are known here, whether their offers in the tables count: they are not withdrawn, and the execution
    /// is of one of these definitions and goes on.
    pub fn offering(&self, fingerprints: &[u64]) -> BTreeMap<ExecutionId, bool> {
        let known = self.executions();
        let known = known.map(|execution| (execution.id, goes_on(execution, fingerprints)));
        let withdrawn = self.parts().flat_map(Part::withdrawn);
        known.chain(withdrawn.map(|id| (id, false))).collect()
    }

    /// The execution that has waited longest with an offer of an activity, of those that are here.
    pub fn offer(&self, activity: &str, fingerprints: &[u64]) -> Option<ExecutionId> {
        let is_one_of = |id: ExecutionId| {
            let entry = self.execution(id).flatten();
            entry.is_some_and(|entry| goes_on(&entry.execution, fingerprints))
        };
        let withdrawn = self.new.withdrawn().collect::<BTreeSet<_>>();
        let settling = self
            .settling
            .as_ref()
            .map(|settling| &settling.part.tables.offers);
        let settling = settling.into_iter().flatten();
        let settling = settling.filter(|(id, _)| !withdrawn.contains(id));
        let mut offers = settling.chain(&self.new.tables.offers);
        let first = offers.find(|(id, offer)| offer.activity == activity && is_one_of(*id));
        first.map(|(id, _)| *id)
    }

    /// An execution by its name, where it is here.
    pub fn find(&self, machine: &str, name: &str) -> Option<&Entry> {
        let found = self.parts().find_map(|part| part.tables.find(machine, name))?;
        self.execution(found.execution.id)?
    }

    /// The records of a journal that are here, and whether the tables may have some that come before.
    pub fn records(&self, id: ExecutionId) -> (Vec<Record>, bool) {
        let mut records = Vec::new();
        for part in self.parts() {
            let entry = match part.execution(id) {
                Some(Some(entry)) => entry,
                Some(None) => return (records, false),
                None => continue,
            };
            records.splice(..0, entry.journal.iter().cloned());
            if !entry.notes.is_stored {
                return (records, false);
            }
        }
        (records, true)
    }

    /// What is kept of an end, where it is known here; that there is nothing is the inner nothing.
    pub fn ended(&self, id: ExecutionId) -> Option<Option<Ended>> {
        self.parts().find_map(|part| {
            let Some(entry) = part.execution(id)? else {
                return Some(None);
            };
            if entry.execution.status == Status::Running {
                return Some(None);
            }
            entry.ended.clone().map(Some)
        })
    }
}

impl Part {
    /// Applies writes that are in the log, about executions that are known.
    pub fn apply(&mut self, writes: impl Iterator<Item = Write>) -> Vec<Written> {
        writes.map(|write| self.apply_one(write)).collect()
    }

    fn apply_one(&mut self, write: Write) -> Written {
        self.is_changed = true;
        let (id, parent) = match &write {
            Write::Start { execution, .. } => (Some(execution.id), None),
            Write::Wake { machine, name } => {
                let found = self.tables.find(machine, name);
                (found.map(|entry| entry.execution.id), None)
            }
            Write::End {
                execution, parent, ..
            } => (Some(*execution), *parent),
            Write::Delete { execution } => {
                let entry = self.tables.executions.get(execution);
                if entry.is_some_and(|entry| entry.notes.is_stored) {
                    self.deleted.insert(*execution);
                }
                (None, None)
            }
            other => (subject(other), None),
        };
        let is_start = matches!(write, Write::Start { .. });
        let leaves = matches!(
            write,
            Write::Park { .. } | Write::Unpark { .. } | Write::End { .. }
        );
        let written = self.tables.apply(write);
        if let Some(notes) = id.and_then(|id| self.notes(id)) {
            notes.is_changed = true;
            notes.is_young |= is_start && written == Written::Done;
            if leaves && written != Written::Poked {
                notes.is_young = false;
                notes.is_withdrawn = true;
            }
        }
        if let Some(notes) = parent.and_then(|parent| self.notes(parent)) {
            notes.is_changed = true;
        }
        written
    }

    fn notes(&mut self, id: ExecutionId) -> Option<&mut Notes> {
        let entry = self.tables.executions.get_mut(&id)?;
        Some(&mut entry.notes)
    }

    /// Executions whose offers that were made before this part no longer count.
    fn withdrawn(&self) -> impl Iterator<Item = ExecutionId> {
        let entries = self.tables.executions.iter();
        let withdrawn = entries.filter(|(_, entry)| entry.notes.is_withdrawn);
        withdrawn.map(|(id, _)| id).chain(&self.deleted).copied()
    }

    fn execution(&self, id: ExecutionId) -> Option<Option<&Entry>> {
        if self.deleted.contains(&id) {
            return Some(None);
        }
        self.tables.executions.get(&id).map(Some)
    }

    /// Writes that make those executions what they are that may stay in the log this time.
    pub fn staying(&self) -> Batch {
        let mut batch = Batch::default();
        for entry in self.tables.executions.values().filter(|entry| may_stay(entry)) {
            let execution = &entry.execution;
            if let Some(input) = entry.input() {
                let execution = Arc::clone(execution);
                batch.push(&Write::Start { execution, input });
            }
            for record in entry.journal.iter().skip(1) {
                batch.push(&Write::Append {
                    execution: execution.id,
                    record: record.clone(),
                });
            }
        }
        batch
    }

    /// Takes out what is to be brought into the tables: all, or all but what may stay. Executions in memory are known on,
    /// as they are about to change again.
    pub fn take(&mut self, all: bool) -> Self {
        let mut taken = std::mem::take(self);
        let stays = |entry: &Entry| !all && may_stay(entry);
        let executions = &mut taken.tables.executions;
        for (_, mut entry) in executions.extract_if(.., |_, entry| stays(entry) || !entry.notes.is_changed) {
            if stays(&entry) {
                entry.notes.is_young = false;
                self.is_changed = true;
                self.tables.insert(entry);
            } else if is_active(&entry) {
                self.tables.insert(entry);
            }
        }
        for entry in executions.values().filter(|entry| is_active(entry)) {
            self.tables.insert(known(entry));
        }
        taken
    }
}

/// Whether an execution may stay in the log this time: it is about to change again, and has no row yet.
fn may_stay(entry: &Entry) -> bool {
    entry.notes.is_young && is_active(entry)
}

/// Whether an execution is in memory, and so about to change again.
fn is_active(entry: &Entry) -> bool {
    entry.execution.wake_at == Some(ACTIVE)
}

/// An execution that is written, or about to be.
fn known(entry: &Entry) -> Entry {
    // On its own: what is kept for long is not to keep a batch.
    let mut known = Entry::new(Arc::new((*entry.execution).clone()));
    known.notes.is_stored = true;
    known
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
