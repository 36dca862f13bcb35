//! The embedded store: one SQLite file.

mod log;
mod pending;
mod read;
mod schema;
mod settler;
mod write;

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::{Connection, ErrorCode};

use super::{Ended, ExecutionId, Query, Record, Store, StoreError, StoredExecution, Totals, Write, Written};
use crate::Timestamp;
use pending::Pending;
use settler::Settler;

/// So many bytes of the log are brought into the other tables without a pause.
const MUCH_PENDING: usize = 1 << 20;

/// With so many nothing is written before they are brought there.
const MOST_PENDING: usize = 64 << 20;

/// What a transaction takes at least.
const PAGES: usize = 3 * 4096;

/// Keeps executions in a SQLite file, in WAL mode with `synchronous=FULL`: what was written survives the loss of power.
///
/// Beside `orders.db` there are `orders.db-wal` and `orders.db-shm`, which belong to it, and `orders.db.lock`, which a
/// process holds while it has the store open: a second one is refused. The tables can be read with `sqlite3` at any time,
/// also while an engine runs; they must not be written to.
///
/// | table or view | one row for each | columns of use |
/// |---|---|---|
/// | `executions` | execution | `machine`, `name`, `status`, `started_at`, `stopped_at`, `error`, `cause`, `wake_at`, `problem` |
/// | `journal` | thing that happened to an execution | `execution`, `number`, `at`, `events` (JSON; number 0 is the input) |
/// | `results` | execution that ended | `execution`, `output`, `history` (JSON) |
/// | `history` | history event of an execution that ended | `execution`, `id`, `type`, `previous`, `state`, `error`, `cause` |
/// | `offers` | task of an activity that waits for a worker, of a parked execution | `activity`, `token` |
/// | `records` | some records of a journal, one a line | what `journal` shows |
/// | `log` | write of many executions at once that is not yet in the other tables | |
///
/// Times are milliseconds since 1970. `wake_at` is 0 while the execution is in memory.
///
/// ```sql
/// SELECT name, datetime(started_at / 1000, 'unixepoch') FROM executions WHERE machine = 'order' AND status = 'FAILED';
/// ```
///
/// What is written goes into the log, and that is all that those who wait for it wait for. From there a thread brings it
/// into the other tables, for many executions at once and at most a moment later, so that one that ends soon is written
/// there once. After a crash this is done when the file is opened. Who reads through this store sees all that was written.
pub struct SqliteStore {
    path: PathBuf,
    shared: Arc<Shared>,
    readers: Mutex<Vec<Connection>>,
    settler: Settler,
    /// Held as long as the store is open.
    _lock: File,
}

/// The connection that writes, and what is not yet where it belongs.
struct Shared {
    writer: Mutex<Connection>,
    /// Changed only by who has the writer.
    pending: RwLock<Pending>,
    /// About how many bytes went into SQLite's own log since that was brought into the file.
    written: AtomicUsize,
    /// Settling failed, and may have left the writer with transactions that are not synced.
    is_unsure: AtomicBool,
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
        let mut pending = Pending::default();
        for writes in read::log(&writer)? {
            pending.fetch(&writer, &writes)?;
            pending.apply(&writes);
        }
        let is_settled = pending.is_empty();
        let shared = Arc::new(Shared {
            writer: Mutex::new(writer),
            pending: RwLock::new(pending),
            written: AtomicUsize::new(0),
            is_unsure: AtomicBool::new(false),
        });
        let settler = Settler::start(&shared, schema::open_checkpointer(&path)?);
        if !is_settled {
            settler.written(false);
        }
        Ok(Self {
            path,
            shared,
            readers: Mutex::default(),
            settler,
            _lock: lock,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
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

    /// Reads with a connection of its own, so that reading does not wait for writing.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, StoreError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.path)?,
        };
        let result = read(&connection)?;
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.push(connection);
        Ok(result)
    }

    /// Reads from the tables when they have everything.
    fn read_settled<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, StoreError> {
        self.shared.settle(true)?;
        self.read(read)
    }

    fn pending(&self) -> RwLockReadGuard<'_, Pending> {
        self.shared.pending()
    }

    /// Does now what the settler does in a moment.
    #[cfg(test)]
    pub(super) fn settle(&self, all: bool) -> Result<(), StoreError> {
        self.shared.settle(all).map(drop)
    }
}

impl Shared {
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pending(&self) -> RwLockReadGuard<'_, Pending> {
        self.pending.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, Pending> {
        self.pending.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings what is in the log into the other tables: all of it, or all but what is about to change. Gives whether the log
    /// is empty now.
    fn settle(&self, all: bool) -> Result<bool, StoreError> {
        if self.pending().is_empty() {
            return Ok(true);
        }
        let mut writer = self.writer();
        let settled = write::settle(&mut writer, &self.pending(), all);
        self.is_unsure.fetch_or(settled.is_err(), Ordering::Relaxed);
        let (left, bytes) = settled?;
        let is_empty = left.is_empty();
        self.change().settle(left, bytes);
        Ok(is_empty)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path)
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
    fn write(&self, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
        if self.pending().bytes > MOST_PENDING {
            // It could not be brought where it belongs.
            self.shared.settle(true)?;
        }
        let mut writer = self.shared.writer();
        if self.shared.is_unsure.load(Ordering::Relaxed) {
            write::sync_fully(&writer)?;
            self.shared.is_unsure.store(false, Ordering::Relaxed);
        }
        let bytes = write::write(&mut writer, &self.shared, writes)?;
        let mut pending = self.shared.change();
        let written = pending.apply(writes);
        pending.bytes += bytes;
        let is_much = pending.bytes > MUCH_PENDING;
        drop((pending, writer));
        // Once in the log, once in the other tables; and the pages that are not full.
        self.shared
            .written
            .fetch_add(2 * bytes + PAGES, Ordering::Relaxed);
        self.settler.written(is_much);
        Ok(written)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
        if let Some(known) = self.pending().execution(id) {
            return Ok(known.map(|entry| entry.execution.clone()));
        }
        self.read(|connection| read::execution(connection, id))
    }

    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError> {
        if let Some(entry) = self.pending().tables.find(machine, name) {
            return Ok(Some(entry.execution.clone()));
        }
        let found = self.read(|connection| read::find(connection, machine, name))?;
        Ok(found.filter(|found| !self.pending().deleted.contains(&found.id)))
    }

    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
        let (pending, is_stored) = {
            let pending = self.pending();
            (pending.records(id), pending.may_be_stored(id))
        };
        if !is_stored {
            return Ok(pending);
        }
        // What came into the tables in the meantime is there twice.
        let mut records = self.read(|connection| read::journal(connection, id))?;
        let known = records.len() as u64;
        records.extend(pending.into_iter().filter(|record| record.number >= known));
        Ok(records)
    }

    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        let pending = self.pending();
        if !pending.may_be_stored(id) {
            return Ok(pending.input(id));
        }
        drop(pending);
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
        self.read_settled(|connection| read::active(connection, fingerprint, after, limit))
    }

    fn due(&self, fingerprint: u64, now: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.read_settled(|connection| read::due(connection, fingerprint, now, limit))
    }

    fn next_wake(&self, fingerprint: u64) -> Result<Option<Timestamp>, StoreError> {
        self.read_settled(|connection| read::next_wake(connection, fingerprint))
    }

    fn offer(&self, activity: &str) -> Result<Option<ExecutionId>, StoreError> {
        self.read_settled(|connection| read::offer(connection, activity))
    }

    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        self.read_settled(|connection| read::list(connection, query))
    }

    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.read_settled(|connection| read::ended_before(connection, time, limit))
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        self.read_settled(read::totals)
    }
}
