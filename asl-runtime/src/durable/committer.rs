//! Writing to the store: what waits is joined into one transaction.
//!
//! While there is something to write, one thread writes it, transaction after transaction: of those in which the runtime
//! lets things block, not one of the committer's own, because tokio's paused clock waits for those only. Who hands something
//! in wakes it if it sleeps. Those whose writes went in one transaction are answered by one task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

use super::store::{Store, StoreError, Write, Written};

/// Most requests in one transaction.
const BATCH: usize = 1024;

/// Takes what is to be written.
#[derive(Debug)]
pub struct Committer {
    shared: Arc<Shared>,
    runtime: Handle,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// The thread that wrote has nothing more to write.
    idle: Notify,
}

#[derive(Debug)]
struct Queue {
    waiting: Vec<Request>,
    /// A thread writes, or is about to.
    is_busy: bool,
    /// Nothing more is taken.
    is_closed: bool,
    /// None once it is closed and all is written.
    store: Option<Arc<dyn Store>>,
}

/// What was to be written, with the reason why it was not.
#[derive(Debug)]
pub struct Refused {
    pub error: StoreError,
    pub writes: Vec<Write>,
}

/// What came of writes that were handed in together, which are one or two as a rule.
pub type Answers = SmallVec<[Written; 2]>;

pub type Committed = Result<Answers, Refused>;

#[derive(Debug)]
struct Request {
    writes: Vec<Write>,
    reply: oneshot::Sender<Committed>,
}

impl Committer {
    /// Writes to this store, in the present runtime.
    pub fn new(store: Arc<dyn Store>) -> Self {
        let queue = Queue {
            waiting: Vec::new(),
            is_busy: false,
            is_closed: false,
            store: Some(store),
        };
        Self {
            shared: Arc::new(Shared {
                queue: Mutex::new(queue),
                idle: Notify::new(),
            }),
            runtime: Handle::current(),
        }
    }

    /// Hands in writes that belong together. The result comes when they are durable; without one, the engine was closed.
    pub fn submit(&self, writes: Vec<Write>) -> oneshot::Receiver<Committed> {
        let (reply, receiver) = oneshot::channel();
        let mut queue = self.shared.lock();
        if queue.is_closed {
            // The reply is dropped, which tells so.
            return receiver;
        }
        queue.waiting.push(Request { writes, reply });
        if !std::mem::replace(&mut queue.is_busy, true) {
            drop(queue);
            let shared = Arc::clone(&self.shared);
            let runtime = self.runtime.clone();
            self.runtime
                .spawn_blocking(move || shared.write_what_waits(&runtime));
        }
        receiver
    }

    /// Takes nothing more, writes what was handed in, and lets the store go.
    pub async fn close(&self) {
        self.shared.lock().is_closed = true;
        loop {
            let idle = self.shared.idle.notified();
            tokio::pin!(idle);
            idle.as_mut().enable();
            {
                let mut queue = self.shared.lock();
                if !queue.is_busy {
                    queue.store = None;
                    return;
                }
            }
            idle.await;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_what_waits(&self, runtime: &Handle) {
        while let Some((store, batch)) = self.next() {
            let replies = commit(&*store, batch);
            // From a task: whom it wakes goes on where it runs, and the next ones are written in the meantime.
            runtime.spawn(async move {
                for (reply, result) in replies {
                    // Nobody waits for it any more: also well.
                    let _ = reply.send(result);
                }
            });
        }
    }

    /// What to write next.
    fn next(&self) -> Option<(Arc<dyn Store>, Vec<Request>)> {
        let mut queue = self.lock();
        let store = queue.store.clone().filter(|_| !queue.waiting.is_empty());
        let Some(store) = store else {
            queue.is_busy = false;
            drop(queue);
            self.idle.notify_waiters();
            return None;
        };
        let rest = if queue.waiting.len() > BATCH {
            queue.waiting.split_off(BATCH)
        } else {
            Vec::new()
        };
        Some((store, std::mem::replace(&mut queue.waiting, rest)))
    }
}

type Reply = (oneshot::Sender<Committed>, Committed);

fn commit(store: &dyn Store, mut batch: Vec<Request>) -> Vec<Reply> {
    let lengths: Vec<usize> = batch.iter().map(|request| request.writes.len()).collect();
    let mut writes = Vec::with_capacity(lengths.iter().sum());
    for request in &mut batch {
        writes.append(&mut request.writes);
    }
    let replies = batch.into_iter().map(|request| request.reply);
    match write(store, &mut writes) {
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
                let mut writes: Vec<Write> = writes.by_ref().take(length).collect();
                let result = if apart {
                    write(store, &mut writes)
                } else {
                    Err(error.clone())
                };
                result
                    .map(Answers::from_vec)
                    .map_err(|error| Refused { error, writes })
            };
            replies
                .zip(lengths)
                .map(|(reply, length)| (reply, part(length)))
                .collect()
        }
    }
}

fn write(store: &dyn Store, writes: &mut Vec<Write>) -> Result<Vec<Written>, StoreError> {
    let count = writes.len();
    let result = catch_unwind(AssertUnwindSafe(|| store.write(writes)));
    let written = result.unwrap_or_else(|_| Err(StoreError::Failed("the store panicked".to_owned())))?;
    if written.len() == count {
        Ok(written)
    } else {
        Err(StoreError::Failed("the store gave too few answers".to_owned()))
    }
}
