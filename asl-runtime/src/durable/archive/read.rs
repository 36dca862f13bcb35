//! Reading what was written of an execution.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::Recorded;
use super::write::{AFTER, OF, PREVIOUS};
use super::{documents, map_runs};
use crate::machine::{Details, EventType, HistoryEvent};
use crate::{Timestamp, Value};

/// Reads what a [writer](super::Writer) wrote, with the documents of the journal; nothing where it did not write that.
pub fn decode(text: &str, journal: &[Value]) -> Option<Recorded> {
    let archive = Value::from_own_json(text).ok()?;
    if archive.get("version")?.as_u64()? != 3 {
        return None;
    }
    let documents = documents::read(archive.get("documents")?.as_array()?, journal)?;
    let mut at = archive.get("start")?.as_i64()?;
    let mut state = None;
    let mut history = Vec::new();
    for (index, event) in archive.get("events")?.as_array()?.iter().enumerate() {
        let (event_type, members) = match event.as_array()? {
            [event_type] => (event_type, &Value::Null),
            [event_type, members] => (event_type, members),
            _ => return None,
        };
        let before = index as u64;
        if let Some(after) = members.get(AFTER) {
            at = at.checked_add(after.as_i64()?)?;
        }
        let details = read_members(members, &documents)?;
        state = match members.get(OF) {
            Some(name) => name.as_str().map(intern),
            None => details.state.or(state),
        };
        history.push(HistoryEvent {
            id: before + 1,
            previous_event_id: match members.get(PREVIOUS) {
                Some(previous) => previous.as_u64()?,
                None => before,
            },
            timestamp: Timestamp::from_millis(at),
            event_type: EventType::from_name(event_type.as_str()?)?,
            state,
            details,
        });
    }
    let map_runs = archive
        .get("mapRuns")
        .and_then(Value::as_array)
        .unwrap_or_default();
    Some(Recorded {
        history,
        map_runs: map_runs.iter().map(map_runs::decode).collect::<Option<_>>()?,
    })
}

/// How many events are in what a [writer](super::Writer) wrote; nothing where it did not write that.
pub fn events(text: &str) -> Option<u64> {
    let archive = Value::from_own_json(text).ok()?;
    Some(archive.get("events")?.as_array()?.len() as u64)
}

fn read_members(members: &Value, documents: &[Value]) -> Option<Details> {
    let mut details = Details::default();
    if members.is_null() {
        return Some(details);
    }
    for (name, value) in members.as_object()? {
        let text = || value.as_str().map(str::to_owned);
        let small = || u32::try_from(value.as_u64()?).ok();
        let count = || usize::try_from(value.as_u64()?).ok();
        let document = || documents.get(count()?).cloned();
        match name.as_str() {
            "state" => details.state = Some(intern(value.as_str()?)),
            "input" => details.input = Some(document()?),
            "output" => details.output = Some(document()?),
            "parameters" => details.parameters = Some(document()?),
            "assignedVariables" => details.assigned_variables = Some(document()?),
            "taskCredentials" => details.task_credentials = Some(document()?),
            "error" => details.error = Some(text()?),
            "cause" => details.cause = Some(text()?),
            "location" => details.location = Some(text()?),
            "resource" => details.resource = Some(intern(value.as_str()?)),
            "resourceType" => details.resource_type = Some(intern(value.as_str()?)),
            "timeoutInSeconds" => details.timeout_in_seconds = Some(small()?),
            "heartbeatInSeconds" => details.heartbeat_in_seconds = Some(small()?),
            "workerName" => details.worker_name = Some(text()?),
            "index" => details.index = Some(count()?),
            "length" => details.length = Some(count()?),
            "mapRunArn" => details.map_run_arn = Some(text()?),
            "redriveCount" => details.redrive_count = Some(small()?),
            OF | PREVIOUS | AFTER => {}
            _ => return None,
        }
    }
    Some(details)
}

/// Names of states and resources are static texts of the program that ran. Those of a program that is no longer here
/// are kept for the life of the process; there are no more of them than there are states.
pub(super) fn intern(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(Box::from(name));
    names.insert(name);
    name
}
