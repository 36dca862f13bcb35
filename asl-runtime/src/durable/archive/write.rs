//! Writing what happens in an execution, event after event.

use super::super::text::Text;
use super::documents::Documents;
use super::map_runs;
use crate::Value;
use crate::machine::{HistoryEvent, MapRunSummary};

/// Name of the state that an event belongs to, where it is neither `state` nor that of the event before.
pub(super) const OF: &str = "of";

/// Number of the event that led to this one, where that is not the event before.
pub(super) const PREVIOUS: &str = "previous";

/// Milliseconds since the event before, where there are any.
pub(super) const AFTER: &str = "after";

/// Bytes for the history of an execution of a few states.
const SHORT: usize = 1500;

/// Writes a history, event after event. Without a tree of values: this is done for each execution.
#[derive(Debug, Default)]
pub struct Writer {
    /// The events so far, behind what stands before them.
    events: Text,
    /// When the last event happened, in milliseconds.
    before: i64,
    /// The state that the last event belongs to.
    state: Option<&'static str>,
    documents: Documents,
}

impl Writer {
    /// A document that the journal brings: the execution's input is the first, before all events; those that events bring
    /// follow before these lead to anything.
    pub fn journal(&mut self, document: &Value) {
        self.documents.journal(document);
    }

    /// Adds an event.
    pub fn event(&mut self, event: &HistoryEvent) {
        let at = event.timestamp.as_millis();
        if self.events.is_empty() {
            self.events = Text::with_capacity(SHORT);
            self.begin(at);
            self.events.push("[\"");
        } else {
            self.events.push(",[\"");
        }
        self.events.push(event.event_type.as_str()).push("\"");
        self.members(event, at - self.before);
        self.before = at;
    }

    fn begin(&mut self, start: i64) {
        self.before = start;
        self.events.push(r#"{"version":3,"start":"#).number(start);
        self.events.push(r#","events":["#);
    }

    /// Adds what is to be said of an event, and ends it.
    fn members(&mut self, event: &HistoryEvent, after: i64) {
        let details = &event.details;
        let documents = &mut self.documents;
        let mut members = Members {
            text: &mut self.events,
            is_first: true,
        };
        members.quoted("state", details.state);
        if event.state != details.state.or(self.state) {
            members.begin(OF).optional(event.state);
        }
        self.state = event.state;
        let previous = event.previous_event_id;
        members.number(
            PREVIOUS,
            Some(previous).filter(|previous| previous + 1 != event.id),
        );
        members.number(AFTER, Some(after).filter(|after| *after != 0));
        members.document("input", details.input.as_ref(), documents);
        members.document("output", details.output.as_ref(), documents);
        members.document("parameters", details.parameters.as_ref(), documents);
        let variables = details.assigned_variables.as_ref();
        members.document("assignedVariables", variables, documents);
        members.document("taskCredentials", details.task_credentials.as_ref(), documents);
        members.quoted("error", details.error.as_deref());
        members.quoted("cause", details.cause.as_deref());
        members.quoted("location", details.location.as_deref());
        members.quoted("resource", details.resource);
        members.quoted("resourceType", details.resource_type);
        members.quoted("workerName", details.worker_name.as_deref());
        members.quoted("mapRunArn", details.map_run_arn.as_deref());
        members.number("index", details.index);
        members.number("length", details.length);
        members.number("timeoutInSeconds", details.timeout_in_seconds);
        members.number("heartbeatInSeconds", details.heartbeat_in_seconds);
        members.number("redriveCount", details.redrive_count);
        members.end();
    }

    /// All that was written, and the documents of the journal.
    pub fn finish(mut self, map_runs: &[MapRunSummary]) -> (String, Vec<Value>) {
        if self.events.is_empty() {
            self.begin(0);
        }
        let (documents, journal) = self.documents.finish();
        let text = &mut self.events;
        text.push(r#"],"documents":["#).push(documents.as_str()).push("]");
        if !map_runs.is_empty() {
            let map_runs: Vec<Value> = map_runs.iter().map(map_runs::encode).collect();
            text.push(r#","mapRuns":"#).value(&Value::from(map_runs));
        }
        text.push("}");
        (self.events.into_string(), journal)
    }
}

/// The members of an object, of which those that are there are written; nothing where none is.
struct Members<'t> {
    text: &'t mut Text,
    is_first: bool,
}

impl Members<'_> {
    /// Begins a member. None of the names has to be escaped.
    #[inline]
    fn begin(&mut self, name: &str) -> &mut Text {
        let before = if self.is_first { ",{\"" } else { ",\"" };
        self.is_first = false;
        self.text.push(before).push(name).push("\":")
    }

    fn quoted(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.begin(name).quoted(text);
        }
    }

    #[inline]
    fn number(&mut self, name: &str, number: Option<impl itoa::Integer>) {
        if let Some(number) = number {
            self.begin(name).number(number);
        }
    }

    #[inline]
    fn document(&mut self, name: &str, document: Option<&Value>, documents: &mut Documents) {
        if let Some(document) = document {
            self.begin(name).index(documents.number(document));
        }
    }

    fn end(self) {
        self.text.push(if self.is_first { "]" } else { "}]" });
    }
}
