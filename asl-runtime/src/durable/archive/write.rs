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
    let mut comma = "{\"";
    // None of the names has to be escaped.
    let mut member = |text: &mut Text, name: &str| {
        text.push(comma).push(name).push("\":");
        comma = ",\"";
    };
    if event.state != details.state {
        member(text, OF);
        match event.state {
            Some(state) => text.quoted(state),
            None => text.push("null"),
        };
    }
    for (name, document) in [
        ("input", &details.input),
        ("output", &details.output),
        ("parameters", &details.parameters),
        ("assignedVariables", &details.assigned_variables),
        ("taskCredentials", &details.task_credentials),
    ] {
        if let Some(document) = document {
            member(text, name);
            text.number(documents.number(document));
        }
    }
    for (name, of) in [
        ("state", details.state),
        ("error", details.error.as_deref()),
        ("cause", details.cause.as_deref()),
        ("location", details.location.as_deref()),
        ("resource", details.resource),
        ("resourceType", details.resource_type),
        ("workerName", details.worker_name.as_deref()),
        ("mapRunArn", details.map_run_arn.as_deref()),
    ] {
        if let Some(of) = of {
            member(text, name);
            text.quoted(of);
        }
    }
    for (name, count) in [("index", details.index), ("length", details.length)] {
        if let Some(count) = count {
            member(text, name);
            text.number(count);
        }
    }
    for (name, number) in [
        ("timeoutInSeconds", details.timeout_in_seconds),
        ("heartbeatInSeconds", details.heartbeat_in_seconds),
        ("redriveCount", details.redrive_count),
    ] {
        if let Some(number) = number {
            member(text, name);
            text.number(number);
        }
    }
    text.push(if comma == "{\"" { "{}" } else { "}" });
}
