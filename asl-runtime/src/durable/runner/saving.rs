//! Writing what an execution was fed, and doing what waits for that.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use smallvec::SmallVec;
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

use super::super::committer::{Committed, Refused};
use super::super::engine::activities::Handover;
use super::super::engine::children::ChildEnd;
use super::super::error::EngineError;
use super::super::store::{Write, Written};
use super::message::Reply;
use super::{Happened, Runner};
use crate::Value;
use crate::machine::Ticket;

/// Pauses before something that could not be written is written again.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// One as a rule.
type Tickets = SmallVec<[Ticket; 2]>;

/// What is not written yet, and what waits for that.
#[derive(Default)]
pub(super) struct Unsaved {
    pub writes: Vec<Write>,
    /// What is to be begun when it is durable.
    pub gated: Tickets,
    /// Executions that are no longer waited for.
    pub given_up: Vec<GivenUp>,
    pub replies: Vec<Confirm>,
}

/// An execution that is no longer waited for.
pub(super) struct GivenUp {
    pub arn: String,
    /// Of a child of a Map Run: who asked for it.
    pub ticket: Option<u64>,
}

/// Tells somebody that something is durable.
pub(super) enum Confirm {
    Reply(Reply),
    /// A worker gets its task.
    Task(Handover, Value),
    /// A child learns that it is not waited for.
    NotAwaited(oneshot::Sender<Result<bool, EngineError>>),
}

/// What is being written, and what waits for that.
pub(super) struct Saving {
    step: Step,
    pause: Duration,
    pub gated: Tickets,
    given_up: Vec<GivenUp>,
    replies: Vec<Confirm>,
}

enum Step {
    Written(oneshot::Receiver<Committed>),
    /// It failed, and is tried again after a pause.
    Again(Vec<Write>, Pin<Box<Sleep>>),
}

impl Runner {
    pub(super) fn is_saved(&self) -> bool {
        self.saving.is_none() && self.unsaved.is_empty()
    }

    /// Writes what there is to write, and begins what waits for nothing.
    pub(super) fn save(&mut self) {
        if self.saving.is_some() {
            return;
        }
        if self.unsaved.writes.is_empty() {
            let replies = std::mem::take(&mut self.unsaved.replies);
            let gated = std::mem::take(&mut self.unsaved.gated);
            replies.into_iter().for_each(Confirm::confirm);
            gated.into_iter().for_each(|ticket| self.begin(ticket));
            return;
        }
        let Unsaved {
            writes,
            gated,
            given_up,
            replies,
        } = &mut self.unsaved;
        self.saving = Some(Saving {
            step: Step::Written(self.engine.committer.submit(writes)),
            pause: RETRY.0,
            gated: std::mem::take(gated),
            given_up: std::mem::take(given_up),
            replies: std::mem::take(replies),
        });
    }

    /// Something was written, or not. Gives whether to go on.
    pub(super) fn saved(&mut self, result: Option<Committed>) -> bool {
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
                saving.step = Step::Again(writes, Box::pin(sleep(saving.pause)));
                saving.pause = (saving.pause * 2).min(RETRY.1);
                self.saving = Some(saving);
            }
        }
        true
    }

    pub(super) fn save_again(&mut self) {
        if let Some(Saving {
            step: step @ Step::Again(..),
            ..
        }) = &mut self.saving
            && let Step::Again(writes, _) = step
        {
            *step = Step::Written(self.engine.committer.submit(writes));
        }
    }
}

impl Saving {
    /// Whether it is on its way into the store, as it is unless that failed.
    pub fn is_under_way(&self) -> bool {
        matches!(self.step, Step::Written(_))
    }

    /// Ready when it is written, or is to be written again.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Happened> {
        Poll::Ready(match &mut self.step {
            Step::Written(result) => Happened::Saved(ready!(Pin::new(result).poll(cx)).ok()),
            Step::Again(_, pause) => {
                ready!(pause.as_mut().poll(cx));
                Happened::Again
            }
        })
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

    pub fn refuse(self, error: EngineError) {
        match self {
            Self::Reply(reply) => drop(reply.send(Err(error))),
            Self::Task(reply, _) => reply.send(Err(error)),
            Self::NotAwaited(reply) => drop(reply.send(Err(error))),
        }
    }
}
