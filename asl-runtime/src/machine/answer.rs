//! Calls that are answered in more than one step: callbacks, activities that workers poll for, nested executions.
//!
//! The driver does the first step (it calls the function, offers the task to workers, starts the execution), tells
//! that it is done, and is then asked to wait. What comes by token may come at any time.

use super::effect::{Awaited, Effect};
use super::execution::Execution;
use super::history::{Details, EventType};
use super::nested::{Mode, Nested};
use super::run::{Phase, RunId, Ticket};
use super::task::of_service;
use super::{Outcome, Pattern, ResourceKind};
use crate::value::object;
use crate::{TaskError, Timestamp, Value};

/// What is remembered of such a call.
#[derive(Debug)]
pub(crate) struct Underway {
    pub stage: Stage,
    pub until: Option<Timestamp>,
    pub timeout_seconds: Option<u32>,
    pub heartbeat_seconds: Option<u32>,
    pub nested: Option<Box<Nested>>,
}

impl Underway {
    /// Whether its answer came before the call was through.
    pub fn is_answered(&self) -> bool {
        matches!(self.stage, Stage::Calling(Some(_)))
    }
}

#[derive(Debug)]
pub(crate) enum Stage {
    /// The first step is under way. An answer that came before its end is kept.
    Calling(Option<Box<Result<Value, TaskError>>>),
    /// Nothing but the answer is waited for.
    Waiting,
}

impl Execution {
    /// The service took the call: now the answer is waited for.
    pub(super) fn task_submitted(&mut self, ticket: Ticket, output: Value) {
        let Some(ResourceKind::Service {
            pattern: Pattern::Callback,
            ..
        }) = self.resource(ticket.run).map(|resource| resource.kind)
        else {
            return;
        };
        if self.redeem(ticket).is_some() {
            self.submitted(ticket.run, output);
            self.wait_for_answer(ticket.run);
        }
    }

    /// A worker took the task of an activity.
    pub(super) fn activity_started(&mut self, token: &str, worker_name: Option<String>) {
        let now = self.now;
        let Some((id, ticket)) = self.by_token(token) else {
            return;
        };
        let Some(Phase::Task(Some(underway))) = self.run(id).map(|run| &mut run.phase) else {
            return;
        };
        if matches!(underway.stage, Stage::Waiting) {
            return;
        }
        // The time limits of an activity count from here.
        underway.until = underway.timeout_seconds.map(|seconds| after(now, seconds));
        self.effects.push_back(Effect::Cancel(ticket));
        self.redeem(ticket);
        self.record_next(id, EventType::ActivityStarted, || Details {
            worker_name,
            ..Details::default()
        });
        self.wait_for_answer(id);
    }

    /// An answer came by token.
    pub(super) fn task_answered(&mut self, token: &str, result: Result<Value, TaskError>) {
        let Some((id, ticket)) = self.by_token(token) else {
            return;
        };
        let Some(Phase::Task(Some(underway))) = self.run(id).map(|run| &mut run.phase) else {
            return;
        };
        if let Stage::Calling(answer) = &mut underway.stage {
            answer.get_or_insert_with(|| Box::new(result));
            return;
        }
        self.effects.push_back(Effect::Cancel(ticket));
        self.finish(ticket, result);
    }

    /// The execution that a task asked for was started.
    pub(super) fn execution_started(&mut self, ticket: Ticket, arn: String, name: String) {
        let now = self.now;
        let Some(nested) = self.nested(ticket) else { return };
        let mode = nested.mode;
        let answer = nested.started(arn, name, now);
        if let Mode::Start { .. } = mode {
            return self.task_succeeded(ticket, answer);
        }
        self.redeem(ticket);
        if mode != Mode::StartSync {
            self.submitted(ticket.run, answer);
        }
        self.wait_for_answer(ticket.run);
    }

    /// The execution that a task waits for ended.
    pub(super) fn execution_ended(&mut self, ticket: Ticket, outcome: &Outcome) {
        let now = self.now;
        if let Some(nested) = self.nested(ticket) {
            let result = nested.ended(outcome, now);
            self.finish(ticket, result);
        }
    }

    /// Ends a call with what came for it.
    pub(super) fn finish(&mut self, ticket: Ticket, result: Result<Value, TaskError>) {
        match result {
            Ok(output) => self.task_succeeded(ticket, output),
            Err(error) => self.task_failed(ticket, error.into()),
        }
    }

    /// Records that a job is under way.
    pub(super) fn submitted(&mut self, id: RunId, output: Value) {
        let Some(resource) = self.resource(id) else { return };
        self.record_next(id, EventType::TaskSubmitted, || Details {
            output: Some(output),
            ..of_service(resource)
        });
    }

    /// The first step is done: asks the driver to wait for the answer, unless it is there already.
    fn wait_for_answer(&mut self, id: RunId) {
        let ticket = self.new_ticket(id);
        let Some(run) = self.run(id) else { return };
        let token = run.token().cloned();
        let Phase::Task(Some(underway)) = &mut run.phase else {
            return;
        };
        let stage = std::mem::replace(&mut underway.stage, Stage::Waiting);
        let awaited = Awaited {
            ticket,
            token,
            execution: underway.nested.as_deref().and_then(Nested::awaited),
            until: underway.until,
            heartbeat_seconds: underway.heartbeat_seconds,
        };
        run.await_ticket(Some(ticket));
        match stage {
            Stage::Calling(Some(answer)) => self.finish(ticket, *answer),
            _ => self.effects.push_back(Effect::Await(Box::new(awaited))),
        }
    }

    fn nested(&mut self, ticket: Ticket) -> Option<&mut Nested> {
        let run = self.run(ticket.run)?;
        let awaits = run.awaits(ticket);
        match &mut run.phase {
            Phase::Task(Some(underway)) if awaits => underway.nested.as_deref_mut(),
            _ => None,
        }
    }

    fn by_token(&mut self, token: &str) -> Option<(RunId, Ticket)> {
        let id = self.tokens.run(token)?;
        Some((id, self.run(id)?.ticket(id)?))
    }

    /// Records an event that follows the last one of a run.
    pub(super) fn record_next(&mut self, id: RunId, event: EventType, details: impl FnOnce() -> Details) {
        let Some((state, last_event)) = self.run(id).map(|run| (run.state, run.last_event)) else {
            return;
        };
        let event = self.record(state, last_event, event, details);
        if let Some(run) = self.run(id) {
            run.last_event = event;
        }
    }
}

/// Output of `TaskSubmitted` where nobody says what the service answered.
pub(super) fn no_answer() -> Value {
    object([])
}

pub(super) fn after(at: Timestamp, seconds: u32) -> Timestamp {
    let millis = i64::from(seconds).saturating_mul(1000);
    Timestamp::from_millis(at.as_millis().saturating_add(millis))
}
