//! Small histories for the tests of the matcher.

use serde_json::{Value, json};

use super::Event;

/// Two Pass states, one after the other.
pub(super) fn sequential() -> Vec<Event> {
    list(&[
        (0, "ExecutionStarted", json!({"input": {}})),
        (0, "PassStateEntered", json!({"state": "A", "input": {}})),
        (2, "PassStateExited", json!({"state": "A", "output": {"x": 1}})),
        (3, "PassStateEntered", json!({"state": "B", "input": {"x": 1}})),
        (4, "PassStateExited", json!({"state": "B", "output": {"x": 1}})),
        (5, "ExecutionSucceeded", json!({"output": {"x": 1}})),
    ])
}

/// A Parallel state of two branches with a Pass state each.
pub(super) fn parallel() -> Vec<Event> {
    list(&[
        (0, "ExecutionStarted", json!({"input": {}})),
        (0, "ParallelStateEntered", json!({"state": "P", "input": {}})),
        (2, "ParallelStateStarted", json!({})),
        (3, "PassStateEntered", json!({"state": "A", "input": {}})),
        (3, "PassStateEntered", json!({"state": "B", "input": {}})),
        (4, "PassStateExited", json!({"state": "A", "output": {}})),
        (5, "PassStateExited", json!({"state": "B", "output": {}})),
        (7, "ParallelStateSucceeded", json!({})),
        (
            7,
            "ParallelStateExited",
            json!({"state": "P", "output": [{}, {}]}),
        ),
        (9, "ExecutionSucceeded", json!({"output": [{}, {}]})),
    ])
}

/// A Map state of three items, two at a time, with a Pass state each.
pub(super) fn map_of_two_at_a_time() -> Vec<Event> {
    list(&[
        (0, "ExecutionStarted", json!({"input": {}})),
        (0, "MapStateEntered", json!({"state": "M", "input": {}})),
        (2, "MapStateStarted", json!({"length": 3})),
        (3, "MapIterationStarted", json!({"state": "M", "index": 0})),
        (3, "MapIterationStarted", json!({"state": "M", "index": 1})),
        (4, "PassStateEntered", json!({"state": "A", "input": 0})),
        (5, "PassStateEntered", json!({"state": "A", "input": 1})),
        (6, "PassStateExited", json!({"state": "A", "output": 0})),
        (8, "MapIterationSucceeded", json!({"state": "M", "index": 0})),
        (8, "MapIterationStarted", json!({"state": "M", "index": 2})),
        (7, "PassStateExited", json!({"state": "A", "output": 1})),
        (11, "MapIterationSucceeded", json!({"state": "M", "index": 1})),
        (10, "PassStateEntered", json!({"state": "A", "input": 2})),
        (13, "PassStateExited", json!({"state": "A", "output": 2})),
        (14, "MapIterationSucceeded", json!({"state": "M", "index": 2})),
        (14, "MapStateSucceeded", json!({})),
        (14, "MapStateExited", json!({"state": "M", "output": [0, 1, 2]})),
        (17, "ExecutionSucceeded", json!({"output": [0, 1, 2]})),
    ])
}

/// A Map state of two items at once, of which the first fails.
pub(super) fn failing_map() -> Vec<Event> {
    list(&[
        (0, "ExecutionStarted", json!({"input": {}})),
        (0, "MapStateEntered", json!({"state": "M", "input": {}})),
        (2, "MapStateStarted", json!({"length": 2})),
        (3, "MapIterationStarted", json!({"state": "M", "index": 0})),
        (3, "MapIterationStarted", json!({"state": "M", "index": 1})),
        (4, "TaskStateEntered", json!({"state": "T", "input": 0})),
        (5, "TaskStateEntered", json!({"state": "T", "input": 1})),
        (6, "TaskFailed", json!({"error": "E"})),
        (8, "MapIterationFailed", json!({"state": "M", "index": 0})),
        (8, "TaskStateAborted", json!({})),
        (8, "MapIterationAborted", json!({"state": "M", "index": 1})),
        (8, "TaskStateAborted", json!({})),
        (8, "MapStateFailed", json!({})),
        (13, "ExecutionFailed", json!({"error": "E"})),
    ])
}

fn list(events: &[(u64, &str, Value)]) -> Vec<Event> {
    (1..)
        .zip(events)
        .map(|(id, (previous, kind, details))| Event {
            id,
            previous: *previous,
            kind: (*kind).to_owned(),
            details: details.as_object().cloned().unwrap_or_default(),
        })
        .collect()
}

/// Ways to spoil a history.
pub(super) trait Change {
    /// Sets a detail of the event with this id.
    fn with(self, id: usize, key: &str, value: Value) -> Self;
    /// Lets the event with this id refer to another.
    fn referring(self, id: usize, previous: u64) -> Self;
    /// Puts the events into this order (of their ids) and numbers them anew; references follow.
    fn in_order(self, order: &[usize]) -> Self;
    /// Exchanges two events; references follow.
    fn swapped(self, left: usize, right: usize) -> Self;
}

impl Change for Vec<Event> {
    fn with(mut self, id: usize, key: &str, value: Value) -> Self {
        self[id - 1].details.insert(key.to_owned(), value);
        self
    }

    fn referring(mut self, id: usize, previous: u64) -> Self {
        self[id - 1].previous = previous;
        self
    }

    fn in_order(self, order: &[usize]) -> Self {
        assert_eq!(order.len(), self.len());
        let new_id = |old: u64| {
            (1..)
                .zip(order)
                .find(|(_, id)| **id as u64 == old)
                .map_or(0, |(new, _)| new)
        };
        (1..)
            .zip(order)
            .map(|(id, old)| {
                let event = &self[old - 1];
                Event {
                    id,
                    previous: new_id(event.previous),
                    ..event.clone()
                }
            })
            .collect()
    }

    fn swapped(self, left: usize, right: usize) -> Self {
        let mut order: Vec<usize> = (1..=self.len()).collect();
        order.swap(left - 1, right - 1);
        self.in_order(&order)
    }
}
