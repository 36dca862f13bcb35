//! What is recorded of a run and of the children of its Map Runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Value;
use crate::machine::{ChildExecution, HistoryEvent, MapRunSummary, Observer, Outcome};

/// What became of a child of a Map Run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChildRun {
    /// Its name.
    pub name: String,
    /// ARN of its Map Run: that of one of the `map_runs` beside it.
    pub map_run_arn: Arc<str>,
    /// Its input: what became of an item, or of a batch of items.
    pub input: Value,
    /// How it ended. One that was stopped is aborted.
    pub outcome: Outcome,
    /// All its history events.
    pub history: Vec<HistoryEvent>,
    /// Its own Map Runs.
    pub map_runs: Vec<MapRunSummary>,
    /// The children of those.
    pub children: Vec<ChildRun>,
}

impl ChildRun {
    /// Names of the states that it entered, in order.
    pub fn states(&self) -> Vec<&'static str> {
        states(&self.history)
    }
}

/// What became of an execution of another machine.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NestedRun {
    /// The machine, by the name of its definition.
    pub machine: &'static str,
    /// Name of the execution.
    pub name: String,
    /// Its input.
    pub input: Value,
    /// How it ended. One that a task waited for that was stopped is aborted. Nothing where it waited for something that never
    /// came.
    pub outcome: Option<Outcome>,
    /// All its history events; none where it did not end.
    pub history: Vec<HistoryEvent>,
    /// Its Map Runs.
    pub map_runs: Vec<MapRunSummary>,
    /// The children of those.
    pub children: Vec<ChildRun>,
}

impl NestedRun {
    /// One that has begun.
    pub(super) fn new(machine: &'static str, name: String, input: Value) -> Self {
        Self {
            machine,
            name,
            input,
            outcome: None,
            history: Vec::new(),
            map_runs: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Names of the states that it entered, in order.
    pub fn states(&self) -> Vec<&'static str> {
        states(&self.history)
    }
}

pub(super) fn states(history: &[HistoryEvent]) -> Vec<&'static str> {
    let entered = |event: &&HistoryEvent| event.event_type.as_str().ends_with("StateEntered");
    history
        .iter()
        .filter(entered)
        .filter_map(|event| event.details.state)
        .collect()
}

/// What is recorded of an execution.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub history: Vec<HistoryEvent>,
    pub map_runs: Vec<MapRunSummary>,
    /// In the order of their start.
    pub children: Vec<ChildRun>,
}

impl Record {
    /// Makes it that of a child.
    pub fn of_child(self, child: ChildExecution, outcome: Outcome) -> ChildRun {
        ChildRun {
            name: child.name,
            map_run_arn: child.map_run_arn,
            input: child.input,
            outcome,
            history: self.history,
            map_runs: self.map_runs,
            children: self.children,
        }
    }
}

/// Records an execution. A clone records into the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Record>>);

impl Recorder {
    /// All that has been recorded.
    pub fn take(&self) -> Record {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Recorder {
    fn event(&mut self, event: HistoryEvent) {
        self.lock().history.push(event);
    }

    fn map_run(&mut self, summary: &MapRunSummary) {
        summary.note_in(&mut self.lock().map_runs);
    }
}
