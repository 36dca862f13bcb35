//! What a task is told about the call it serves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::machine::{ExecutionInfo, TaskCall};

/// What a task is told about the call it serves: a task function may take `&TaskContext` as its second parameter.
#[derive(Debug)]
pub struct TaskContext {
    execution: Arc<ExecutionInfo>,
    state: &'static str,
    attempt: u32,
    token: Option<String>,
    map_index: Option<usize>,
    /// Made when first asked for, so that a task which does not care costs nothing.
    signals: OnceLock<Arc<Signals>>,
}

impl TaskContext {
    pub(crate) fn new(execution: Arc<ExecutionInfo>, call: &mut TaskCall) -> Self {
        Self {
            state: execution.program.states[usize::from(call.state)].name,
            execution,
            attempt: call.attempt,
            token: call.token.take(),
            map_index: call.map_index,
            signals: OnceLock::new(),
        }
    }

    /// The execution: its name, id, machine, start time and input.
    pub fn execution(&self) -> &ExecutionInfo {
        &self.execution
    }

    /// Name of the Task state.
    pub fn state(&self) -> &'static str {
        self.state
    }

    /// Which attempt of this visit of the state it is, from 1; retries make it grow.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The task token (`$$.Task.Token`), for the integration patterns that have one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
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
        let signals = self.signals.get()?;
        *signals.heartbeat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signals(&self) -> &Arc<Signals> {
        self.signals.get_or_init(Arc::default)
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
struct Signals {
    heartbeat: Mutex<Option<Instant>>,
    over: AtomicBool,
    notify: Notify,
}

impl Signals {
    fn heartbeat(&self) {
        *self.heartbeat.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}
