//! Plain logs with group commit, which do nothing but write.

use std::error::Error;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rusqlite::{Connection, params};
use tokio::sync::oneshot;

/// Size of a file that is written over.
const RING: u64 = 16 << 20;

/// Most records in one write, as many as the engine joins.
const BATCH: usize = 1024;

type Request = (Vec<u8>, oneshot::Sender<()>);

pub struct Log(Sender<Request>);

impl Log {
    /// A file that keeps all records, one after the other.
    pub fn appended(path: &Path) -> io::Result<Self> {
        let mut file = File::create(path)?;
        Ok(Self::new(move |records| {
            file.write_all(&framed(records))?;
            Ok(file.sync_data()?)
        }))
    }

    /// A file of one size that is written over again and again, as a database does with its own log. It keeps the last
    /// records only, and its syncs are cheaper: where a file grows, its new size has to be written as well.
    pub fn written_over(path: &Path) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(&vec![0; RING as usize])?;
        file.sync_all()?;
        file.rewind()?;
        Ok(Self::new(move |records| {
            let bytes = framed(records);
            if file.stream_position()? + bytes.len() as u64 > RING {
                file.rewind()?;
            }
            file.write_all(&bytes)?;
            Ok(file.sync_data()?)
        }))
    }

    /// A row of a SQLite table for each record, with the settings that the engine's store has.
    pub fn of_rows(path: &Path) -> rusqlite::Result<Self> {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        connection.pragma_update(None, "cache_size", -32_000)?;
        connection.execute_batch("CREATE TABLE log (id INTEGER PRIMARY KEY, record BLOB NOT NULL)")?;
        Ok(Self::new(move |records| {
            let transaction = connection.transaction()?;
            let mut statement = transaction.prepare_cached("INSERT INTO log (record) VALUES (?1)")?;
            for record in records {
                statement.execute(params![record])?;
            }
            drop(statement);
            Ok(transaction.commit()?)
        }))
    }

    /// Joins what waits, in a thread of its own.
    fn new(mut write: impl FnMut(&[Vec<u8>]) -> Result<(), Box<dyn Error>> + Send + 'static) -> Self {
        let (sender, requests) = channel::<Request>();
        thread::spawn(move || {
            while let Ok(first) = requests.recv() {
                let more = std::iter::from_fn(|| requests.try_recv().ok());
                let batch = std::iter::once(first).chain(more).take(BATCH);
                let (records, replies): (Vec<_>, Vec<_>) = batch.unzip();
                if let Err(error) = write(&records) {
                    eprintln!("{error}");
                    return;
                }
                for reply in replies {
                    // Nobody waits for it any more: also well.
                    let _ = reply.send(());
                }
            }
        });
        Self(sender)
    }

    pub async fn append(&self, record: Vec<u8>) {
        let (reply, written) = oneshot::channel();
        if self.0.send((record, reply)).is_ok() {
            let _ = written.await;
        }
    }
}

/// The records as they stand in a file: each behind its length and its checksum, without which nobody could tell after a crash
/// where the log ends.
fn framed(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        bytes.extend_from_slice(&(record.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&crc32fast::hash(record).to_le_bytes());
        bytes.extend_from_slice(record);
    }
    bytes
}
