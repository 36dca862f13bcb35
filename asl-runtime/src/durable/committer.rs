//! Writing to the store: what waits is joined into one transaction.
//!
//! While there is something to write, one thread writes it, transaction after transaction: of those in which the runtime
//! lets things block, not one of the committer's own, because tokio's paused clock waits for those only. Who hands something
//! in wakes it if it sleeps. Those whose writes went in one transaction are answered by one task.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

use super::store::{Batch, Store, StoreError, Write, Written};

/// Most requests in one transaction, and bytes after which it takes no more.
const BATCH: (usize, usize) = (1024, 64 << 20);

/// Most bytes for which there is room from the beginning.
const ROOM: usize = 1 << 20;

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
    /// One as a rule.
    waiting: VecDeque<Waiting>,
    /// A thread writes, or is about to.
    is_busy: bool,
    /// Nothing more is taken.
    is_closed: bool,
    /// None once it is closed and all is written.
    store: Option<Arc<dyn Store>>,
    /// Bytes and requests of the last transaction: the next one will have as many.
    last: (usize, usize),
}

/// A transaction to be.
#[derive(Debug)]
struct Waiting {
    batch: Batch,
    requests: Vec<Request>,
}

#[derive(Debug)]
struct Request {
    /// How many of the writes are its own.
    writes: usize,
    reply: oneshot::Sender<Committed>,
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

impl Committer {
    /// Writes to this store, in the present runtime.
    pub fn new(store: Arc<dyn Store>) -> Self {
        let queue = Queue {
            waiting: VecDeque::new(),
            is_busy: false,
            is_closed: false,
            store: Some(store),
            last: (0, 0),
        };
        Self {
            shared: Arc::new(Shared {
                queue: Mutex::new(queue),
                idle: Notify::new(),
            }),
            runtime: Handle::current(),
        }
    }

    /// Hands in writes that belong together, which are taken out of the list. The result comes when they are durable; without
    /// one, the engine was closed.
    pub fn submit(&self, writes: &mut Vec<Write>) -> oneshot::Receiver<Committed> {
        let (reply, receiver) = oneshot::channel();
        let mut queue = self.shared.lock();
        if queue.is_closed {
            // The reply is dropped, which tells so.
            return receiver;
        }
        queue.add(writes, reply);
        let was_busy = std::mem::replace(&mut queue.is_busy, true);
        drop(queue);
        if !was_busy {
            let shared = Arc::clone(&self.shared);
            let runtime = self.runtime.clone();
            self.runtime
                .spawn_blocking(move || shared.write_what_waits(&runtime));
        }
        writes.clear();
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
        while let Some((store, Waiting { batch, requests })) = self.next() {
            // From a task: whom it wakes goes on where it runs, and the next ones are written in the meantime.
            match write(&*store, &batch) {
                Ok(written) => runtime.spawn(async move { answer(requests, written) }),
                Err(error) => {
                    let replies = refuse(&*store, &batch, requests, &error);
                    runtime.spawn(async move { replies.into_iter().for_each(tell) })
                }
            };
        }
    }

    /// What to write next.
    fn next(&self) -> Option<(Arc<dyn Store>, Waiting)> {
        let mut queue = self.lock();
        let store = queue.store.clone();
        if let Some(store) = store
            && let Some(waiting) = queue.waiting.pop_front()
        {
            queue.last = (waiting.batch.as_str().len(), waiting.requests.len());
            return Some((store, waiting));
        }
        queue.is_busy = false;
        drop(queue);
        self.idle.notify_waiters();
        None
    }
}

impl Queue {
    fn add(&mut self, writes: &[Write], reply: oneshot::Sender<Committed>) {
        let has_room =
            |waiting: &Waiting| waiting.requests.len() < BATCH.0 && waiting.batch.as_str().len() < BATCH.1;
        if !self.waiting.back().is_some_and(has_room) {
            let (bytes, requests) = self.last;
            self.waiting.push_back(Waiting {
                batch: Batch::with_capacity((bytes + bytes / 4).min(ROOM)),
                requests: Vec::with_capacity(requests + requests / 4),
            });
        }
        if let Some(Waiting { batch, requests }) = self.waiting.back_mut() {
            writes.iter().for_each(|write| batch.push(write));
            requests.push(Request {
                writes: writes.len(),
                reply,
            });
        }
    }
}

/// Tells those whose writes were written.
fn answer(requests: Vec<Request>, written: Vec<Written>) {
    let mut written = written.into_iter();
    for Request { writes, reply } in requests {
        tell((reply, Ok(written.by_ref().take(writes).collect())));
    }
}

type Reply = (oneshot::Sender<Committed>, Committed);

fn tell((reply, result): Reply) {
    // Nobody waits for it any more: also well.
    let _ = reply.send(result);
}

/// What to tell those whose writes were not written together.
fn refuse(store: &dyn Store, batch: &Batch, requests: Vec<Request>, error: &StoreError) -> Vec<Reply> {
    // What the store cannot take of one execution is not to hold up the others.
    let apart = matches!(error, StoreError::Failed(_)) && requests.len() > 1;
    let mut writes = batch.writes().into_iter();
    let mut part = |count: usize| {
        let writes: Vec<Write> = writes.by_ref().take(count).collect();
        let result = if apart {
            write(store, &Batch::of(&writes))
        } else {
            Err(error.clone())
        };
        result
            .map(Answers::from_vec)
            .map_err(|error| Refused { error, writes })
    };
    requests
        .into_iter()
        .map(|request| (request.reply, part(request.writes)))
        .collect()
}

fn write(store: &dyn Store, batch: &Batch) -> Result<Vec<Written>, StoreError> {
    let result = catch_unwind(AssertUnwindSafe(|| store.write(batch)));
    let written = result.unwrap_or_else(|_| Err(StoreError::Failed("the store panicked".to_owned())))?;
    if written.len() == batch.len() {
        Ok(written)
    } else {
        Err(StoreError::Failed("the store gave too few answers".to_owned()))
    }
}
