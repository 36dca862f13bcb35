//! Parallel branches and Map iterations: starting them, collecting their results, stopping them.

use std::collections::VecDeque;
use std::ops::Range;

use super::children::{Fan, Inputs, Place, Turns};
use super::context::Item;
use super::effect::Effect;
use super::execution::{Execution, Work};
use super::history::{Details, EventType};
use super::run::{Kept, Phase, Run, RunId, Variables};
use super::scope::{Stepper, Stop};
use super::{Failure, On, StateId, StateInfo, StateKind, Step};
use crate::Value;
use crate::value::Array;

impl Execution {
    pub(super) fn start_branches(&mut self, id: RunId, input: Value) {
        let Some(run) = self.run(id) else { return };
        let (state, last_event) = (run.state, run.last_event);
        let StateKind::Parallel(branches) = self.state_info(state).kind else {
            return self.state_failed(id, Failure::runtime("the state has no branches"));
        };
        let event = EventType::ParallelStateStarted;
        let started = self.record(state, last_event, event, Details::default);
        let Some(run) = self.run(id) else { return };
        run.last_event = started;
        let fan = Fan::all_started(started, Inputs::Branches(input), branches.len());
        run.phase = Phase::Children(Box::new(fan));
        self.await_turns(id, started, 0..branches.len());
    }

    pub(super) fn start_iterations(&mut self, id: RunId, items: Value, max_concurrency: u32) {
        let Some(run) = self.run(id) else { return };
        let state = run.state;
        let last_event = run.last_event;
        let (StateKind::Map(_), Value::Array(items)) = (self.state_info(state).kind, items) else {
            return self.state_failed(id, Failure::runtime("the state has no iterations"));
        };
        let length = items.len();
        let started = self.record(state, last_event, EventType::MapStateStarted, || Details {
            length: Some(length),
            ..Details::default()
        });
        let Some(run) = self.run(id) else { return };
        run.last_event = started;
        let inputs = Inputs::Selected(items, VecDeque::new());
        run.phase = Phase::Children(Box::new(Fan::new(started, inputs, length)));
        let at_once = match max_concurrency {
            0 => length,
            limit => usize::try_from(limit).unwrap_or(usize::MAX).min(length),
        };
        if length == 0 {
            self.children_finished(id, started);
        } else {
            self.start_next(id, at_once, started);
        }
    }

    /// Starts the next iterations of a Map. `previous` is the event that made room for them.
    fn start_next(&mut self, id: RunId, count: usize, previous: u64) {
        let Some(run) = self.run(id) else { return };
        let state = run.state;
        let Phase::Children(fan) = &run.phase else { return };
        let (fan_started, first) = (fan.started, fan.next);
        let Some(items) = fan.items().cloned() else { return };
        let name = self.state_info(state).name;
        let mut item = Item::among(items, first);
        for index in first..first + count {
            item.index = index;
            if !self.select_input(id, &item) {
                return;
            }
            let started = self.record(state, previous, EventType::MapIterationStarted, || {
                iteration(name, index)
            });
            if let Some(Phase::Children(fan)) = self.run(id).map(|run| &mut run.phase) {
                fan.places[index] = Place::Started(started);
                fan.next += 1;
                fan.running += 1;
            }
        }
        self.await_turns(id, fan_started, first..first + count);
    }

    /// Has a Map state make the input of the iteration for an item. Gives whether it could: it is evaluated before the
    /// iteration begins, and when it fails there is no event of the iteration.
    fn select_input(&mut self, id: RunId, item: &Item) -> bool {
        match self.run(id).map(|run| &run.phase) {
            Some(Phase::Children(fan)) if matches!(fan.inputs, Inputs::Items(_)) => return true,
            _ => {}
        }
        let result = self.call_state(id, On::Item, Some(item));
        let Some(Phase::Children(fan)) = self.run(id).map(|run| &mut run.phase) else {
            return false;
        };
        match (result, &mut fan.inputs) {
            (Some(Ok(Step::Item(input))), Inputs::Selected(_, inputs)) => inputs.push_back(input),
            (Some(Ok(Step::PlainItem)), Inputs::Selected(items, _)) => {
                fan.inputs = Inputs::Items(items.clone());
            }
            (Some(Err(failure)), _) => {
                self.abandon_children(id);
                self.state_failed(id, failure);
                return false;
            }
            _ => {
                self.state_failed(id, Failure::runtime("the state gave no item"));
                return false;
            }
        }
        true
    }

    /// Has branches or iterations that have started wait for their turns.
    fn await_turns(&mut self, parent: RunId, started: u64, indices: Range<usize>) {
        let turns = Turns {
            parent,
            started,
            indices,
        };
        if !self.redrivable {
            return self.queue.push_back(Work::Turns(turns));
        }
        // What a redrive goes on with are runs.
        let program = self.info.program;
        for index in turns.indices.clone() {
            let mut child = Run::new(0, Value::Null, self.now);
            let Some(run) = self.runs.get_mut(parent) else {
                return;
            };
            let kind = &program.states[usize::from(run.state)].kind;
            if let Some(mut scope) = Scope::of(run, &turns)
                && let Some(start) = Starts::of(kind).get(index)
                && scope.prepare(&mut child, start, parent, index).is_some()
            {
                scope.fan.next_input(index, &mut child.input);
                let id = self.keep_child(child, parent, index);
                self.queue.push_back(Work::Start(id));
            }
        }
    }

    /// Has branches or iterations step, one after the other. Most are through in one turn: they share one run, which only
    /// becomes the own one of those that have to wait.
    pub(super) fn take_turns(&mut self, mut turns: Turns, left: &mut usize) {
        let mut child = Run::new(0, Value::Null, self.now);
        let mut document = Value::Null;
        while let Some((index, stop)) = self.step_children(&mut turns, &mut child, &mut document, left) {
            let (parent, is_last) = (turns.parent, *left == 0);
            if is_last && !turns.indices.is_empty() {
                let indices = turns.indices.clone();
                self.queue.push_front(Work::Turns(Turns { indices, ..turns }));
            }
            match stop {
                Ok(()) => self.child_done(parent, index, child.last_event),
                Err(stop) => {
                    let mut waiting = std::mem::replace(&mut child, Run::new(0, Value::Null, self.now));
                    waiting.input = document.take();
                    let id = self.keep_child(waiting, parent, index);
                    let mut call = None;
                    self.stopped(id, stop, &mut call);
                    self.effects.extend(call.map(Effect::Task));
                }
            }
            if is_last || self.outcome.is_some() {
                return;
            }
        }
    }

    /// Has branches or iterations step as this run, up to one that does not end, or with whose end there is more to do.
    /// Gives its index and why it stopped.
    fn step_children(
        &mut self,
        turns: &mut Turns,
        child: &mut Run,
        document: &mut Value,
        left: &mut usize,
    ) -> Option<(usize, Result<(), Stop>)> {
        let program = self.info.program;
        let (mut stepper, runs) = self.stepper();
        let parent = runs.get_mut(turns.parent)?;
        let state = &program.states[usize::from(parent.state)];
        let mut scope = Scope::of(parent, turns)?;
        let starts = Starts::of(&state.kind);
        let mut is_input = false;
        for index in turns.indices.by_ref() {
            scope.prepare(child, starts.get(index)?, turns.parent, index)?;
            let fan = &mut *scope.fan;
            if !is_input {
                fan.next_input(index, document);
            }
            let before = *left;
            let stop = stepper.enter_and_step(child, document, &mut fan.outputs[index], false, left);
            if let Err(stop) = stop {
                return Some((index, Err(stop)));
            }
            fan.ended(index);
            if *left == 0 || fan.running == 0 || fan.has_more() {
                return Some((index, Ok(())));
            }
            if scope.is_map {
                stepper.iteration_succeeded(state, child.last_event, index);
            }
            // A branch of one state leaves the document as it was.
            is_input = !scope.is_map && before - *left == 1 && !document.is_null();
        }
        None
    }

    /// Keeps the run of a branch or iteration.
    fn keep_child(&mut self, child: Run, parent: RunId, index: usize) -> RunId {
        let child = self.runs.add(child);
        if let Some(Phase::Children(fan)) = self.run(parent).map(|run| &mut run.phase) {
            fan.places[index] = Place::Running(child);
        }
        child
    }

    /// A branch or iteration with a run of its own ended with this output.
    pub(super) fn child_finished(&mut self, parent: RunId, child: RunId, index: usize, output: Value) {
        let Some(last_event) = self.runs.end(child) else {
            return;
        };
        if let Some(Phase::Children(fan)) = self.run(parent).map(|run| &mut run.phase) {
            output.move_to(&mut fan.outputs[index]);
            fan.ended(index);
            self.child_done(parent, index, last_event);
        }
    }

    /// A branch or iteration ended, after this event.
    fn child_done(&mut self, parent: RunId, index: usize, inner_event: u64) {
        let Some(parent_run) = self.runs.get_mut(parent) else {
            return;
        };
        let state = parent_run.state;
        let Phase::Children(fan) = &mut parent_run.phase else {
            return;
        };
        let is_map = fan.is_map();
        let (more, idle) = (fan.has_more(), fan.running == 0);
        let last_event = if is_map {
            let state = self.state_info(state);
            let (mut stepper, _) = self.stepper();
            stepper.iteration_succeeded(state, inner_event, index)
        } else {
            inner_event
        };
        if more {
            self.start_next(parent, 1, inner_event);
        } else if idle {
            self.children_finished(parent, last_event);
        }
    }

    /// All branches or iterations are through.
    fn children_finished(&mut self, id: RunId, last_event: u64) {
        let Some(run) = self.run(id) else { return };
        let Phase::Children(fan) = std::mem::replace(&mut run.phase, Phase::Ready) else {
            return;
        };
        run.last_event = last_event;
        let state = run.state;
        let event = if fan.is_map() {
            EventType::MapStateSucceeded
        } else {
            EventType::ParallelStateSucceeded
        };
        self.record(state, last_event, event, Details::default);
        let results = Array::from(fan.outputs);
        // Before the failure of another branch in the same instant would stop it: a redrive would start them all anew.
        self.queue
            .push_front(Work::Step(id, On::Result(Value::Array(results))));
    }

    /// A branch or iteration failed: its siblings are stopped, and its parent's state has failed.
    pub(super) fn child_failed(&mut self, parent: RunId, child: RunId, failure: Failure) {
        let Some(event) = self.run(child).map(|run| run.last_event) else {
            return;
        };
        let Some(run) = self.run(parent) else { return };
        let state = run.state;
        let Phase::Children(fan) = std::mem::replace(&mut run.phase, Phase::Ready) else {
            return;
        };
        run.last_event = event;
        let name = self.state_info(state).name;
        let is_map = fan.is_map();
        let kept = self.redrivable.then(|| Kept::Children(fan.clone()));
        // The failing one first, then its siblings in order.
        let is_child = |place: &Place| matches!(place, Place::Running(run) if *run == child);
        let failed = fan.under_way().filter(|(_, place)| is_child(place));
        let siblings = fan.under_way().filter(|(_, place)| !is_child(place));
        for (index, place) in failed.chain(siblings) {
            if is_map {
                let ended = if is_child(place) {
                    EventType::MapIterationFailed
                } else {
                    EventType::MapIterationAborted
                };
                self.record(state, event, ended, || iteration(name, index));
            }
            self.abort_child(state, index, place, event);
        }
        if let Some(run) = self.run(parent) {
            kept.into_iter().for_each(|kept| run.keep(kept));
        }
        self.recover(parent, failure);
    }

    /// Stops a run with all inside it, and records the states that were open.
    fn abort(&mut self, id: RunId, event: u64) {
        let had_map_run = self.abandon_map_run(id);
        let run = if self.redrivable {
            self.runs.suspend(id)
        } else {
            self.runs.remove(id)
        };
        let Some(run) = run else { return };
        let (ticket, token) = (run.ticket(id), run.token().cloned());
        if had_map_run {
            self.record(run.state, event, EventType::MapRunAborted, Details::default);
        }
        if let Phase::Children(fan) = run.phase {
            for (index, child) in fan.under_way() {
                if fan.is_map() {
                    let name = self.state_info(run.state).name;
                    self.record(run.state, event, EventType::MapIterationAborted, || {
                        iteration(name, index)
                    });
                }
                self.abort_child(run.state, index, child, event);
            }
        }
        self.effects.extend(ticket.map(Effect::Cancel));
        if let Some(token) = token {
            self.tokens.close(&token);
        }
        self.record_aborted(run.state, event);
    }

    /// Stops a branch or iteration of a run that is in this state.
    fn abort_child(&mut self, parent: StateId, index: usize, place: &Place, event: u64) {
        match place {
            Place::Running(run) => self.abort(*run, event),
            Place::Started(_) => {
                if let Some(start) = Starts::of(&self.state_info(parent).kind).get(index) {
                    self.record_aborted(start, event);
                }
            }
            Place::Waiting | Place::Done => {}
        }
    }

    fn record_aborted(&mut self, state: StateId, event: u64) {
        let aborted = match self.state_info(state).kind {
            StateKind::Task(_) => EventType::TaskStateAborted,
            StateKind::Wait => EventType::WaitStateAborted,
            StateKind::Parallel(_) => EventType::ParallelStateAborted,
            StateKind::Map(_) | StateKind::DistributedMap(_) => EventType::MapStateAborted,
            StateKind::Pass | StateKind::Choice | StateKind::Succeed | StateKind::Fail => return,
        };
        self.record(state, event, aborted, Details::default);
    }

    /// Stops all branches or iterations of a run whose own fields failed.
    fn abandon_children(&mut self, id: RunId) {
        let Some(run) = self.run(id) else { return };
        let last_event = run.last_event;
        let Phase::Children(fan) = std::mem::replace(&mut run.phase, Phase::Ready) else {
            return;
        };
        let state = run.state;
        let name = self.state_info(state).name;
        for (index, child) in fan.under_way() {
            self.record(state, last_event, EventType::MapIterationAborted, || {
                iteration(name, index)
            });
            self.abort_child(state, index, child, last_event);
        }
    }
}

impl Stepper<'_> {
    /// Records that an iteration of this Map state has come to its end. Gives the number of the event.
    #[inline]
    fn iteration_succeeded(&mut self, state: &StateInfo, inner_event: u64, index: usize) -> u64 {
        let (event, name) = (EventType::MapIterationSucceeded, state.name);
        self.journal
            .record(self.scene.now, inner_event, event, Some(name), || {
                iteration(name, index)
            })
    }
}

/// Branches or iterations that begin, and what they see of the run around them.
struct Scope<'r> {
    fan: &'r mut Fan,
    is_map: bool,
    variables: &'r Variables,
    item: &'r Option<Item>,
}

impl<'r> Scope<'r> {
    /// Those that have their turns, unless they were stopped meanwhile.
    fn of(parent: &'r mut Run, turns: &Turns) -> Option<Self> {
        let Phase::Children(fan) = &mut parent.phase else {
            return None;
        };
        // A state that is tried again has other branches.
        (fan.started == turns.started).then_some(Self {
            is_map: fan.is_map(),
            fan,
            variables: &parent.variables,
            item: &parent.item,
        })
    }

    /// Makes this the run of one that begins, unless it has no turn.
    #[inline(always)]
    fn prepare(&mut self, child: &mut Run, start: StateId, parent: RunId, index: usize) -> Option<()> {
        let Some(Place::Started(event)) = self.fan.places.get(index) else {
            return None;
        };
        // There are no more than there is memory for.
        child.parent = Some((parent, index as u32));
        child.state = start;
        child.last_event = *event;
        child.variables.clone_from(self.variables);
        match (&mut child.item, self.fan.items()) {
            (Some(item), Some(_)) => item.index = index,
            (item @ None, Some(items)) => *item = Some(Item::among(items.clone(), index)),
            (item @ None, None) if self.item.is_some() => item.clone_from(self.item),
            // That of the branch before is the same.
            (_, None) => {}
        }
        Some(())
    }
}

/// The states that the branches of a Parallel, or the iterations of a Map, start at.
#[derive(Clone, Copy)]
enum Starts<'k> {
    Branches(&'k [StateId]),
    Processor(StateId),
}

impl<'k> Starts<'k> {
    fn of(kind: &'k StateKind) -> Self {
        match kind {
            StateKind::Parallel(branches) => Self::Branches(branches),
            StateKind::Map(processor) => Self::Processor(*processor),
            _ => Self::Branches(&[]),
        }
    }

    #[inline]
    fn get(self, index: usize) -> Option<StateId> {
        match self {
            Self::Branches(branches) => branches.get(index).copied(),
            Self::Processor(processor) => Some(processor),
        }
    }
}

fn iteration(name: &'static str, index: usize) -> Details {
    Details {
        state: Some(name),
        index: Some(index),
        ..Details::default()
    }
}
