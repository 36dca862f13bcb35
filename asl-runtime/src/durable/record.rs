//! Journal records: the events that a machine was fed in one instant, as JSON.
//!
//! An event is an array: its name, its ticket (three numbers) or token, and what it carries.

use std::sync::Arc;

use super::store::Record;
use crate::machine::{Event, Items, MapRunUpdate, Outcome, ReadItem, Ticket};
use crate::value::{array, object};
use crate::{TaskError, Value};

/// Levels of JSON that a record adds around a document.
const LEVELS: u32 = 8;

/// Whether a document can be written into a record and read again.
pub fn fits(value: &Value) -> bool {
    value.measure().depth + LEVELS <= Value::MAX_DEPTH
}

/// Writes the events of an instant.
pub fn encode(events: &[Event]) -> String {
    join(events.iter().map(event).collect())
}

/// Makes a record of events written by [`event`].
pub fn join(events: Vec<Value>) -> String {
    Value::from(events).to_json()
}

/// Reads what [`encode`] wrote; nothing where it did not write that.
pub fn decode(text: &str) -> Option<Vec<Event>> {
    let events = Value::from_json(text).ok()?;
    events.as_array()?.iter().map(read_event).collect()
}

/// The document that an event brings, where it brings one that is an array or object.
pub fn document_of(event: &Event) -> Option<&Value> {
    let document = match event {
        Event::TaskSucceeded(_, output)
        | Event::TaskSubmitted(_, output)
        | Event::TaskAnswered {
            result: Ok(output), ..
        }
        | Event::ExecutionEnded {
            outcome: Outcome::Succeeded(output),
            ..
        }
        | Event::ChildEnded {
            outcome: Outcome::Succeeded(output),
            ..
        } => output,
        _ => return None,
    };
    matches!(document, Value::Array(_) | Value::Object(_)).then_some(document)
}

/// The documents that a journal brings, the input first; nothing where it is no journal.
pub fn documents(journal: &[Record]) -> Option<Vec<Value>> {
    let (first, rest) = journal.split_first()?;
    let mut documents = vec![Value::from_json(&first.events).ok()?];
    for record in rest {
        let events = decode(&record.events)?;
        documents.extend(events.iter().filter_map(document_of).cloned());
    }
    Some(documents)
}

/// Ticket of an event, where it has one.
pub fn ticket_of(event: &Event) -> Option<Ticket> {
    match event {
        Event::TaskSucceeded(ticket, _)
        | Event::TaskFailed(ticket, _)
        | Event::TaskSubmitted(ticket, _)
        | Event::ExecutionStarted { ticket, .. }
        | Event::ExecutionEnded { ticket, .. }
        | Event::TaskTimedOut { ticket, .. }
        | Event::Woke(ticket)
        | Event::ChildEnded { ticket, .. }
        | Event::ChildNotRedrivable(ticket)
        | Event::ItemsRead(ticket, _)
        | Event::ObjectWritten(ticket, _) => Some(*ticket),
        Event::TaskAnswered { .. }
        | Event::ActivityStarted { .. }
        | Event::MapRunUpdated { .. }
        | Event::TimedOut
        | Event::Stopped { .. }
        | Event::Redriven => None,
    }
}

/// An event as it stands in a record.
pub fn event(event: &Event) -> Value {
    let name = |name: &'static str| Value::from(name);
    match event {
        Event::TaskSucceeded(at, output) => array([name("TaskSucceeded"), ticket(*at), output.clone()]),
        Event::TaskFailed(at, error) => array([
            name("TaskFailed"),
            ticket(*at),
            text(error.error()),
            text(error.cause()),
        ]),
        Event::TaskSubmitted(at, output) => array([name("TaskSubmitted"), ticket(*at), output.clone()]),
        Event::TaskAnswered { token, result } => {
            let result = match result {
                Ok(output) => object([("output", output.clone())]),
                Err(error) => object([("error", text(error.error())), ("cause", text(error.cause()))]),
            };
            array([name("TaskAnswered"), Value::from(token.as_str()), result])
        }
        Event::ActivityStarted { token, worker_name } => array([
            name("ActivityStarted"),
            Value::from(token.as_str()),
            text(worker_name.as_deref()),
        ]),
        Event::ExecutionStarted {
            ticket: at,
            arn,
            name: of,
        } => array([
            name("ExecutionStarted"),
            ticket(*at),
            Value::from(arn.as_str()),
            Value::from(of.as_str()),
        ]),
        Event::ExecutionEnded {
            ticket: at,
            outcome: end,
        } => array([name("ExecutionEnded"), ticket(*at), outcome(end)]),
        Event::TaskTimedOut {
            ticket: at,
            heartbeat,
        } => array([name("TaskTimedOut"), ticket(*at), Value::from(*heartbeat)]),
        Event::Woke(at) => array([name("Woke"), ticket(*at)]),
        Event::ChildEnded {
            ticket: at,
            outcome: end,
            redrivable: true,
        } => array([name("ChildEnded"), ticket(*at), outcome(end)]),
        Event::ChildEnded {
            ticket: at,
            outcome: end,
            redrivable: false,
        } => array([name("ChildEndedForGood"), ticket(*at), outcome(end)]),
        Event::ChildNotRedrivable(at) => array([name("ChildNotRedrivable"), ticket(*at)]),
        Event::ItemsRead(at, read) => {
            let read = match read {
                Ok(read) => {
                    let items: Vec<Value> = read.items.iter().map(item).collect();
                    object([("end", Value::from(read.end)), ("items", Value::from(items))])
                }
                Err(cause) => object([("cause", Value::from(cause.as_str()))]),
            };
            array([name("ItemsRead"), ticket(*at), read])
        }
        Event::ObjectWritten(at, written) => {
            let cause = written.as_ref().err().map(String::as_str);
            array([name("ObjectWritten"), ticket(*at), text(cause)])
        }
        Event::MapRunUpdated { map_run_arn, update } => {
            let number = |number: Option<u64>| number.map_or(Value::Null, Value::from);
            let percentage = update.tolerated_failure_percentage;
            let update = array([
                number(update.max_concurrency.map(u64::from)),
                number(update.tolerated_failure_count),
                percentage.map_or(Value::Null, Value::from),
            ]);
            array([name("MapRunUpdated"), Value::from(&**map_run_arn), update])
        }
        Event::TimedOut => array([name("TimedOut")]),
        Event::Stopped { error, cause } => {
            array([name("Stopped"), text(error.as_deref()), text(cause.as_deref())])
        }
        Event::Redriven => array([name("Redriven")]),
    }
}

fn read_event(value: &Value) -> Option<Event> {
    let parts = value.as_array()?;
    let rest = parts.get(1..).unwrap_or_default();
    Some(match (parts.first()?.as_str()?, rest) {
        ("TaskSucceeded", [at, output]) => Event::TaskSucceeded(read_ticket(at)?, output.clone()),
        ("TaskFailed", [at, error, cause]) => Event::TaskFailed(
            read_ticket(at)?,
            TaskError::from_parts(read_text(error), read_text(cause)),
        ),
        ("TaskSubmitted", [at, output]) => Event::TaskSubmitted(read_ticket(at)?, output.clone()),
        ("TaskAnswered", [token, result]) => Event::TaskAnswered {
            token: read_text(token)?,
            result: match result.get("output") {
                Some(output) => Ok(output.clone()),
                None => {
                    let part = |name| result.get(name).and_then(read_text);
                    Err(TaskError::from_parts(part("error"), part("cause")))
                }
            },
        },
        ("ActivityStarted", [token, worker_name]) => Event::ActivityStarted {
            token: read_text(token)?,
            worker_name: read_text(worker_name),
        },
        ("ExecutionStarted", [at, arn, name]) => Event::ExecutionStarted {
            ticket: read_ticket(at)?,
            arn: read_text(arn)?,
            name: read_text(name)?,
        },
        ("ExecutionEnded", [at, end]) => Event::ExecutionEnded {
            ticket: read_ticket(at)?,
            outcome: read_outcome(end)?,
        },
        ("TaskTimedOut", [at, heartbeat]) => Event::TaskTimedOut {
            ticket: read_ticket(at)?,
            heartbeat: heartbeat.as_bool()?,
        },
        ("Woke", [at]) => Event::Woke(read_ticket(at)?),
        (ended @ ("ChildEnded" | "ChildEndedForGood"), [at, end]) => Event::ChildEnded {
            ticket: read_ticket(at)?,
            outcome: read_outcome(end)?,
            redrivable: ended == "ChildEnded",
        },
        ("ChildNotRedrivable", [at]) => Event::ChildNotRedrivable(read_ticket(at)?),
        ("ItemsRead", [at, read]) => {
            let read = match read.get("cause") {
                Some(cause) => Err(read_text(cause)?),
                None => Ok(Items {
                    items: read
                        .get("items")?
                        .as_array()?
                        .iter()
                        .map(read_item)
                        .collect::<Option<_>>()?,
                    end: read.get("end")?.as_bool()?,
                }),
            };
            Event::ItemsRead(read_ticket(at)?, read)
        }
        ("ObjectWritten", [at, cause]) => {
            Event::ObjectWritten(read_ticket(at)?, read_text(cause).map_or(Ok(()), Err))
        }
        ("MapRunUpdated", [map_run_arn, update]) => {
            let [max_concurrency, count, percentage] = update.as_array()? else {
                return None;
            };
            let update = MapRunUpdate {
                max_concurrency: max_concurrency
                    .as_u64()
                    .and_then(|number| u32::try_from(number).ok()),
                tolerated_failure_count: count.as_u64(),
                tolerated_failure_percentage: percentage.as_f64(),
            };
            Event::MapRunUpdated {
                map_run_arn: Arc::from(map_run_arn.as_str()?),
                update,
            }
        }
        ("TimedOut", []) => Event::TimedOut,
        ("Stopped", [error, cause]) => Event::Stopped {
            error: read_text(error),
            cause: read_text(cause),
        },
        ("Redriven", []) => Event::Redriven,
        _ => return None,
    })
}

fn ticket(ticket: Ticket) -> Value {
    let (number, index, generation) = ticket.into_parts();
    array([number.into(), index.into(), generation.into()])
}

fn read_ticket(value: &Value) -> Option<Ticket> {
    let [number, index, generation] = value.as_array()? else {
        return None;
    };
    let small = |value: &Value| u32::try_from(value.as_u64()?).ok();
    Some(Ticket::from_parts((
        number.as_u64()?,
        small(index)?,
        small(generation)?,
    )))
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn read_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn outcome(outcome: &Outcome) -> Value {
    let status = Value::from(outcome.status());
    match outcome {
        Outcome::Succeeded(output) => array([status, output.clone()]),
        Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => {
            array([status, text(error.as_deref()), text(cause.as_deref())])
        }
        Outcome::TimedOut => array([status]),
    }
}

fn read_outcome(value: &Value) -> Option<Outcome> {
    let parts = value.as_array()?;
    let (error, cause) = (
        || parts.get(1).and_then(read_text),
        || parts.get(2).and_then(read_text),
    );
    Some(match (parts.first()?.as_str()?, parts.len()) {
        ("SUCCEEDED", 2) => Outcome::Succeeded(parts[1].clone()),
        ("FAILED", 3) => Outcome::Failed {
            error: error(),
            cause: cause(),
        },
        ("ABORTED", 3) => Outcome::Aborted {
            error: error(),
            cause: cause(),
        },
        ("TIMED_OUT", 1) => Outcome::TimedOut,
        _ => return None,
    })
}

fn item(item: &ReadItem) -> Value {
    array([
        item.value.clone(),
        text(item.key.as_deref()),
        Value::from(&*item.source),
    ])
}

fn read_item(value: &Value) -> Option<ReadItem> {
    let [value, key, source] = value.as_array()? else {
        return None;
    };
    Some(ReadItem {
        value: value.clone(),
        key: read_text(key),
        source: Arc::from(source.as_str()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn failed() -> Outcome {
        Outcome::Failed {
            error: None,
            cause: Some("c".to_owned()),
        }
    }

    #[test]
    fn every_event_is_read_as_it_was_written() {
        let at = Ticket::from_parts((u64::from(u32::MAX) + 7, 3, 9));
        let token = || "67e55044-10b1-426f-9247-bb680e5fe0c8.1".to_owned();
        let items = Items {
            items: vec![ReadItem {
                value: json!({ "a": [1, 1.0, -0.5, "ü\n"] }),
                key: Some("k".to_owned()),
                source: Arc::from("S3://b/k"),
            }],
            end: true,
        };
        let events = [
            Event::TaskSucceeded(at, json!({ "n": 9_007_199_254_740_993_u64, "f": 0.1, "z": null })),
            Event::TaskFailed(at, TaskError::from_parts(None, Some(String::new()))),
            Event::TaskSubmitted(at, json!([])),
            Event::TaskAnswered {
                token: token(),
                result: Ok(json!(null)),
            },
            Event::TaskAnswered {
                token: token(),
                result: Err(TaskError::new("E", "c")),
            },
            Event::ActivityStarted {
                token: token(),
                worker_name: None,
            },
            Event::ExecutionStarted {
                ticket: at,
                arn: "arn".to_owned(),
                name: "n".to_owned(),
            },
            Event::ExecutionEnded {
                ticket: at,
                outcome: Outcome::TimedOut,
            },
            Event::TaskTimedOut {
                ticket: at,
                heartbeat: true,
            },
            Event::Woke(at),
            Event::ChildEnded {
                ticket: at,
                outcome: Outcome::Succeeded(json!(1.5e300)),
                redrivable: true,
            },
            Event::ChildEnded {
                ticket: at,
                outcome: failed(),
                redrivable: false,
            },
            Event::ChildNotRedrivable(at),
            Event::ItemsRead(at, Ok(items)),
            Event::ItemsRead(at, Err("gone".to_owned())),
            Event::ObjectWritten(at, Ok(())),
            Event::ObjectWritten(at, Err("full".to_owned())),
            Event::MapRunUpdated {
                map_run_arn: Arc::from("arn"),
                update: MapRunUpdate {
                    max_concurrency: Some(3),
                    ..MapRunUpdate::default()
                },
            },
            Event::TimedOut,
            Event::Stopped {
                error: Some("E".to_owned()),
                cause: None,
            },
            Event::Redriven,
        ];
        let text = encode(&events);
        let read = decode(&text).expect("it was written so");
        assert_eq!(format!("{read:?}"), format!("{events:?}"));
        assert_eq!(encode(&read), text);
    }

    #[test]
    fn what_was_not_written_so_is_refused() {
        for text in [
            "",
            "{}",
            "[[]]",
            "[[1]]",
            r#"[["Woke"]]"#,
            r#"[["Woke",[1,2]]]"#,
            r#"[["New",[1,2,3]]]"#,
        ] {
            assert!(decode(text).is_none(), "{text}");
        }
    }
}
