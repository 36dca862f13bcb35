//! Going on where an execution failed: [redrive](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html).
//!
//! An execution that may be redriven keeps the runs of branches and iterations that failed or were stopped, for as long
//! as their Parallel or Map state is neither tried again nor left.

use std::sync::Arc;

use super::effect::Effect;
use super::execution::{Execution, Outcome, Work};
use super::failure::names;
use super::history::{Details, EventType};
use super::run::{Fan, Phase, RunId};
use super::{On, StateKind};
use crate::Timestamp;

impl Execution {
    /// Stops all runs at the end of an execution that may be redriven.
    pub(super) fn suspend(&mut self) {
        for run in self.runs.suspend_all() {
            self.effects.extend(run.ticket.map(Effect::Cancel));
            if let Phase::MapRun(mut map_run) = run.phase {
                self.abandon_map_run(&mut map_run);
            }
        }
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

    /// Lets a run go on, with the branches or iterations in it that failed or were stopped.
    fn resume(&mut self, id: RunId, event: u64, all: bool) {
        let Some(run) = self.runs.resume(id) else { return };
        run.retries.clear();
        run.catching = false;
        run.phase = Phase::Ready;
        run.last_event = event;
        let (state, is_entered) = (run.state, run.entered_event != 0);
        match run.failed.take() {
            Some(fan) if all => self.discard(&fan),
            Some(fan) => {
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

    /// Forgets the branches or iterations that made a state fail: it is tried again, or left.
    pub(super) fn forget_failed(&mut self, id: RunId) {
        if let Some(fan) = self.run(id).and_then(|run| run.failed.take()) {
            self.discard(&fan);
        }
    }

    fn discard(&mut self, fan: &Fan) {
        for child in fan.runs() {
            if let Some(mut run) = self.runs.remove(child)
                && let Some(fan) = run.failed.take()
            {
                self.discard(&fan);
            }
        }
    }
}
