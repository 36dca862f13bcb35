//! The embedded store: one SQLite file.

mod log;
mod pending;
mod read;
mod schema;
mod search;
mod settler;
mod write;

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::{Connection, ErrorCode};

use super::tables::Entry;
use super::{
    Batch, Ended, ExecutionId, Query, Record, Store, StoreError, StoredExecution, Totals, Write, Written,
};
use crate::Timestamp;
use log::Log;
use pending::{Pending, Settling, Unknown};
use settler::Settler;

/// So many bytes of the log are brought into the tables without a pause.
const MUCH_PENDING: usize = 4 << 20;

/// With so many nothing is written before they are brought there.
const MOST_PENDING: usize = 64 << 20;

/// Keeps executions in a SQLite file, in WAL mode with `synchronous=FULL`: what was written survives the loss of power.
///
/// Beside `orders.db` there are `orders.db-wal`, `orders.db-shm`, `orders.db-log0` and `orders.db-log1`, which belong to it
/// as long as it is open, or was left by a crash; who moves or copies it then takes them along. A process holds
/// `orders.db.lock` while it has the store open: a second one is refused. The tables can be read with `sqlite3` at any time,
/// also while an engine runs, and copied with its `.backup`; they must not be written to.
///
/// | table or view | one row for each | columns of use |
/// |---|---|---|
/// | `executions` | execution | `machine`, `name`, `status`, `started_at`, `stopped_at`, `error`, `cause`, `wake_at`, `problem` |
/// | `journal` | thing that happened to an execution | `execution`, `number`, `at`, `events` (JSON; number 0 is the input) |
/// | `results` | execution that ended | `execution`, `output`, `history` (JSON), and the last records of its journal |
/// | `history` | history event of an execution that ended | `execution`, `id`, `type`, `previous`, `state`, `error`, `cause` |
/// | `offers` | task of an activity that waits for a worker, of a parked execution | `activity`, `token` |
/// | `records` | some records of a journal, one a line | what `journal` shows |
/// | `log` | one row: which of the files below belong to the tables, how much of them the tables have, and the last number of an execution | |
///
/// Times are milliseconds since 1970. `wake_at` is 0 while the execution is in memory.
///
/// ```sql
/// SELECT name, datetime(started_at / 1000, 'unixepoch') FROM executions WHERE machine = 'order' AND status = 'FAILED';
/// ```
///
/// What is written goes into a log, which is two files that are written in turns, and that is all that those who wait for it
/// wait for. From there a thread brings it into the tables, for many executions at once and at most a moment later, so that
/// one that ends soon is written there once. After a crash this is done when the file is opened. Who reads through this store
/// sees all that was written; `sqlite3` and its copies have it as it was a moment before.
pub struct SqliteStore {
    shared: Arc<Shared>,
    settler: Settler,
    /// Held as long as the store is open.
    _lock: File,
}

/// What is written to, and read. Where more than one is locked, it is in this order.
struct Shared {
    path: PathBuf,
    /// Held by who brings something into the tables.
    writer: Mutex<Connection>,
    /// Held by who writes.
    log: Mutex<Log>,
    pending: RwLock<Pending>,
    /// Connections that nobody uses just now.
    readers: Mutex<Vec<Connection>>,
    /// About how many bytes went into SQLite's own log since that was brought into the file.
    written: AtomicUsize,
}

impl SqliteStore {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// When another engine has it open, when it is no database of this kind, when it is damaged, and when it cannot be read
    /// or written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_path_buf();
        let lock = lock(&path)?;
        let writer = schema::open(&path)?;
        let (identity, settled) = read::log(&writer)?;
        let (log, batches) = Log::open(&path, identity, settled)?;
        let checkpointer = schema::open_checkpointer(&path)?;
        let shared = Arc::new(Shared {
            path,
            writer: Mutex::new(writer),
            log: Mutex::new(log),
            pending: RwLock::default(),
            readers: Mutex::default(),
            written: AtomicUsize::new(0),
        });
        for batch in batches {
            let writes = batch.writes();
            shared.prepare(&writes)?;
            shared.change().new.apply(writes.into_iter());
        }
        // Before anything is written: then the log may go on in either of its files.
        shared.settle(true)?;
        Ok(Self {
            settler: Settler::start(&shared, checkpointer),
            shared,
            _lock: lock,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Reads the whole file and says whether it is in order. Takes time on a large one.
    ///
    /// # Errors
    /// When it is damaged, or cannot be read.
    pub fn check(&self) -> Result<(), StoreError> {
        self.read(|connection| {
            let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            if found == "ok" {
                Ok(())
            } else {
                Err(Error::Store(StoreError::Damaged(found)))
            }
        })
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, StoreError> {
        self.shared.read(read)
    }

    fn pending(&self) -> RwLockReadGuard<'_, Pending> {
        self.shared.pending()
    }

    /// Does now what the settler does in a moment.
    #[cfg(test)]
    pub(super) fn settle(&self, all: bool) -> Result<(), StoreError> {
        self.shared.settle(all).map(drop)
    }

    /// Does the first half of that.
    #[cfg(test)]
    pub(super) fn part(&self, all: bool) -> Result<(), StoreError> {
        let _writer = self.shared.writer();
        if self.pending().settling.is_none() {
            self.shared.part(all)?;
        }
        Ok(())
    }
}

impl Shared {
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pending(&self) -> RwLockReadGuard<'_, Pending> {
        self.pending.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, Pending> {
        self.pending.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads with a connection of its own, so that reading does not wait for writing.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, StoreError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.path)?,
        };
        let result = read(&connection)?;
        // One that is still at something would be of no use.
        if connection.is_autocommit() {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            readers.push(connection);
        }
        Ok(result)
    }

    /// Makes known the executions that writes are about.
    fn prepare(&self, writes: &[Write]) -> Result<(), StoreError> {
        // Looked for in the tables afterwards: what is brought there in the meantime is found.
        let unknown = self.change().prepare(writes);
        if unknown.is_empty() {
            return Ok(());
        }
        let found = self.read(|connection| {
            read::at_once(connection, || {
                let mut numbers = read::Numbers::prepare(connection)?;
                let mut found = Vec::new();
                for unknown in unknown {
                    let id = match unknown {
                        Unknown::Numbered(id) => Some(id),
                        Unknown::Named { machine, name } => numbers.find(machine, name)?,
                    };
                    if let Some(id) = id {
                        found.extend(read::execution(connection, id)?);
                    }
                }
                Ok(found)
            })
        })?;
        if !found.is_empty() {
            let mut pending = self.change();
            for execution in found {
                pending.add(Entry::new(Arc::new(execution)));
            }
        }
        Ok(())
    }

    /// Brings what is in the log into the tables: all of it, or all but what is about to change. Gives whether the log has
    /// nothing now that the tables do not have.
    fn settle(&self, all: bool) -> Result<bool, StoreError> {
        let is_settled = |pending: &Pending| pending.settling.is_none() && !pending.new.is_changed;
        if is_settled(&self.pending()) {
            return Ok(true);
        }
        let mut writer = self.writer();
        // What could not be brought there the last time comes first: the log's other file has it.
        if self.pending().settling.is_some() {
            self.settle_part(&mut writer)?;
        }
        self.part(all)?;
        self.settle_part(&mut writer)?;
        Ok(is_settled(&self.pending()))
    }

    /// Parts what is to be brought into the tables from what is written from now on, in the log and in memory.
    fn part(&self, all: bool) -> Result<(), StoreError> {
        let mut log = self.log();
        let staying = if all {
            Batch::default()
        } else {
            self.pending().new.staying()
        };
        let (bytes, last) = log.turn(&staying)?;
        let mut pending = self.change();
        let part = pending.new.take(all);
        pending.new.bytes = bytes;
        pending.settling = Some(Arc::new(Settling { part, last }));
        Ok(())
    }

    fn settle_part(&self, writer: &mut Connection) -> Result<(), StoreError> {
        let settling = self.pending().settling.clone();
        if let Some(settling) = &settling {
            write::settle(writer, settling)?;
            // Into SQLite's own log; with pages that are not full.
            self.written.fetch_add(2 * settling.part.bytes, Ordering::Relaxed);
        }
        self.change().settling = None;
        Ok(())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}

/// Takes the lock file beside the database. SQLite's own locks would keep readers out too.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let failed = |error: std::io::Error| StoreError::Failed(format!("{}: {error}", name.display()));
    let mut options = File::options();
    let mut file = options
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&name)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only for the message.
            let _ = file.read_to_string(&mut holder);
            let holder = holder.trim();
            let (path, holder) = (path.display(), if holder.is_empty() { "?" } else { holder });
            return Err(StoreError::InUse(format!("{path} is open in process {holder}")));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // As well only for the message: a full disk is no reason not to open.
    let _ = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()));
    Ok(file)
}

/// Either SQLite's error, or one of ours.
enum Error {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error,
            Error::Sqlite(error) => {
                let text = error.to_string();
                match error.sqlite_error_code() {
                    Some(ErrorCode::DiskFull) => Self::Full(text),
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(text),
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse(text),
                    _ => Self::Failed(text),
                }
            }
        }
    }
}

impl Store for SqliteStore {
    fn write(&self, batch: &Batch) -> Result<Vec<Written>, StoreError> {
        let writes = batch.writes();
        if self.pending().bytes() > MOST_PENDING {
            // It could not be brought into the tables, or not as fast.
            self.shared.settle(true)?;
        }
        let mut log = self.shared.log();
        writes.iter().try_for_each(write::check)?;
        self.shared.prepare(&writes)?;
        let bytes = log.append(batch)?;
        let mut pending = self.shared.change();
        let written = pending.new.apply(writes.into_iter());
        pending.new.bytes += bytes;
        let is_much = pending.new.bytes > MUCH_PENDING;
        drop((pending, log));
        self.settler.written(is_much);
        Ok(written)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
        if let Some(known) = self.pending().execution(id) {
            return Ok(known.map(|entry| (*entry.execution).clone()));
        }
        self.read(|connection| read::execution(connection, id))
    }

    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError> {
        if let Some(entry) = self.pending().find(machine, name) {
            return Ok(Some((*entry.execution).clone()));
        }
        let found = self.read(|connection| read::find(connection, machine, name))?;
        Ok(found.filter(|found| !self.pending().is_deleted(found.id)))
    }

    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
        let (pending, may_be_stored) = self.pending().records(id);
        if !may_be_stored {
            return Ok(pending);
        }
        // What came into the tables in the meantime is there twice.
        let mut records = self.read(|connection| read::journal(connection, id))?;
        let known = records.len() as u64;
        records.extend(pending.into_iter().filter(|record| record.number >= known));
        Ok(records)
    }

    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        let (records, may_be_stored) = self.pending().records(id);
        if !may_be_stored {
            let first = records.into_iter().next();
            return Ok(first.map(|record| record.events.into()));
        }
        self.read(|connection| read::input(connection, id))
    }

    fn ended(&self, id: ExecutionId) -> Result<Option<Ended>, StoreError> {
        if let Some(known) = self.pending().ended(id) {
            return Ok(known);
        }
        self.read(|connection| read::ended(connection, id))
    }

    fn active(
        &self,
        fingerprint: u64,
        after: ExecutionId,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, StoreError> {
        self.search_active(fingerprint, after, limit)
    }

    fn due(&self, fingerprint: u64, now: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        let due = self.search_parked(fingerprint, now, limit)?;
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }

    fn next_wake(&self, fingerprint: u64) -> Result<Option<Timestamp>, StoreError> {
        let first = self.search_parked(fingerprint, Timestamp::from_millis(i64::MAX), 1)?;
        Ok(first.first().map(|(at, _)| *at))
    }

    fn offer(&self, activity: &str, fingerprints: &[u64]) -> Result<Option<ExecutionId>, StoreError> {
        self.search_offer(activity, fingerprints)
    }

    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        self.search(query)
    }

    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.search_ended(time, limit)
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        self.count()
    }
}
