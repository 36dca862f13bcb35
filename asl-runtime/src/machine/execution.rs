//! An execution: all its runs, fed with events, asking for effects.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::children::Turns;
use super::context::{ExecutionInfo, Random, Seed};
use super::effect::{Effect, Event, TaskCall};
use super::history::{Details, EventType, Journal, Observer};
use super::queue::Queue;
use super::run::{Phase, Run, RunId, Runs, Ticket, Tickets};
use super::tokens::Tokens;
use super::{Failure, On, Program, StateId, StateInfo};
use crate::map_runs::Watcher;
use crate::{Timestamp, Value};

/// How an execution is to run.
#[non_exhaustive]
pub struct Settings {
    /// Name of the execution; a UUID when absent.
    pub name: Option<String>,
    /// Whether it is an Express execution: its history is not limited, its context object has no redrive count.
    pub express: bool,
    /// Region and account in the ARNs that the context object has.
    pub owner: Cow<'static, str>,
    /// Seed of its random numbers.
    pub seed: Seed,
    /// Largest result of a task or output of a state, in bytes of JSON.
    pub payload_limit: usize,
    /// Number of events that fill the history.
    pub history_limit: Option<u64>,
    /// Who sees its history.
    pub observer: Option<Box<dyn Observer>>,
    /// Whether workers poll for the tasks of activities; else they are calls like those of functions.
    pub polled_activities: bool,
    /// Names or ARNs of the machines that the driver can start executions of. Tasks that start executions of others
    /// are calls like those of any other service.
    pub machines: Vec<String>,
    /// The number that a driver has given it, to find it by: task tokens end with it, and so do the UUIDs in the ARNs of Map
    /// Runs. Without one, tokens end with the execution's name.
    pub number: Option<u64>,
    /// Whether it can be [redriven](Event::Redriven) when it has failed: then it keeps what is needed for that.
    pub redrivable: bool,
}

impl Settings {
    /// [Quota](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html) of the service:
    /// 256 KiB.
    pub const PAYLOAD_LIMIT: usize = 262_144;
    /// Quota of the service for Standard executions.
    pub const HISTORY_LIMIT: u64 = 25_000;

    /// An Express execution.
    pub fn express() -> Self {
        Self {
            name: None,
            express: true,
            owner: Cow::Borrowed("local:000000000000"),
            seed: Seed::fresh(),
            payload_limit: Self::PAYLOAD_LIMIT,
            history_limit: None,
            observer: None,
            polled_activities: false,
            machines: Vec::new(),
            number: None,
            redrivable: false,
        }
    }

    /// A Standard execution.
    pub fn standard() -> Self {
        Self {
            express: false,
            history_limit: Some(Self::HISTORY_LIMIT),
            ..Self::express()
        }
    }

    /// ARN of the execution that it would be, of this program.
    #[cfg(feature = "tracing")]
    pub(crate) fn arn(&self, program: &'static Program) -> String {
        self.info(program, &Value::Null, Timestamp::from_millis(0)).id()
    }

    fn info(&self, program: &'static Program, input: &Value, at: Timestamp) -> ExecutionInfo {
        let (name, owner) = (self.name.clone(), self.owner.clone());
        ExecutionInfo::new(program, self.express, owner, name, self.seed, at, input.clone())
    }
}

/// An execution: a machine in motion, with all its branches and iterations.
///
/// Pure: the same seed and the same events at the same times give the same effects and the same history. A
/// driver takes what [`next_effect`](Self::next_effect) gives, does it, and [`feed`](Self::feed)s back what came
/// of it; [`advance`](Self::advance) then runs the machine as far as it gets.
#[derive(Debug)]
pub struct Execution {
    pub(super) info: Arc<ExecutionInfo>,
    pub(super) random: Random,
    pub(super) now: Timestamp,
    pub(super) journal: Journal,
    pub(super) runs: Runs,
    pub(super) queue: Queue<Work>,
    pub(super) effects: VecDeque<Effect>,
    pub(super) outcome: Option<Outcome>,
    pub(super) tickets: Tickets,
    pub(super) payload_limit: usize,
    pub(super) polled_activities: bool,
    pub(super) machines: Box<[String]>,
    /// Where the answers to the open task tokens go.
    pub(super) tokens: Tokens,
    pub(super) number: Option<u64>,
    pub(super) redrivable: bool,
    sees_time: bool,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With this output.
    Succeeded(Value),
    /// With this error and cause.
    Failed {
        /// Error name.
        error: Option<String>,
        /// Cause.
        cause: Option<String>,
    },
    /// Its time limit ran out.
    TimedOut,
    /// It was stopped.
    Aborted {
        /// Error name.
        error: Option<String>,
        /// Cause.
        cause: Option<String>,
    },
}

impl Outcome {
    /// The service's word for it: `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "SUCCEEDED",
            Self::Failed { .. } => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted { .. } => "ABORTED",
        }
    }
}

/// What is left to do inside, in order.
#[derive(Debug)]
pub(super) enum Work {
    /// The execution enters its first state.
    Start(RunId),
    /// Branches or iterations enter their first states.
    Turns(Turns),
    Step(RunId, On),
    Failed(RunId, Box<Failure>),
    /// A Map Run has something to do.
    MapRun(RunId),
    /// A branch or iteration failed its parent.
    ChildFailed {
        parent: RunId,
        child: RunId,
        failure: Box<Failure>,
    },
}

impl Execution {
    /// Starts an execution. Nothing runs until [`advance`](Self::advance).
    pub fn start(program: &'static Program, settings: Settings, input: Value, at: Timestamp) -> Self {
        let info = Arc::new(settings.info(program, &input, at));
        Self::begin(info, settings, program.start, input, at)
    }

    /// Starts a child execution of a Map Run, at a state and with the label of the Map Run.
    pub(crate) fn start_child(
        program: &'static Program,
        settings: Settings,
        input: Value,
        (start, label): (StateId, Arc<str>),
        at: Timestamp,
    ) -> Self {
        let info = settings.info(program, &input, at).labelled(label);
        Self::begin(Arc::new(info), settings, start, input, at)
    }

    fn begin(
        info: Arc<ExecutionInfo>,
        settings: Settings,
        start: StateId,
        input: Value,
        at: Timestamp,
    ) -> Self {
        let Settings {
            payload_limit,
            history_limit,
            observer,
            polled_activities,
            machines,
            number,
            redrivable,
            ..
        } = settings;
        let sees_time =
            info.program.sees_time || observer.is_some() || polled_activities || !machines.is_empty();
        let mut journal = Journal::new(history_limit, observer);
        let started = EventType::ExecutionStarted;
        journal.record(at, 0, started, None, || Details {
            input: Some(info.input.clone()),
            ..Details::default()
        });
        // Nothing is done with it afterwards, so that it is made where the caller wants it: it is large.
        Self {
            sees_time,
            random: info.random(),
            info,
            now: at,
            journal,
            runs: Runs::of(Run::new(start, input, at)),
            queue: Queue::of(Work::Start(RunId::ROOT)),
            effects: VecDeque::new(),
            outcome: None,
            tickets: Tickets::default(),
            payload_limit,
            polled_activities,
            machines: machines.into_boxed_slice(),
            tokens: Tokens::default(),
            number,
            redrivable,
        }
    }

    /// Runs the machine as far as it gets, but no more than `transitions` steps of states. Gives whether there is
    /// more to do: an endless loop of Pass states would else hold up the thread.
    pub fn advance(&mut self, transitions: usize) -> bool {
        let mut call = None;
        let has_more = self.advance_to_call(&mut { transitions }, &mut call);
        self.effects.extend(call.map(Effect::Task));
        has_more
    }

    /// The same, but a call that is asked for last is put into `call`, to be made after all effects: most of the time there
    /// is nothing else to do. `left` counts the steps that may still be taken.
    pub(crate) fn advance_to_call(&mut self, left: &mut usize, call: &mut Option<TaskCall>) -> bool {
        while !self.is_idle() {
            if let Some(call) = call.take() {
                self.effects.push_back(Effect::Task(call));
            }
            if *left == 0 {
                return true;
            }
            match self.queue.pop_front() {
                Some(Work::Step(run, on)) => self.step(run, Some(on), left, call),
                Some(work) => self.take_up(work, left, call),
                None => {}
            }
        }
        false
    }

    /// [Feeds](Self::feed) that a task succeeded, which is all that happens in an instant, and
    /// [advances](Self::advance_to_call). Only where somebody [sees the time](Self::sees_time) it is asked when.
    pub(crate) fn go_on(
        &mut self,
        (ticket, output): (Ticket, Value),
        at: impl FnOnce() -> Timestamp,
        left: &mut usize,
        call: &mut Option<TaskCall>,
    ) -> bool {
        if self.sees_time {
            self.now = self.now.max(at());
        }
        if self.take_result(ticket, &output) {
            self.step(ticket.run, Some(On::Result(output)), left, call);
        }
        self.advance_to_call(left, call)
    }

    /// Does what is no step of a run. Out of line: in a sequence of tasks there is nothing else than steps.
    #[inline(never)]
    fn take_up(&mut self, work: Work, left: &mut usize, call: &mut Option<TaskCall>) {
        match work {
            Work::Start(run) => self.step(run, None, left, call),
            Work::Turns(turns) => self.take_turns(turns, left),
            Work::Step(run, on) => self.step(run, Some(on), left, call),
            Work::Failed(run, failure) => self.recover(run, *failure),
            Work::MapRun(run) => self.look_after(run),
            Work::ChildFailed {
                parent,
                child,
                failure,
            } => self.child_failed(parent, child, *failure),
        }
    }

    /// The next thing to do, if any.
    #[inline]
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Lets go of what it can make again: it is about to wait, and many may wait at once.
    pub(crate) fn rest(&mut self) {
        if self.effects.is_empty() {
            self.effects = VecDeque::new();
        }
        self.random.rest();
    }

    /// Tells what happened, and when. What it leads to happens in [`advance`](Self::advance); events of one
    /// instant are best fed together before that. Answers to cancelled effects are ignored.
    pub fn feed(&mut self, event: Event, at: Timestamp) {
        if self.outcome.is_some() {
            if matches!(event, Event::Redriven) {
                self.redrive(at);
            }
            return;
        }
        self.now = self.now.max(at);
        match event {
            Event::TaskSucceeded(ticket, output) => self.task_succeeded(ticket, output),
            event => self.happened(event),
        }
    }

    /// Something else happened than that a task succeeded. Out of line: that is what happens most.
    #[inline(never)]
    fn happened(&mut self, event: Event) {
        match event {
            Event::TaskFailed(ticket, error) => self.task_failed(ticket, error.into()),
            Event::TaskSubmitted(ticket, output) => self.task_submitted(ticket, output),
            Event::TaskAnswered { token, result } => self.task_answered(&token, result),
            Event::ActivityStarted { token, worker_name } => self.activity_started(&token, worker_name),
            Event::ExecutionStarted { ticket, arn, name } => self.execution_started(ticket, arn, name),
            Event::ExecutionEnded { ticket, outcome } => self.execution_ended(ticket, &outcome),
            Event::TaskTimedOut { ticket, heartbeat } => self.task_timed_out(ticket, heartbeat),
            Event::Woke(ticket) => self.woke(ticket),
            Event::ChildEnded {
                ticket,
                outcome,
                redrivable,
            } => self.child_ended(ticket, &outcome, redrivable),
            Event::ChildNotRedrivable(ticket) => self.child_not_redrivable(ticket),
            Event::ItemsRead(ticket, read) => self.items_read(ticket, read),
            Event::ObjectWritten(ticket, written) => self.object_written(ticket, written),
            Event::MapRunUpdated { map_run_arn, update } => self.update_map_run(&map_run_arn, update),
            Event::TimedOut => {
                self.end(0, EventType::ExecutionTimedOut, Outcome::TimedOut);
            }
            Event::Stopped { error, cause } => {
                self.end(0, EventType::ExecutionAborted, Outcome::Aborted { error, cause });
            }
            Event::TaskSucceeded(..) | Event::Redriven => {}
        }
    }

    /// Whether somebody may see at what time something happens. Else it only has to be told the time with what ends a
    /// wait, and with what does not succeed.
    pub(crate) fn sees_time(&self) -> bool {
        self.sees_time
    }

    /// The time that it was told last.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// How it ended, once it has. Nothing can be asked of the execution after that.
    pub fn take_outcome(&mut self) -> Option<Outcome> {
        self.outcome.take()
    }

    /// Who sees its events, where that is of this type.
    #[cfg(feature = "durable")]
    pub(crate) fn observer_mut<O: Observer>(&mut self) -> Option<&mut O> {
        self.journal.observer_mut()
    }

    /// Has somebody else see how far its Map Runs are.
    pub(crate) fn watch_map_runs(&mut self, watcher: Watcher) {
        self.journal.watcher = Some(Box::new(watcher));
    }

    /// Whether a call waits for an answer with this token.
    pub fn takes_answer(&mut self, token: &str) -> bool {
        let Some(id) = self.tokens.run(token) else {
            return false;
        };
        let underway = self.run(id).map(|run| &run.phase);
        match underway {
            Some(Phase::Task(Some(underway))) => !underway.is_answered(),
            _ => false,
        }
    }

    /// Whether it still waits for what this ticket stands for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        let run = self.runs.get(ticket.run);
        run.is_some_and(|run| run.awaits(ticket))
    }

    /// Whether nothing happens in it until it is fed, or it has ended.
    pub fn is_idle(&self) -> bool {
        self.outcome.is_some() || self.queue.is_empty()
    }

    /// Name of the state that something was asked for.
    pub fn state_of(&self, ticket: Ticket) -> Option<&'static str> {
        let run = self.runs.get(ticket.run)?;
        Some(self.state_info(run.state).name)
    }

    /// Number of the last history event.
    pub fn last_event_id(&self) -> u64 {
        self.journal.count()
    }

    /// Its identity.
    pub fn info(&self) -> &Arc<ExecutionInfo> {
        &self.info
    }

    /// Ends the execution: cancels all that is under way and records the last event.
    pub(super) fn end(&mut self, previous: u64, event: EventType, outcome: Outcome) {
        let has_map_run = |run: &Run| matches!(run.phase, Phase::MapRun(_));
        while self.info.program.has_map_runs
            && let Some(id) = self.runs.find(has_map_run)
        {
            self.abandon_map_run(id);
        }
        if self.redrivable && !matches!(outcome, Outcome::Succeeded(_)) {
            self.keep_results();
            let stopped = self.runs.suspend_all();
            self.effects.extend(stopped.into_iter().map(Effect::Cancel));
        } else {
            for ticket in self.runs.tickets() {
                self.effects.push_back(Effect::Cancel(ticket));
            }
            self.runs.clear();
        }
        self.queue.clear();
        self.tokens.clear();
        self.journal
            .record_last(self.now, previous, event, None, || match &outcome {
                Outcome::Succeeded(output) => Details {
                    output: Some(output.clone()),
                    ..Details::default()
                },
                Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => Details {
                    error: error.clone(),
                    cause: cause.clone(),
                    ..Details::default()
                },
                Outcome::TimedOut => Details {
                    error: Some(super::failure::names::TIMEOUT.to_owned()),
                    ..Details::default()
                },
            });
        self.outcome = Some(outcome);
    }

    pub(super) fn end_failed(&mut self, previous: u64, failure: Failure) {
        let (error, cause) = failure.into_parts();
        self.end(
            previous,
            EventType::ExecutionFailed,
            Outcome::Failed { error, cause },
        );
    }

    /// Records an event that belongs to a state.
    pub(super) fn record(
        &mut self,
        state: StateId,
        previous: u64,
        event: EventType,
        details: impl FnOnce() -> Details,
    ) -> u64 {
        let name = self.state_info(state).name;
        self.journal
            .record(self.now, previous, event, Some(name), details)
    }

    pub(super) fn run(&mut self, id: RunId) -> Option<&mut Run> {
        self.runs.get_mut(id)
    }

    /// The run that a ticket belongs to, if it still waits for it; it no longer does then.
    pub(super) fn redeem(&mut self, ticket: Ticket) -> Option<&mut Run> {
        let run = self.runs.get_mut(ticket.run)?;
        if !run.awaits(ticket) {
            return None;
        }
        run.await_ticket(None);
        Some(run)
    }

    pub(super) fn new_ticket(&mut self, run: RunId) -> Ticket {
        self.tickets.next(run)
    }

    pub(super) fn state_info(&self, id: StateId) -> &'static StateInfo {
        &self.info.program.states[usize::from(id)]
    }

    /// Asks to be woken: at the end of a Wait state, or of the pause before a retry.
    pub(super) fn sleep(&mut self, id: RunId, until: Timestamp, phase: Phase) {
        let ticket = self.new_ticket(id);
        if let Some(run) = self.run(id) {
            run.await_ticket(Some(ticket));
            run.phase = phase;
            self.effects.push_back(Effect::Wait { ticket, until });
        }
    }

    fn woke(&mut self, ticket: Ticket) {
        let Some(run) = self.redeem(ticket) else { return };
        let on = match std::mem::replace(&mut run.phase, Phase::Ready) {
            Phase::Pause => On::Enter,
            _ => On::Woke,
        };
        self.queue.push_back(Work::Step(ticket.run, on));
    }
}
