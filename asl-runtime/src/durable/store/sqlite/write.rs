//! Writing: one transaction for a batch.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::super::{Ended, ExecutionId, Offer, Record, StoreError, StoredExecution, Write, Written};
use super::{Error, read};

/// Applies all writes, or none.
pub fn write(connection: &mut Connection, writes: &[Write]) -> Result<Vec<Written>, Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let written = writes
        .iter()
        .map(|write| apply(&transaction, write))
        .collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(written)
}

fn apply(connection: &Connection, write: &Write) -> Result<Written, Error> {
    match write {
        Write::Start { execution, input } => return start(connection, execution, input),
        Write::Append { execution, record } => append(connection, *execution, record)?,
        Write::Park {
            execution,
            wake_at,
            timers,
            offers,
            seen,
        } => {
            let mut statement = connection.prepare_cached(
                "UPDATE executions SET wake_at = ?2, timers = ?3
                 WHERE id = ?1 AND status = 'RUNNING' AND pokes <= ?4",
            )?;
            let wake_at = wake_at.map(|at| at.as_millis());
            if statement.execute(params![int(*execution)?, wake_at, timers, int(*seen)?])? == 0 {
                return Ok(Written::Poked);
            }
            offer(connection, *execution, offers)?;
        }
        Write::Unpark { execution } => {
            let mut statement = connection.prepare_cached(
                "UPDATE executions SET wake_at = 0, timers = '' WHERE id = ?1 AND status = 'RUNNING'",
            )?;
            statement.execute([int(*execution)?])?;
            offer(connection, *execution, &[])?;
        }
        Write::Wake { machine, name } => {
            let mut statement = connection.prepare_cached(
                "UPDATE executions SET pokes = pokes + 1, wake_at = 0
                 WHERE machine = ?1 AND name = ?2 AND status = 'RUNNING'",
            )?;
            statement.execute(params![machine, name])?;
        }
        Write::End {
            execution,
            status,
            at,
            error,
            cause,
            ended,
            parent,
        } => {
            let mut statement = connection.prepare_cached(
                "UPDATE executions SET status = ?2, stopped_at = ?3, error = ?4, cause = ?5, wake_at = NULL,
                 problem = NULL WHERE id = ?1 AND status = 'RUNNING'",
            )?;
            let (id, at) = (int(*execution)?, at.as_millis());
            if statement.execute(params![id, status.as_str(), at, error, cause])? > 0 {
                result(connection, *execution, ended)?;
                offer(connection, *execution, &[])?;
                if let Some(parent) = parent {
                    let mut statement = connection.prepare_cached(
                        "UPDATE executions SET pokes = pokes + 1, wake_at = 0 WHERE id = ?1 AND status = 'RUNNING'",
                    )?;
                    statement.execute([int(*parent)?])?;
                }
            }
            if let Some(parent) = parent {
                let mut statement =
                    connection.prepare_cached("SELECT pokes FROM executions WHERE id = ?1")?;
                let pokes: Option<i64> = statement
                    .query_row([int(*parent)?], |row| row.get(0))
                    .optional()?;
                return Ok(pokes
                    .and_then(|pokes| u64::try_from(pokes).ok())
                    .map_or(Written::Done, Written::Pokes));
            }
        }
        Write::Redrive {
            execution,
            at,
            count,
            ticket,
        } => {
            let mut statement = connection.prepare_cached(
                "UPDATE executions SET status = 'RUNNING', stopped_at = NULL, error = NULL, cause = NULL, wake_at = 0,
                 redrive_count = ?2, redriven_at = ?3, parent_ticket = coalesce(?4, parent_ticket) WHERE id = ?1",
            )?;
            let ticket = ticket.map(int).transpose()?;
            statement.execute(params![int(*execution)?, count, at.as_millis(), ticket])?;
            delete(connection, "DELETE FROM results WHERE execution = ?1", *execution)?;
        }
        Write::Problem { execution, problem } => {
            let mut statement = connection.prepare_cached(
                "UPDATE executions SET problem = ?2, wake_at = 0 WHERE id = ?1 AND status = 'RUNNING'",
            )?;
            statement.execute(params![int(*execution)?, problem])?;
        }
        Write::Delete { execution } => {
            for statement in [
                "DELETE FROM executions WHERE id = ?1",
                "DELETE FROM journal WHERE execution = ?1",
                "DELETE FROM results WHERE execution = ?1",
                "DELETE FROM offers WHERE execution = ?1",
            ] {
                delete(connection, statement, *execution)?;
            }
        }
    }
    Ok(Written::Done)
}

fn start(connection: &Connection, execution: &StoredExecution, input: &str) -> Result<Written, Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO executions (id, machine, name, fingerprint, status, started_at, wake_at, parent, parent_ticket,
         map_run, settings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (machine, name) DO NOTHING",
    )?;
    let (parent, ticket) = execution.parent.unzip();
    let inserted = statement.execute(params![
        int(execution.id)?,
        execution.machine,
        execution.name,
        execution.fingerprint.cast_signed(),
        execution.status.as_str(),
        execution.started_at.as_millis(),
        execution.wake_at.map(|at| at.as_millis()),
        parent.map(int).transpose()?,
        ticket.map(int).transpose()?,
        execution.map_run,
        execution.settings,
    ])?;
    if inserted == 0 {
        let existing = read::find(connection, &execution.machine, &execution.name)?;
        return Ok(existing.map_or(Written::Done, |existing| Written::Exists(Box::new(existing))));
    }
    let record = Record {
        number: 0,
        at: execution.started_at,
        events: String::new(),
    };
    insert(connection, execution.id, &record, input)?;
    Ok(Written::Done)
}

fn append(connection: &Connection, id: ExecutionId, record: &Record) -> Result<(), Error> {
    insert(connection, id, record, &record.events)
}

fn insert(connection: &Connection, id: ExecutionId, record: &Record, events: &str) -> Result<(), Error> {
    // A transaction may have been committed though its commit was told to have failed. Then the record is there.
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO journal (execution, number, at, events, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let (number, at) = (int(record.number)?, record.at.as_millis());
    let checksum = read::checksum(id, number, at, &[Some(events)]);
    statement.execute(params![int(id)?, number, at, events, checksum])?;
    Ok(())
}

fn result(connection: &Connection, id: ExecutionId, ended: &Ended) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO results (execution, output, history, checksum) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let (output, history) = (ended.output.as_deref(), ended.history.as_deref());
    let checksum = read::checksum(id, 0, 0, &[output, history]);
    statement.execute(params![int(id)?, output, history, checksum])?;
    Ok(())
}

/// Puts these offers in the place of those that there are.
fn offer(connection: &Connection, id: ExecutionId, offers: &[Offer]) -> Result<(), Error> {
    delete(connection, "DELETE FROM offers WHERE execution = ?1", id)?;
    for offer in offers {
        let mut statement = connection
            .prepare_cached("INSERT INTO offers (activity, execution, token) VALUES (?1, ?2, ?3)")?;
        statement.execute(params![offer.activity, int(id)?, offer.token])?;
    }
    Ok(())
}

fn delete(connection: &Connection, statement: &str, id: ExecutionId) -> Result<(), Error> {
    connection.prepare_cached(statement)?.execute([int(id)?])?;
    Ok(())
}

fn int(number: u64) -> Result<i64, Error> {
    i64::try_from(number)
        .map_err(|_| Error::Store(StoreError::Failed(format!("the number {number} is too large"))))
}
