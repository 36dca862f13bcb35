//! The embedded store: one SQLite file.

mod read;
mod schema;
mod write;

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode};

use super::{Ended, ExecutionId, Query, Record, Store, StoreError, StoredExecution, Totals, Write, Written};
use crate::Timestamp;

/// Keeps executions in a SQLite file, in WAL mode with `synchronous=FULL`: what was written survives the loss of power.
///
/// Beside `orders.db` there are `orders.db-wal` and `orders.db-shm`, which belong to it, and `orders.db.lock`, which a
/// process holds while it has the store open: a second one is refused. The tables can be read with `sqlite3` at any time,
/// also while an engine runs; they must not be written to.
///
/// | table | one row for each | columns of use |
/// |---|---|---|
/// | `executions` | execution | `machine`, `name`, `status`, `started_at`, `stopped_at`, `error`, `cause`, `wake_at`, `problem` |
/// | `journal` | thing that happened to an execution | `execution`, `number`, `at`, `events` (JSON; number 0 is the input) |
/// | `results` | execution that ended | `execution`, `output`, `history` (JSON) |
/// | `offers` | task of an activity that waits for a worker, of a parked execution | `activity`, `token` |
///
/// Times are milliseconds since 1970. `wake_at` is 0 while the execution is in memory.
///
/// ```sql
/// SELECT name, datetime(started_at / 1000, 'unixepoch') FROM executions WHERE machine = 'order' AND status = 'FAILED';
/// ```
pub struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Held as long as the store is open.
    _lock: File,
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
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
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

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
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
        Ok(write::write(&mut self.writer(), writes)?)
    }

    fn execution(&self, id: ExecutionId) -> Result<Option<StoredExecution>, StoreError> {
        self.read(|connection| read::execution(connection, id))
    }

    fn find(&self, machine: &str, name: &str) -> Result<Option<StoredExecution>, StoreError> {
        self.read(|connection| read::find(connection, machine, name))
    }

    fn journal(&self, id: ExecutionId) -> Result<Vec<Record>, StoreError> {
        self.read(|connection| read::journal(connection, id))
    }

    fn input(&self, id: ExecutionId) -> Result<Option<String>, StoreError> {
        self.read(|connection| read::input(connection, id))
    }

    fn ended(&self, id: ExecutionId) -> Result<Option<Ended>, StoreError> {
        self.read(|connection| read::ended(connection, id))
    }

    fn active(
        &self,
        fingerprint: u64,
        after: ExecutionId,
        limit: usize,
    ) -> Result<Vec<ExecutionId>, StoreError> {
        self.read(|connection| read::active(connection, fingerprint, after, limit))
    }

    fn due(&self, fingerprint: u64, now: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.read(|connection| read::due(connection, fingerprint, now, limit))
    }

    fn next_wake(&self, fingerprint: u64) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| read::next_wake(connection, fingerprint))
    }

    fn offer(&self, activity: &str) -> Result<Option<ExecutionId>, StoreError> {
        self.read(|connection| read::offer(connection, activity))
    }

    fn list(&self, query: &Query) -> Result<Vec<StoredExecution>, StoreError> {
        self.read(|connection| read::list(connection, query))
    }

    fn ended_before(&self, time: Timestamp, limit: usize) -> Result<Vec<ExecutionId>, StoreError> {
        self.read(|connection| read::ended_before(connection, time, limit))
    }

    fn totals(&self) -> Result<Totals, StoreError> {
        self.read(read::totals)
    }
}
