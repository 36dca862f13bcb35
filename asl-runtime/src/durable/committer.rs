//! Writing to the store: what waits is joined into one transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::store::{Store, StoreError, Write, Written};

/// Most writes of one transaction.
const BATCH: usize = 1024;

/// Takes what is to be written.
#[derive(Debug)]
pub struct Committer(RwLock<Option<UnboundedSender<Request>>>);

/// What was to be written, with the reason why it was not.
#[derive(Debug)]
pub struct Refused {
    pub error: StoreError,
    pub writes: Vec<Write>,
}

pub type Committed = Result<Vec<Written>, Refused>;

#[derive(Debug)]
struct Request {
    writes: Vec<Write>,
    reply: oneshot::Sender<Committed>,
}

impl Committer {
    /// Starts the task that writes. It ends when the committer is closed or dropped.
    pub fn start(store: Arc<dyn Store>) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = unbounded_channel();
        (
            Self(RwLock::new(Some(sender))),
            tokio::spawn(run(store, receiver)),
        )
    }

    /// Hands in writes that belong together. The result comes when they are durable; without one, the engine was closed.
    pub fn submit(&self, writes: Vec<Write>) -> oneshot::Receiver<Committed> {
        let (reply, receiver) = oneshot::channel();
        if let Some(sender) = &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            // Refused only when closed; then the reply is dropped, which tells the same.
            let _ = sender.send(Request { writes, reply });
        }
        receiver
    }

    /// Takes nothing more. What was handed in is still written.
    pub fn close(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

async fn run(store: Arc<dyn Store>, mut requests: UnboundedReceiver<Request>) {
    let mut waiting = Vec::new();
    while requests.recv_many(&mut waiting, BATCH).await > 0 {
        let store = Arc::clone(&store);
        let batch = std::mem::take(&mut waiting);
        // One blocking call for each transaction. (A thread of our own would save a few microseconds, but tokio's paused
        // clock would not wait for it.)
        let written = tokio::task::spawn_blocking(move || commit(&*store, batch)).await;
        if let Ok(replies) = written {
            for (reply, result) in replies {
                // Nobody waits for it any more: also well.
                let _ = reply.send(result);
            }
        }
    }
}

type Reply = (oneshot::Sender<Committed>, Committed);

fn commit(store: &dyn Store, mut batch: Vec<Request>) -> Vec<Reply> {
    let lengths: Vec<usize> = batch.iter().map(|request| request.writes.len()).collect();
    let writes: Vec<Write> = batch
        .iter_mut()
        .flat_map(|request| request.writes.drain(..))
        .collect();
    let replies = batch.into_iter().map(|request| request.reply);
    match write(store, &writes) {
        Ok(written) => {
            let mut written = written.into_iter();
            let parts = lengths
                .into_iter()
                .map(|length| Ok(written.by_ref().take(length).collect()));
            replies.zip(parts).collect()
        }
        Err(error) => {
            // What the store cannot take of one execution is not to hold up the others.
            let apart = matches!(error, StoreError::Failed(_)) && lengths.len() > 1;
            let mut writes = writes.into_iter();
            let mut part = |length: usize| {
                let writes: Vec<Write> = writes.by_ref().take(length).collect();
                let result = if apart {
                    write(store, &writes)
                } else {
                    Err(error.clone())
                };
                result.map_err(|error| Refused { error, writes })
            };
            replies
                .zip(lengths)
                .map(|(reply, length)| (reply, part(length)))
                .collect()
        }
    }
}

fn write(store: &dyn Store, writes: &[Write]) -> Result<Vec<Written>, StoreError> {
    let result = catch_unwind(AssertUnwindSafe(|| store.write(writes)));
    let written = result.unwrap_or_else(|_| Err(StoreError::Failed("the store panicked".to_owned())))?;
    if written.len() == writes.len() {
        Ok(written)
    } else {
        Err(StoreError::Failed("the store gave too few answers".to_owned()))
    }
}
