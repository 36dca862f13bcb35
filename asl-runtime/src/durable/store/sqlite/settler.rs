//! The thread that brings what is in the log into the tables.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::Shared;

/// How long something is in the log alone, if there is not much else.
const PAUSE: Duration = Duration::from_millis(200);

/// Pause after it could not be brought into the tables.
const RETRY: Duration = Duration::from_secs(1);

/// Bytes after which SQLite's own log is brought into the file.
const CHECKPOINT: usize = 16 << 20;

/// Runs as long as this is there.
pub struct Settler {
    signal: Arc<Signal>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// There is something in the log.
    is_written: bool,
    /// And so much that it is time.
    is_much: bool,
    is_closed: bool,
}

impl Settler {
    /// With a connection of its own for checkpoints.
    pub fn start(shared: &Arc<Shared>, checkpointer: Connection) -> Self {
        let signal = Arc::new(Signal::default());
        let (shared, of_thread) = (Arc::clone(shared), Arc::clone(&signal));
        let thread = thread::Builder::new()
            .name("asl-settler".to_owned())
            .spawn(move || run(&shared, &checkpointer, &of_thread));
        Self {
            signal,
            // Without a thread it is done when the log is long.
            thread: thread.ok(),
        }
    }

    /// Something was written into the log.
    pub fn written(&self, is_much: bool) {
        let mut state = self.signal.lock();
        let tells = !state.is_written || (is_much && !state.is_much);
        state.is_written = true;
        state.is_much |= is_much;
        drop(state);
        if tells {
            self.signal.changed.notify_one();
        }
    }
}

impl Drop for Settler {
    fn drop(&mut self) {
        self.signal.lock().is_closed = true;
        self.signal.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // If it panicked, the log has what it did not do.
            let _ = thread.join();
        }
    }
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is time. Gives whether it is the last time.
    fn wait(&self) -> bool {
        let written = |state: &mut State| !state.is_written && !state.is_closed;
        let state = self.changed.wait_while(self.lock(), written);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        let much = |state: &mut State| !state.is_much && !state.is_closed;
        let waited = self.changed.wait_timeout_while(state, PAUSE, much);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (state.is_written, state.is_much) = (false, false);
        state.is_closed
    }

    fn pause(&self) {
        let open = |state: &mut State| !state.is_closed;
        // Whatever woke it.
        let _ = self.changed.wait_timeout_while(self.lock(), RETRY, open);
    }
}

fn run(shared: &Shared, checkpointer: &Connection, signal: &Signal) {
    loop {
        let is_last = signal.wait();
        let settled = shared.settle(is_last);
        if is_last {
            return;
        }
        match settled {
            Ok(true) => {}
            Ok(false) => signal.lock().is_written = true,
            Err(error) => {
                tracing::warn!(%error, "what is in the log stays there for now");
                signal.lock().is_written = true;
                signal.pause();
            }
        }
        if shared.written.load(Ordering::Relaxed) > CHECKPOINT {
            shared.written.store(0, Ordering::Relaxed);
            checkpoint(checkpointer);
            // The rest, with nobody writing, so that the next one begins anew.
            let _writer = shared.writer();
            checkpoint(checkpointer);
        }
    }
}

/// Brings SQLite's log into the file, as far as nobody reads it. What fails is tried again later.
fn checkpoint(connection: &Connection) {
    let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = done {
        tracing::warn!(%error, "the write-ahead log could not be brought into the file");
    }
}
