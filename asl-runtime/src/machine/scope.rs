//! Stepping a run from state to state until it needs the world, ends or fails.

use super::context::Item;
use super::execution::{Execution, Outcome, Work};
use super::history::{Details, EventType, Journal};
use super::run::{Phase, Run, RunId};
use super::{Cx, Failure, On, Program, StateId, StateKind, Step, WaitStep};
use crate::value::{Measure, object};
use crate::{Timestamp, Value};

/// Longest delay that the service's timers know, in seconds.
const LONGEST_WAIT_SECONDS: i64 = i32::MAX as i64;

impl Execution {
    /// Steps a run until it waits for something. `left` counts the steps that may still be taken.
    pub(super) fn step(&mut self, id: RunId, mut on: On, left: &mut usize) {
        loop {
            if *left == 0 {
                self.queue.push_front(Work::Step(id, on));
                return;
            }
            *left -= 1;
            if self.journal.is_full() {
                return self.history_full(id);
            }
            if matches!(on, On::Enter) {
                self.issue_token(id);
            }
            let step = match self.call_state(id, on, None) {
                Some(Ok(step)) => step,
                Some(Err(failure)) => return self.state_failed(id, failure),
                None => return,
            };
            match step {
                Step::Exit { output, assign, next } => {
                    if !self.exit(id, output, assign, next) {
                        return;
                    }
                    on = On::Enter;
                }
                Step::Task(task) => return self.schedule(id, task),
                Step::Wait(wait) => return self.wait(id, wait),
                Step::Parallel(input) => return self.start_branches(id, input),
                Step::Map {
                    items,
                    max_concurrency,
                } => return self.start_iterations(id, items, max_concurrency),
                Step::DistributedMap { items } => return self.start_map_run(id, items),
                Step::Fail { error, cause } => return self.fail_scope(id, Failure::given(error, cause)),
                Step::Item(_) | Step::MapRun(_) => {
                    return self.state_failed(
                        id,
                        Failure::runtime("the state gave an item that nobody asked for"),
                    );
                }
            }
        }
    }

    /// Calls the function of the state that a run is in.
    pub(super) fn call_state(
        &mut self,
        id: RunId,
        on: On,
        item: Option<&Item>,
    ) -> Option<Result<Step, Failure>> {
        let run = self.runs.get_mut(id)?;
        let input = std::mem::take(&mut run.input);
        let mut cx = Cx::new(&self.info, &self.random, self.now, run, input, item);
        let function = self.info.program.states[usize::from(run.state)].run;
        let result = function(&mut cx, on);
        let input = std::mem::take(&mut cx.input);
        run.input = input;
        Some(result)
    }

    /// Enters the state that a run is in.
    pub(super) fn enter(&mut self, id: RunId) {
        if let Some(run) = self.runs.get_mut(id) {
            run.enter(self.info.program, &mut self.journal, self.now);
        }
    }

    /// Leaves a state. Gives whether the run goes on: it has then entered the next state.
    fn exit(&mut self, id: RunId, output: Value, assign: Vec<(usize, Value)>, next: Option<StateId>) -> bool {
        let limit = Measure {
            bytes: self.payload_limit,
            depth: Value::MAX_DEPTH,
        };
        if !output.fits(limit) {
            self.too_large(id, &output, "output");
            return false;
        }
        // A loop can put a variable into itself again and again.
        if let Some((_, value)) = assign.iter().find(|(_, value)| !value.fits(limit)) {
            self.too_large(id, value, "value of a variable");
            return false;
        }
        let Some(run) = self.runs.get_mut(id) else {
            return false;
        };
        let state = &self.info.program.states[usize::from(run.state)];
        let event = match state.kind {
            StateKind::Pass => EventType::PassStateExited,
            StateKind::Task(_) => EventType::TaskStateExited,
            StateKind::Choice => EventType::ChoiceStateExited,
            StateKind::Wait => EventType::WaitStateExited,
            StateKind::Succeed | StateKind::Fail => EventType::SucceedStateExited,
            StateKind::Parallel(_) => EventType::ParallelStateExited,
            StateKind::Map(_) | StateKind::DistributedMap(_) => EventType::MapStateExited,
        };
        let names = self.info.program.variables;
        run.last_event = self
            .journal
            .record(self.now, run.last_event, event, Some(state.name), || Details {
                state: Some(state.name),
                output: Some(output.clone()),
                assigned_variables: (!assign.is_empty()).then(|| named(names, &assign)),
                ..Details::default()
            });
        for (slot, value) in assign {
            run.variables.set(slot, value);
        }
        match next {
            Some(next) => {
                run.state = next;
                run.input = output;
                run.enter(self.info.program, &mut self.journal, self.now);
                true
            }
            None => {
                self.finish_scope(id, output);
                false
            }
        }
    }

    /// A state's output, or a variable that it assigns, is longer or deeper than it may be.
    #[cold]
    fn too_large(&mut self, id: RunId, value: &Value, what: &str) {
        let Some(run) = self.run(id) else { return };
        let (last_event, state) = (run.last_event, run.state);
        if value.measure().bytes > self.payload_limit {
            let name = self.state_info(state).name;
            return self.end_failed(last_event, Failure::data_limit(name));
        }
        let cause = format!("The {what} is nested more than {} levels deep.", Value::MAX_DEPTH);
        self.state_failed(id, Failure::runtime(cause));
    }

    /// A run reached the end of its scope.
    fn finish_scope(&mut self, id: RunId, output: Value) {
        let Some(run) = self.run(id) else { return };
        match run.parent {
            Some((parent, index)) => self.child_finished(parent, id, index, output),
            None => {
                let last_event = run.last_event;
                self.end(
                    last_event,
                    EventType::ExecutionSucceeded,
                    Outcome::Succeeded(output),
                );
            }
        }
    }

    fn wait(&mut self, id: RunId, wait: WaitStep) {
        let now = self.now.as_millis();
        let until = match wait {
            WaitStep::Seconds(seconds) => now.saturating_add(i64::from(seconds).saturating_mul(1000)),
            WaitStep::Until(millis) => millis.max(now),
        };
        if until.saturating_sub(now) / 1000 > LONGEST_WAIT_SECONDS {
            return self.state_failed(id, Failure::runtime("Wait state delay is too long."));
        }
        self.sleep(id, Timestamp::from_millis(until), Phase::Wait);
    }

    fn history_full(&mut self, id: RunId) {
        let last_event = self.run(id).map_or(0, |run| run.last_event);
        let limit = self.journal.limit();
        let cause = format!("The execution reached the maximum number of history events ({limit}).");
        self.end_failed(
            last_event,
            Failure::given(Some(super::failure::names::RUNTIME.to_owned()), Some(cause)),
        );
    }
}

impl Run {
    fn enter(&mut self, program: &'static Program, journal: &mut Journal, now: Timestamp) {
        let state = &program.states[usize::from(self.state)];
        let event = match state.kind {
            StateKind::Pass => EventType::PassStateEntered,
            StateKind::Task(_) => EventType::TaskStateEntered,
            StateKind::Choice => EventType::ChoiceStateEntered,
            StateKind::Wait => EventType::WaitStateEntered,
            StateKind::Succeed => EventType::SucceedStateEntered,
            StateKind::Fail => EventType::FailStateEntered,
            StateKind::Parallel(_) => EventType::ParallelStateEntered,
            StateKind::Map(_) | StateKind::DistributedMap(_) => EventType::MapStateEntered,
        };
        self.retries.clear();
        self.catching = false;
        self.phase = Phase::Ready;
        self.token = None;
        self.entered_time = now;
        self.before_entered = self.last_event;
        let name = Some(state.name);
        self.entered_event = journal.record(now, self.last_event, event, name, || Details {
            state: name,
            input: Some(self.input.clone()),
            ..Details::default()
        });
        self.last_event = self.entered_event;
    }
}

fn named(names: &'static [&'static str], assigned: &[(usize, Value)]) -> Value {
    let mut variables = object([]);
    if let Value::Object(members) = &mut variables {
        for (slot, value) in assigned {
            members.insert(names.get(*slot).copied().unwrap_or_default(), value.clone());
        }
    }
    variables
}
