//! Writing: a row of the log for a batch; and what the log has, into the other tables.

use rusqlite::{Connection, TransactionBehavior, params};

use super::super::tables::Entry;
use super::super::{Ended, ExecutionId, Offer, Record, Status, StoreError, StoredExecution, Write};
use super::pending::Pending;
use super::{Error, Shared, log, read};

/// Largest number of an execution or a record: SQLite's integers have a sign.
const LARGEST: u64 = i64::MAX as u64;

/// Most bytes of a batch: SQLite takes a row of a billion.
const LONGEST: usize = 900_000_000;

/// Has each transaction wait until it is durable, as those do that somebody waits for.
pub fn sync_fully(connection: &Connection) -> Result<(), Error> {
    Ok(connection.pragma_update(None, "synchronous", "FULL")?)
}

/// Adds writes to the log, all or none, after what they are about was fetched. They are durable then. Gives their length.
pub fn write(connection: &mut Connection, shared: &Shared, writes: &[Write]) -> Result<usize, Error> {
    for write in writes {
        check(write)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    shared.change().fetch(&transaction, writes)?;
    let bytes = put_log(&transaction, writes)?;
    transaction.commit()?;
    Ok(bytes)
}

/// Refuses what would not fit into the other tables: there must be nothing in the log that stays there.
fn check(write: &Write) -> Result<(), Error> {
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
        Some(number) => Err(failed(format!("the number {number} is too large"))),
        None => Ok(()),
    }
}

/// Writes what the log has into the other tables, and empties it but for executions that may stay there, if any may. Gives
/// these, and how many bytes the log has of them. The log is there until all that is durable, so this need not be.
pub fn settle(
    connection: &mut Connection,
    pending: &Pending,
    all: bool,
) -> Result<(Vec<ExecutionId>, usize), Error> {
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let settled = settle_now(connection, pending, all);
    sync_fully(connection)?;
    settled
}

fn settle_now(
    connection: &mut Connection,
    pending: &Pending,
    all: bool,
) -> Result<(Vec<ExecutionId>, usize), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for id in &pending.deleted {
        for statement in [
            "DELETE FROM executions WHERE id = ?1",
            "DELETE FROM records WHERE execution = ?1",
            "DELETE FROM results WHERE execution = ?1",
            "DELETE FROM offers WHERE execution = ?1",
        ] {
            delete(&transaction, statement, *id)?;
        }
    }
    let mut left = Vec::new();
    for id in &pending.changed {
        let Some(entry) = pending.tables.executions.get(id) else {
            continue;
        };
        if !all && pending.may_stay(*id, entry) {
            left.push(*id);
            continue;
        }
        let is_stored = pending.stored.contains(id);
        put(&transaction, entry, is_stored)?;
        if is_stored && pending.withdrawn.contains(id) {
            delete(&transaction, "DELETE FROM offers WHERE execution = ?1", *id)?;
        }
    }
    for (id, offer) in &pending.tables.offers {
        put_offer(&transaction, *id, offer)?;
    }
    transaction.execute("DELETE FROM log", [])?;
    let bytes = if left.is_empty() {
        0
    } else {
        put_log(&transaction, &pending.rewritten(&left))?
    };
    transaction.commit()?;
    Ok((left, bytes))
}

/// Adds a row to the log. Gives its length.
fn put_log(connection: &Connection, writes: &[Write]) -> Result<usize, Error> {
    let bytes = log::encode(writes);
    if bytes.len() > LONGEST {
        return Err(failed(format!("{} bytes are too many at once", bytes.len())));
    }
    let mut statement = connection.prepare_cached("INSERT INTO log (writes, checksum) VALUES (?1, ?2)")?;
    statement.execute(params![bytes, crc32fast::hash(&bytes)])?;
    Ok(bytes.len())
}

fn put(connection: &Connection, entry: &Entry, is_stored: bool) -> Result<(), Error> {
    let execution = &entry.execution;
    if is_stored {
        update(connection, execution)?;
    } else {
        insert(connection, execution)?;
    }
    let mut records = entry.journal.values().peekable();
    // Without a gap, unless somebody else wrote them.
    while let Some(first) = records.next() {
        let mut page = vec![first];
        while let Some(next) = records.next_if(|next| next.number == first.number + page.len() as u64) {
            page.push(next);
        }
        put_records(connection, execution.id, &page, is_stored)?;
    }
    if let Some(ended) = &entry.ended {
        put_result(connection, execution.id, ended)?;
    } else if is_stored && execution.status == Status::Running && execution.redrive_count > 0 {
        delete(
            connection,
            "DELETE FROM results WHERE execution = ?1",
            execution.id,
        )?;
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
fn put_records(
    connection: &Connection,
    id: ExecutionId,
    mut page: &[&Record],
    is_stored: bool,
) -> Result<(), Error> {
    if is_stored {
        // What is there already was written twice.
        let known = read::journal_end(connection, id)?;
        let start = page.iter().position(|record| record.number >= known);
        page = start.map_or(&[], |start| &page[start..]);
    }
    let Some(first) = page.first() else {
        return Ok(());
    };
    let number = first.number.cast_signed();
    let text = read::page(page);
    let mut statement = connection.prepare_cached(
        "INSERT INTO records (execution, number, count, lines, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let checksum = read::checksum(id, number, &[Some(&text)]);
    let count = page.len() as u64;
    statement.execute(params![
        id.cast_signed(),
        number,
        count.cast_signed(),
        text,
        checksum
    ])?;
    Ok(())
}

fn put_result(connection: &Connection, id: ExecutionId, ended: &Ended) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO results (execution, output, history, checksum) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let (output, history) = (ended.output.as_deref(), ended.history.as_deref());
    let checksum = read::checksum(id, 0, &[output, history]);
    statement.execute(params![id.cast_signed(), output, history, checksum])?;
    Ok(())
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

fn failed(text: String) -> Error {
    Error::Store(StoreError::Failed(text))
}
