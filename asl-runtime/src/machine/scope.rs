//! Stepping a run from state to state until it needs the world, ends or fails.

use std::borrow::Cow;
use std::mem;
use std::sync::Arc;

use super::context::Item;
use super::cx::Scene;
use super::effect::TaskCall;
use super::execution::{Execution, Outcome, Work};
use super::history::{Details, EventType, Journal};
use super::run::{Phase, Run, RunId, Runs};
use super::{Cx, Failure, On, StateId, StateInfo, Step, WaitStep};
use crate::value::{Measure, object};
use crate::{Timestamp, Value};

/// Longest delay that the service's timers know, in seconds.
const LONGEST_WAIT_SECONDS: i64 = i32::MAX as i64;

/// What a run steps with.
pub(super) struct Stepper<'e> {
    pub scene: Scene<'e>,
    pub journal: &'e mut Journal,
    number: Option<u64>,
    limit: Measure,
}

/// Why a run stops before the end of its scope.
pub(super) enum Stop {
    /// Its state wants something else than to go on.
    Step(Result<Step, Failure>),
    /// No more steps may be taken now.
    Steps(On),
    /// The history is full.
    HistoryFull,
}

impl Stepper<'_> {
    /// Goes on with the state that a run is in, and [from there](Self::enter_and_step).
    ///
    /// # Errors
    /// Why it stops before the end of the scope.
    pub fn step(
        &mut self,
        run: &mut Run,
        document: &mut Value,
        output: &mut Value,
        on: On,
        left: &mut usize,
    ) -> Result<(), Stop> {
        match *left {
            0 => return Err(Stop::Steps(on)),
            _ if self.journal.is_full() => return Err(Stop::HistoryFull),
            _ => *left -= 1,
        }
        let is_entry = matches!(on, On::Enter);
        let (state, mut cx) = self.ready(run, document, output, is_entry);
        let mut result = (state.run)(&mut cx, on);
        let Some(next) = self.leave(run, document, output, &mut result, false) else {
            return Err(Stop::Step(result));
        };
        // There is nothing left in it, which the compiler would find out each time.
        mem::forget(result);
        match next {
            Some(next) => {
                run.state = next;
                self.enter_and_step(run, document, output, true, left)
            }
            None => Ok(()),
        }
    }

    /// Steps a run from the entry of its state until it waits for something. The document that goes from state to state is
    /// not in the run meanwhile, which spares moving it. `left` counts the steps that may still be taken, `fits` says whether
    /// the document is known to be no larger than it may be.
    ///
    /// What the last state of the scope gives is put into `output`. Where that is also the first one, the document is still
    /// what it was, or `null` where the state took it.
    ///
    /// # Errors
    /// Why it stops before the end of the scope.
    pub fn enter_and_step(
        &mut self,
        run: &mut Run,
        document: &mut Value,
        output: &mut Value,
        mut fits: bool,
        left: &mut usize,
    ) -> Result<(), Stop> {
        loop {
            self.enter(run, document);
            match *left {
                0 => return Err(Stop::Steps(On::Enter)),
                _ if self.journal.is_full() => return Err(Stop::HistoryFull),
                _ => *left -= 1,
            }
            let (state, mut cx) = self.ready(run, document, output, true);
            let mut result = (state.run)(&mut cx, On::Enter);
            let Some(next) = self.leave(run, document, output, &mut result, fits) else {
                return Err(Stop::Step(result));
            };
            mem::forget(result);
            match next {
                Some(next) => run.state = next,
                None => return Ok(()),
            }
            fits = true;
        }
    }

    /// The state that a run is in, and what its function works with.
    //
    // Who calls it has the reason, which is made where it is taken: to be moved it would have to be written first.
    #[inline(always)]
    fn ready<'a>(
        &'a self,
        run: &'a mut Run,
        document: &'a mut Value,
        output: &'a mut Value,
        is_entry: bool,
    ) -> (&'static StateInfo, Cx<'a>) {
        let state = &self.scene.info.program.states[usize::from(run.state)];
        if is_entry && state.has_token {
            self.give_token(run);
        }
        let cx = Cx::new(&self.scene, state, run, document, None);
        (state, cx.with_output(output))
    }

    /// Leaves the state that a run is in, if that is what its function wants. Gives the next state of the scope.
    ///
    /// `fits` says whether the document is known to be no larger than it may be.
    //
    // The result is looked at where it is: as a whole it could only be moved once the processor has written all its pieces.
    #[inline(always)]
    fn leave(
        &mut self,
        run: &mut Run,
        document: &mut Value,
        output: &mut Value,
        result: &mut Result<Step, Failure>,
        fits: bool,
    ) -> Option<Option<StateId>> {
        match result {
            Ok(Step::Pass { next }) => {
                let next = *next;
                if !fits && !document.fits(self.limit) {
                    return None;
                }
                self.exit(run, document, None);
                if next.is_none() {
                    document.take().move_to(output);
                }
                Some(next)
            }
            Ok(Step::Assign { variables, next }) => {
                let next = *next;
                if !(fits || document.fits(self.limit)) || !run.can_assign(variables, self.limit) {
                    return None;
                }
                self.exit(run, document, Some(variables));
                run.assign(&mut mem::take(variables));
                if next.is_none() {
                    document.take().move_to(output);
                }
                Some(next)
            }
            Ok(Step::Given { next }) => {
                let next = *next;
                if !output.fits(self.limit) {
                    // The state is none that is tried again.
                    output.take().move_to(document);
                    return None;
                }
                self.exit(run, output, None);
                if next.is_some() {
                    output.take().move_to(document);
                }
                Some(next)
            }
            Ok(Step::Exit {
                output: given,
                assign,
                next,
            }) => {
                let next = *next;
                let may_assign = |variables: &[_]| run.can_assign(variables, self.limit);
                if !given.fits(self.limit) || !assign.as_deref().is_none_or(may_assign) {
                    return None;
                }
                let place = if next.is_some() { document } else { output };
                given.take().move_to(place);
                self.exit(run, place, assign.as_deref());
                if let Some(variables) = &mut assign.take() {
                    run.assign(variables);
                }
                Some(next)
            }
            _ => None,
        }
    }

    /// Enters the state that a run is in.
    #[inline(always)]
    fn enter(&mut self, run: &mut Run, input: &Value) {
        run.catching = false;
        // Most states leave nothing behind that would have to be dropped.
        run.forget_visit();
        if !matches!(run.phase, Phase::Ready) {
            run.phase = Phase::Ready;
        }
        run.entered_time = self.scene.now;
        run.before_entered = run.last_event;
        if self.journal.take_number() {
            self.show_entered(run, input);
        }
        run.entered_event = self.journal.count();
        run.last_event = run.entered_event;
    }

    /// Records that a run left the state that it is in.
    #[inline]
    fn exit(&mut self, run: &mut Run, output: &Value, assign: Option<&[(usize, Value)]>) {
        if self.journal.take_number() {
            self.show_exited(run, output, assign);
        }
        run.last_event = self.journal.count();
    }

    // These are out of line: most executions have no observer, and most states no token, and what is inline makes the way
    // of all others longer.
    #[cold]
    #[inline(never)]
    fn show_entered(&mut self, run: &Run, input: &Value) {
        let state = &self.scene.info.program.states[usize::from(run.state)];
        let details = Details {
            state: Some(state.name),
            input: Some(input.clone()),
            ..Details::default()
        };
        let (event, name) = (state.kind.entered(), Some(state.name));
        self.journal
            .show(self.scene.now, run.last_event, event, name, details);
    }

    #[cold]
    #[inline(never)]
    fn show_exited(&mut self, run: &Run, output: &Value, assign: Option<&[(usize, Value)]>) {
        let state = &self.scene.info.program.states[usize::from(run.state)];
        let variables = self.scene.info.program.variables;
        let details = Details {
            state: Some(state.name),
            output: Some(output.clone()),
            assigned_variables: assign.map(|assign| named(variables, assign)),
            ..Details::default()
        };
        let (event, name) = (state.kind.exited(), Some(state.name));
        self.journal
            .show(self.scene.now, run.last_event, event, name, details);
    }

    #[cold]
    #[inline(never)]
    fn give_token(&self, run: &mut Run) {
        let suffix = match self.number {
            Some(number) => Cow::Owned(format!("{number:x}")),
            None => self.scene.info.fleeting_name(),
        };
        run.set_token(Arc::from([&self.scene.random.uuid(), ".", &*suffix].concat()));
    }
}

impl Execution {
    /// Steps a run until it waits for something. Without a `first` reason its state is entered. `left` counts the steps that
    /// may still be taken. What it waits for is asked for; a call is put into `call`.
    pub(super) fn step(
        &mut self,
        id: RunId,
        first: Option<On>,
        left: &mut usize,
        call: &mut Option<TaskCall>,
    ) {
        let (mut stepper, runs) = self.stepper();
        let Some(run) = runs.get_mut(id) else { return };
        let mut document = mem::take(&mut run.input);
        let mut output = Value::Null;
        let stepped = match first {
            Some(on) => stepper.step(run, &mut document, &mut output, on, left),
            None => stepper.enter_and_step(run, &mut document, &mut output, false, left),
        };
        match stepped {
            Ok(()) => self.finish_scope(id, output),
            Err(stop) => {
                run.input = document;
                self.stopped(id, stop, call);
            }
        }
    }

    /// What runs step with, and the runs.
    pub(super) fn stepper(&mut self) -> (Stepper<'_>, &mut Runs) {
        let stepper = Stepper {
            limit: self.limit(),
            scene: Scene {
                info: &self.info,
                random: &self.random,
                now: self.now,
            },
            journal: &mut self.journal,
            number: self.number,
        };
        (stepper, &mut self.runs)
    }

    /// Does what follows when a run stops, and has its document again. A call that it asks for is put into `call`.
    #[inline(always)]
    pub(super) fn stopped(&mut self, id: RunId, stop: Stop, call: &mut Option<TaskCall>) {
        match stop {
            // Mostly this.
            Stop::Step(Ok(Step::Task(task))) => self.schedule(id, task, call),
            Stop::Step(step) => self.pause(id, step),
            Stop::Steps(on) => self.queue.push_front(Work::Step(id, on)),
            Stop::HistoryFull => self.history_full(id),
        }
    }

    /// How large an output may be, or all variables of one `Assign` together.
    fn limit(&self) -> Measure {
        Measure {
            bytes: self.payload_limit,
            depth: Value::MAX_DEPTH,
        }
    }

    /// A state wants something else than to go on to the next one.
    fn pause(&mut self, id: RunId, step: Result<Step, Failure>) {
        match step {
            Ok(Step::Wait(wait)) => self.wait(id, wait),
            Ok(Step::Parallel(input)) => self.start_branches(id, input),
            Ok(Step::Map {
                items,
                max_concurrency,
            }) => self.start_iterations(id, items, max_concurrency),
            Ok(Step::DistributedMap { items }) => self.start_map_run(id, items),
            Ok(Step::Fail { error, cause }) => self.fail_scope(id, Failure::given(error, cause)),
            Ok(Step::Exit { output, .. }) if !output.fits(self.limit()) => {
                self.too_large(id, output.measure().bytes, "output")
            }
            Ok(Step::Exit { assign, .. }) => {
                let assign = assign.unwrap_or_default();
                let limit = self.limit();
                let all_fit = self
                    .run(id)
                    .is_none_or(|run| run.variables.fit_with(&assign, ALL_VARIABLES, limit));
                // A loop can put a variable into itself again and again.
                let bytes = assign.iter().fold(0_usize, |sum, (_, value)| {
                    sum.saturating_add(value.measure().bytes)
                });
                let bytes = if all_fit { bytes } else { usize::MAX };
                self.too_large(id, bytes, "value of a variable")
            }
            Ok(step @ (Step::Pass { .. } | Step::Assign { .. })) => {
                let input = self.run(id).map(|run| run.input.clone()).unwrap_or_default();
                self.pause(id, Ok(step.with_input(|| input)));
            }
            Ok(Step::Given { .. }) => {
                let input = self.run(id).map(|run| run.input.clone()).unwrap_or_default();
                self.too_large(id, input.measure().bytes, "output");
            }
            Ok(Step::Task(_) | Step::Item(_) | Step::PlainItem | Step::MapRun(_)) => {
                self.state_failed(id, Failure::runtime("the state gave what nobody asked for"))
            }
            Err(failure) => self.state_failed(id, failure),
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
        let mut input = mem::take(&mut run.input);
        let state = &self.info.program.states[usize::from(run.state)];
        let scene = Scene {
            info: &self.info,
            random: &self.random,
            now: self.now,
        };
        let mut cx = Cx::new(&scene, state, run, &mut input, item);
        let result = (state.run)(&mut cx, on);
        run.input = input;
        Some(result)
    }

    /// A state's output, or what it assigns, is longer or deeper than it may be.
    #[cold]
    fn too_large(&mut self, id: RunId, bytes: usize, what: &str) {
        let Some(run) = self.run(id) else { return };
        let (last_event, state) = (run.last_event, run.state);
        if bytes > self.payload_limit {
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
            Some((parent, index)) => self.child_finished(parent, id, index as usize, output),
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

/// All variables of an execution may be so many times as long as what is assigned at once: 10 MiB.
const ALL_VARIABLES: usize = 40;

impl Run {
    /// Whether a state may assign these variables: they are as large as one output may be, together, and what the scope
    /// sees does not become too long.
    #[inline]
    fn can_assign(&self, assign: &[(usize, Value)], limit: Measure) -> bool {
        Value::fit_together(assign.iter().map(|(_, value)| value), limit)
            && self.variables.fit_with(assign, ALL_VARIABLES, limit)
    }

    #[inline(never)]
    fn assign(&mut self, variables: &mut [(usize, Value)]) {
        for (slot, value) in variables {
            value.give_to(self.variables.place(*slot));
        }
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
