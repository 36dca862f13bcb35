//! A plain log with group commit: what any durable engine has to do at least.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::oneshot;

type Request = (Vec<u8>, oneshot::Sender<()>);

pub struct Log(Sender<Request>);

impl Log {
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut file = File::create(path)?;
        let (sender, requests) = channel::<Request>();
        thread::spawn(move || {
            while let Ok(first) = requests.recv() {
                let (mut bytes, mut replies) = (Vec::new(), Vec::new());
                let more = std::iter::from_fn(|| requests.try_recv().ok());
                for (record, reply) in std::iter::once(first).chain(more).take(512) {
                    bytes.extend_from_slice(&(record.len() as u64).to_le_bytes());
                    bytes.extend_from_slice(&record);
                    replies.push(reply);
                }
                if let Err(error) = file.write_all(&bytes).and_then(|()| file.sync_data()) {
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
