//! What happens when a state fails: retriers, catchers, and the scope around it.

use super::execution::{Execution, Work};
use super::history::{Details, EventType};
use super::run::{Phase, RunId};
use super::{Failure, On, StateKind};
use crate::Timestamp;

impl Execution {
    /// The state's own processing failed: no event tells of it but the one that follows, unless it was the evaluation
    /// of a JSONata field.
    pub(super) fn state_failed(&mut self, id: RunId, failure: Failure) {
        let Some(run) = self.run(id) else { return };
        let (state, entered_event, last_event) = (run.state, run.entered_event, run.last_event);
        let evaluated = failure.evaluated_field();
        let failure = failure.locate(self.state_info(state).name, entered_event);
        if let Some((field, unusable)) = evaluated {
            self.record_evaluation(id, field, unusable, &failure);
        }
        if failure.is_fatal() {
            self.end_failed(last_event, failure);
        } else {
            self.recover(id, failure);
        }
    }

    /// Records that the evaluation of a JSONata field failed. The service has that event beside the one that entered the
    /// state, not after it, where nothing else happened in the state.
    pub(super) fn record_evaluation(
        &mut self,
        id: RunId,
        field: &'static str,
        unusable: bool,
        failure: &Failure,
    ) {
        let Some(run) = self.run(id) else { return };
        let state = run.state;
        let previous = if run.last_event == run.entered_event && !unusable {
            run.before_entered
        } else {
            run.last_event
        };
        let name = self.state_info(state).name;
        let event = self.record(state, previous, EventType::EvaluationFailed, || Details {
            state: Some(name),
            location: (!field.is_empty()).then(|| field.to_owned()),
            error: failure.error().map(str::to_owned),
            cause: failure.cause().map(str::to_owned),
            ..Details::default()
        });
        if let Some(run) = self.run(id) {
            run.last_event = event;
        }
    }

    /// Retries the state, or catches the failure, or hands it to the scope around it.
    pub(super) fn recover(&mut self, id: RunId, failure: Failure) {
        let Some(run) = self.runs.get_mut(id) else { return };
        let state = &self.info.program.states[usize::from(run.state)];
        run.phase = Phase::Ready;
        if !run.catching {
            // The first retrier that matches decides; later ones are not asked even when it is used up.
            if let Some(index) = state
                .retry
                .iter()
                .position(|retrier| failure.matches(retrier.error_equals))
            {
                let retrier = &state.retry[index];
                let retries = run.retries();
                retries.resize(state.retry.len(), 0);
                if retries[index] < retrier.max_attempts {
                    retries[index] += 1;
                    let delay = retrier.delay_millis(retries[index], || self.random.uniform());
                    let until = Timestamp::from_millis(self.now.as_millis().saturating_add(delay));
                    self.forget_kept(id);
                    return self.sleep(id, until, Phase::Pause);
                }
            }
            if let Some((index, _)) = (0..).zip(state.catch).find(|(_, names)| failure.matches(names)) {
                run.catching = true;
                self.forget_kept(id);
                self.record_failed_state(id);
                self.queue
                    .push_back(Work::Step(id, On::Caught(index, failure.error_output())));
                return;
            }
            self.record_failed_state(id);
        }
        self.fail_scope(id, failure);
    }

    /// A run ends with a failure that nobody in it caught.
    pub(super) fn fail_scope(&mut self, id: RunId, failure: Failure) {
        let Some(run) = self.run(id) else { return };
        let last_event = run.last_event;
        match run.parent {
            // Queued, so that what else happened in the same instant is recorded before the siblings are stopped.
            Some((parent, _)) if !failure.is_fatal() => {
                self.queue.push_back(Work::ChildFailed {
                    parent,
                    child: id,
                    failure: Box::new(failure),
                });
            }
            _ => self.end_failed(last_event, failure),
        }
    }

    /// Records that a Parallel or Map state failed; other states leave no such event.
    fn record_failed_state(&mut self, id: RunId) {
        let Some(run) = self.run(id) else { return };
        let (state, last_event) = (run.state, run.last_event);
        let event = match self.state_info(state).kind {
            StateKind::Parallel(_) => EventType::ParallelStateFailed,
            StateKind::Map(_) | StateKind::DistributedMap(_) => EventType::MapStateFailed,
            _ => return,
        };
        let event = self.record(state, last_event, event, Details::default);
        if let Some(run) = self.run(id) {
            run.last_event = event;
        }
    }
}
