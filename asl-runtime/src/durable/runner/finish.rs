//! How an execution leaves the memory: it ends, is parked, or the engine is closed.

use tokio::time::Instant;

use super::super::engine::activities::name_of;
use super::super::error::EngineError;
use super::super::store::{Ended, Offer, Status, Write, Written};
use super::super::telemetry;
use super::Runner;
use crate::machine::{Effect, Outcome};

impl Runner {
    /// Writes down how it ended.
    pub(super) fn end(&mut self) {
        let Some(outcome) = self.state.execution.outcome() else {
            return;
        };
        let (error, cause) = match outcome {
            Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => {
                (error.clone(), cause.clone())
            }
            Outcome::Succeeded(_) | Outcome::TimedOut => (None, None),
        };
        let output = match outcome {
            Outcome::Succeeded(output) => Some(output.to_json().into()),
            _ => None,
        };
        let status = status_of(outcome);
        let (history, _) = self.state.finish_history();
        self.unsaved.writes.push(Write::End {
            execution: self.stored.id,
            status,
            at: self.state.at,
            error,
            cause,
            ended: Ended {
                output,
                history: Some(history.into()),
            },
            parent: self
                .stored
                .parent
                .map(|(id, _)| id)
                .filter(|_| self.state.kind.is_awaited),
        });
    }

    /// It has ended, and that is durable.
    pub(super) fn finish(self: Box<Self>) {
        let Self {
            engine,
            stored,
            mut state,
            mut inbox,
            ..
        } = *self;
        engine.unload(stored.id, &mut inbox, || EngineError::TaskDoesNotExist);
        if let Some(outcome) = state.execution.take_outcome() {
            let status = status_of(&outcome);
            telemetry::ended(&stored.machine, &stored.name, status, stored.started_at, state.at);
            engine.ended(stored.id, outcome);
        }
    }

    /// The engine is closed: what is under way is dropped.
    pub(super) fn leave(mut self: Box<Self>) {
        self.withdraw();
        let Self {
            engine,
            stored,
            mut inbox,
            ..
        } = *self;
        engine.unload(stored.id, &mut inbox, || EngineError::Closed);
    }

    /// Whether only time and others can make it go on.
    fn is_parkable(&self) -> bool {
        self.pending.is_empty() && self.state.execution.outcome().is_none()
    }

    /// When it is to be parked, if nothing happens until then and it is worth the while.
    pub(super) fn parks_at(&mut self) -> Option<Instant> {
        if !self.is_saved() || !self.is_parkable() {
            return None;
        }
        let now = Instant::now();
        let park_after = self.engine.options.park_after;
        let idle = *self.idle_since.get_or_insert(now) + park_after;
        let soon = self.engine.clock.now() + idle.saturating_duration_since(now) + park_after;
        let is_worth_it = self.timers.next().is_none_or(|next| next > soon);
        Some(idle).filter(|_| is_worth_it)
    }

    /// Leaves the memory. Gives whether it has.
    pub(super) async fn park(&mut self) -> bool {
        let wake_at = self.timers.next();
        let offers = self.state.asked.values().filter_map(|asked| match &asked.effect {
            Effect::Activity(call) => Some(Offer {
                activity: name_of(self.activity_of(call)?).to_owned(),
                token: call.token.as_deref()?.to_owned(),
            }),
            _ => None,
        });
        let park = Write::Park {
            execution: self.stored.id,
            wake_at,
            timers: self.timers.encode(),
            offers: offers.collect(),
            seen: self.seen,
        };
        self.idle_since = Some(Instant::now());
        match self.engine.committer.submit(&mut vec![park]).await {
            Ok(Ok(written)) if !written.contains(&Written::Poked) => {}
            // Whoever poked it will tell it; and a store that fails is no reason to stop.
            _ => return false,
        }
        if self.engine.unload_idle(self.stored.id, &self.inbox) {
            self.withdraw();
            self.engine.parked(wake_at);
            return true;
        }
        self.unsaved.writes.push(Write::Unpark {
            execution: self.stored.id,
        });
        false
    }

    /// Takes its tasks out of the queues in memory.
    fn withdraw(&mut self) {
        self.engine.offers.withdraw(self.stored.id);
    }
}

pub fn status_of(outcome: &Outcome) -> Status {
    match outcome {
        Outcome::Succeeded(_) => Status::Succeeded,
        Outcome::Failed { .. } => Status::Failed,
        Outcome::TimedOut => Status::TimedOut,
        Outcome::Aborted { .. } => Status::Aborted,
    }
}
