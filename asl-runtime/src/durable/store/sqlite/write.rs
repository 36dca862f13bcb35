//! Writing what was in the log into the tables.

use rusqlite::{CachedStatement, Connection, TransactionBehavior, params};

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
    let mut tables = Tables::prepare(&transaction)?;
    for entry in part.tables.executions.values() {
        tables.put(entry)?;
    }
    for (id, offer) in &part.tables.offers {
        tables.put_offer(*id, offer)?;
    }
    drop(tables);
    transaction.execute(
        "UPDATE log SET settled = ?1, last_id = max(last_id, ?2)",
        [settling.last.cast_signed(), part.tables.last_id.cast_signed()],
    )?;
    Ok(transaction.commit()?)
}

/// The statements that are used for each execution.
struct Tables<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    update: CachedStatement<'c>,
    add_records: CachedStatement<'c>,
    add_result: CachedStatement<'c>,
    add_offer: CachedStatement<'c>,
}

impl<'c> Tables<'c> {
    fn prepare(connection: &'c Connection) -> Result<Self, Error> {
        Ok(Self {
            connection,
            insert: connection.prepare_cached(
                "INSERT INTO executions (id, machine, name, fingerprint, status, started_at, stopped_at, error, cause,
                 wake_at, timers, redrive_count, redriven_at, parent, parent_ticket, map_run, settings, pokes, problem)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            )?,
            // What can change.
            update: connection.prepare_cached(
                "UPDATE executions SET status = ?2, stopped_at = ?3, error = ?4, cause = ?5, wake_at = ?6, timers = ?7,
                 redrive_count = ?8, redriven_at = ?9, parent_ticket = ?10, pokes = ?11, problem = ?12 WHERE id = ?1",
            )?,
            add_records: connection.prepare_cached(
                "INSERT INTO records (execution, number, count, lines, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?,
            add_result: connection.prepare_cached(
                "INSERT OR REPLACE INTO results (execution, number, count, lines, output, history, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            add_offer: connection
                .prepare_cached("INSERT INTO offers (activity, execution, token) VALUES (?1, ?2, ?3)")?,
        })
    }

    fn put(&mut self, entry: &Entry) -> Result<(), Error> {
        let execution = &entry.execution;
        let id = execution.id;
        let mut records = &entry.journal[..];
        if entry.notes.is_stored {
            self.update(execution)?;
            if execution.redrive_count > 0 && (execution.status == Status::Running || entry.ended.is_some()) {
                self.reopen(id)?;
            }
            if entry.notes.is_withdrawn {
                delete(self.connection, "DELETE FROM offers WHERE execution = ?1", id)?;
            }
            if !records.is_empty() {
                // What is there already was written twice.
                let known = read::journal_end(self.connection, id)?;
                let start = records.iter().position(|record| record.number >= known);
                records = start.map_or(&[], |start| &records[start..]);
            }
        } else {
            self.insert(execution)?;
        }
        // One page, unless somebody else wrote the journal.
        let mut pages = records.chunk_by(|record, next| record.number + 1 == next.number);
        let last = entry.ended.as_ref().map(|ended| (ended, pages.next_back()));
        for page in pages {
            self.put_records(id, page)?;
        }
        match last {
            Some((ended, page)) => self.put_result(id, page.unwrap_or_default(), ended),
            None => Ok(()),
        }
    }

    fn insert(&mut self, execution: &StoredExecution) -> Result<(), Error> {
        let (parent, ticket) = execution.parent.unzip();
        self.insert.execute(params![
            execution.id.cast_signed(),
            &*execution.machine,
            &*execution.name,
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
            &*execution.settings,
            execution.pokes.cast_signed(),
            execution.problem,
        ])?;
        Ok(())
    }

    fn update(&mut self, execution: &StoredExecution) -> Result<(), Error> {
        self.update.execute(params![
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

    /// Takes back how an execution ended, as it runs again.
    fn reopen(&mut self, id: ExecutionId) -> Result<(), Error> {
        if let Some((records, _)) = read::result(self.connection, id)? {
            if !records.is_empty() {
                self.put_records(id, &records)?;
            }
            delete(self.connection, "DELETE FROM results WHERE execution = ?1", id)?;
        }
        Ok(())
    }

    /// Adds records of successive numbers, in one row.
    fn put_records(&mut self, id: ExecutionId, page: &[Record]) -> Result<(), Error> {
        let (number, count) = extent(page);
        let lines = read::lines(page);
        let checksum = read::checksum(id, number, &[Some(&lines)]);
        let row = params![id.cast_signed(), number, count, lines, checksum];
        self.add_records.execute(row)?;
        Ok(())
    }

    /// Adds how an execution ended, with the last records of its journal.
    fn put_result(&mut self, id: ExecutionId, page: &[Record], ended: &Ended) -> Result<(), Error> {
        let (number, count) = extent(page);
        let lines = read::lines(page);
        let (output, history) = (ended.output.as_deref(), ended.history.as_deref());
        let checksum = read::checksum(id, number, &[Some(&lines), output, history]);
        self.add_result.execute(params![
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

    fn put_offer(&mut self, id: ExecutionId, offer: &Offer) -> Result<(), Error> {
        self.add_offer
            .execute(params![offer.activity, id.cast_signed(), offer.token])?;
        Ok(())
    }
}

/// The number of the first record, and how many there are.
fn extent(page: &[Record]) -> (i64, i64) {
    let number = page.first().map_or(0, |record| record.number.cast_signed());
    (number, (page.len() as u64).cast_signed())
}

fn delete(connection: &Connection, statement: &str, id: ExecutionId) -> Result<(), Error> {
    connection
        .prepare_cached(statement)?
        .execute([id.cast_signed()])?;
    Ok(())
}
