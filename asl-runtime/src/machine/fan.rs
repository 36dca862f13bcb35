//! Parallel branches and Map iterations: starting them, collecting their results, stopping them.

use super::context::Item;
use super::effect::Effect;
use super::execution::{Execution, Work};
use super::history::{Details, EventType};
use super::run::{Fan, Kept, Phase, Place, Run, RunId};
use super::{Failure, On, StateId, StateKind, Step};
use crate::Value;

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
        let mut fan = Fan::new(None, branches.len());
        fan.places.fill(Place::Started(started));
        fan.next = branches.len();
        fan.running = branches.len();
        run.phase = Phase::Children(Box::new(fan));
        self.queue.reserve(branches.len());
        for index in 0..branches.len() {
            self.queue_child(id, index, started, input.clone(), None);
        }
    }

    pub(super) fn start_iterations(&mut self, id: RunId, items: Value, max_concurrency: u32) {
        let length = items.as_array().map_or(0, <[Value]>::len);
        let Some(run) = self.run(id) else { return };
        let state = run.state;
        let last_event = run.last_event;
        if !matches!(self.state_info(state).kind, StateKind::Map(_)) {
            return self.state_failed(id, Failure::runtime("the state has no iterations"));
        }
        let started = self.record(state, last_event, EventType::MapStateStarted, || Details {
            length: Some(length),
            ..Details::default()
        });
        let Some(run) = self.run(id) else { return };
        run.last_event = started;
        run.phase = Phase::Children(Box::new(Fan::new(Some(items), length)));
        let at_once = match max_concurrency {
            0 => length,
            limit => usize::try_from(limit).unwrap_or(usize::MAX).min(length),
        };
        self.queue.reserve(at_once);
        for _ in 0..at_once {
            if !self.start_iteration(id, started) {
                return;
            }
        }
        if length == 0 {
            self.children_finished(id, started);
        }
    }

    /// Starts the next iteration of a Map. `previous` is the event that made room for it. Gives whether it could.
    fn start_iteration(&mut self, id: RunId, previous: u64) -> bool {
        let Some(run) = self.run(id) else { return false };
        let state = run.state;
        let Phase::Children(fan) = &run.phase else {
            return false;
        };
        let index = fan.next;
        let Some(item) = fan.item(index) else { return false };
        // Evaluated before the iteration begins: when it fails there is no event of the iteration.
        let input = match self.call_state(id, On::Item, Some(&item)) {
            Some(Ok(Step::Item(input))) => input,
            Some(Ok(_)) => {
                self.state_failed(id, Failure::runtime("the state gave no item"));
                return false;
            }
            Some(Err(failure)) => {
                self.abandon_children(id);
                self.state_failed(id, failure);
                return false;
            }
            None => return false,
        };
        let name = self.state_info(state).name;
        let started = self.record(state, previous, EventType::MapIterationStarted, || {
            iteration(name, index)
        });
        if let Some(Phase::Children(fan)) = self.run(id).map(|run| &mut run.phase) {
            fan.places[index] = Place::Started(started);
            fan.next += 1;
            fan.running += 1;
        }
        self.queue_child(id, index, started, input, Some(item));
        true
    }

    /// Has a branch, or the iteration for an item, that has started wait for its turn.
    fn queue_child(&mut self, parent: RunId, index: usize, started: u64, input: Value, item: Option<Item>) {
        if !self.redrivable {
            return self.queue.push_back(Work::StartChild {
                parent,
                index,
                started,
                input,
                item,
            });
        }
        // What a redrive goes on with are runs.
        let run = self.start_child_run(parent, index, started, input, item);
        self.queue.extend(run.map(Work::Start));
    }

    /// The run of a branch or iteration, whose turn has come, unless it was stopped meanwhile.
    pub(super) fn start_child_run(
        &mut self,
        parent: RunId,
        index: usize,
        started: u64,
        input: Value,
        item: Option<Item>,
    ) -> Option<RunId> {
        let program = self.info.program;
        let parent_run = self.runs.get_mut(parent)?;
        let Phase::Children(fan) = &parent_run.phase else {
            return None;
        };
        // A state that is tried again has other branches, which started with other events.
        if !matches!(fan.places.get(index), Some(Place::Started(event)) if *event == started) {
            return None;
        }
        let start = first_state(&program.states[usize::from(parent_run.state)].kind, index)?;
        let run = Run {
            parent: Some((parent, index)),
            item: item.or_else(|| parent_run.item.clone()),
            variables: parent_run.variables.clone(),
            last_event: started,
            ..Run::new(start, input, self.now)
        };
        let child = self.runs.add(run);
        if let Some(Phase::Children(fan)) = self.run(parent).map(|run| &mut run.phase) {
            fan.places[index] = Place::Running(child);
        }
        Some(child)
    }

    /// A branch or iteration ended with this output.
    pub(super) fn child_finished(&mut self, parent: RunId, child: RunId, index: usize, output: Value) {
        let Some(inner_event) = self.runs.end(child) else {
            return;
        };
        let Some(parent_run) = self.run(parent) else {
            return;
        };
        let state = parent_run.state;
        let Phase::Children(fan) = &mut parent_run.phase else {
            return;
        };
        fan.places[index] = Place::Done(output);
        fan.running -= 1;
        let is_map = fan.items.is_some();
        let (more, idle) = (fan.next < fan.places.len(), fan.running == 0);
        let name = self.state_info(state).name;
        let last_event = if is_map {
            self.record(state, inner_event, EventType::MapIterationSucceeded, || {
                iteration(name, index)
            })
        } else {
            inner_event
        };
        if more {
            self.start_iteration(parent, inner_event);
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
        let event = match fan.items {
            Some(_) => EventType::MapStateSucceeded,
            None => EventType::ParallelStateSucceeded,
        };
        self.record(state, last_event, event, Details::default);
        let results = fan.places.into_iter().map(|place| match place {
            Place::Done(output) => output,
            Place::Waiting | Place::Started(_) | Place::Running(_) => Value::Null,
        });
        let results: Vec<Value> = results.collect();
        self.queue
            .push_back(Work::Step(id, On::Result(Value::from(results))));
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
        let is_map = fan.items.is_some();
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
            run.kept = kept;
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
        if had_map_run {
            self.record(run.state, event, EventType::MapRunAborted, Details::default);
        }
        if let Phase::Children(fan) = run.phase {
            for (index, child) in fan.under_way() {
                if fan.items.is_some() {
                    let name = self.state_info(run.state).name;
                    self.record(run.state, event, EventType::MapIterationAborted, || {
                        iteration(name, index)
                    });
                }
                self.abort_child(run.state, index, child, event);
            }
        }
        if let Some(ticket) = run.ticket {
            self.effects.push_back(Effect::Cancel(ticket));
        }
        if let Some(token) = run.token {
            self.tokens.remove(&token);
        }
        self.record_aborted(run.state, event);
    }

    /// Stops a branch or iteration of a run that is in this state.
    fn abort_child(&mut self, parent: StateId, index: usize, place: &Place, event: u64) {
        match place {
            Place::Running(run) => self.abort(*run, event),
            Place::Started(_) => {
                if let Some(start) = first_state(&self.state_info(parent).kind, index) {
                    self.record_aborted(start, event);
                }
            }
            Place::Waiting | Place::Done(_) => {}
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

/// State that a branch of a Parallel, or an iteration of a Map, starts at.
fn first_state(kind: &StateKind, index: usize) -> Option<StateId> {
    match kind {
        StateKind::Parallel(branches) => branches.get(index).copied(),
        StateKind::Map(processor) => Some(*processor),
        _ => None,
    }
}

fn iteration(name: &'static str, index: usize) -> Details {
    Details {
        state: Some(name),
        index: Some(index),
        ..Details::default()
    }
}
