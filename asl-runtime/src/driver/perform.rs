//! Doing what an execution asks for.

use std::any::Any;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::future::{self, Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use super::clock::Clock;
use super::limits::Limits;
use super::memory::{answer, drive_within};
use super::nested::Child;
use super::pending::Work;
use super::{Caller, Machine};
use crate::callback::OpenToken;
use crate::machine::{
    Awaited, ChildExecution, Effect, Event, ExecutionInfo, Pattern, ResourceKind, StartExecution, StateId,
    StateKind, TaskCall, Ticket, already_exists,
};
use crate::objects::Readers;
use crate::task_context::Signals;
use crate::{Callbacks, TaskContext, TaskError, Value};
use futures_util::FutureExt;
use tokio::time::Instant;

/// An execution as those who work for it see it.
pub(crate) struct World<'a, C> {
    pub machine: &'a Machine<C>,
    pub info: Arc<ExecutionInfo>,
    /// Executions that tasks wait for, by their ARN; none in the place of one that is being driven.
    pub children: Children,
    /// What its Map Runs read, where the machine has any.
    pub readers: Option<Readers>,
    /// Where the answers to its tokens go, if not into the inbox of the driver.
    pub answers: Option<&'a Answers>,
}

/// Executions that are waited for, where there are any.
pub(crate) type Children = Mutex<Option<Box<ByArn>>>;

type ByArn = BTreeMap<String, Option<Child>>;

/// What takes answers and heartbeats that come by the token of a call.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    pub callbacks: Callbacks,
    /// Of a call that has a token.
    pub signals: Option<Arc<Signals>>,
}

impl<C: Caller> World<'_, C> {
    /// Does what an effect asks for. `token` is that of its call. Each kind of work is in a box of its own size.
    pub fn perform(&self, effect: Effect, token: Option<Box<OpenToken>>) -> Work<'_, Event> {
        match effect {
            Effect::Task(call) => Box::pin(self.call(call, token)),
            Effect::Activity(call) => match token {
                Some(token) => Box::pin(self.offer(call, token)),
                None => Box::pin(future::pending()),
            },
            Effect::StartExecution(start) => Box::pin(async move { self.start(*start, token) }),
            Effect::Child(child) => self.run_child(child),
            Effect::Read(read) => Box::pin(async move {
                let readers = self.readers.clone().unwrap_or_default();
                let items = readers.read(self.machine.objects(), &read).await;
                Event::ItemsRead(read.ticket, items)
            }),
            Effect::Write(write) => Box::pin(async move {
                let content = write.content.as_bytes().to_vec();
                let put = self.machine.objects().put(&write.bucket, &write.key, content);
                Event::ObjectWritten(write.ticket, put.await.map_err(|error| error.to_string()))
            }),
            // The driver itself takes care of these.
            Effect::Await(_) | Effect::Wait { .. } | Effect::Cancel(_) => Box::pin(future::pending()),
        }
    }

    /// Runs a child of a Map Run.
    fn run_child(&self, child: Box<ChildExecution>) -> Work<'_, Event> {
        Box::pin(async move {
            let clock = Clock::start();
            let observer = self.machine.observer_of(&child);
            let mut execution = child.execution(observer, clock.started());
            let timeout = child.express.then_some(Machine::<C>::TIMEOUT);
            let outcome = drive_within(self.machine, &mut execution, &clock, timeout).await;
            Event::ChildEnded {
                ticket: child.ticket,
                outcome,
                redrivable: true,
            }
        })
    }

    /// Calls the function of a task that has neither a token nor time limits of its own.
    pub fn call_function(&self, mut call: TaskCall) -> impl Future<Output = Event> + Send {
        let context = TaskContext::new(Arc::clone(&self.info), &mut call);
        let TaskCall {
            ticket, state, input, ..
        } = call;
        async move {
            let task = self.machine.caller().call(state, input, &context);
            match AssertUnwindSafe(task).catch_unwind().await {
                Ok(result) => answer(ticket, result),
                Err(panic) => answer(ticket, Err(self.panicked(state, &*panic))),
            }
        }
    }

    /// Calls the function of a task within its time limits.
    pub fn call(
        &self,
        mut call: TaskCall,
        token: Option<Box<OpenToken>>,
    ) -> impl Future<Output = Event> + Send {
        let mut context = TaskContext::new(Arc::clone(&self.info), &mut call);
        if let Some(token) = &token {
            context = context.with_callbacks(token.callbacks());
        } else if let Some(Answers { callbacks, signals }) = self.answers {
            context = context.with_callbacks(callbacks);
            if let Some(signals) = signals {
                context = context.with_signals(signals);
            }
        }
        let mut limits = Limits::from_now(call.timeout_seconds, call.heartbeat_seconds);
        let TaskCall {
            ticket, state, input, ..
        } = call;
        async move {
            let task = self.machine.caller().call(state, input, &context);
            let task = pin!(AssertUnwindSafe(task).catch_unwind());
            let last_heartbeat = || match &token {
                Some(token) => token.last_heartbeat(),
                None => context.last_heartbeat(),
            };
            let result = limits.run(task, last_heartbeat).await;
            match self.called(ticket, state, self.caught(state, result), token) {
                Some(event) => event,
                None => future::pending().await,
            }
        }
    }

    /// The result of a call, with a panic as the failure that it is told as.
    fn caught(&self, state: StateId, result: Called) -> Result<Result<Value, TaskError>, bool> {
        result.map(|result| result.unwrap_or_else(|panic| Err(self.panicked(state, &*panic))))
    }

    #[cold]
    fn panicked(&self, state: StateId, panic: &(dyn Any + Send)) -> TaskError {
        self.info.panicked(state, panic_message(panic))
    }

    /// What it means that a call came to its end or took too long; nothing, where its answer is on its way.
    fn called(
        &self,
        ticket: Ticket,
        state: StateId,
        result: Result<Result<Value, TaskError>, bool>,
        token: Option<Box<OpenToken>>,
    ) -> Option<Event> {
        let Some(token) = token else {
            return Some(match result {
                Ok(Ok(output)) if self.answers.is_some() && self.waits_for_answer(state) => {
                    Event::TaskSubmitted(ticket, output)
                }
                result => ended(ticket, result),
            });
        };
        match result {
            Ok(Ok(output)) if self.waits_for_answer(state) => {
                token.keep();
                Some(Event::TaskSubmitted(ticket, output))
            }
            // An answer that was taken counts, but it cannot make up for a call that went wrong itself.
            result if token.close() || self.waits_for_answer(state) => Some(ended(ticket, result)),
            _ => None,
        }
    }

    /// Has a worker take the task of an activity; that it did comes by token.
    async fn offer(&self, call: TaskCall, token: Box<OpenToken>) -> Event {
        let Some(activities) = self.machine.activities() else {
            return future::pending().await;
        };
        let StateKind::Task(resource) = self.info.program.states[usize::from(call.state)].kind else {
            return future::pending().await;
        };
        let callback = token.callback();
        let _offered = activities.offer(
            resource.text,
            callback.token(),
            call.input.into_value(),
            token.callbacks(),
        );
        let limits = Limits::from_now(call.timeout_seconds, None);
        time_out(limits, call.ticket, Some(token)).await
    }

    fn start(&self, start: StartExecution, token: Option<Box<OpenToken>>) -> Event {
        let StartExecution {
            ticket,
            machine,
            name,
            input,
            express,
            awaited,
            ..
        } = start;
        let Some(child) = self.machine.machines().start(&machine, name, express, input) else {
            let cause = format!("there is no machine called {machine}");
            return Event::TaskFailed(ticket, TaskError::new("States.TaskFailed", cause));
        };
        let (arn, name) = (child.info().id(), child.info().name().to_owned());
        if awaited {
            match self.children().get_or_insert_default().entry(arn.clone()) {
                Entry::Vacant(place) => place.insert(Some(child)),
                Entry::Occupied(_) => return Event::TaskFailed(ticket, already_exists(&arn)),
            };
        } else {
            tokio::spawn(child.outcome());
        }
        if let Some(token) = token {
            token.keep();
        }
        Event::ExecutionStarted { ticket, arn, name }
    }

    /// Waits for the end of an execution, or of a time limit, which ends at an instant; answers by token come past this.
    pub fn wait(
        &self,
        awaited: Awaited,
        until: Option<Instant>,
        token: Option<Box<OpenToken>>,
    ) -> Work<'_, Event> {
        let Awaited {
            ticket,
            execution,
            heartbeat_seconds,
            ..
        } = awaited;
        let limits = Limits::until(until, heartbeat_seconds);
        match execution {
            Some(arn) => Box::pin(self.wait_for_execution(ticket, arn, limits, token)),
            // Of these there may be many, so that each is small.
            None if !limits.are_some() => Box::pin(Answered {
                _token: token.map(|token| *token),
            }),
            None => Box::pin(time_out(limits, ticket, token)),
        }
    }

    async fn wait_for_execution(
        &self,
        ticket: Ticket,
        arn: String,
        mut limits: Limits,
        token: Option<Box<OpenToken>>,
    ) -> Event {
        let child = self
            .children()
            .as_mut()
            .and_then(|children| children.get_mut(&arn)?.take());
        let Some(child) = child else {
            return future::pending().await;
        };
        let _under_way = UnderWay {
            children: &self.children,
            arn,
        };
        let last_heartbeat = || token.as_deref().and_then(OpenToken::last_heartbeat);
        let result = limits.run(pin!(child.outcome()), last_heartbeat).await;
        if token.is_some_and(|token| !token.close()) {
            return future::pending().await;
        }
        match result {
            Ok(outcome) => Event::ExecutionEnded { ticket, outcome },
            Err(heartbeat) => Event::TaskTimedOut { ticket, heartbeat },
        }
    }

    fn children(&self) -> MutexGuard<'_, Option<Box<ByArn>>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waits_for_answer(&self, state: StateId) -> bool {
        match self.info.program.states[usize::from(state)].kind {
            StateKind::Task(resource) => matches!(
                resource.kind,
                ResourceKind::Service {
                    pattern: Pattern::Callback,
                    ..
                }
            ),
            _ => false,
        }
    }
}

/// Waits for the end of a time limit.
async fn time_out(mut limits: Limits, ticket: Ticket, token: Option<Box<OpenToken>>) -> Event {
    let token = token.as_deref();
    let last_heartbeat = || token.and_then(OpenToken::last_heartbeat);
    let heartbeat = poll_fn(|cx| limits.poll_over(cx, last_heartbeat)).await;
    if token.is_none_or(OpenToken::close) {
        return Event::TaskTimedOut { ticket, heartbeat };
    }
    future::pending().await
}

/// Waits for an answer by token, which comes past this: it holds the token, and never ends.
struct Answered {
    _token: Option<OpenToken>,
}

impl Future for Answered {
    type Output = Event;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Event> {
        Poll::Pending
    }
}

/// Frees the name of an execution when nobody waits for it any more.
struct UnderWay<'a> {
    children: &'a Children,
    arn: String,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut children = self.children.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(children) = &mut *children {
            children.remove(&self.arn);
        }
    }
}

/// What a call gave, or how it panicked; or (`Err`) that it took too long.
type Called = Result<Result<Result<Value, TaskError>, Box<dyn Any + Send>>, bool>;

/// The end of a call: `Err` says that it took too long, or (`true`) sent no heartbeat.
fn ended(ticket: Ticket, result: Result<Result<Value, TaskError>, bool>) -> Event {
    match result {
        Ok(result) => answer(ticket, result),
        Err(heartbeat) => Event::TaskTimedOut { ticket, heartbeat },
    }
}

/// What was said with a panic.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
