//! Calling a state's task: what is asked of the driver, and the events that the call leaves.

use super::answer::{Stage, Underway, after, no_answer};
use super::effect::{Effect, StartExecution, TaskCall};
use super::execution::{Execution, Work};
use super::failure::names;
use super::history::{Details, EventType};
use super::nested::{Mode, Nested};
use super::run::{Phase, RunId, Ticket};
use super::{Failure, On, Pattern, Resource, ResourceKind, StateKind, TaskStep};
use crate::Value;
use crate::value::{Measure, object};

impl Execution {
    /// Asks for the call of a state's task: that of a function, and others that are over with their answer, by `call`.
    #[inline(never)]
    pub(super) fn schedule(&mut self, id: RunId, task: TaskStep, call: &mut Option<TaskCall>) {
        let program = self.info.program;
        if let Some(run) = self.runs.get_mut(id)
            && let state = &program.states[usize::from(run.state)]
            && let StateKind::Task(Resource {
                kind: ResourceKind::Function,
                text,
            }) = state.kind
        {
            let ticket = self.tickets.next(id);
            let details = || Details {
                input: Some(task.input.to_value()),
                resource: Some(text),
                timeout_in_seconds: task.timeout_seconds,
                task_credentials: task.credentials.as_deref().map(recorded_credentials),
                ..Details::default()
            };
            let (now, name, event) = (self.now, Some(state.name), EventType::LambdaFunctionScheduled);
            let scheduled = self.journal.record(now, run.last_event, event, name, details);
            let event = EventType::LambdaFunctionStarted;
            run.last_event = self.journal.record(now, scheduled, event, name, Details::default);
            run.await_ticket(Some(ticket));
            run.phase = Phase::Task(None);
            *call = Some(TaskCall {
                ticket,
                state: run.state,
                input: task.input,
                attempt: run.retry_count() + 1,
                timeout_seconds: task.timeout_seconds,
                heartbeat_seconds: task.heartbeat_seconds,
                token: None,
                map_index: run.item.as_ref().map(|item| item.index),
            });
            return;
        }
        self.schedule_service(id, task, call);
    }

    /// Calls a service or an activity: in more than one step, perhaps.
    fn schedule_service(&mut self, id: RunId, task: TaskStep, last: &mut Option<TaskCall>) {
        let TaskStep {
            input,
            timeout_seconds,
            heartbeat_seconds,
            credentials,
        } = task;
        let Some(resource) = self.resource(id) else {
            return self.state_failed(id, Failure::runtime("the state has no task"));
        };
        let Some((state, last_event)) = self.run(id).map(|run| (run.state, run.last_event)) else {
            return;
        };
        let (resource_type, action) = names_of(resource);
        let scheduled = || Details {
            resource_type,
            resource: Some(action),
            timeout_in_seconds: timeout_seconds,
            task_credentials: credentials.as_deref().map(recorded_credentials),
            ..Details::default()
        };
        let last_event = match resource.kind {
            ResourceKind::Activity => {
                let event = self.record(state, last_event, EventType::ActivityScheduled, || Details {
                    input: Some(input.to_value()),
                    heartbeat_in_seconds: heartbeat_seconds,
                    ..scheduled()
                });
                if self.polled_activities {
                    event
                } else {
                    self.record(state, event, EventType::ActivityStarted, Details::default)
                }
            }
            ResourceKind::Function | ResourceKind::Service { .. } => {
                let event = self.record(state, last_event, EventType::TaskScheduled, || Details {
                    parameters: Some(input.to_value()),
                    heartbeat_in_seconds: heartbeat_seconds,
                    ..scheduled()
                });
                self.record(state, event, EventType::TaskStarted, || of_service(resource))
            }
        };
        let ticket = self.new_ticket(id);
        let nested = Nested::read(resource, &input, &self.machines);
        let now = self.now;
        let Some(run) = self.run(id) else { return };
        run.last_event = last_event;
        run.await_ticket(Some(ticket));
        run.phase = Phase::Task(None);
        let nested = match nested.transpose() {
            Ok(nested) => nested,
            Err(error) => return self.task_failed(ticket, error.into()),
        };
        let pattern = match resource.kind {
            ResourceKind::Service { pattern, .. } => Some(pattern),
            ResourceKind::Function | ResourceKind::Activity => None,
        };
        let is_polled = resource.kind == ResourceKind::Activity && self.polled_activities;
        let in_steps = nested.is_some() || is_polled || pattern == Some(Pattern::Callback);
        let Some(run) = self.run(id) else { return };
        let token = run.token().cloned();
        let call = TaskCall {
            ticket,
            state,
            input,
            attempt: run.retry_count() + 1,
            timeout_seconds,
            // The heartbeats of a callback are those of who will answer it.
            heartbeat_seconds: heartbeat_seconds.filter(|_| !in_steps),
            token: token.clone(),
            map_index: run.item.as_ref().map(|item| item.index),
        };
        let effect = match &nested {
            Some(nested) => Effect::StartExecution(Box::new(StartExecution {
                ticket,
                machine: nested.machine.clone(),
                name: nested.name.clone(),
                input: nested.input.clone(),
                express: nested.mode == Mode::StartSync,
                awaited: matches!(nested.mode, Mode::Sync { .. } | Mode::StartSync),
                token: token.clone(),
            })),
            None if is_polled => Effect::Activity(call),
            None if in_steps || token.is_some() => Effect::Task(call),
            None => {
                *last = Some(call);
                return;
            }
        };
        if in_steps || token.is_some() {
            let stage = if in_steps {
                Stage::Calling(None)
            } else {
                Stage::Waiting
            };
            run.phase = Phase::Task(Some(Box::new(Underway {
                stage,
                until: timeout_seconds.map(|seconds| after(now, seconds)),
                timeout_seconds,
                heartbeat_seconds,
                nested: nested.map(Box::new),
            })));
        }
        if pattern == Some(Pattern::Sync) && !in_steps {
            self.submitted(id, no_answer());
        }
        if let Some(token) = token {
            self.tokens.open(token, id);
        }
        self.effects.push_back(effect);
    }

    pub(super) fn task_succeeded(&mut self, ticket: Ticket, output: Value) {
        if self.take_result(ticket, &output) {
            self.queue.push_back(Work::Step(ticket.run, On::Result(output)));
        }
    }

    /// Ends the call that this is the result of. Gives whether its state can go on with it.
    pub(super) fn take_result(&mut self, ticket: Ticket, output: &Value) -> bool {
        let program = self.info.program;
        let Some(run) = self.runs.get_mut(ticket.run) else {
            return false;
        };
        let state = &program.states[usize::from(run.state)];
        let StateKind::Task(resource) = &state.kind else {
            return false;
        };
        let limit = Measure {
            bytes: self.payload_limit,
            depth: u32::MAX,
        };
        if !output.fits(limit) {
            self.result_too_large(ticket, *resource);
            return false;
        }
        if !run.awaits(ticket) {
            return false;
        }
        run.await_ticket(None);
        run.phase = Phase::Ready;
        if let Some(token) = run.token() {
            self.tokens.close(token);
        }
        let event = match resource.kind {
            ResourceKind::Function => EventType::LambdaFunctionSucceeded,
            ResourceKind::Activity => EventType::ActivitySucceeded,
            ResourceKind::Service { .. } => EventType::TaskSucceeded,
        };
        let details = || Details {
            output: Some(output.clone()),
            ..of_service(*resource)
        };
        let name = Some(state.name);
        run.last_event = self
            .journal
            .record(self.now, run.last_event, event, name, details);
        true
    }

    /// The result of a task is longer than it may be.
    #[cold]
    fn result_too_large(&mut self, ticket: Ticket, resource: Resource) {
        let source = match resource.kind {
            ResourceKind::Service { service, .. } => service,
            ResourceKind::Function | ResourceKind::Activity => resource.text,
        };
        self.task_failed(ticket, Failure::data_limit(source));
    }

    pub(super) fn task_failed(&mut self, ticket: Ticket, failure: Failure) {
        let Some(resource) = self.resource(ticket.run) else {
            return;
        };
        let event = match resource.kind {
            ResourceKind::Function => EventType::LambdaFunctionFailed,
            ResourceKind::Activity => EventType::ActivityFailed,
            ResourceKind::Service { .. } => EventType::TaskFailed,
        };
        let details = || Details {
            error: failure.error().map(str::to_owned),
            cause: failure.cause().map(str::to_owned),
            ..of_service(resource)
        };
        if self.task_ended(ticket, event, details) {
            self.queue.push_back(Work::Failed(ticket.run, Box::new(failure)));
        }
    }

    pub(super) fn task_timed_out(&mut self, ticket: Ticket, heartbeat: bool) {
        let Some(resource) = self.resource(ticket.run) else {
            return;
        };
        let event = match resource.kind {
            ResourceKind::Function => EventType::LambdaFunctionTimedOut,
            ResourceKind::Activity => EventType::ActivityTimedOut,
            ResourceKind::Service { .. } => EventType::TaskTimedOut,
        };
        let details = || Details {
            error: Some(names::TIMEOUT.to_owned()),
            ..of_service(resource)
        };
        if self.task_ended(ticket, event, details) {
            self.queue
                .push_back(Work::Failed(ticket.run, Box::new(Failure::timeout(heartbeat))));
        }
    }

    /// Records the end of a call. Gives whether anybody still waited for it.
    fn task_ended(&mut self, ticket: Ticket, event: EventType, details: impl FnOnce() -> Details) -> bool {
        let Some(run) = self.redeem(ticket) else {
            return false;
        };
        run.phase = Phase::Ready;
        if let Some(token) = run.token().cloned() {
            self.tokens.close(&token);
        }
        self.record_next(ticket.run, event, details);
        true
    }

    pub(super) fn resource(&mut self, id: RunId) -> Option<Resource> {
        let state = self.run(id)?.state;
        match self.state_info(state).kind {
            StateKind::Task(resource) => Some(resource),
            _ => None,
        }
    }
}

fn names_of(resource: Resource) -> (Option<&'static str>, &'static str) {
    match resource.kind {
        ResourceKind::Service { service, action, .. } => (Some(service), action),
        ResourceKind::Function | ResourceKind::Activity => (None, resource.text),
    }
}

/// Only the events of service integrations say again which resource they are of.
pub(super) fn of_service(resource: Resource) -> Details {
    match names_of(resource) {
        (None, _) => Details::default(),
        (resource_type, action) => Details {
            resource_type,
            resource: Some(action),
            ..Details::default()
        },
    }
}

fn recorded_credentials(credentials: &Value) -> Value {
    let role = credentials.get("RoleArn").cloned().unwrap_or_default();
    object([("roleArn", role)])
}
