//! The tables, and how connections are set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::StoreError;
use super::Error;

/// Marks the file as one of ours: "ASLD".
const APPLICATION_ID: i32 = 0x4153_4C44;

/// Version of the tables and of the texts in them.
const VERSION: i32 = 7;

/// Bytes of a page: some executions that ended fit into one, and what is written to a disk is written in larger pieces.
const PAGE: i32 = 16 << 10;

/// Small rows are kept apart from large ones, so that a change of status rewrites no document.
const TABLES: &str = "
CREATE TABLE executions (
    id INTEGER PRIMARY KEY,
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    fingerprint INTEGER NOT NULL,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    wake_at INTEGER,
    error TEXT,
    cause TEXT,
    redrive_count INTEGER NOT NULL DEFAULT 0,
    redriven_at INTEGER,
    parent INTEGER,
    parent_ticket INTEGER,
    map_run TEXT,
    settings TEXT NOT NULL,
    timers TEXT NOT NULL DEFAULT '',
    pokes INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    UNIQUE (machine, name)
);
CREATE INDEX executions_by_wake ON executions (fingerprint, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX executions_by_machine ON executions (machine, id);
CREATE INDEX executions_running ON executions (machine, id) WHERE status = 'RUNNING';
CREATE INDEX executions_failed ON executions (machine, id) WHERE status = 'FAILED';
CREATE INDEX executions_timed_out ON executions (machine, id) WHERE status = 'TIMED_OUT';
CREATE INDEX executions_aborted ON executions (machine, id) WHERE status = 'ABORTED';
CREATE INDEX executions_by_end ON executions (stopped_at) WHERE stopped_at IS NOT NULL;
CREATE INDEX executions_by_map_run ON executions (map_run, id) WHERE map_run IS NOT NULL;
CREATE TABLE records (
    execution INTEGER NOT NULL,
    number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    lines TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE UNIQUE INDEX records_by_execution ON records (execution, number);
CREATE TABLE results (
    execution INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    count INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    lines TEXT NOT NULL,
    output TEXT,
    history TEXT
);
CREATE VIEW journal AS
    SELECT records.execution, records.number + line.key AS number, line.value ->> 0 AS at, line.value -> 1 AS events
    FROM records, json_each('[' || replace(records.lines, char(10), ',') || ']') AS line
    UNION ALL
    SELECT results.execution, results.number + line.key, line.value ->> 0, line.value -> 1
    FROM results, json_each('[' || replace(results.lines, char(10), ',') || ']') AS line;
CREATE TABLE offers (
    id INTEGER PRIMARY KEY,
    activity TEXT NOT NULL,
    execution INTEGER NOT NULL,
    token TEXT NOT NULL
);
CREATE INDEX offers_by_activity ON offers (activity, id);
CREATE INDEX offers_by_execution ON offers (execution);
CREATE TABLE log (
    identity INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    last_id INTEGER NOT NULL
);
INSERT INTO log VALUES (random(), 0, 0);
CREATE VIEW history AS
    SELECT results.execution, event.key + 1 AS id, event.value ->> 0 AS type,
        coalesce(event.value ->> '$[1].previous', event.key) AS previous,
        event.value ->> '$[1].state' AS state, event.value ->> '$[1].error' AS error,
        event.value ->> '$[1].cause' AS cause
    FROM results, json_each(results.history, '$.events') AS event;
";

/// The connection that writes. Makes the tables in a new file.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    prepare(path).map_err(|error| named(path, error.into()))
}

fn prepare(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // Read first: a file that is none of ours is not to be changed.
    let (application, version) = (
        pragma(&connection, "application_id")?,
        pragma(&connection, "user_version")?,
    );
    let tables: i32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_new = application == 0 && version == 0 && tables == 0;
    if !is_new && application != APPLICATION_ID {
        return Err(Error::Store(StoreError::Format(
            "the file is a database of something else".to_owned(),
        )));
    }
    if !is_new && version != VERSION {
        return Err(Error::Store(StoreError::Format(format!(
            "its version is {version}, this program knows {VERSION}"
        ))));
    }
    if is_new {
        connection.pragma_update(None, "page_size", PAGE)?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The settler does it.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    // Else statements are prepared again and again, with regard to what they are given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    if is_new {
        connection.execute_batch(&format!(
            "BEGIN; {TABLES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"
        ))?;
    }
    Ok(connection)
}

/// A connection that brings SQLite's log into the file.
pub fn open_checkpointer(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        Ok::<_, rusqlite::Error>(connection)
    };
    open().map_err(|error| named(path, Error::Sqlite(error).into()))
}

/// A connection that reads.
pub fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "query_only", true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok::<_, rusqlite::Error>(connection)
    };
    open().map_err(|error| named(path, Error::Sqlite(error).into()))
}

fn pragma(connection: &Connection, name: &str) -> Result<i32, rusqlite::Error> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
}

/// Says which file it is about.
fn named(path: &Path, error: StoreError) -> StoreError {
    let name = |text: String| format!("{}: {text}", path.display());
    match error {
        StoreError::Full(text) => StoreError::Full(name(text)),
        StoreError::Damaged(text) => StoreError::Damaged(name(text)),
        StoreError::InUse(text) => StoreError::InUse(name(text)),
        StoreError::Format(text) => StoreError::Format(name(text)),
        StoreError::Failed(text) => StoreError::Failed(name(text)),
    }
}
