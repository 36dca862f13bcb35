//! Plain logs with group commit: what any durable engine has to do at least.

use std::error::Error;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rusqlite::{Connection, params};
use tokio::sync::oneshot;

/// Size of the file. It is there from the beginning and written over again and again, as a database does with its own log: a
/// sync of a file that grows has to write more than the records.
const SIZE: usize = 16 << 20;

/// Most records in one write, as many as the engine joins.
const BATCH: usize = 1024;

type Request = (Vec<u8>, oneshot::Sender<()>);

pub struct Log(Sender<Request>);

impl Log {
    /// Bytes in a file.
    pub fn of_bytes(path: &Path) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(&vec![0; SIZE])?;
        file.sync_all()?;
        file.rewind()?;
        Ok(Self::new(move |records| Ok(write(&mut file, records)?)))
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

/// Writes records where the last ones end, or at the beginning where they would go beyond the end.
fn write(file: &mut File, records: &[Vec<u8>]) -> io::Result<()> {
    let mut bytes = Vec::new();
    for record in records {
        bytes.extend_from_slice(&(record.len() as u64).to_le_bytes());
        bytes.extend_from_slice(record);
    }
    if file.stream_position()? + bytes.len() as u64 > SIZE as u64 {
        file.rewind()?;
    }
    file.write_all(&bytes)?;
    file.sync_data()
}
