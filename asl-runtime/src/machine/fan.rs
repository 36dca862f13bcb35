//! Parallel branches and Map iterations: starting them, collecting their results, stopping them.

use std::collections::BTreeMap;

use super::context::Item;
use super::effect::Effect;
use super::execution::{Execution, Work};
use super::history::{Details, EventType};
use super::run::{Fan, Phase, Run, RunId};
use super::{Failure, On, StateKind, Step};
use crate::Value;

impl Execution {
    pub(super) fn start_branches(&mut self, id: RunId, input: Value) {
        let Some(run) = self.run(id) else { return };
        let (state, last_event) = (run.state, run.last_event);
        let StateKind::Parallel(branches) = self.state_info(state).kind else {
            return self.state_failed(id, Failure::runtime("the state has no branches"));
        };
        let started = self.record(
            state,
            last_event,
            EventType::ParallelStateStarted,
            Details::default,
        );
        let mut running = BTreeMap::new();
        for (index, start) in branches.iter().enumerate() {
            let mut branch = Run::new(*start, input.clone(), self.now);
            branch.parent = Some((id, index));
            branch.last_event = started;
            if let Some(parent) = self.run(id) {
                branch.variables = parent.variables.clone();
                branch.item = parent.item.clone();
            }
            running.insert(index, self.runs.add(branch));
        }
        self.queue.extend(running.values().copied().map(Work::Start));
        let Some(run) = self.run(id) else { return };
        run.last_event = started;
        run.phase = Phase::Children(Fan {
            items: None,
            results: vec![None; branches.len()],
            next: branches.len(),
            running,
        });
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
        run.phase = Phase::Children(Fan {
            items: Some(items),
            results: vec![None; length],
            next: 0,
            running: BTreeMap::new(),
        });
        let at_once = match max_concurrency {
            0 => length,
            limit => usize::try_from(limit).unwrap_or(usize::MAX).min(length),
        };
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
        let Some(value) = fan
            .items
            .as_ref()
            .and_then(Value::as_array)
            .and_then(|items| items.get(index))
        else {
            return false;
        };
        let item = Item {
            index,
            value: value.clone(),
            key: None,
            source: None,
        };
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
        let info = self.state_info(state);
        let StateKind::Map(processor) = info.kind else {
            return false;
        };
        let started = self.record(state, previous, EventType::MapIterationStarted, || {
            iteration(info.name, index)
        });
        let mut iteration = Run::new(processor, input, self.now);
        iteration.parent = Some((id, index));
        iteration.last_event = started;
        iteration.item = Some(item);
        if let Some(parent) = self.run(id) {
            iteration.variables = parent.variables.clone();
        }
        let child = self.runs.add(iteration);
        if let Some(Phase::Children(fan)) = self.run(id).map(|run| &mut run.phase) {
            fan.next += 1;
            fan.running.insert(index, child);
        }
        self.queue.push_back(Work::Start(child));
        true
    }

    /// A branch or iteration ended with this output.
    pub(super) fn child_finished(&mut self, parent: RunId, child: RunId, index: usize, output: Value) {
        let Some(run) = self.runs.remove(child) else {
            return;
        };
        let inner_event = run.last_event;
        let Some(parent_run) = self.run(parent) else {
            return;
        };
        let state = parent_run.state;
        let Phase::Children(fan) = &mut parent_run.phase else {
            return;
        };
        fan.results[index] = Some(output);
        fan.running.remove(&index);
        let is_map = fan.items.is_some();
        let (more, idle) = (fan.next < fan.results.len(), fan.running.is_empty());
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
        let results: Vec<Value> = fan.results.into_iter().map(Option::unwrap_or_default).collect();
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
        let kept = self.redrivable.then(|| Box::new(fan.clone()));
        let mut running: Vec<_> = fan.running.into_iter().collect();
        // The failing one first, then its siblings in order.
        running.sort_by_key(|(index, run)| (*run != child, *index));
        for (index, run) in running {
            if is_map {
                let ended = if run == child {
                    EventType::MapIterationFailed
                } else {
                    EventType::MapIterationAborted
                };
                self.record(state, event, ended, || iteration(name, index));
            }
            self.abort(run, event);
        }
        if let Some(run) = self.run(parent) {
            run.failed = kept;
        }
        self.recover(parent, failure);
    }

    /// Stops a run with all inside it, and records the states that were open.
    fn abort(&mut self, id: RunId, event: u64) {
        let run = if self.redrivable {
            self.runs.suspend(id)
        } else {
            self.runs.remove(id)
        };
        let Some(run) = run else { return };
        match run.phase {
            Phase::Children(fan) => {
                for (index, child) in fan.running {
                    if fan.items.is_some() {
                        let name = self.state_info(run.state).name;
                        self.record(run.state, event, EventType::MapIterationAborted, || {
                            iteration(name, index)
                        });
                    }
                    self.abort(child, event);
                }
            }
            Phase::MapRun(mut map_run) => {
                self.abandon_map_run(&mut map_run);
                self.record(run.state, event, EventType::MapRunAborted, Details::default);
            }
            Phase::Ready | Phase::Task(_) | Phase::Wait | Phase::Pause => {}
        }
        if let Some(ticket) = run.ticket {
            self.effects.push_back(Effect::Cancel(ticket));
        }
        if let Some(token) = run.token {
            self.tokens.remove(&token);
        }
        let aborted = match self.state_info(run.state).kind {
            StateKind::Task(_) => EventType::TaskStateAborted,
            StateKind::Wait => EventType::WaitStateAborted,
            StateKind::Parallel(_) => EventType::ParallelStateAborted,
            StateKind::Map(_) | StateKind::DistributedMap(_) => EventType::MapStateAborted,
            StateKind::Pass | StateKind::Choice | StateKind::Succeed | StateKind::Fail => return,
        };
        self.record(run.state, event, aborted, Details::default);
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
        for (index, child) in fan.running {
            self.record(state, last_event, EventType::MapIterationAborted, || {
                iteration(name, index)
            });
            self.abort(child, last_event);
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
