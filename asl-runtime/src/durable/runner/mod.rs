//! An execution in memory: feeding it, writing what it was fed, doing what it asks for.

mod begin;
mod finish;
mod message;
mod timers;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::archive::Live;
use super::committer::{Committed, Refused};
use super::engine::Inner;
use super::engine::activities::Handover;
use super::engine::children::ChildEnd;
use super::error::EngineError;
use super::record;
use super::registry::AnyMachine;
use super::replay::{Change, Replayed};
use super::store::{ExecutionId, Record, StoredExecution, Write, Written};
use crate::driver::Pending;
use crate::machine::{Event, Ticket};
use crate::objects::Readers;
use crate::task_context::Signals;
use crate::{TaskError, Timestamp, Value};

pub use message::{Message, Reply};
use timers::Timers;

/// Pauses before something that could not be written is written again.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// Drives one execution, for as long as it is in memory.
pub struct Runner {
    engine: Arc<Inner>,
    machine: Arc<dyn AnyMachine>,
    stored: StoredExecution,
    state: Replayed,
    inbox: UnboundedReceiver<Message>,
    pending: Pending<'static, Done>,
    readers: Readers,
    timers: Timers,
    /// Of calls under way that have a token.
    signals: HashMap<Ticket, Arc<Signals>>,
    /// Executions whose end is waited for.
    children: HashMap<ExecutionId, Ticket>,
    /// How executions ended before it was known which ticket waits for them, and by which ticket they were asked for.
    early: HashMap<ExecutionId, (u64, ChildEnd)>,
    /// How many ended executions it was told of.
    seen: u64,
    unsaved: Unsaved,
    saving: Option<Saving>,
    /// When something last happened.
    idle_since: Instant,
}

/// What came of something that was done.
pub enum Done {
    /// This is to be fed.
    Event(Event),
    /// The execution that a ticket waits for runs.
    Child(Ticket, ExecutionId),
}

/// What is not written yet, and what waits for that.
#[derive(Default)]
struct Unsaved {
    writes: Vec<Write>,
    /// What is to be begun when it is durable.
    gated: Vec<Ticket>,
    /// Executions that are no longer waited for.
    given_up: Vec<GivenUp>,
    replies: Vec<Confirm>,
}

/// An execution that is no longer waited for.
struct GivenUp {
    arn: String,
    /// Of a child of a Map Run: who asked for it.
    ticket: Option<u64>,
}

/// Tells somebody that something is durable.
enum Confirm {
    Reply(Reply),
    /// A worker gets its task.
    Task(Handover, Value),
    /// A child learns that it is not waited for.
    NotAwaited(oneshot::Sender<Result<bool, EngineError>>),
}

struct Saving {
    result: Option<oneshot::Receiver<Committed>>,
    /// What to write again, and when.
    again: Option<(Vec<Write>, Instant)>,
    pause: Duration,
    gated: Vec<Ticket>,
    given_up: Vec<GivenUp>,
    replies: Vec<Confirm>,
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
    pub fn new(
        engine: Arc<Inner>,
        machine: Arc<dyn AnyMachine>,
        stored: StoredExecution,
        state: Replayed,
        inbox: UnboundedReceiver<Message>,
    ) -> Self {
        let timers = Timers::new(&engine, machine.program(), &stored, state.kind);
        Self {
            seen: stored.pokes,
            engine,
            machine,
            stored,
            state,
            inbox,
            pending: Pending::default(),
            readers: Readers::default(),
            timers,
            signals: HashMap::new(),
            children: HashMap::new(),
            early: HashMap::new(),
            unsaved: Unsaved::default(),
            saving: None,
            idle_since: Instant::now(),
        }
    }

    /// Runs it until it ends, or is parked. The span is that of the execution.
    pub async fn run(self, span: Span) {
        let (machine, name) = (&self.stored.machine, &self.stored.name);
        let live = Live {
            log: self.machine.log_of(&|| self.engine.arn(machine, name)),
            name: name.clone(),
        };
        span.in_scope(|| self.state.recorder.go_live(live, self.state.told));
        self.engine.drives(self.stored.id);
        self.drive().instrument(span).await;
    }

    async fn drive(mut self) {
        self.unsaved.gated = self.state.asked.keys().copied().collect();
        if self.state.execution.outcome().is_some() {
            self.end();
        }
        loop {
            self.save();
            if self.is_saved() {
                if self.state.execution.outcome().is_some() {
                    return self.finish();
                }
                if self.is_parkable() && self.may_park() && self.park().await {
                    return;
                }
            }
            let happened = self.next().await;
            let mut events = Vec::new();
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
            while let Ok(message) = self.inbox.try_recv() {
                if matches!(message, Message::Close) {
                    return self.leave();
                }
                self.receive(message, &mut events);
            }
            if !events.is_empty() || is_time {
                while let Some(done) = self.pending.ready() {
                    self.done(done, &mut events);
                }
            }
            let now = self.engine.clock.now();
            self.ring(now, &mut events);
            self.happen(events, now);
        }
    }

    async fn next(&mut self) -> Happened {
        let wake = self.timers.next();
        let idle = self.idle_since + self.engine.options.park_after;
        let parks = self.is_saved() && self.is_parkable() && self.should_park(idle);
        let saving = async {
            match &mut self.saving {
                Some(Saving {
                    result: Some(result), ..
                }) => Happened::Saved(result.await.ok()),
                Some(Saving {
                    again: Some((_, at)), ..
                }) => {
                    tokio::time::sleep_until(*at).await;
                    Happened::Again
                }
                _ => std::future::pending().await,
            }
        };
        let clock = &self.engine.clock;
        let sleep = async {
            match wake {
                Some(wake) => clock.sleep_until(Some(wake)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            message = self.inbox.recv() => match message {
                None | Some(Message::Close) => Happened::Closed,
                Some(message) => Happened::Message(message),
            },
            done = self.pending.next() => Happened::Done(done),
            happened = saving => happened,
            () = sleep => Happened::Time,
            () = tokio::time::sleep_until(idle), if parks => Happened::Time,
        }
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
    fn happen(&mut self, mut events: Vec<(Event, Option<Confirm>)>, now: Timestamp) {
        if events.is_empty() {
            return;
        }
        if events.len() > 1 {
            // What came in the same instant counts: it is not done again in a redrive.
            events.sort_by_key(|(event, _)| matches!(event, Event::Stopped { .. } | Event::TimedOut));
        }
        self.idle_since = Instant::now();
        // Time does not go back in an execution, though clocks do.
        let now = now.max(self.state.at);
        let mut written = Vec::with_capacity(events.len());
        for (event, confirm) in events {
            if self.state.awaits(&event) {
                written.push(record::event(&event));
                if let Some(ticket) = record::ticket_of(&event) {
                    self.forget(ticket);
                }
                self.state.feed(event, now);
                self.unsaved.replies.extend(confirm);
            } else if let Some(confirm) = confirm {
                confirm.refuse(EngineError::TaskTimedOut);
            }
        }
        if written.is_empty() {
            return;
        }
        self.unsaved.writes.push(Write::Append {
            execution: self.stored.id,
            record: Record {
                number: self.state.next_record,
                at: now,
                events: record::join(written),
            },
        });
        self.state.next_record += 1;
        for change in self.state.advance(now) {
            match change {
                Change::Asked(ticket) => self.unsaved.gated.push(ticket),
                Change::Cancelled(ticket, effect) => self.cancel(ticket, effect.as_deref()),
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

    fn is_saved(&self) -> bool {
        self.saving.is_none() && self.unsaved.is_empty()
    }

    /// Writes what there is to write, and begins what waits for nothing.
    fn save(&mut self) {
        if self.saving.is_some() {
            return;
        }
        if self.unsaved.writes.is_empty() {
            let Unsaved { gated, replies, .. } = std::mem::take(&mut self.unsaved);
            replies.into_iter().for_each(Confirm::confirm);
            gated.into_iter().for_each(|ticket| self.begin(ticket));
            return;
        }
        let Unsaved {
            writes,
            gated,
            given_up,
            replies,
        } = std::mem::take(&mut self.unsaved);
        self.saving = Some(Saving {
            result: Some(self.engine.committer.submit(writes)),
            again: None,
            pause: RETRY.0,
            gated,
            given_up,
            replies,
        });
    }

    /// Something was written, or not. Gives whether to go on.
    fn saved(&mut self, result: Option<Committed>) -> bool {
        let Some(mut saving) = self.saving.take() else {
            return true;
        };
        match result {
            None => return false,
            Some(Ok(written)) => {
                self.engine.writes_succeed();
                for written in written {
                    if let (Written::Pokes(pokes), Some(outcome)) = (written, self.state.execution.outcome())
                    {
                        let end = ChildEnd {
                            outcome: outcome.clone(),
                            redrivable: !self.state.execution.is_history_full(),
                        };
                        self.engine.tell_parent(&self.stored, end, pokes);
                    }
                }
                saving.replies.into_iter().for_each(Confirm::confirm);
                for GivenUp { arn, ticket } in saving.given_up {
                    self.engine.give_up(arn, ticket);
                }
                for ticket in saving.gated {
                    self.begin(ticket);
                }
            }
            Some(Err(Refused { error, writes })) => {
                self.engine.write_failed(&error);
                // It is tried again, but nobody is kept waiting for that.
                for confirm in saving.replies.drain(..).chain(self.unsaved.replies.drain(..)) {
                    confirm.refuse(EngineError::Store(error.clone()));
                }
                saving.result = None;
                saving.again = Some((writes, Instant::now() + saving.pause));
                saving.pause = (saving.pause * 2).min(RETRY.1);
                self.saving = Some(saving);
            }
        }
        true
    }

    fn save_again(&mut self) {
        if let Some(saving) = &mut self.saving
            && let Some((writes, _)) = saving.again.take()
        {
            saving.result = Some(self.engine.committer.submit(writes));
        }
    }
}

impl Unsaved {
    fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.gated.is_empty() && self.replies.is_empty()
    }
}

impl Confirm {
    fn confirm(self) {
        match self {
            Self::Reply(reply) => drop(reply.send(Ok(()))),
            Self::Task(reply, input) => reply.send(Ok(input)),
            Self::NotAwaited(reply) => drop(reply.send(Ok(false))),
        }
    }

    fn refuse(self, error: EngineError) {
        match self {
            Self::Reply(reply) => drop(reply.send(Err(error))),
            Self::Task(reply, _) => reply.send(Err(error)),
            Self::NotAwaited(reply) => drop(reply.send(Err(error))),
        }
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
