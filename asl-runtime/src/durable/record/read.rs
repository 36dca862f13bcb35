//! Reading records.

use std::sync::Arc;

use crate::machine::{Event, Items, MapRunUpdate, Outcome, ReadItem, Ticket};
use crate::{TaskError, Value};

/// Reads what [`encode`](super::encode) wrote; nothing where it did not write that.
pub fn decode(text: &str) -> Option<Vec<Event>> {
    let events = Value::from_own_json(text).ok()?;
    events.as_array()?.iter().map(read_event).collect()
}

/// The client token that a record of a redrive has, if it is such a record and has one.
pub fn client_token(text: &str) -> Option<String> {
    text.strip_prefix("[[\"Redriven\",")?;
    let events = Value::from_own_json(text).ok()?;
    read_text(events.as_array()?.first()?.as_array()?.get(1)?)
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
        ("Redriven", [] | [Value::String(_)]) => Event::Redriven,
        _ => return None,
    })
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

fn read_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
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
