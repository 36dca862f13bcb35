//! What a task is told about the call it serves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::machine::{ExecutionInfo, StateId, TaskCall};
use crate::{Callback, Callbacks};

/// What a task is told about the call it serves: a task function may take `&TaskContext` as its second parameter.
#[derive(Debug)]
pub struct TaskContext {
    execution: Arc<ExecutionInfo>,
    state: StateId,
    attempt: u32,
    /// Number of the call's ticket.
    call: u64,
    map_index: Option<usize>,
    token: Option<Arc<str>>,
    /// Where answers and heartbeats that come by the token go.
    callbacks: Option<Callbacks>,
    /// Made when first asked for, so that a task which does not care costs nothing.
    signals: OnceLock<Arc<Signals>>,
}

impl TaskContext {
    pub(crate) fn new(execution: Arc<ExecutionInfo>, call: &mut TaskCall) -> Self {
        Self {
            execution,
            state: call.state,
            attempt: call.attempt,
            call: call.ticket.number,
            token: call.token.take(),
            callbacks: None,
            map_index: call.map_index,
            signals: OnceLock::new(),
        }
    }

    /// Lets answers and heartbeats that come by the call's token find it.
    pub(crate) fn with_callbacks(mut self, callbacks: &Callbacks) -> Self {
        self.callbacks = Some(callbacks.clone());
        self
    }

    /// The same where heartbeats are known to come to these.
    pub(crate) fn with_signals(mut self, signals: &Arc<Signals>) -> Self {
        self.signals = OnceLock::from(Arc::clone(signals));
        self
    }

    /// The execution: its name, id, machine, start time and input.
    pub fn execution(&self) -> &ExecutionInfo {
        &self.execution
    }

    /// Name of the Task state.
    pub fn state(&self) -> &'static str {
        self.execution.program.states[usize::from(self.state)].name
    }

    /// Which attempt of this visit of the state it is, from 1; retries make it grow.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// A text that tells this attempt from all others: a durable execution whose process died makes the call again with
    /// the same one. A service that is told it can see that it has done the work already.
    pub fn idempotency_key(&self) -> String {
        self.execution.key_of_call(self.call)
    }

    /// The task token (`$$.Task.Token`), for the integration patterns that have one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// What answers a task that waits for its token (`.waitForTaskToken`): to be kept until the answer is there, or used
    /// at once. Of a task that has no token it refuses answers as [`InvalidToken`](crate::CallbackError::InvalidToken).
    pub fn callback(&self) -> Callback {
        let callbacks = self.callbacks.as_ref().unwrap_or_else(|| Callbacks::shared());
        let token = self.token.as_ref();
        callbacks.callback(token.map_or_else(|| Arc::from(""), Arc::clone))
    }

    /// Index of the innermost Map iteration around the task, from 0.
    pub fn map_index(&self) -> Option<usize> {
        self.map_index
    }

    /// Says that the task is alive: the state's `HeartbeatSeconds` start anew.
    pub fn heartbeat(&self) {
        self.signals().heartbeat();
    }

    /// A handle that work spawned by the task can keep: to send heartbeats, and to learn that the call is over.
    pub fn handle(&self) -> TaskHandle {
        TaskHandle(Arc::clone(self.signals()))
    }

    pub(crate) fn last_heartbeat(&self) -> Option<Instant> {
        self.signals.get()?.last_heartbeat()
    }

    fn signals(&self) -> &Arc<Signals> {
        self.signals.get_or_init(|| match (&self.callbacks, &self.token) {
            (Some(callbacks), Some(token)) => callbacks.signals(token),
            _ => Arc::default(),
        })
    }
}

impl Drop for TaskContext {
    fn drop(&mut self) {
        if let Some(signals) = self.signals.get() {
            signals.over.store(true, Ordering::Release);
            signals.notify.notify_waiters();
        }
    }
}

/// A call of a task, as work that the task spawned sees it.
#[derive(Debug, Clone)]
pub struct TaskHandle(Arc<Signals>);

impl TaskHandle {
    /// Says that the task is alive: the state's `HeartbeatSeconds` start anew.
    pub fn heartbeat(&self) {
        self.0.heartbeat();
    }

    /// Whether the call is over: it returned, timed out, or was cancelled because a sibling branch failed or the
    /// execution ended.
    pub fn is_over(&self) -> bool {
        self.0.over.load(Ordering::Acquire)
    }

    /// Waits until the call is over.
    pub async fn over(&self) {
        loop {
            let notified = self.0.notify.notified();
            if self.is_over() {
                return;
            }
            notified.await;
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Signals {
    heartbeat: Mutex<Option<Instant>>,
    over: AtomicBool,
    notify: Notify,
}

impl Signals {
    pub fn last_heartbeat(&self) -> Option<Instant> {
        *self.heartbeat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn heartbeat(&self) {
        *self.heartbeat.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}
