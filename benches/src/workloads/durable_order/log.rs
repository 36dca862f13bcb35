//! A plain log with group commit: what any durable engine has to do at least.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::oneshot;

/// Size of the file. It is there from the beginning and written over again and again, as a database does with its own log: a
/// sync of a file that grows has to write more than the records.
const SIZE: usize = 16 << 20;

/// Most records in one write, as many as the engine joins.
const BATCH: usize = 1024;

type Request = (Vec<u8>, oneshot::Sender<()>);

pub struct Log(Sender<Request>);

impl Log {
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(&vec![0; SIZE])?;
        file.sync_all()?;
        file.rewind()?;
        let (sender, requests) = channel::<Request>();
        thread::spawn(move || {
            while let Ok(first) = requests.recv() {
                let (mut bytes, mut replies) = (Vec::new(), Vec::new());
                let more = std::iter::from_fn(|| requests.try_recv().ok());
                for (record, reply) in std::iter::once(first).chain(more).take(BATCH) {
                    bytes.extend_from_slice(&(record.len() as u64).to_le_bytes());
                    bytes.extend_from_slice(&record);
                    replies.push(reply);
                }
                if let Err(error) = write(&mut file, &bytes) {
                    eprintln!("{error}");
                    return;
                }
                for reply in replies {
                    // Nobody waits for it any more: also well.
                    let _ = reply.send(());
                }
            }
        });
        Ok(Self(sender))
    }

    pub async fn append(&self, record: Vec<u8>) {
        let (reply, written) = oneshot::channel();
        if self.0.send((record, reply)).is_ok() {
            let _ = written.await;
        }
    }
}

/// Writes records where the last ones end, or at the beginning where they would go beyond the end.
fn write(file: &mut File, records: &[u8]) -> io::Result<()> {
    if file.stream_position()? + records.len() as u64 > SIZE as u64 {
        file.rewind()?;
    }
    file.write_all(records)?;
    file.sync_data()
}
