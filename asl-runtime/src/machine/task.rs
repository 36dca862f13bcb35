//! Calling a state's task: what is asked of the driver, and the events that the call leaves.

use super::execution::{Effect, Execution, TaskCall, Work};
use super::failure::names;
use super::history::{Details, EventType};
use super::run::{Phase, RunId, Ticket};
use super::{Failure, On, Pattern, Resource, ResourceKind, StateKind, TaskStep};
use crate::Value;
use crate::value::object;

impl Execution {
    pub(super) fn schedule(&mut self, id: RunId, task: TaskStep) {
        let TaskStep {
            input,
            timeout_seconds,
            heartbeat_seconds,
            credentials,
        } = task;
        let Some(resource) = self.resource(id) else {
            return self.state_failed(id, Failure::runtime("the state has no task"));
        };
        let Some(last_event) = self.run(id).map(|run| run.last_event) else {
            return;
        };
        let (resource_type, action) = names_of(resource);
        let scheduled = || Details {
            resource_type,
            resource: Some(action),
            timeout_in_seconds: timeout_seconds,
            task_credentials: credentials.as_ref().map(recorded_credentials),
            ..Details::default()
        };
        let last_event = match resource.kind {
            ResourceKind::Function => {
                let event = self.record(last_event, EventType::LambdaFunctionScheduled, || Details {
                    input: Some(input.clone()),
                    ..scheduled()
                });
                self.record(event, EventType::LambdaFunctionStarted, Details::default)
            }
            ResourceKind::Activity => {
                let event = self.record(last_event, EventType::ActivityScheduled, || Details {
                    input: Some(input.clone()),
                    heartbeat_in_seconds: heartbeat_seconds,
                    ..scheduled()
                });
                self.record(event, EventType::ActivityStarted, Details::default)
            }
            ResourceKind::Service { pattern, .. } => {
                let event = self.record(last_event, EventType::TaskScheduled, || Details {
                    parameters: Some(input.clone()),
                    heartbeat_in_seconds: heartbeat_seconds,
                    ..scheduled()
                });
                let call = || Details {
                    resource_type,
                    resource: Some(action),
                    ..Details::default()
                };
                let event = self.record(event, EventType::TaskStarted, call);
                if pattern == Pattern::RequestResponse {
                    event
                } else {
                    self.record(event, EventType::TaskSubmitted, || Details {
                        output: Some(object([])),
                        ..call()
                    })
                }
            }
        };
        let ticket = self.new_ticket(id);
        let Some(run) = self.run(id) else { return };
        run.last_event = last_event;
        run.phase = Phase::Task;
        run.ticket = Some(ticket);
        let call = TaskCall {
            ticket,
            state: run.state,
            input,
            attempt: run.retry_count() + 1,
            timeout_seconds,
            heartbeat_seconds,
            token: run.token.clone(),
            map_index: run.item.as_ref().map(|item| item.index),
        };
        self.effects.push_back(Effect::Task(call));
    }

    /// Gives the run a task token if its state is about to make a call that has one.
    pub(super) fn issue_token(&mut self, id: RunId) {
        let has_token = match self.resource(id).map(|resource| resource.kind) {
            Some(ResourceKind::Activity) => true,
            Some(ResourceKind::Service { pattern, .. }) => pattern != Pattern::RequestResponse,
            Some(ResourceKind::Function) | None => false,
        };
        if has_token {
            let token = format!("{}.{}", self.random.uuid(), self.info.name());
            if let Some(run) = self.run(id) {
                run.token = Some(token);
            }
        }
    }

    pub(super) fn task_succeeded(&mut self, ticket: Ticket, output: Value) {
        let Some(resource) = self.resource(ticket.run) else {
            return;
        };
        if output.measure().bytes > self.payload_limit {
            let source = match resource.kind {
                ResourceKind::Service { service, .. } => service,
                ResourceKind::Function | ResourceKind::Activity => resource.text,
            };
            return self.task_failed(ticket, Failure::data_limit(source));
        }
        let event = match resource.kind {
            ResourceKind::Function => EventType::LambdaFunctionSucceeded,
            ResourceKind::Activity => EventType::ActivitySucceeded,
            ResourceKind::Service { .. } => EventType::TaskSucceeded,
        };
        let details = || Details {
            output: Some(output.clone()),
            ..ended(resource)
        };
        if self.task_ended(ticket, event, details) {
            self.queue.push_back(Work::Step(ticket.run, On::Result(output)));
        }
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
            ..ended(resource)
        };
        if self.task_ended(ticket, event, details) {
            self.queue.push_back(Work::Failed(ticket.run, failure));
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
            ..ended(resource)
        };
        if self.task_ended(ticket, event, details) {
            self.queue
                .push_back(Work::Failed(ticket.run, Failure::timeout(heartbeat)));
        }
    }

    /// Records the end of a call. Gives whether anybody still waited for it.
    fn task_ended(&mut self, ticket: Ticket, event: EventType, details: impl FnOnce() -> Details) -> bool {
        let Some(run) = self.redeem(ticket) else {
            return false;
        };
        run.phase = Phase::Ready;
        let last_event = run.last_event;
        let event = self.record(last_event, event, details);
        if let Some(run) = self.run(ticket.run) {
            run.last_event = event;
        }
        true
    }

    fn resource(&mut self, id: RunId) -> Option<Resource> {
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
fn ended(resource: Resource) -> Details {
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
