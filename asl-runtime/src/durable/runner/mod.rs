//! An execution in memory: feeding it, writing what it was fed, doing what it asks for.

mod alarm;
mod begin;
mod finish;
mod message;
mod saving;
mod timers;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::archive::{Live, Recorder};
use super::committer::Committed;
use super::engine::Inner;
use super::engine::children::ChildEnd;
use super::error::EngineError;
use super::record;
use super::registry::AnyMachine;
use super::replay::{Change, Replayed, Start};
use super::store::{ExecutionId, Record, StoredExecution, Write};
use super::telemetry;
use crate::driver::Pending;
use crate::machine::{Event, Ticket};
use crate::mailbox::Receiver;
use crate::objects::Readers;
use crate::task_context::Signals;
use crate::{TaskError, Timestamp, Value};

use alarm::Alarm;
pub use message::Message;
use saving::{Confirm, GivenUp, Saving, Unsaved};
use timers::Timers;

/// Drives one execution, for as long as it is in memory.
pub struct Runner {
    engine: Arc<Inner>,
    machine: Arc<dyn AnyMachine>,
    stored: Arc<StoredExecution>,
    state: Replayed,
    /// What is told of it.
    span: Span,
    inbox: Receiver<Message>,
    pending: Pending<'static, Done>,
    readers: Readers,
    timers: Timers,
    alarm: Alarm,
    /// Of calls under way that have a token.
    signals: BTreeMap<Ticket, Arc<Signals>>,
    /// Executions whose end is waited for.
    children: BTreeMap<ExecutionId, Ticket>,
    /// How executions ended before it was known which ticket waits for them, and by which ticket they were asked for.
    early: BTreeMap<ExecutionId, (u64, ChildEnd)>,
    /// How many ended executions it was told of.
    seen: u64,
    unsaved: Unsaved,
    saving: Option<Saving>,
    /// Since when it has nothing to do, once it was found to have nothing.
    idle_since: Option<Instant>,
}

/// What came of something that was done.
pub enum Done {
    /// This is to be fed.
    Event(Event),
    /// The execution that a ticket waits for runs.
    Child(Ticket, ExecutionId),
}

/// What a runner waits for.
enum Happened {
    Message(Message),
    Done(Done),
    Saved(Option<Committed>),
    Again,
    Time,
    Closed,
}

impl Runner {
    /// Drives an execution that begins; that is durable.
    pub fn begin_execution(
        engine: Arc<Inner>,
        machine: Arc<dyn AnyMachine>,
        stored: Arc<StoredExecution>,
        start: Start,
        input: Value,
        inbox: Receiver<Message>,
    ) -> Box<Self> {
        let recorder = Recorder::of_live(live(&engine, &*machine, Arc::clone(&stored)));
        let span = telemetry::span(&stored);
        let state = span.in_scope(|| {
            let owner = (stored.id, &*stored.name);
            Replayed::begin(
                start,
                machine.program(),
                owner,
                input,
                stored.started_at,
                recorder,
            )
        });
        Self::with_span(engine, machine, stored, state, inbox, span)
    }

    /// Drives an execution that was replayed.
    pub fn new(
        engine: Arc<Inner>,
        machine: Arc<dyn AnyMachine>,
        stored: Arc<StoredExecution>,
        state: Replayed,
        inbox: Receiver<Message>,
    ) -> Box<Self> {
        let span = telemetry::span(&stored);
        Self::with_span(engine, machine, stored, state, inbox, span)
    }

    fn with_span(
        engine: Arc<Inner>,
        machine: Arc<dyn AnyMachine>,
        stored: Arc<StoredExecution>,
        state: Replayed,
        inbox: Receiver<Message>,
        span: Span,
    ) -> Box<Self> {
        let timers = Timers::new(&engine, machine.program(), &stored, state.kind);
        // In a box, because the futures around it would each have space for it.
        Box::new(Self {
            seen: stored.pokes,
            engine,
            machine,
            stored,
            state,
            span,
            inbox,
            pending: Pending::default(),
            readers: Readers::default(),
            timers,
            alarm: Alarm::default(),
            signals: BTreeMap::new(),
            children: BTreeMap::new(),
            early: BTreeMap::new(),
            unsaved: Unsaved::default(),
            saving: None,
            idle_since: None,
        })
    }

    /// Tells of the events since the replay, and from now on.
    pub fn go_live(&mut self) {
        let live = live(&self.engine, &*self.machine, Arc::clone(&self.stored));
        if let Some(recorder) = self.state.recorder() {
            self.span.in_scope(|| recorder.go_live(live));
        }
        self.engine.drives(self.stored.id);
    }

    /// Runs it until it ends, or is parked.
    pub fn run(self: Box<Self>) -> impl Future<Output = ()> + Send {
        let span = self.span.clone();
        self.drive().instrument(span)
    }

    async fn drive(mut self: Box<Self>) {
        self.unsaved.gated = self.state.asked.keys().copied().collect();
        if self.state.execution.outcome().is_some() {
            self.end();
        }
        let mut events = Vec::new();
        loop {
            self.save();
            if self.is_saved() {
                if self.state.execution.outcome().is_some() {
                    return self.finish();
                }
                if self.parks_at().is_some_and(|idle| idle <= Instant::now()) && self.park().await {
                    return;
                }
            }
            let happened = poll_fn(|cx| self.poll_next(cx)).await;
            let is_time = matches!(happened, Happened::Time);
            match happened {
                Happened::Message(message) => self.receive(message, &mut events),
                Happened::Done(done) => self.done(done, &mut events),
                Happened::Saved(result) => {
                    if !self.saved(result) {
                        return self.leave();
                    }
                }
                Happened::Again => self.save_again(),
                Happened::Time => {}
                Happened::Closed => return self.leave(),
            }
            // What else is ready belongs to the same instant. Answers come before time limits.
            while let Some(message) = self.inbox.ready() {
                if matches!(message, Message::Close) {
                    return self.leave();
                }
                self.receive(message, &mut events);
            }
            if !events.is_empty() || is_time {
                while let Some(done) = self.pending.ready() {
                    self.done(done, &mut events);
                }
                let now = self.engine.clock.now();
                self.ring(now, &mut events);
                self.happen(&mut events, now);
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Happened> {
        if let Poll::Ready(message) = self.inbox.poll_next(cx) {
            return Poll::Ready(match message {
                Message::Close => Happened::Closed,
                message => Happened::Message(message),
            });
        }
        if let Poll::Ready(done) = self.pending.poll_next(cx) {
            return Poll::Ready(Happened::Done(done));
        }
        if let Some(saving) = &mut self.saving
            && let Poll::Ready(happened) = saving.poll(cx)
        {
            return Poll::Ready(happened);
        }
        // To set the alarm costs much beside what a write takes, for a time limit that is seldom near.
        if self.timers.are_limit_only() && self.saving.as_ref().is_some_and(Saving::is_under_way) {
            return Poll::Pending;
        }
        let idle = self.parks_at();
        self.alarm.set(self.timers.next(), idle, &self.engine.clock);
        self.alarm.poll(cx).map(|()| Happened::Time)
    }

    /// Takes what came of something that was done.
    fn done(&mut self, done: Done, events: &mut Vec<(Event, Option<Confirm>)>) {
        match done {
            Done::Event(event) => events.push((bounded(event), None)),
            Done::Child(ticket, child) => match self.early.remove(&child) {
                Some((of, end)) if self.is_end_of(ticket, of) => {
                    events.extend(self.child_event(ticket, end).map(|event| (event, None)));
                }
                _ if self.state.asked.contains_key(&ticket) => {
                    self.children.insert(child, ticket);
                }
                // It was given up in the meantime.
                _ => {}
            },
        }
    }

    /// Feeds what happened in an instant, and writes it down.
    fn happen(&mut self, events: &mut Vec<(Event, Option<Confirm>)>, now: Timestamp) {
        if events.is_empty() {
            return;
        }
        if events.len() > 1 {
            // What came in the same instant counts: it is not done again in a redrive.
            events.sort_by_key(|(event, _)| matches!(event, Event::Stopped { .. } | Event::TimedOut));
        }
        self.idle_since = None;
        // Time does not go back in an execution, though clocks do.
        let now = now.max(self.state.at);
        let mut record = record::Writer::default();
        for (event, confirm) in events.drain(..) {
            if self.state.awaits(&event) {
                record.event(&event);
                if let Some(ticket) = record::ticket_of(&event) {
                    self.forget(ticket);
                }
                if let Event::TaskTimedOut { ticket, .. } = event
                    && let Some(asked) = self.state.asked.remove(&ticket)
                {
                    self.give_up(ticket, &asked.effect);
                }
                self.state.feed(event, now);
                self.unsaved.replies.extend(confirm);
            } else if let Some(confirm) = confirm {
                confirm.refuse(EngineError::TaskTimedOut);
            }
        }
        let Some(events) = record.finish() else {
            return;
        };
        // This one, and perhaps that of the end.
        self.unsaved.writes.reserve(2);
        self.unsaved.writes.push(Write::Append {
            execution: self.stored.id,
            record: Record {
                number: self.state.next_record,
                at: now,
                events: events.into(),
            },
        });
        self.state.next_record += 1;
        for change in self.state.advance(now) {
            match change {
                Change::Asked(ticket) => self.unsaved.gated.push(ticket),
                Change::Cancelled(ticket, asked) => self.cancel(ticket, asked.map(|asked| asked.effect)),
            }
        }
        if self.state.execution.outcome().is_some() {
            self.end();
        }
    }

    /// What the store had of it when it was brought into memory.
    pub fn stored(&self) -> &StoredExecution {
        &self.stored
    }

    /// Adds something to be written.
    pub fn write(&mut self, write: Write) {
        self.unsaved.writes.push(write);
    }
}

/// An execution for those who are told of its events.
fn live(engine: &Inner, machine: &dyn AnyMachine, stored: Arc<StoredExecution>) -> Live {
    Live {
        log: machine.log_of(&|| engine.arn(&stored.machine, &stored.name)),
        execution: stored,
    }
}

/// What is nested too deeply to be read back fails its task, as it would fail its state.
fn bounded(event: Event) -> Event {
    let too_deep = || {
        let cause = format!("The output is nested more than {} levels deep.", Value::MAX_DEPTH);
        TaskError::new("States.Runtime", cause)
    };
    match event {
        Event::TaskSucceeded(ticket, output) | Event::TaskSubmitted(ticket, output)
            if !record::fits(&output) =>
        {
            Event::TaskFailed(ticket, too_deep())
        }
        Event::TaskAnswered {
            token,
            result: Ok(output),
        } if !record::fits(&output) => Event::TaskAnswered {
            token,
            result: Err(too_deep()),
        },
        other => other,
    }
}
