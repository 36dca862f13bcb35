//! Doing what an execution asks for, and giving it up.

use std::sync::Arc;

use super::super::engine::children::{MapRunChild, NewChild, lost, parts};
use super::super::registry::Work;
use super::super::store::Write;
use super::super::telemetry;
use super::{Done, GivenUp, Runner};
use crate::TaskError;
use crate::driver::Answers;
use crate::machine::{Effect, Event, StateKind, TaskCall, Ticket, already_exists};

impl Runner {
    /// Begins what was asked for; all that led to it is durable.
    pub(super) fn begin(&mut self, ticket: Ticket) {
        self.arm(ticket);
        let Some(asked) = self.state.asked.get(&ticket) else {
            return;
        };
        let parent = (self.stored.id, ticket.into_parts().0);
        match &asked.effect {
            Effect::Task(call) => self.perform(Effect::Task(call.clone())),
            Effect::Activity(call) => {
                if let Some(activity) = self.activity_of(call)
                    && let Some(token) = &call.token
                {
                    self.engine
                        .offers
                        .add(activity, self.stored.id, token.to_string());
                }
            }
            Effect::StartExecution(start) => {
                let info = Arc::clone(self.state.execution.info());
                let start = (**start).clone();
                let child = NewChild::nested(&info, &start, parent);
                let engine = Arc::clone(&self.engine);
                self.pending.start(
                    ticket,
                    Box::pin(async move {
                        let event = match engine.start_child(child).await {
                            Ok((stored, arn)) if engine.is_started(&stored, parent, &start).await => {
                                Event::ExecutionStarted {
                                    ticket,
                                    arn,
                                    name: stored.name.to_string(),
                                }
                            }
                            Ok((_, arn)) => Event::TaskFailed(ticket, already_exists(&arn)),
                            Err(cause) => {
                                Event::TaskFailed(ticket, TaskError::new("States.TaskFailed", cause))
                            }
                        };
                        Done::Event(event)
                    }),
                );
            }
            Effect::Await(awaited) => {
                if let Some(arn) = awaited.execution.clone() {
                    let engine = Arc::clone(&self.engine);
                    self.pending.start(
                        ticket,
                        Box::pin(async move {
                            match engine.child_by_arn(&arn).await {
                                Some((child, None)) => Done::Child(ticket, child),
                                Some((_, Some(outcome))) => {
                                    Done::Event(Event::ExecutionEnded { ticket, outcome })
                                }
                                None => Done::Event(Event::ExecutionEnded {
                                    ticket,
                                    outcome: lost(&arn),
                                }),
                            }
                        }),
                    );
                }
            }
            Effect::Child(child) if child.express => self.perform(Effect::Child(child.clone())),
            Effect::Child(child) => {
                let redriven = child.redriven;
                let child = NewChild::of_map_run(child, parent);
                let engine = Arc::clone(&self.engine);
                self.pending.start(
                    ticket,
                    Box::pin(async move {
                        let started = if redriven {
                            engine.redrive_child(child).await
                        } else {
                            engine.start_map_run_child(child).await
                        };
                        match started {
                            MapRunChild::Running(child) => Done::Child(ticket, child),
                            MapRunChild::Ended(end) => Done::Event(Event::ChildEnded {
                                ticket,
                                outcome: end.outcome,
                                redrivable: end.redrivable,
                            }),
                            MapRunChild::NotRedrivable => Done::Event(Event::ChildNotRedrivable(ticket)),
                        }
                    }),
                );
            }
            Effect::Read(read) => self.perform(Effect::Read(read.clone())),
            Effect::Write(write) => self.perform(Effect::Write(write.clone())),
            Effect::Wait { .. } | Effect::Cancel(_) => {}
        }
    }

    fn perform(&mut self, effect: Effect) {
        let ticket = effect.ticket();
        let signals = match &effect {
            Effect::Task(TaskCall { token: Some(_), .. }) => {
                Some(Arc::clone(self.signals.entry(ticket).or_default()))
            }
            _ => None,
        };
        let work = Work {
            info: Arc::clone(self.state.execution.info()),
            readers: self.readers.clone(),
            answers: Answers {
                callbacks: self.engine.callbacks.clone(),
                signals,
            },
        };
        if let Effect::Task(call) = &effect {
            telemetry::called(call.attempt);
        }
        let performing = Arc::clone(&self.machine).perform(effect, work);
        self.pending.start(ticket, performing);
    }

    /// Gives up what was asked for.
    pub(super) fn cancel(&mut self, ticket: Ticket, effect: Option<Effect>) {
        self.pending.cancel(ticket);
        self.readers.close(ticket);
        self.unsaved.gated.retain(|gated| *gated != ticket);
        if let Some(saving) = &mut self.saving {
            saving.gated.retain(|gated| *gated != ticket);
        }
        self.forget(ticket);
        if let Some(effect) = effect {
            self.give_up(ticket, &effect);
        }
    }

    /// Gives up the execution that is waited for, if one is.
    pub(super) fn give_up(&mut self, ticket: Ticket, effect: &Effect) {
        self.children.retain(|_, of| *of != ticket);
        if let Some(given_up) = self.child_of(effect)
            && let Some((machine, name)) = parts(&given_up.arn)
        {
            // After a crash it asks whether it is waited for.
            self.unsaved.writes.push(Write::Wake {
                machine: machine.to_owned(),
                name: name.to_owned(),
            });
            self.unsaved.given_up.push(given_up);
        }
    }

    /// The execution that is waited for, or about to be. (One that is just being started asks for itself.)
    fn child_of(&self, effect: &Effect) -> Option<GivenUp> {
        let (arn, ticket) = match effect {
            Effect::Await(awaited) => (awaited.execution.clone()?, None),
            Effect::Child(child) if !child.express => {
                let machine = child.machine();
                let ticket = child.ticket.into_parts().0;
                (self.engine.arn(&machine, &child.name), Some(ticket))
            }
            _ => return None,
        };
        Some(GivenUp { arn, ticket })
    }

    /// Forgets what is kept for a ticket.
    pub(super) fn forget(&mut self, ticket: Ticket) {
        self.timers.forget(ticket);
        self.signals.remove(&ticket);
    }

    /// Activity of a task that workers poll for.
    pub(super) fn activity_of(&self, call: &TaskCall) -> Option<&'static str> {
        match self.machine.program().states[usize::from(call.state)].kind {
            StateKind::Task(resource) => Some(resource.text),
            _ => None,
        }
    }
}
