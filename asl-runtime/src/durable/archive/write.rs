//! Writing what happens in an execution, event after event.

use super::super::text::Text;
use super::documents::Documents;
use super::map_runs;
use crate::Value;
use crate::machine::{HistoryEvent, MapRunSummary};

/// Name of the state that an event belongs to, where it is not said by `state`.
pub(super) const OF: &str = "of";

/// Bytes for the history of an execution of a few states.
const SHORT: usize = 2000;

/// Writes a history, event after event. Without a tree of values: this is done for each execution.
#[derive(Debug, Default)]
pub struct Writer {
    /// The events so far, behind what stands before them.
    events: Text,
    /// When the last event happened, in milliseconds.
    before: i64,
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
        let text = &mut self.events;
        text.push(event.event_type.as_str()).push("\",");
        text.number(event.previous_event_id).push(",");
        text.number(at - self.before).push(",");
        members(text, event, &mut self.documents);
        text.push("]");
        self.before = at;
    }

    fn begin(&mut self, start: i64) {
        self.before = start;
        self.events.push(r#"{"version":2,"start":"#).number(start);
        self.events.push(r#","events":["#);
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

fn members(text: &mut Text, event: &HistoryEvent, documents: &mut Documents) {
    let details = &event.details;
    let mut members = Members { text, is_first: true };
    if event.state != details.state {
        members.begin(OF).optional(event.state);
    }
    members.document("input", details.input.as_ref(), documents);
    members.document("output", details.output.as_ref(), documents);
    members.document("parameters", details.parameters.as_ref(), documents);
    members.document(
        "assignedVariables",
        details.assigned_variables.as_ref(),
        documents,
    );
    members.document("taskCredentials", details.task_credentials.as_ref(), documents);
    members.quoted("state", details.state);
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
    let is_empty = members.is_first;
    text.push(if is_empty { "{}" } else { "}" });
}

/// The members of an object, of which those that are there are written.
struct Members<'t> {
    text: &'t mut Text,
    is_first: bool,
}

impl Members<'_> {
    /// Begins a member. None of the names has to be escaped.
    fn begin(&mut self, name: &str) -> &mut Text {
        let before = if self.is_first { "{\"" } else { ",\"" };
        self.is_first = false;
        self.text.push(before).push(name).push("\":")
    }

    #[inline]
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
            self.begin(name).number(documents.number(document));
        }
    }
}
