//! Going on where an execution failed: [redrive](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html).
//!
//! An execution that may be redriven keeps the runs of branches and iterations that failed or were stopped, and Map Runs
//! that did, for as long as their Parallel or Map state is neither tried again nor left.

use std::sync::Arc;

use super::execution::{Execution, Outcome, Work};
use super::failure::names;
use super::history::{Details, EventType};
use super::run::{Kept, Phase, Run, RunId};
use super::{On, StateKind};
use crate::Timestamp;

impl Execution {
    /// Whether its history has no room for `ExecutionRedriven` and an event after it.
    #[cfg(feature = "durable")]
    pub(crate) fn is_history_full(&self) -> bool {
        self.journal.is_full()
    }

    /// Goes on where it failed. Retries are counted anew.
    pub(super) fn redrive(&mut self, at: Timestamp) {
        if !self.redrivable
            || self.journal.is_full()
            || matches!(self.outcome, Some(Outcome::Succeeded(_)) | None)
        {
            return;
        }
        self.now = self.now.max(at);
        // What was too large together has to be made anew.
        let all = matches!(
            &self.outcome,
            Some(Outcome::Failed { error: Some(error), .. }) if error == names::DATA_LIMIT_EXCEEDED
        );
        self.outcome = None;
        let redrive_count = Arc::make_mut(&mut self.info).redrive(self.now);
        let now = self.now;
        let event = self
            .journal
            .record(now, 0, EventType::ExecutionRedriven, None, || Details {
                redrive_count: Some(redrive_count),
                ..Details::default()
            });
        self.resume(RunId::ROOT, event, all);
    }

    /// The execution ends without success: what came in this instant and had no turn yet is kept.
    pub(super) fn keep_results(&mut self) {
        for work in self.queue.drain() {
            if let Work::Step(id, on @ (On::Result(_) | On::Woke)) = work
                && let Some(run) = self.run(id)
            {
                run.keep(Kept::Done(Box::new(on)));
            }
        }
    }

    /// Lets a run go on, with what failed or was stopped in it.
    fn resume(&mut self, id: RunId, event: u64, all: bool) {
        let Some(run) = self.runs.resume(id) else { return };
        run.forget_retries();
        run.catching = false;
        run.phase = Phase::Ready;
        run.last_event = event;
        let (state, is_entered) = (run.state, run.entered_event != 0);
        match run.take_kept() {
            Some(Kept::Done(on)) => return self.queue.push_back(Work::Step(id, *on)),
            Some(kept) if all => self.discard(&kept),
            Some(Kept::MapRun(map_run)) => return self.redrive_map_run(id, map_run, event),
            Some(Kept::Children(fan)) => {
                let children: Vec<RunId> = fan.runs().collect();
                run.phase = Phase::Children(fan);
                for child in children {
                    self.resume(child, event, all);
                }
                return;
            }
            None => {}
        }
        let is_fail = matches!(self.state_info(state).kind, StateKind::Fail);
        self.queue.push_back(if is_entered && !is_fail {
            Work::Step(id, On::Enter)
        } else {
            Work::Start(id)
        });
    }

    /// Forgets what a state failed in: it is tried again, or left.
    pub(super) fn forget_kept(&mut self, id: RunId) {
        if let Some(kept) = self.run(id).and_then(Run::take_kept) {
            self.discard(&kept);
        }
    }

    fn discard(&mut self, kept: &Kept) {
        let Kept::Children(fan) = kept else { return };
        for child in fan.runs() {
            if let Some(kept) = self.runs.remove(child).and_then(|mut run| run.take_kept()) {
                self.discard(&kept);
            }
        }
    }
}
