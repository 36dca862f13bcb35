//! What an execution is told from outside.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::super::engine::activities::Handover;
use super::super::engine::children::ChildEnd;
use super::super::error::EngineError;
use super::super::replay::Asked;
use super::super::store::ExecutionId;
use super::{Confirm, Runner, bounded};
use crate::machine::{Effect, Event, MapRunUpdate, Ticket};
use crate::{TaskError, Value};

/// Tells whether something was done and is durable.
pub type Reply = oneshot::Sender<Result<(), EngineError>>;

/// What an execution is told.
#[derive(Debug)]
pub enum Message {
    /// An answer by token.
    Answer {
        token: String,
        result: Result<Value, TaskError>,
        reply: Reply,
    },
    /// A heartbeat by token.
    Heartbeat { token: String, reply: Reply },
    /// A worker takes the task of an activity. It gets the input.
    Take {
        token: String,
        worker_name: Option<String>,
        reply: Handover,
    },
    /// It is to stop.
    Stop {
        error: Option<String>,
        cause: Option<String>,
        reply: Option<Reply>,
    },
    /// It is to stop, for whoever started it no longer waits for it. Not if it was redriven by another ticket since.
    GiveUp { ticket: Option<u64> },
    /// Whether it still waits for an execution that it started by this ticket.
    Awaits {
        ticket: u64,
        arn: String,
        reply: oneshot::Sender<Result<bool, EngineError>>,
    },
    /// The limits of one of its Map Runs change.
    UpdateMapRun {
        map_run_arn: Arc<str>,
        update: MapRunUpdate,
        reply: Reply,
    },
    /// An execution that it started, or redrove, by this ticket has ended; so many pokes it has by now.
    ChildEnded {
        child: ExecutionId,
        ticket: u64,
        end: ChildEnd,
        pokes: u64,
    },
    /// It is to be in memory: its time has come.
    Look,
    /// The engine is about to be closed.
    Close,
}

impl Message {
    /// Tells who sent it that it came to nothing.
    pub fn refuse(self, error: EngineError) {
        match self {
            Self::Answer { reply, .. } | Self::Heartbeat { reply, .. } | Self::UpdateMapRun { reply, .. } => {
                drop(reply.send(Err(error)))
            }
            Self::Take { reply, .. } => reply.send(Err(error)),
            Self::Awaits { reply, .. } => drop(reply.send(Err(error))),
            Self::Stop { reply, .. } => {
                if let Some(reply) = reply {
                    let _ = reply.send(Err(error));
                }
            }
            Self::GiveUp { .. } | Self::ChildEnded { .. } | Self::Look | Self::Close => {}
        }
    }

    /// Whether somebody waits for an answer, and will send it again.
    pub fn is_answered(&self) -> bool {
        match self {
            Self::Answer { .. }
            | Self::Heartbeat { .. }
            | Self::UpdateMapRun { .. }
            | Self::Take { .. }
            | Self::Awaits { .. } => true,
            Self::Stop { reply, .. } => reply.is_some(),
            Self::GiveUp { .. } | Self::ChildEnded { .. } | Self::Look | Self::Close => false,
        }
    }
}

impl Runner {
    /// Takes a message. What is to be fed goes to `events`.
    pub(super) fn receive(&mut self, message: Message, events: &mut Vec<(Event, Option<Confirm>)>) {
        match message {
            Message::Answer { token, result, reply } => {
                if self.state.execution.takes_answer(&token) {
                    let event = bounded(Event::TaskAnswered { token, result });
                    events.push((event, Some(Confirm::Reply(reply))));
                } else {
                    let _ = reply.send(Err(self.no_task()));
                }
            }
            Message::Heartbeat { token, reply } => {
                let is_open = self.state.execution.takes_answer(&token);
                if is_open {
                    self.beat(&token);
                }
                let _ = reply.send(if is_open { Ok(()) } else { Err(self.no_task()) });
            }
            Message::Take {
                token,
                worker_name,
                mut reply,
            } => {
                if let Some(input) = reply.taken()
                    && self.state.execution.takes_answer(&token)
                {
                    return self.unsaved.replies.push(Confirm::Task(reply, input));
                }
                let input = self.state.asked.values().find_map(|asked| match &asked.effect {
                    Effect::Activity(call) if call.token.as_deref() == Some(&*token) => {
                        Some(call.input.to_value())
                    }
                    _ => None,
                });
                match input {
                    Some(input) => {
                        reply.take(&input);
                        let event = Event::ActivityStarted { token, worker_name };
                        events.push((event, Some(Confirm::Task(reply, input))));
                    }
                    None => reply.send(Err(EngineError::TaskTimedOut)),
                }
            }
            Message::Stop { error, cause, reply } => {
                events.push((Event::Stopped { error, cause }, reply.map(Confirm::Reply)));
            }
            Message::GiveUp { ticket } => {
                let own = self.stored.parent.map(|(_, ticket)| ticket);
                if ticket.is_none() || ticket == own {
                    let (error, cause) = (None, None);
                    events.push((Event::Stopped { error, cause }, None));
                }
            }
            Message::Awaits { ticket, arn, reply } => {
                let mut asked = self.state.asked.iter();
                let is_it = |asked: &Ticket, what: &Asked| match &what.effect {
                    Effect::Await(awaited) => awaited.execution.as_ref() == Some(&arn),
                    _ => asked.into_parts().0 == ticket,
                };
                if asked.any(|(asked, what)| is_it(asked, what)) {
                    let _ = reply.send(Ok(true));
                } else {
                    // What it no longer waits for is to be durable before that has consequences.
                    self.unsaved.replies.push(Confirm::NotAwaited(reply));
                }
            }
            Message::UpdateMapRun {
                map_run_arn,
                update,
                reply,
            } => {
                if self.state.execution.has_map_run(&map_run_arn) {
                    let event = Event::MapRunUpdated { map_run_arn, update };
                    events.push((event, Some(Confirm::Reply(reply))));
                } else {
                    let arn = map_run_arn.to_string();
                    let _ = reply.send(Err(EngineError::ResourceNotFound(arn)));
                }
            }
            Message::ChildEnded {
                child,
                ticket: of,
                end,
                pokes,
            } => {
                self.seen = self.seen.max(pokes);
                match self.children.get(&child).copied() {
                    Some(ticket) if self.is_end_of(ticket, of) => {
                        self.children.remove(&child);
                        events.extend(self.child_event(ticket, end).map(|event| (event, None)));
                    }
                    None if !self.pending.is_empty() => {
                        self.early.insert(child, (of, end));
                    }
                    // It was given up.
                    _ => {}
                }
            }
            Message::Look | Message::Close => {}
        }
    }

    /// What the end of an execution is to the ticket that waits for it.
    pub(super) fn child_event(&self, ticket: Ticket, end: ChildEnd) -> Option<Event> {
        let ChildEnd { outcome, redrivable } = end;
        match self.state.asked.get(&ticket)?.effect {
            Effect::Child(_) => Some(Event::ChildEnded {
                ticket,
                outcome,
                redrivable,
            }),
            _ => Some(Event::ExecutionEnded { ticket, outcome }),
        }
    }

    /// Whether the end of an execution that was asked for by the ticket `of` is what this ticket waits for. One that was
    /// redriven since is not.
    pub(super) fn is_end_of(&self, ticket: Ticket, of: u64) -> bool {
        let asked = self.state.asked.get(&ticket);
        asked.is_some_and(|asked| !matches!(asked.effect, Effect::Child(_)) || ticket.into_parts().0 == of)
    }

    /// The task of a token that is not open.
    fn no_task(&self) -> EngineError {
        match self.state.execution.outcome() {
            Some(_) => EngineError::TaskDoesNotExist,
            None => EngineError::TaskTimedOut,
        }
    }
}
