//! Writing records.

use super::super::text::Text;
use super::document_of;
use crate::Value;
use crate::machine::{Event, Items, Outcome, Ticket};
use crate::value::array;

/// Bytes that most events take beside their document.
const ENVELOPE: usize = 64;

/// Writes the events of an instant.
pub fn encode(events: &[Event]) -> String {
    let mut record = Writer::default();
    events.iter().for_each(|event| record.event(event));
    record.finish().unwrap_or_else(|| "[]".to_owned())
}

/// Writes that an execution was redriven, and the client token that this was asked for with.
pub fn redriven(client_token: Option<&str>) -> String {
    let Some(client_token) = client_token else {
        return encode(&[Event::Redriven]);
    };
    let mut text = Text::with_capacity(ENVELOPE);
    text.push("[[\"Redriven\",").quoted(client_token).push("]]");
    text.into_string()
}

/// Writes a record, event after event.
#[derive(Debug, Default)]
pub struct Writer(Option<Text>);

impl Writer {
    /// Adds an event.
    pub fn event(&mut self, event: &Event) {
        let text = match &mut self.0 {
            Some(text) => text.push(","),
            first => {
                let document = document_of(event).map_or(0, Value::likely_length);
                first.insert(Text::with_capacity(ENVELOPE + document)).push("[")
            }
        };
        write_event(text, event);
    }

    /// The record, if there was an event.
    pub fn finish(self) -> Option<String> {
        let mut text = self.0?;
        text.push("]");
        Some(text.into_string())
    }
}

/// An event as it stands in a record. None of the names has to be escaped.
fn write_event(text: &mut Text, event: &Event) {
    text.push("[\"").push(name_of(event)).push("\"");
    match event {
        Event::TaskSucceeded(at, output) | Event::TaskSubmitted(at, output) => {
            ticket(text, *at).push(",").value(output);
        }
        Event::TaskFailed(at, error) => {
            ticket(text, *at);
            texts(text, [error.error(), error.cause()]);
        }
        Event::TaskAnswered { token, result } => {
            text.push(",").quoted(token);
            match result {
                Ok(output) => text.push(",{\"output\":").value(output),
                Err(error) => text
                    .push(",{\"error\":")
                    .optional(error.error())
                    .push(",\"cause\":")
                    .optional(error.cause()),
            };
            text.push("}");
        }
        Event::ActivityStarted { token, worker_name } => texts(text, [Some(token), worker_name.as_deref()]),
        Event::ExecutionStarted {
            ticket: at,
            arn,
            name,
        } => {
            ticket(text, *at);
            texts(text, [Some(arn), Some(name)]);
        }
        Event::ExecutionEnded {
            ticket: at,
            outcome: end,
        }
        | Event::ChildEnded {
            ticket: at,
            outcome: end,
            ..
        } => {
            outcome(ticket(text, *at), end);
        }
        Event::TaskTimedOut {
            ticket: at,
            heartbeat,
        } => {
            ticket(text, *at).push(if *heartbeat { ",true" } else { ",false" });
        }
        Event::Woke(at) | Event::ChildNotRedrivable(at) => {
            ticket(text, *at);
        }
        Event::ItemsRead(at, read) => {
            ticket(text, *at);
            items(text, read);
        }
        Event::ObjectWritten(at, written) => {
            let cause = written.as_ref().err().map(String::as_str);
            ticket(text, *at).push(",").optional(cause);
        }
        Event::MapRunUpdated { map_run_arn, update } => {
            let number = |number: Option<u64>| number.map_or(Value::Null, Value::from);
            let percentage = update.tolerated_failure_percentage;
            let update = array([
                number(update.max_concurrency.map(u64::from)),
                number(update.tolerated_failure_count),
                percentage.map_or(Value::Null, Value::from),
            ]);
            text.push(",").quoted(map_run_arn).push(",").value(&update);
        }
        Event::Stopped { error, cause } => texts(text, [error.as_deref(), cause.as_deref()]),
        Event::TimedOut | Event::Redriven => {}
    }
    text.push("]");
}

fn name_of(event: &Event) -> &'static str {
    match event {
        Event::TaskSucceeded(..) => "TaskSucceeded",
        Event::TaskFailed(..) => "TaskFailed",
        Event::TaskSubmitted(..) => "TaskSubmitted",
        Event::TaskAnswered { .. } => "TaskAnswered",
        Event::ActivityStarted { .. } => "ActivityStarted",
        Event::ExecutionStarted { .. } => "ExecutionStarted",
        Event::ExecutionEnded { .. } => "ExecutionEnded",
        Event::TaskTimedOut { .. } => "TaskTimedOut",
        Event::Woke(_) => "Woke",
        Event::ChildEnded { redrivable: true, .. } => "ChildEnded",
        Event::ChildEnded {
            redrivable: false, ..
        } => "ChildEndedForGood",
        Event::ChildNotRedrivable(_) => "ChildNotRedrivable",
        Event::ItemsRead(..) => "ItemsRead",
        Event::ObjectWritten(..) => "ObjectWritten",
        Event::MapRunUpdated { .. } => "MapRunUpdated",
        Event::TimedOut => "TimedOut",
        Event::Stopped { .. } => "Stopped",
        Event::Redriven => "Redriven",
    }
}

fn ticket(text: &mut Text, ticket: Ticket) -> &mut Text {
    let (number, index, generation) = ticket.into_parts();
    text.push(",[").number(number).push(",").number(index);
    text.push(",").number(generation).push("]")
}

fn texts(text: &mut Text, texts: [Option<&str>; 2]) {
    for one in texts {
        text.push(",").optional(one);
    }
}

fn outcome(text: &mut Text, outcome: &Outcome) {
    text.push(",[").quoted(outcome.status());
    match outcome {
        Outcome::Succeeded(output) => {
            text.push(",").value(output);
        }
        Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => {
            texts(text, [error.as_deref(), cause.as_deref()]);
        }
        Outcome::TimedOut => {}
    }
    text.push("]");
}

fn items(text: &mut Text, read: &Result<Items, String>) {
    let read = match read {
        Ok(read) => read,
        Err(cause) => {
            text.push(",{\"cause\":").quoted(cause).push("}");
            return;
        }
    };
    text.push(if read.end {
        ",{\"end\":true"
    } else {
        ",{\"end\":false"
    });
    text.push(",\"items\":[");
    for (index, item) in read.items.iter().enumerate() {
        text.push(if index > 0 { ",[" } else { "[" }).value(&item.value);
        texts(text, [item.key.as_deref(), Some(&item.source)]);
        text.push("]");
    }
    text.push("]}");
}
