//! What an execution is told from outside.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::super::error::EngineError;
use super::super::store::ExecutionId;
use super::{Confirm, Runner, bounded};
use crate::machine::{Effect, Event, MapRunUpdate, Outcome, Ticket};
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
        reply: oneshot::Sender<Result<Value, EngineError>>,
    },
    /// It is to stop.
    Stop {
        error: Option<String>,
        cause: Option<String>,
        reply: Option<Reply>,
    },
    /// The limits of one of its Map Runs change.
    UpdateMapRun {
        map_run_arn: Arc<str>,
        update: MapRunUpdate,
        reply: Reply,
    },
    /// An execution that it started has ended; so many have by now.
    ChildEnded {
        child: ExecutionId,
        outcome: Outcome,
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
            Self::Take { reply, .. } => drop(reply.send(Err(error))),
            Self::Stop { reply, .. } => {
                if let Some(reply) = reply {
                    let _ = reply.send(Err(error));
                }
            }
            Self::ChildEnded { .. } | Self::Look | Self::Close => {}
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
                reply,
            } => {
                let input = self.state.asked.values().find_map(|asked| match &asked.effect {
                    Effect::Activity(call) if call.token.as_ref() == Some(&token) => Some(call.input.clone()),
                    _ => None,
                });
                match input {
                    Some(input) => {
                        let event = Event::ActivityStarted { token, worker_name };
                        events.push((event, Some(Confirm::Task(reply, input))));
                    }
                    None => drop(reply.send(Err(EngineError::TaskTimedOut))),
                }
            }
            Message::Stop { error, cause, reply } => {
                events.push((Event::Stopped { error, cause }, reply.map(Confirm::Reply)));
            }
            Message::UpdateMapRun {
                map_run_arn,
                update,
                reply,
            } => {
                let event = Event::MapRunUpdated { map_run_arn, update };
                events.push((event, Some(Confirm::Reply(reply))));
            }
            Message::ChildEnded {
                child,
                outcome,
                pokes,
            } => {
                self.seen = self.seen.max(pokes);
                match self.children.remove(&child) {
                    Some(ticket) => {
                        events.extend(self.child_event(ticket, outcome).map(|event| (event, None)));
                    }
                    None if !self.pending.is_empty() => {
                        self.early.insert(child, outcome);
                    }
                    // It was cancelled.
                    None => {}
                }
            }
            Message::Look | Message::Close => {}
        }
    }

    /// What the end of an execution is to the ticket that waits for it.
    pub(super) fn child_event(&self, ticket: Ticket, outcome: Outcome) -> Option<Event> {
        match self.state.asked.get(&ticket)?.effect {
            Effect::Child(_) => Some(Event::ChildEnded(ticket, outcome)),
            _ => Some(Event::ExecutionEnded { ticket, outcome }),
        }
    }

    /// The task of a token that is not open.
    fn no_task(&self) -> EngineError {
        match self.state.execution.outcome() {
            Some(_) => EngineError::TaskDoesNotExist,
            None => EngineError::TaskTimedOut,
        }
    }
}
