//! The in-memory driver: effects as futures in the caller's own task.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::clock::Clock;
use super::deadline::Deadline;
use super::limits::after;
use super::pending::{Pending, Work};
use super::perform::World;
use super::{Caller, Machine};
use crate::callback::{Inbox, OpenToken};
use crate::machine::{Effect, Event, Execution, ExecutionInfo, Outcome, Ticket};
use crate::objects::Readers;
use crate::{TaskError, Timestamp, Value};

/// Steps between two looks at the deadline, and between two chances for other tasks of the runtime.
const STEPS_AT_ONCE: usize = 10_000;

/// Drives an execution to its end.
///
/// While only one thing is under way, as in every sequential workflow, its future is awaited in place; branches
/// and iterations are boxed and run concurrently, and so is whatever waits for an answer by token.
///
/// The execution is the caller's, and these are no `async fn`s: those have space for what they are given twice.
pub(crate) fn drive<'a, C: Caller>(
    machine: &'a Machine<C>,
    execution: &'a mut Execution,
    clock: &'a Clock,
) -> impl Future<Output = Outcome> + Send {
    drive_within(machine, execution, clock, machine.longest())
}

/// Drives an execution to its end, which is at the latest after `timeout`.
pub(super) fn drive_within<'a, C: Caller>(
    machine: &'a Machine<C>,
    execution: &'a mut Execution,
    clock: &'a Clock,
    timeout: Option<Duration>,
) -> impl Future<Output = Outcome> + Send {
    let mut deadline = Deadline::new(timeout.and_then(|timeout| clock.start_instant().checked_add(timeout)));
    let has_map_runs = machine.program().has_map_runs;
    let world = World {
        machine,
        info: Arc::clone(execution.info()),
        clock,
        children: Mutex::default(),
        readers: has_map_runs.then(Readers::default),
        answers: None,
    };
    let mut inbox = None;
    if let Some(map_runs) = machine.map_runs()
        && has_map_runs
    {
        let inbox = inbox.insert(Box::new(Inbox::new(machine.callbacks().clone())));
        execution.watch_map_runs(map_runs.watcher(inbox.sender()));
    }
    async move {
        let mut pending = Pending::default();
        loop {
            while execution.advance(STEPS_AT_ONCE) {
                if deadline.is_past() {
                    execution.feed(Event::TimedOut, clock.now());
                }
                tokio::task::yield_now().await;
            }
            // The way of nearly every task.
            if pending.is_empty() && inbox.is_none() {
                let mut ends_by = None;
                let mut calling = pin!(execution.only_call().map(|call| {
                    let timeout = call.timeout_seconds;
                    ends_by = timeout.and_then(|seconds| after(Instant::now(), seconds));
                    world.call_function(call)
                }));
                if let Some(calling) = calling.as_mut().as_pin_mut() {
                    let event = deadline.limit(execution, ends_by, calling).await;
                    execution.feed(event.unwrap_or(Event::TimedOut), clock.now());
                    continue;
                }
            }
            let alone = begin(&world, execution, &mut pending, &mut inbox);
            if let Some(outcome) = execution.take_outcome() {
                return outcome;
            }
            let event = match alone {
                Some(Alone::Sleep(ticket, until)) => {
                    let sleep = pin!(world.sleep(ticket, until));
                    deadline.limit(execution, Some(clock.instant(until)), sleep).await
                }
                Some(Alone::Work(mut work)) => deadline.limit(execution, None, work.as_mut()).await,
                Some(Alone::WithInbox(ticket, mut work)) => {
                    let mut is_through = false;
                    let next = poll_fn(|cx| match inbox.as_mut().map(|inbox| inbox.poll_next(cx)) {
                        Some(Poll::Ready(event)) => Poll::Ready(event),
                        Some(Poll::Pending) | None => {
                            let event = work.as_mut().poll(cx);
                            is_through = event.is_ready();
                            event
                        }
                    });
                    let event = deadline.limit(execution, None, pin!(next)).await;
                    if !is_through {
                        pending.start(ticket, work);
                    }
                    event
                }
                None => {
                    let next = poll_fn(|cx| match inbox.as_mut().map(|inbox| inbox.poll_next(cx)) {
                        Some(Poll::Ready(event)) => Poll::Ready(event),
                        Some(Poll::Pending) | None => pending.poll_next(cx),
                    });
                    deadline.limit(execution, None, pin!(next)).await
                }
            };
            let now = clock.now();
            execution.feed(event.unwrap_or(Event::TimedOut), now);
            // What else is ready belongs to the same instant.
            while let Some(event) = inbox.as_mut().and_then(|inbox| inbox.ready()) {
                execution.feed(event, now);
            }
            while let Some(event) = pending.ready() {
                execution.feed(event, now);
            }
        }
    }
}

/// The only thing that is under way.
enum Alone<'a> {
    /// It takes less space than a call, so it needs no box.
    Sleep(Ticket, Timestamp),
    Work(Work<'a, Event>),
    /// Something may come into the inbox besides.
    WithInbox(Ticket, Work<'a, Event>),
}

/// Begins what the execution asks for. Gives back what is the only thing under way, if
/// anything is.
fn begin<'a, C: Caller>(
    world: &'a World<'_, C>,
    execution: &mut Execution,
    pending: &mut Pending<'a, Event>,
    inbox: &mut Option<Box<Inbox>>,
) -> Option<Alone<'a>> {
    let mut waiting: Option<(Effect, Option<Box<OpenToken>>)> = None;
    while let Some(effect) = execution.next_effect() {
        if let Effect::Cancel(ticket) = effect {
            pending.cancel(ticket);
            if let Some(readers) = &world.readers {
                readers.close(ticket);
            }
            waiting.take_if(|(effect, _)| effect.ticket() == ticket);
            continue;
        }
        let token = token_of(&effect).map(|token| {
            let inbox = inbox.get_or_insert_with(|| Box::new(Inbox::new(world.machine.callbacks().clone())));
            Box::new(inbox.open(token))
        });
        if let Some((earlier, token)) = waiting.replace((effect, token)) {
            start(world, earlier, token, pending);
        }
    }
    if pending.is_empty() {
        return waiting.map(|(effect, token)| match effect {
            effect if inbox.is_some() => Alone::WithInbox(effect.ticket(), world.perform(effect, token)),
            Effect::Wait { ticket, until } => Alone::Sleep(ticket, until),
            effect => Alone::Work(world.perform(effect, None)),
        });
    }
    if let Some((effect, token)) = waiting {
        start(world, effect, token, pending);
    }
    pending.sweep();
    None
}

fn start<'a, C: Caller>(
    world: &'a World<'_, C>,
    effect: Effect,
    token: Option<Box<OpenToken>>,
    pending: &mut Pending<'a, Event>,
) {
    pending.start(effect.ticket(), world.perform(effect, token));
}

/// Token that the answer to an effect may come by.
fn token_of(effect: &Effect) -> Option<&Arc<str>> {
    match effect {
        Effect::Task(call) | Effect::Activity(call) => call.token.as_ref(),
        Effect::StartExecution(start) => start.token.as_ref(),
        Effect::Await(awaited) => awaited.token.as_ref(),
        Effect::Wait { .. } | Effect::Child(_) | Effect::Read(_) | Effect::Write(_) | Effect::Cancel(_) => {
            None
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
