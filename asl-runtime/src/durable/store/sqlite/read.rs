//! Reading.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rusqlite::types::Value as SqlValue;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params, params_from_iter};

use super::super::{
    Ended, ExecutionId, Query, Record, Status, StoreError, StoredExecution, StoredText, Totals,
};
use super::Error;
use crate::Timestamp;

const COLUMNS: &str = "id, machine, name, fingerprint, status, started_at, stopped_at, error, cause, wake_at, timers, \
                       redrive_count, redriven_at, parent, parent_ticket, map_run, settings, pokes, problem";

/// The identity of the database, and the number of the last batch of the log that the tables have.
pub fn log(connection: &Connection) -> Result<(u64, u64), Error> {
    let row = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
    let (identity, settled) = connection.query_row("SELECT identity, settled FROM log", [], row)?;
    Ok((identity.cast_unsigned(), settled.cast_unsigned()))
}

/// Reads several times what is there at one time: quicker than each by itself, and than a `Transaction` of rusqlite, for which
/// statements are prepared each time.
pub fn at_once<T>(connection: &Connection, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let result = read();
    connection.prepare_cached("COMMIT")?.execute([])?;
    result
}

pub fn execution(connection: &Connection, id: ExecutionId) -> Result<Option<StoredExecution>, Error> {
    let text = format!("SELECT {COLUMNS} FROM executions WHERE id = ?1");
    let mut statement = connection.prepare_cached(&text)?;
    let found = statement
        .query_row([id.cast_signed()], |row| Ok(stored(row)))
        .optional()?;
    found.transpose()
}

pub fn find(connection: &Connection, machine: &str, name: &str) -> Result<Option<StoredExecution>, Error> {
    match Numbers::prepare(connection)?.find(machine, name)? {
        Some(id) => execution(connection, id),
        None => Ok(None),
    }
}

/// Numbers of executions by their names.
pub struct Numbers<'c>(CachedStatement<'c>);

impl<'c> Numbers<'c> {
    pub fn prepare(connection: &'c Connection) -> Result<Self, Error> {
        let text = "SELECT id FROM executions WHERE machine = ?1 AND name = ?2";
        Ok(Self(connection.prepare_cached(text)?))
    }

    pub fn find(&mut self, machine: &str, name: &str) -> Result<Option<ExecutionId>, Error> {
        let found: Option<i64> = self.0.query_row([machine, name], |row| row.get(0)).optional()?;
        Ok(found.map(i64::cast_unsigned))
    }
}

pub fn journal(connection: &Connection, id: ExecutionId) -> Result<Vec<Record>, Error> {
    let text = "SELECT number, count, lines, checksum FROM records WHERE execution = ?1 ORDER BY number";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([id.cast_signed()])?;
    let mut journal = Vec::new();
    while let Some(row) = rows.next()? {
        journal.extend(records(row, id, &[])?);
    }
    let last = result(connection, id)?;
    journal.extend(last.into_iter().flat_map(|(records, _)| records));
    let missing = (0..)
        .zip(&journal)
        .find(|(number, record)| *number != record.number);
    match missing {
        Some((number, _)) => Err(damaged(format!(
            "record {number} of execution {id} is missing in its journal"
        ))),
        None => Ok(journal),
    }
}

/// The number that the next record of a journal has.
pub fn journal_end(connection: &Connection, id: ExecutionId) -> Result<u64, Error> {
    let text = "SELECT max(number + count) FROM (SELECT number, count FROM records WHERE execution = ?1
                UNION ALL SELECT number, count FROM results WHERE execution = ?1)";
    let mut statement = connection.prepare_cached(text)?;
    let end: Option<i64> = statement.query_row([id.cast_signed()], |row| row.get(0))?;
    Ok(end.unwrap_or_default().cast_unsigned())
}

pub fn input(connection: &Connection, id: ExecutionId) -> Result<Option<String>, Error> {
    let text = "SELECT number, count, lines, checksum FROM records WHERE execution = ?1 AND number = 0";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([id.cast_signed()])?;
    let first = match rows.next()? {
        Some(row) => records(row, id, &[])?,
        None => result(connection, id)?.unwrap_or_default().0,
    };
    let first = first.into_iter().next().filter(|first| first.number == 0);
    Ok(first.map(|record| record.events.into()))
}

pub fn ended(connection: &Connection, id: ExecutionId) -> Result<Option<Ended>, Error> {
    Ok(result(connection, id)?.map(|(_, ended)| ended))
}

/// How an execution ended, and the records that stand with it; nothing where it has not ended.
pub fn result(connection: &Connection, id: ExecutionId) -> Result<Option<(Vec<Record>, Ended)>, Error> {
    let text = "SELECT number, count, lines, checksum, output, history FROM results WHERE execution = ?1";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([id.cast_signed()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let ended = Ended {
        output: row.get::<_, Option<String>>(4)?.map(StoredText::from),
        history: row.get::<_, Option<String>>(5)?.map(StoredText::from),
    };
    let records = records(row, id, &[ended.output.as_deref(), ended.history.as_deref()])?;
    Ok(Some((records, ended)))
}

pub fn active(
    connection: &Connection,
    fingerprint: u64,
    after: ExecutionId,
    limit: usize,
) -> Result<Vec<ExecutionId>, Error> {
    let text =
        "SELECT id FROM executions WHERE fingerprint = ?1 AND wake_at = 0 AND id > ?2 AND problem IS NULL
                ORDER BY id LIMIT ?3";
    let parameters = params![fingerprint.cast_signed(), after.cast_signed(), at_most(limit)];
    ids(connection, text, parameters)
}

/// Parked executions that are none of these, with the times at which they are to be woken, the earliest first.
pub fn parked(
    connection: &Connection,
    fingerprint: u64,
    until: Timestamp,
    limit: usize,
    known: &BTreeSet<ExecutionId>,
) -> Result<Vec<(Timestamp, ExecutionId)>, Error> {
    // From the index alone, for there may be many to pass over.
    let text = "SELECT wake_at, id FROM executions WHERE fingerprint = ?1 AND wake_at > 0 AND wake_at <= ?2
                ORDER BY wake_at";
    let mut statement = connection.prepare_cached(text)?;
    let mut goes_on = connection.prepare_cached("SELECT problem IS NULL FROM executions WHERE id = ?1")?;
    let mut rows = statement.query(params![fingerprint.cast_signed(), until.as_millis()])?;
    let mut parked = Vec::new();
    while parked.len() < limit
        && let Some(row) = rows.next()?
    {
        let id = row.get::<_, i64>(1)?.cast_unsigned();
        if !known.contains(&id) && goes_on.query_row([id.cast_signed()], |row| row.get(0))? {
            parked.push((Timestamp::from_millis(row.get(0)?), id));
        }
    }
    Ok(parked)
}

/// The execution with the first offer of an activity, of those of these definitions that go on. Of some it is known whether
/// they count.
pub fn offer(
    connection: &Connection,
    activity: &str,
    fingerprints: &[u64],
    known: &BTreeMap<ExecutionId, bool>,
) -> Result<Option<ExecutionId>, Error> {
    let text = "SELECT executions.id, executions.fingerprint, executions.problem IS NULL
                FROM offers JOIN executions ON executions.id = offers.execution
                WHERE offers.activity = ?1 ORDER BY offers.id";
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([activity])?;
    while let Some(row) = rows.next()? {
        let id = row.get::<_, i64>(0)?.cast_unsigned();
        let counts = match known.get(&id) {
            Some(counts) => *counts,
            None => row.get(2)? && fingerprints.contains(&row.get::<_, i64>(1)?.cast_unsigned()),
        };
        if counts {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Executions, the newest first.
pub fn list(connection: &Connection, query: &Query) -> Result<Vec<StoredExecution>, Error> {
    let (text, parameters) = list_statement(query);
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(parameters))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(stored(row)?);
    }
    Ok(found)
}

fn list_statement(query: &Query) -> (String, Vec<SqlValue>) {
    let mut text = format!("SELECT {COLUMNS} FROM executions");
    let mut parameters: Vec<SqlValue> = Vec::new();
    let mut add = |condition: &str, value: Option<SqlValue>| {
        if let Some(value) = value {
            let word = if parameters.is_empty() { "WHERE" } else { "AND" };
            parameters.push(value);
            // Into a string: cannot fail.
            let _ = write!(text, " {word} {condition} ?{}", parameters.len());
        }
    };
    add("machine =", query.machine.clone().map(SqlValue::from));
    add("map_run =", query.map_run.clone().map(SqlValue::from));
    add("started_at >=", query.from.map(|from| from.as_millis().into()));
    add("started_at <", query.to.map(|to| to.as_millis().into()));
    let redriven = query.redriven.map(i64::from);
    add("(redrive_count > 0) =", redriven.map(SqlValue::from));
    add("id <", query.before.map(|before| before.cast_signed().into()));
    // Written out, so that the index of executions with this status can be used.
    if let Some(status) = query.status.map(Status::as_str) {
        let word = if parameters.is_empty() { "WHERE" } else { "AND" };
        let _ = write!(text, " {word} status = '{status}'");
    }
    let _ = write!(text, " ORDER BY id DESC LIMIT {}", at_most(query.limit));
    (text, parameters)
}

pub fn ended_before(
    connection: &Connection,
    time: Timestamp,
    limit: usize,
) -> Result<Vec<ExecutionId>, Error> {
    let text = "SELECT id FROM executions WHERE stopped_at < ?1 ORDER BY stopped_at LIMIT ?2";
    ids(connection, text, params![time.as_millis(), at_most(limit)])
}

/// The greatest number, and how many are running that are none of these.
pub fn totals(connection: &Connection, known: &BTreeSet<ExecutionId>) -> Result<Totals, Error> {
    let transaction = connection.unchecked_transaction()?;
    // That of one that was removed counts.
    let last: i64 = transaction.query_row("SELECT last_id FROM log", [], |row| row.get(0))?;
    let text = "SELECT count(*) FROM executions WHERE status = 'RUNNING'";
    let mut running: i64 = transaction.query_row(text, [], |row| row.get(0))?;
    let mut statement =
        transaction.prepare_cached("SELECT status = 'RUNNING' FROM executions WHERE id = ?1")?;
    for id in known {
        let is_running: Option<bool> = statement
            .query_row([id.cast_signed()], |row| row.get(0))
            .optional()?;
        running -= i64::from(is_running.unwrap_or(false));
    }
    Ok(Totals {
        last_id: last.cast_unsigned(),
        running: running.cast_unsigned(),
    })
}

/// Checksum of a row: SQLite has none of its own.
pub fn checksum(id: ExecutionId, number: i64, texts: &[Option<&str>]) -> i64 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&id.to_le_bytes());
    hasher.update(&number.to_le_bytes());
    for text in texts {
        hasher.update(&[u8::from(text.is_some())]);
        hasher.update(text.unwrap_or_default().as_bytes());
    }
    hasher.finalize().into()
}

/// The text of successive records: each of them is a line, a JSON array of its time and what happened.
pub fn lines(records: &[Record]) -> String {
    let length: usize = records.iter().map(|record| record.events.len() + 24).sum();
    let mut text = String::with_capacity(length);
    for (index, record) in records.iter().enumerate() {
        text.push_str(if index == 0 { "[" } else { "\n[" });
        text.push_str(itoa::Buffer::new().format(record.at.as_millis()));
        text.push(',');
        push_line(&record.events, &mut text);
        text.push(']');
    }
    text
}

/// Adds JSON, in one line: there a line feed is nothing but a blank.
fn push_line(json: &str, text: &mut String) {
    // All of it, as there is none as a rule: that takes a fraction of looking for the first.
    if json.bytes().fold(false, |found, byte| found | (byte == b'\n')) {
        text.push_str(&json.replace('\n', " "));
    } else {
        text.push_str(json);
    }
}

fn ids(
    connection: &Connection,
    text: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<ExecutionId>, Error> {
    let mut statement = connection.prepare_cached(text)?;
    let rows = statement.query_map(parameters, |row| row.get::<_, i64>(0))?;
    Ok(rows
        .map(|id| id.map(i64::cast_unsigned))
        .collect::<Result<_, _>>()?)
}

/// Reads what [`lines`] wrote, of a row with number, count, text and checksum, and perhaps more texts.
fn records(row: &Row<'_>, id: ExecutionId, texts: &[Option<&str>]) -> Result<Vec<Record>, Error> {
    let (first, count): (i64, i64) = (row.get(0)?, row.get(1)?);
    let text: String = row.get(2)?;
    let texts: Vec<Option<&str>> = std::iter::once(Some(&*text))
        .chain(texts.iter().copied())
        .collect();
    let is_whole = checksum(id, first, &texts) == row.get::<_, i64>(3)?;
    let lines = text.split('\n').filter(|line| !line.is_empty());
    let records: Option<Vec<Record>> = (first.cast_unsigned()..)
        .zip(lines)
        .map(|(number, line)| {
            let (at, events) = line.strip_prefix('[')?.strip_suffix(']')?.split_once(',')?;
            let at = Timestamp::from_millis(at.parse().ok()?);
            let events = events.into();
            Some(Record { number, at, events })
        })
        .collect();
    match records {
        Some(records) if is_whole && i64::try_from(records.len()) == Ok(count) => Ok(records),
        _ => Err(damaged(format!(
            "the journal of execution {id} has been changed from record {first} on"
        ))),
    }
}

fn stored(row: &Row<'_>) -> Result<StoredExecution, Error> {
    let id: i64 = row.get(0)?;
    let number = |column: usize| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let time = |column: usize| -> Result<Option<Timestamp>, rusqlite::Error> {
        Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
    };
    let status: String = row.get(4)?;
    let (parent, ticket): (Option<i64>, Option<i64>) = (row.get(13)?, row.get(14)?);
    Ok(StoredExecution {
        id: id.cast_unsigned(),
        machine: row.get::<_, String>(1)?.into(),
        name: row.get::<_, String>(2)?.into(),
        fingerprint: number(3)?,
        status: Status::from_name(&status)
            .ok_or_else(|| damaged(format!("execution {id} has the status {status:?}")))?,
        started_at: Timestamp::from_millis(row.get(5)?),
        stopped_at: time(6)?,
        error: row.get(7)?,
        cause: row.get(8)?,
        wake_at: time(9)?,
        timers: row.get(10)?,
        redrive_count: row.get(11)?,
        redriven_at: time(12)?,
        parent: parent
            .zip(ticket)
            .map(|(id, ticket)| (id.cast_unsigned(), ticket.cast_unsigned())),
        map_run: row.get(15)?,
        settings: row.get::<_, String>(16)?.into(),
        pokes: number(17)?,
        problem: row.get(18)?,
    })
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn damaged(text: String) -> Error {
    Error::Store(StoreError::Damaged(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::store::sqlite::schema;

    /// What SQLite does to answer a query.
    fn plan(connection: &Connection, query: &Query) -> String {
        let (text, parameters) = list_statement(query);
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {text}"))
            .expect("it is a statement");
        let steps = statement.query_map(params_from_iter(parameters), |row| row.get::<_, String>(3));
        let steps: Result<Vec<_>, _> = steps.expect("it can be explained").collect();
        steps.expect("it is explained").join("; ")
    }

    #[test]
    fn a_page_of_a_list_takes_no_look_at_all_executions() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let opened = schema::open(&folder.path().join("store.db"));
        let connection = opened.expect("a new file can be opened");
        let of_machine = Query {
            machine: Some("order".to_owned()),
            limit: 100,
            ..Query::default()
        };
        for (status, index) in [
            (None, "by_machine"),
            (Some(Status::Succeeded), "by_machine"),
            (Some(Status::Running), "running"),
            (Some(Status::Failed), "failed"),
            (Some(Status::TimedOut), "timed_out"),
            (Some(Status::Aborted), "aborted"),
        ] {
            for (from, before) in [
                (None, None),
                (None, Some(9)),
                (Some(Timestamp::from_millis(1)), Some(9)),
            ] {
                let query = Query {
                    status,
                    from,
                    before,
                    ..of_machine.clone()
                };
                let id = if before.is_some() { " AND id<?" } else { "" };
                let expected = format!("SEARCH executions USING INDEX executions_{index} (machine=?{id})");
                assert_eq!(plan(&connection, &query), expected, "{query:?}");
            }
        }
        let of_map_run = Query {
            map_run: Some("run".to_owned()),
            ..Query::default()
        };
        let expected = "SEARCH executions USING INDEX executions_by_map_run (map_run=?)";
        assert_eq!(plan(&connection, &of_map_run), expected);
        assert_eq!(plan(&connection, &Query::default()), "SCAN executions");
    }
}
