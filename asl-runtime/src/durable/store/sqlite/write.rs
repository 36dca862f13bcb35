//! Writing what was in the log into the tables.

use rusqlite::{Connection, TransactionBehavior, params};

use super::super::tables::Entry;
use super::super::{Ended, ExecutionId, Offer, Record, Status, StoreError, StoredExecution, Write};
use super::pending::Settling;
use super::{Error, read};

/// Largest number of an execution or a record: SQLite's integers have a sign.
const LARGEST: u64 = i64::MAX as u64;

/// Refuses what would not fit into the tables: there must be nothing in the log that stays there.
pub fn check(write: &Write) -> Result<(), StoreError> {
    let numbers = match write {
        Write::Start { execution, .. } => {
            let (parent, ticket) = execution.parent.unwrap_or_default();
            [execution.id, parent, ticket.max(execution.pokes)]
        }
        Write::Append { execution, record } => [*execution, record.number, 0],
        Write::Redrive {
            execution, ticket, ..
        } => [*execution, ticket.unwrap_or_default(), 0],
        Write::End {
            execution, parent, ..
        } => [*execution, parent.unwrap_or_default(), 0],
        Write::Park { execution, .. }
        | Write::Unpark { execution }
        | Write::Problem { execution, .. }
        | Write::Delete { execution } => [*execution, 0, 0],
        Write::Wake { .. } => [0; 3],
    };
    match numbers.into_iter().find(|number| *number > LARGEST) {
        Some(number) => Err(StoreError::Failed(format!("the number {number} is too large"))),
        None => Ok(()),
    }
}

/// Writes what is to be settled, in one transaction. It is durable then, and the log's batches with it.
pub fn settle(connection: &mut Connection, settling: &Settling) -> Result<(), Error> {
    let part = &settling.part;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for id in &part.deleted {
        for statement in [
            "DELETE FROM executions WHERE id = ?1",
            "DELETE FROM records WHERE execution = ?1",
            "DELETE FROM results WHERE execution = ?1",
            "DELETE FROM offers WHERE execution = ?1",
        ] {
            delete(&transaction, statement, *id)?;
        }
    }
    for (id, entry) in &part.tables.executions {
        put(&transaction, entry)?;
        if entry.notes.is_stored && entry.notes.is_withdrawn {
            delete(&transaction, "DELETE FROM offers WHERE execution = ?1", *id)?;
        }
    }
    for (id, offer) in &part.tables.offers {
        put_offer(&transaction, *id, offer)?;
    }
    transaction.execute("UPDATE log SET settled = ?1", [settling.last.cast_signed()])?;
    Ok(transaction.commit()?)
}

fn put(connection: &Connection, entry: &Entry) -> Result<(), Error> {
    let execution = &entry.execution;
    let id = execution.id;
    let mut records = &entry.journal[..];
    if entry.notes.is_stored {
        update(connection, execution)?;
        if execution.redrive_count > 0 && (execution.status == Status::Running || entry.ended.is_some()) {
            reopen(connection, id)?;
        }
        if !records.is_empty() {
            // What is there already was written twice.
            let known = read::journal_end(connection, id)?;
            let start = records.iter().position(|record| record.number >= known);
            records = start.map_or(&[], |start| &records[start..]);
        }
    } else {
        insert(connection, execution)?;
    }
    // One page, unless somebody else wrote the journal.
    let mut pages = records.chunk_by(|record, next| record.number + 1 == next.number);
    let last = entry.ended.as_ref().map(|ended| (ended, pages.next_back()));
    for page in pages {
        put_records(connection, id, page)?;
    }
    match last {
        Some((ended, page)) => put_result(connection, id, page.unwrap_or_default(), ended),
        None => Ok(()),
    }
}

/// Takes back how an execution ended, as it runs again.
fn reopen(connection: &Connection, id: ExecutionId) -> Result<(), Error> {
    if let Some((records, _)) = read::result(connection, id)? {
        if !records.is_empty() {
            put_records(connection, id, &records)?;
        }
        delete(connection, "DELETE FROM results WHERE execution = ?1", id)?;
    }
    Ok(())
}

fn insert(connection: &Connection, execution: &StoredExecution) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO executions (id, machine, name, fingerprint, status, started_at, stopped_at, error, cause, wake_at,
         timers, redrive_count, redriven_at, parent, parent_ticket, map_run, settings, pokes, problem)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?;
    let (parent, ticket) = execution.parent.unzip();
    statement.execute(params![
        execution.id.cast_signed(),
        execution.machine,
        execution.name,
        execution.fingerprint.cast_signed(),
        execution.status.as_str(),
        execution.started_at.as_millis(),
        execution.stopped_at.map(|at| at.as_millis()),
        execution.error,
        execution.cause,
        execution.wake_at.map(|at| at.as_millis()),
        execution.timers,
        execution.redrive_count,
        execution.redriven_at.map(|at| at.as_millis()),
        parent.map(u64::cast_signed),
        ticket.map(u64::cast_signed),
        execution.map_run,
        execution.settings,
        execution.pokes.cast_signed(),
        execution.problem,
    ])?;
    Ok(())
}

/// Writes what can change of an execution.
fn update(connection: &Connection, execution: &StoredExecution) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "UPDATE executions SET status = ?2, stopped_at = ?3, error = ?4, cause = ?5, wake_at = ?6, timers = ?7,
         redrive_count = ?8, redriven_at = ?9, parent_ticket = ?10, pokes = ?11, problem = ?12 WHERE id = ?1",
    )?;
    statement.execute(params![
        execution.id.cast_signed(),
        execution.status.as_str(),
        execution.stopped_at.map(|at| at.as_millis()),
        execution.error,
        execution.cause,
        execution.wake_at.map(|at| at.as_millis()),
        execution.timers,
        execution.redrive_count,
        execution.redriven_at.map(|at| at.as_millis()),
        execution.parent.map(|(_, ticket)| ticket.cast_signed()),
        execution.pokes.cast_signed(),
        execution.problem,
    ])?;
    Ok(())
}

/// Adds records of successive numbers, in one row.
fn put_records(connection: &Connection, id: ExecutionId, page: &[Record]) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO records (execution, number, count, lines, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let (number, count) = extent(page);
    let lines = read::lines(page);
    let checksum = read::checksum(id, number, &[Some(&lines)]);
    statement.execute(params![id.cast_signed(), number, count, lines, checksum])?;
    Ok(())
}

/// Adds how an execution ended, with the last records of its journal.
fn put_result(connection: &Connection, id: ExecutionId, page: &[Record], ended: &Ended) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO results (execution, number, count, lines, output, history, checksum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let (number, count) = extent(page);
    let lines = read::lines(page);
    let (output, history) = (ended.output.as_deref(), ended.history.as_deref());
    let checksum = read::checksum(id, number, &[Some(&lines), output, history]);
    statement.execute(params![
        id.cast_signed(),
        number,
        count,
        lines,
        output,
        history,
        checksum
    ])?;
    Ok(())
}

/// The number of the first record, and how many there are.
fn extent(page: &[Record]) -> (i64, i64) {
    let number = page.first().map_or(0, |record| record.number.cast_signed());
    (number, (page.len() as u64).cast_signed())
}

fn put_offer(connection: &Connection, id: ExecutionId, offer: &Offer) -> Result<(), Error> {
    let mut statement =
        connection.prepare_cached("INSERT INTO offers (activity, execution, token) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![offer.activity, id.cast_signed(), offer.token])?;
    Ok(())
}

fn delete(connection: &Connection, statement: &str, id: ExecutionId) -> Result<(), Error> {
    connection
        .prepare_cached(statement)?
        .execute([id.cast_signed()])?;
    Ok(())
}
