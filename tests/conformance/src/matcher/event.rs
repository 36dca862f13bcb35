//! One event of a history, recorded or our own.

use serde_json::{Map, Value};

use super::value::difference;

/// An event in the flat form of the recordings.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `id`: its position, from 1; 0 where the recording lost it.
    pub id: u64,
    /// `previousEventId`: what led to it.
    pub previous: u64,
    /// `type`
    pub kind: String,
    /// Everything else: `state`, `input`, `output`, ...
    pub details: Map<String, Value>,
}

impl Event {
    /// The event that a JSON object of the recordings describes.
    pub fn from_json(json: &Value) -> Option<Self> {
        let mut details = json.as_object()?.clone();
        let id = details.remove("id")?.as_u64()?;
        let previous = details.remove("previousEventId")?.as_u64()?;
        let kind = details.remove("type")?.as_str()?.to_owned();
        Some(Self {
            id,
            previous,
            kind,
            details,
        })
    }

    /// How `actual` differs in type and details; ids are not looked at.
    pub(super) fn content_difference(&self, actual: &Self) -> Option<String> {
        if self.kind != actual.kind {
            return Some(format!("expected {self}, got {actual}"));
        }
        let expected = Value::Object(self.details.clone());
        let actual_details = Value::Object(actual.details.clone());
        difference(&expected, &actual_details).map(|text| format!("{self} {text}"))
    }

    /// Whether the event starts the branches or iterations of a Parallel or Map state.
    pub(super) fn starts_scope(&self) -> bool {
        matches!(self.kind.as_str(), "ParallelStateStarted" | "MapStateStarted")
    }

    /// Whether the event is the exit from a Parallel or Map state.
    pub(super) fn exits_scope(&self) -> bool {
        matches!(self.kind.as_str(), "ParallelStateExited" | "MapStateExited")
    }

    /// Whether the event tells that all branches or iterations succeeded.
    pub(super) fn completes_scope(&self) -> bool {
        matches!(self.kind.as_str(), "ParallelStateSucceeded" | "MapStateSucceeded")
    }

    /// Whether the event ends the execution.
    pub(super) fn ends_execution(&self) -> bool {
        self.kind.starts_with("Execution") && self.kind != "ExecutionStarted"
    }
}

impl std::fmt::Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kind)?;
        if let Some(state) = self.details.get("state").and_then(Value::as_str) {
            write!(f, "({state})")?;
        }
        if let Some(index) = self.details.get("index") {
            write!(f, "[{index}]")?;
        }
        Ok(())
    }
}
