//! The in-memory driver: effects as futures in the caller's own task.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt, future};
use tokio::time::{Instant, sleep_until};

use super::Caller;
use super::clock::Clock;
use super::deadline::Deadline;
use crate::machine::{Effect, Event, Execution, ExecutionInfo, Outcome, TaskCall, Ticket};
use crate::{TaskContext, TaskError, Value};

/// Steps between two looks at the deadline, and between two chances for other tasks of the runtime.
const STEPS_AT_ONCE: usize = 10_000;

/// Drives an execution to its end.
///
/// While only one thing is under way, as in every sequential workflow, its future is awaited in place; branches
/// and iterations are boxed and run concurrently.
pub(crate) async fn drive<C: Caller>(
    caller: &C,
    mut execution: Execution,
    clock: &Clock,
    timeout: Option<Duration>,
) -> Outcome {
    let mut deadline = Deadline::new(timeout.and_then(|timeout| clock.start_instant().checked_add(timeout)));
    let mut pending = Pending::default();
    loop {
        while execution.advance(STEPS_AT_ONCE) {
            if deadline.is_past() {
                execution.feed(Event::TimedOut, clock.now());
            }
            tokio::task::yield_now().await;
        }
        let info = Arc::clone(execution.info());
        let alone = begin(caller, &mut execution, &info, clock, &mut pending);
        if let Some(outcome) = execution.take_outcome() {
            return outcome;
        }
        let event = match alone {
            Some(effect) => deadline.limit(perform(caller, &info, effect, clock)).await,
            None => deadline.limit(pending.next()).await,
        };
        let now = clock.now();
        execution.feed(event.unwrap_or(Event::TimedOut), now);
        // What else is ready belongs to the same instant.
        while let Some(event) = pending.ready() {
            execution.feed(event, now);
        }
    }
}

/// Begins what the execution asks for. Gives back the effect that is the only thing under way, if it is.
fn begin<'a, C: Caller>(
    caller: &'a C,
    execution: &mut Execution,
    info: &Arc<ExecutionInfo>,
    clock: &'a Clock,
    pending: &mut Pending<'a>,
) -> Option<Effect> {
    let start = |effect: Effect, pending: &mut Pending<'a>| {
        let (ticket, info) = (effect.ticket(), Arc::clone(info));
        pending.start(
            ticket,
            Box::pin(async move { perform(caller, &info, effect, clock).await }),
        );
    };
    let mut waiting = None;
    while let Some(effect) = execution.next_effect() {
        if let Effect::Cancel(ticket) = effect {
            pending.cancel(ticket);
        } else if let Some(earlier) = waiting.replace(effect) {
            start(earlier, pending);
        }
    }
    if pending.is_empty() {
        return waiting;
    }
    if let Some(effect) = waiting {
        start(effect, pending);
    }
    pending.sweep();
    None
}

/// Does what an effect asks for.
async fn perform<C: Caller>(caller: &C, info: &Arc<ExecutionInfo>, effect: Effect, clock: &Clock) -> Event {
    match effect {
        Effect::Task(call) => call_task(caller, info, call).await,
        Effect::Wait { ticket, until } => {
            sleep_until(clock.instant(until)).await;
            Event::Woke(ticket)
        }
        Effect::Cancel(_) => future::pending().await,
    }
}

async fn call_task<C: Caller>(caller: &C, info: &Arc<ExecutionInfo>, mut call: TaskCall) -> Event {
    let ticket = call.ticket;
    let context = TaskContext::new(Arc::clone(info), &mut call);
    let (timeout, heartbeat) = (call.timeout_seconds, call.heartbeat_seconds);
    let task = async { caller.call(call.state, call.input, &context).await };
    let task = AssertUnwindSafe(task).catch_unwind();
    let result = if timeout.is_none() && heartbeat.is_none() {
        task.await
    } else {
        match limited(task, &context, Instant::now(), timeout, heartbeat).await {
            Ok(result) => result,
            Err(heartbeat) => return Event::TaskTimedOut { ticket, heartbeat },
        }
    };
    match result {
        Ok(result) => answer(ticket, result),
        Err(panic) => Event::TaskFailed(ticket, info.panicked(call.state, panic_message(&*panic))),
    }
}

/// Runs a task under its time limits: `Err` says that one ran out, and whether it was the heartbeat's.
async fn limited<F: Future>(
    task: F,
    context: &TaskContext,
    start: Instant,
    timeout: Option<u32>,
    heartbeat: Option<u32>,
) -> Result<F::Output, bool> {
    let after = |from: Instant, seconds: Option<u32>| {
        seconds.and_then(|seconds| from.checked_add(Duration::from_secs(seconds.into())))
    };
    let mut task = pin!(task);
    let end = after(start, timeout);
    loop {
        let missed = after(context.last_heartbeat().unwrap_or(start), heartbeat);
        let is_heartbeat = match (missed, end) {
            (Some(missed), Some(end)) => missed < end,
            (missed, _) => missed.is_some(),
        };
        let next = if is_heartbeat { missed } else { end };
        if let Some(output) = Deadline::new(next).limit(task.as_mut()).await {
            return Ok(output);
        }
        let beat_since = after(context.last_heartbeat().unwrap_or(start), heartbeat) > missed;
        if !(is_heartbeat && beat_since) {
            return Err(is_heartbeat);
        }
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

type Work<'a> = Pin<Box<dyn Future<Output = Event> + Send + 'a>>;

/// What is under way for branches and iterations.
#[derive(Default)]
struct Pending<'a> {
    futures: FuturesUnordered<Performing<'a>>,
    handles: HashMap<Ticket, future::AbortHandle>,
    ready: VecDeque<Event>,
}

struct Performing<'a> {
    ticket: Ticket,
    work: future::Abortable<Work<'a>>,
}

impl Future for Performing<'_> {
    type Output = (Ticket, Option<Event>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        let ticket = self.ticket;
        self.work.poll_unpin(cx).map(|result| (ticket, result.ok()))
    }
}

impl<'a> Pending<'a> {
    fn is_empty(&self) -> bool {
        self.futures.is_empty() && self.ready.is_empty()
    }

    fn start(&mut self, ticket: Ticket, work: Work<'a>) {
        let (work, handle) = future::abortable(work);
        self.handles.insert(ticket, handle);
        self.futures.push(Performing { ticket, work });
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(handle) = self.handles.remove(&ticket) {
            handle.abort();
        }
    }

    /// Drops what was cancelled, so that its tasks see it now. What turns out to be ready is kept.
    fn sweep(&mut self) {
        if self.handles.len() < self.futures.len() {
            while let Some(Some((ticket, event))) = self.futures.next().now_or_never() {
                self.handles.remove(&ticket);
                self.ready.extend(event);
            }
        }
    }

    /// The next event that is there already.
    fn ready(&mut self) -> Option<Event> {
        self.next().now_or_never()
    }

    async fn next(&mut self) -> Event {
        if let Some(event) = self.ready.pop_front() {
            return event;
        }
        loop {
            match self.futures.next().await {
                Some((ticket, event)) => {
                    self.handles.remove(&ticket);
                    if let Some(event) = event {
                        return event;
                    }
                }
                None => return future::pending().await,
            }
        }
    }
}

impl ExecutionInfo {
    /// How a panic in a task is told: as the service tells of a function whose process died.
    pub(crate) fn panicked(&self, state: crate::machine::StateId, message: &str) -> TaskError {
        use crate::machine::{ResourceKind, StateKind};
        let is_function = match self.program.states[usize::from(state)].kind {
            StateKind::Task(resource) => match resource.kind {
                ResourceKind::Function => true,
                ResourceKind::Service { service, .. } => service == "lambda",
                ResourceKind::Activity => false,
            },
            _ => false,
        };
        let error = if is_function {
            "Lambda.Unknown"
        } else {
            "States.TaskFailed"
        };
        TaskError::new(error, format!("the task panicked: {message}"))
    }
}

/// A task's answer as an event: shared with the test driver.
pub(crate) fn answer(ticket: Ticket, result: Result<Value, TaskError>) -> Event {
    match result {
        Ok(output) => Event::TaskSucceeded(ticket, output),
        Err(error) => Event::TaskFailed(ticket, error),
    }
}
