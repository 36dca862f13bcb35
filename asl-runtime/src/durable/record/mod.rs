//! Journal records: the events that a machine was fed in one instant, as JSON.
//!
//! An event is an array: its name, its ticket (three numbers) or token, and what it carries.

mod read;
mod write;

pub use read::{client_token, decode};
pub use write::{Writer, encode, redriven};

use super::store::Record;
use crate::Value;
use crate::machine::{Event, Outcome, Ticket};
use crate::value::Measure;

/// Whether a document can be written into a record and read again.
pub fn fits(value: &Value) -> bool {
    value.fits(Measure {
        bytes: usize::MAX,
        depth: Value::MAX_DEPTH,
    })
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::machine::{Items, MapRunUpdate, ReadItem};
    use crate::{TaskError, json};

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
