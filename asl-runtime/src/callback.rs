//! Answers by task token, from wherever the token got to.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use serde::Serialize;
use tokio::time::Instant;

use crate::machine::Event;
use crate::mailbox::{Receiver, Sender};
use crate::task_context::Signals;
use crate::value::EncodeError;
use crate::{IntoTaskError, TaskError, Value};

/// Takes the answers to tasks that wait for one: those with `.waitForTaskToken`, activities that workers poll for, and
/// `.sync` tasks too.
///
/// A task is answered with its token: `$$.Task.Token` in the definition, [`TaskContext::token`] in its function. The
/// token is a text that can go anywhere: into a message, a mail, another process, and come back from there. One
/// handle serves all executions of all machines of a process, [`Callbacks::shared`], unless a machine
/// [is given its own](crate::Machine::with_callbacks).
///
/// ```ignore
/// // Wherever the answer comes in:
/// let callbacks = Callbacks::shared();
/// callbacks.send_task_success(&token, &Approval { by: "Ada" })?;
/// ```
///
/// A token is good for one answer. After that, after a time-out, and after the end of the execution it is refused:
///
/// ```
/// use asl_runtime::{CallbackError, Callbacks};
///
/// let error = Callbacks::shared().send_task_heartbeat("made up").unwrap_err();
/// assert!(matches!(error, CallbackError::InvalidToken));
/// assert_eq!(error.to_string(), "InvalidToken: the text is no task token");
/// ```
///
/// [`TaskContext::token`]: crate::TaskContext::token
#[derive(Debug, Clone, Default)]
pub struct Callbacks(Arc<Shared>);

/// What the handles of one kind have in common.
#[derive(Debug, Default)]
struct Shared {
    entries: Mutex<HashMap<Arc<str>, Entry>>,
    remote: Option<Arc<dyn Remote>>,
}

/// Takes answers elsewhere: to executions that need not be in memory.
pub(crate) trait Remote: std::fmt::Debug + Send + Sync {
    fn answer(&self, token: &str, result: Result<Value, TaskError>) -> Result<(), CallbackError>;
    fn heartbeat(&self, token: &str) -> Result<(), CallbackError>;
}

/// The answer to one task: what its function gets from [`TaskContext::callback`](crate::TaskContext::callback), and
/// can hand to whoever will answer, as long as that is in the same process. Else hand on the
/// [`token`](Self::token).
#[derive(Debug, Clone)]
pub struct Callback {
    callbacks: Callbacks,
    token: Arc<str>,
}

/// Why an answer was not taken, under the service's names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// There is no such task: its execution ended, or never was.
    #[error("TaskDoesNotExist: no execution under way has this task")]
    TaskDoesNotExist,
    /// The task no longer waits: it was answered, timed out, or was cancelled.
    #[error("TaskTimedOut: the task was answered, timed out or was cancelled")]
    TaskTimedOut,
    /// The text is no task token.
    #[error("InvalidToken: the text is no task token")]
    InvalidToken,
    /// The output cannot be written as JSON.
    #[error("InvalidOutput: {0}")]
    InvalidOutput(#[source] EncodeError),
    /// The answer could not be kept: the execution is a durable one, whose store or engine does not take it now.
    #[error("the answer could not be kept: {0}")]
    NotKept(String),
}

impl Callbacks {
    /// A handle of its own, for machines that are to be apart from the others of the process.
    pub fn new() -> Self {
        Self::default()
    }

    #[cfg(feature = "durable")]
    pub(crate) fn remote(remote: Arc<dyn Remote>) -> Self {
        Self(Arc::new(Shared {
            entries: Mutex::default(),
            remote: Some(remote),
        }))
    }

    /// The handle of all machines that were not given one of their own.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Callbacks> = LazyLock::new(Callbacks::new);
        &SHARED
    }

    /// The task succeeds with this output.
    ///
    /// # Errors
    /// When no task waits for this token, or the output cannot be written as JSON.
    pub fn send_task_success<O>(&self, token: &str, output: &O) -> Result<(), CallbackError>
    where
        O: Serialize + ?Sized,
    {
        let output = Value::encode(output).map_err(CallbackError::InvalidOutput)?;
        self.answer(token, Ok(output))
    }

    /// The task fails with this error and cause. Without an error name only the wildcards of `ErrorEquals` match.
    ///
    /// # Errors
    /// When no task waits for this token.
    pub fn send_task_failure(
        &self,
        token: &str,
        error: Option<&str>,
        cause: Option<&str>,
    ) -> Result<(), CallbackError> {
        let error = TaskError::from_parts(error.map(str::to_owned), cause.map(str::to_owned));
        self.answer(token, Err(error))
    }

    /// The task is alive: its `HeartbeatSeconds` start anew. Its `TimeoutSeconds` do not.
    ///
    /// # Errors
    /// When no task waits for this token.
    pub fn send_task_heartbeat(&self, token: &str) -> Result<(), CallbackError> {
        match &self.0.remote {
            Some(remote) => remote.heartbeat(token),
            None => self.with_open(token, |entry| entry.signals().heartbeat()),
        }
    }

    /// Where heartbeats for the task with this token go to, and what tells that its call is over.
    pub(crate) fn signals(&self, token: &str) -> Arc<Signals> {
        let signals = self.with_open(token, |entry| Arc::clone(entry.signals()));
        signals.unwrap_or_default()
    }

    /// What answers the task with this token.
    pub fn callback(&self, token: impl Into<Arc<str>>) -> Callback {
        Callback {
            callbacks: self.clone(),
            token: token.into(),
        }
    }

    /// A worker takes the task of an activity. Gives whether it is still there.
    pub(crate) fn start(&self, token: &str, worker_name: Option<&str>) -> bool {
        let event = Event::ActivityStarted {
            token: token.to_owned(),
            worker_name: worker_name.map(str::to_owned),
        };
        let sent = self.with_open(token, |entry| entry.inbox.send(event).is_ok());
        sent.unwrap_or(false)
    }

    fn answer(&self, token: &str, result: Result<Value, TaskError>) -> Result<(), CallbackError> {
        if let Some(remote) = &self.0.remote {
            return remote.answer(token, result);
        }
        let event = Event::TaskAnswered {
            token: token.to_owned(),
            result,
        };
        let sent = self.with_open(token, |entry| {
            entry.is_open = false;
            entry.inbox.send(event)
        });
        sent?.map_err(|_| CallbackError::TaskDoesNotExist)
    }

    fn with_open<T>(&self, token: &str, act: impl FnOnce(&mut Entry) -> T) -> Result<T, CallbackError> {
        let mut entries = self.lock();
        match entries.get_mut(token) {
            Some(entry) if entry.is_open => Ok(act(entry)),
            Some(_) => Err(CallbackError::TaskTimedOut),
            None if is_token(token) => Err(CallbackError::TaskDoesNotExist),
            None => Err(CallbackError::InvalidToken),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Entry>> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Callback {
    /// The task token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The task succeeds with this output.
    ///
    /// # Errors
    /// When the task no longer waits, or the output cannot be written as JSON.
    pub fn success<O: Serialize + ?Sized>(&self, output: &O) -> Result<(), CallbackError> {
        self.callbacks.send_task_success(&self.token, output)
    }

    /// The task fails with this error.
    ///
    /// # Errors
    /// When the task no longer waits.
    pub fn failure(&self, error: impl IntoTaskError) -> Result<(), CallbackError> {
        self.callbacks.answer(&self.token, Err(error.into_task_error()))
    }

    /// The task is alive: its `HeartbeatSeconds` start anew.
    ///
    /// # Errors
    /// When the task no longer waits.
    pub fn heartbeat(&self) -> Result<(), CallbackError> {
        self.callbacks.send_task_heartbeat(&self.token)
    }

    /// Whether the task still waits for its answer.
    pub fn is_open(&self) -> bool {
        self.callbacks.with_open(&self.token, |_| ()).is_ok()
    }
}

/// As the machine makes them: a UUID, and the name of the execution.
fn is_token(text: &str) -> bool {
    text.split_once('.')
        .is_some_and(|(id, _)| uuid::Uuid::try_parse(id).is_ok())
}

#[derive(Debug)]
struct Entry {
    inbox: Sender,
    /// Made when first asked for: few tasks send heartbeats.
    signals: Option<Arc<Signals>>,
    /// Closed ones are kept for a while, so that a second answer is told that it is late.
    is_open: bool,
    /// Which of the call's steps has it.
    step: u32,
}

impl Entry {
    fn signals(&mut self) -> &Arc<Signals> {
        self.signals.get_or_insert_default()
    }
}

/// The tokens of one execution under way, and what comes by them.
#[derive(Debug)]
pub(crate) struct Inbox {
    callbacks: Callbacks,
    receiver: Receiver,
    tokens: Vec<Arc<str>>,
    /// Number of tokens at which closed ones are forgotten.
    sweep_at: usize,
}

/// An open token as one step of its call has it. Closed when dropped, unless a further step has it.
#[derive(Debug)]
pub(crate) struct OpenToken {
    callback: Callback,
    step: u32,
    keep: bool,
}

impl Inbox {
    const CLOSED_KEPT: usize = 1000;

    pub fn new(callbacks: Callbacks) -> Self {
        Self {
            callbacks,
            receiver: Receiver::default(),
            tokens: Vec::new(),
            sweep_at: Self::CLOSED_KEPT,
        }
    }

    /// Opens a token, or goes on with one that is open.
    pub fn open(&mut self, token: &Arc<str>) -> OpenToken {
        let mut entries = self.callbacks.lock();
        if !entries.contains_key(&**token) {
            if self.tokens.len() >= self.sweep_at {
                self.tokens.retain(|token| {
                    let is_open = entries.get(&**token).is_some_and(|entry| entry.is_open);
                    if !is_open {
                        entries.remove(&**token);
                    }
                    is_open
                });
                self.sweep_at = Self::CLOSED_KEPT.max(2 * self.tokens.len());
            }
            if self.tokens.is_empty() {
                // Most executions have one.
                self.tokens.reserve_exact(1);
            }
            self.tokens.push(Arc::clone(token));
        }
        let entry = entries.entry(Arc::clone(token)).or_insert_with(|| Entry {
            inbox: self.receiver.sender(),
            signals: None,
            is_open: true,
            step: 0,
        });
        entry.step += 1;
        OpenToken {
            callback: self.callbacks.callback(Arc::clone(token)),
            step: entry.step,
            keep: false,
        }
    }

    /// What puts other events in.
    pub fn sender(&self) -> Sender {
        self.receiver.sender()
    }

    /// The next event, once there is one.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        self.receiver.poll_next(cx)
    }

    /// The next event, if it is there.
    pub fn ready(&mut self) -> Option<Event> {
        self.receiver.ready()
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        let mut entries = self.callbacks.lock();
        for token in &self.tokens {
            entries.remove(&**token);
        }
    }
}

impl OpenToken {
    pub fn callback(&self) -> &Callback {
        &self.callback
    }

    pub fn callbacks(&self) -> &Callbacks {
        &self.callback.callbacks
    }

    pub fn last_heartbeat(&self) -> Option<Instant> {
        let Callback { callbacks, token } = &self.callback;
        let last = callbacks.with_open(token, |entry| entry.signals.as_ref()?.last_heartbeat());
        last.ok()?
    }

    /// Leaves the token open: a further step of the call will have it.
    pub fn keep(mut self) {
        self.keep = true;
    }

    /// Closes the token. Gives whether this step could: else the answer is on its way, or a further step has it.
    pub fn close(&self) -> bool {
        let close = |entry: &mut Entry| {
            let is_mine = entry.step == self.step;
            entry.is_open &= !is_mine;
            is_mine
        };
        let closed = self.callback.callbacks.with_open(&self.callback.token, close);
        closed.unwrap_or(false)
    }
}

impl Drop for OpenToken {
    fn drop(&mut self) {
        if !self.keep {
            self.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8.order-1";

    #[test]
    fn a_token_is_good_for_one_answer() {
        let callbacks = Callbacks::new();
        let mut inbox = Inbox::new(callbacks.clone());
        let open = inbox.open(&Arc::from(TOKEN));
        assert!(open.last_heartbeat().is_none());
        callbacks.send_task_heartbeat(TOKEN).expect("it is open");
        assert!(open.last_heartbeat().is_some());
        callbacks.send_task_success(TOKEN, &7).expect("it is open");
        let late = callbacks.send_task_failure(TOKEN, None, None);
        assert!(matches!(late, Err(CallbackError::TaskTimedOut)));
        assert!(!open.close());
        let answer = inbox.ready();
        assert!(
            matches!(answer, Some(Event::TaskAnswered { result: Ok(output), .. }) if output.as_i64() == Some(7))
        );
        assert!(inbox.ready().is_none());
    }

    #[test]
    fn a_token_ends_with_its_call_and_its_execution() {
        let callbacks = Callbacks::new();
        let mut inbox = Inbox::new(callbacks.clone());
        inbox.open(&Arc::from(TOKEN)).keep();
        let (first, second) = (inbox.open(&Arc::from(TOKEN)), inbox.open(&Arc::from(TOKEN)));
        drop(first);
        assert!(callbacks.callback(TOKEN).is_open());
        drop(second);
        let callback = callbacks.callback(TOKEN);
        assert!(matches!(callback.heartbeat(), Err(CallbackError::TaskTimedOut)));
        drop(inbox);
        assert!(matches!(
            callback.success(&1),
            Err(CallbackError::TaskDoesNotExist)
        ));
    }

    #[test]
    fn what_is_no_token_is_told_apart() {
        let callbacks = Callbacks::new();
        for text in ["", "x", "x.y", "67e55044-10b1-426f-9247-bb680e5fe0c8"] {
            assert!(
                matches!(
                    callbacks.send_task_success(text, &1),
                    Err(CallbackError::InvalidToken)
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn closed_tokens_are_forgotten_in_the_end() {
        let callbacks = Callbacks::new();
        let mut inbox = Inbox::new(callbacks.clone());
        for number in 0..5000 {
            drop(inbox.open(&Arc::from(number.to_string())));
        }
        let kept = inbox.open(&Arc::from(TOKEN));
        assert!(callbacks.lock().len() <= Inbox::CLOSED_KEPT + 1);
        assert!(kept.callback().is_open());
    }
}
