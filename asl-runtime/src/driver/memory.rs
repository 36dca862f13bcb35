//! The in-memory driver: effects as futures in the caller's own task.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::Instant;

use super::clock::Clock;
use super::limits::after;
use super::pending::Pending;
use super::perform::World;
use super::timers::Timers;
use super::{Caller, Machine};
use crate::callback::{Inbox, OpenToken};
use crate::machine::{Effect, Event, Execution, ExecutionInfo, Outcome, TaskCall, Ticket};
use crate::objects::Readers;
use crate::{TaskError, Timestamp, Value};

/// Steps between two looks at the deadline, and between two chances for other tasks of the runtime.
const STEPS_AT_ONCE: usize = 10_000;

/// Drives an execution to its end.
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
    let limit = timeout.and_then(|timeout| clock.start_instant().checked_add(timeout));
    let world = World {
        machine,
        info: Arc::clone(execution.info()),
        children: Mutex::default(),
        readers: machine.program().has_map_runs.then(Readers::default),
        answers: None,
    };
    async move {
        let mut under_way = UnderWay {
            inbox: None,
            pending: Pending::default(),
            timers: Timers::new(limit),
        };
        if let Some(map_runs) = world.machine.map_runs()
            && world.machine.program().has_map_runs
        {
            let inbox = Box::new(Inbox::new(world.machine.callbacks().clone()));
            execution.watch_map_runs(map_runs.watcher(inbox.sender()));
            under_way.inbox = Some(inbox);
        }
        let call = |call| world.call_function(call);
        loop {
            poll_fn(|cx| under_way.poll(cx, &world, clock, execution, call)).await;
            if let Some(outcome) = execution.take_outcome() {
                return outcome;
            }
            if under_way.timers.is_past() {
                execution.feed(Event::TimedOut, clock.now());
            }
            tokio::task::yield_now().await;
        }
    }
}

/// What is under way for an execution.
struct UnderWay<'a, F> {
    /// Made when something may come into it.
    inbox: Option<Box<Inbox>>,
    /// Its calls, and what else is done for it.
    pending: Pending<'a, Event, F>,
    timers: Timers,
}

impl<'a, F: Future<Output = Event> + Send + 'a> UnderWay<'a, F> {
    /// Runs the execution: ready when it has ended, or has taken so many steps that it is the turn of others. `call` calls
    /// the function of a task.
    fn poll<C: Caller>(
        &mut self,
        cx: &mut Context<'_>,
        world: &'a World<'_, C>,
        clock: &Clock,
        execution: &mut Execution,
        call: impl Fn(TaskCall) -> F,
    ) -> Poll<()> {
        let mut left = STEPS_AT_ONCE;
        let mut asked = None;
        let mut has_more = execution.advance_to_call(&mut left, &mut asked);
        loop {
            self.begin(world, clock, execution, &call);
            if let Some(asked) = asked.take() {
                self.begin_call(world, asked, &call);
            }
            if has_more || execution.outcome().is_some() {
                return Poll::Ready(());
            }
            let event = ready!(self.poll_next(cx, execution));
            has_more = match event {
                // In a sequence of tasks nothing else is under way.
                Event::TaskSucceeded(ticket, output) if self.was_all(ticket) => {
                    execution.go_on((ticket, output), || clock.now(), &mut left, &mut asked)
                }
                event => {
                    self.happen(event, clock.now(), execution);
                    execution.advance_to_call(&mut left, &mut asked)
                }
            };
        }
    }

    /// Whether nothing else was under way than this call, which is over.
    fn was_all(&mut self, call: Ticket) -> bool {
        self.inbox.is_none() && self.pending.is_empty() && self.timers.give_up_only(call)
    }

    /// Tells the execution what happened, with what else is ready: that belongs to the same instant.
    fn happen(&mut self, event: Event, now: Timestamp, execution: &mut Execution) {
        let mut next = Some(event);
        while let Some(event) = next {
            execution.feed(event, now);
            self.timers.give_up(execution);
            next = self.ready(execution);
        }
    }

    /// Begins what the execution asks for.
    fn begin<C: Caller>(
        &mut self,
        world: &'a World<'_, C>,
        clock: &Clock,
        execution: &mut Execution,
        call: impl Fn(TaskCall) -> F,
    ) {
        // Dropped when all has begun: a token that a further step of its call takes over is not to be closed.
        let mut given_up = Vec::new();
        while let Some(effect) = execution.next_effect() {
            match effect {
                Effect::Cancel(ticket) => {
                    match self.pending.cancel(ticket) {
                        Some(work) => given_up.push(work),
                        None => self.timers.give_up(execution),
                    }
                    if let Some(readers) = &world.readers {
                        readers.close(ticket);
                    }
                }
                Effect::Wait { ticket, until } => {
                    let until = later(until, execution, clock);
                    self.timers.add(clock.instant(until), ticket);
                }
                Effect::Task(task) => self.begin_call(world, task, &call),
                Effect::Await(awaited) => {
                    let token = self.open(world, awaited.token.as_ref());
                    let until = awaited.until.map(|until| clock.instant(until));
                    let (ticket, work) = (awaited.ticket, world.wait(*awaited, until, token));
                    self.pending.start(ticket, work);
                }
                effect => self.perform(world, effect),
            }
        }
    }

    /// Calls a task.
    #[inline]
    fn begin_call<C: Caller>(
        &mut self,
        world: &'a World<'_, C>,
        task: TaskCall,
        call: impl Fn(TaskCall) -> F,
    ) {
        if task.token.is_some() || task.heartbeat_seconds.is_some() {
            return self.perform(world, Effect::Task(task));
        }
        let ticket = task.ticket;
        if let Some(seconds) = task.timeout_seconds
            && let Some(at) = after(Instant::now(), seconds)
        {
            self.timers.add(at, ticket);
        }
        self.pending.start_call(ticket, call(task));
    }

    /// Has something else done.
    fn perform<C: Caller>(&mut self, world: &'a World<'_, C>, effect: Effect) {
        let token = self.open(world, token_of(&effect));
        self.pending.start(effect.ticket(), world.perform(effect, token));
    }

    /// Has the answers by a token come into the inbox.
    fn open<C: Caller>(&mut self, world: &World<'_, C>, token: Option<&Arc<str>>) -> Option<Box<OpenToken>> {
        let new = || Box::new(Inbox::new(world.machine.callbacks().clone()));
        token.map(|token| Box::new(self.inbox.get_or_insert_with(new).open(token)))
    }

    /// The next thing that happens.
    fn poll_next(&mut self, cx: &mut Context<'_>, execution: &mut Execution) -> Poll<Event> {
        if let Some(inbox) = &mut self.inbox
            && let Poll::Ready(event) = inbox.poll_next(cx)
        {
            return Poll::Ready(event);
        }
        if let Poll::Ready(event) = self.pending.poll_next(cx) {
            return Poll::Ready(event);
        }
        execution.rest();
        self.pending.rest();
        let due = ready!(self.timers.poll_next(cx, execution));
        Poll::Ready(due.map_or(Event::TimedOut, |ticket| self.come(ticket)))
    }

    /// The time that was waited for, or that a call may take, has come.
    fn come(&mut self, ticket: Ticket) -> Event {
        match self.pending.cancel(ticket) {
            Some(_) => Event::TaskTimedOut {
                ticket,
                heartbeat: false,
            },
            None => Event::Woke(ticket),
        }
    }

    /// What else has happened.
    fn ready(&mut self, execution: &Execution) -> Option<Event> {
        let event = self.inbox.as_mut().and_then(|inbox| inbox.ready());
        event
            .or_else(|| self.pending.ready())
            .or_else(|| self.timers.ready(execution).map(|ticket| self.come(ticket)))
    }
}

/// When an execution is to be woken. Where nobody sees the time, all it waits for is the end of a pause, and it may not have
/// been told lately what time it is.
fn later(until: Timestamp, execution: &Execution, clock: &Clock) -> Timestamp {
    if execution.sees_time() {
        return until;
    }
    clock.now() + until.since(execution.now())
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
