//! Histories as text: of executions that ended, so that they can be read when their definition is no longer there.
//!
//! An event is an array: type, the event that led to it, milliseconds since the event before, and its members. Documents
//! stand beside, each once, and the events name them by number: what a state put out is, as a rule, what the next gets.
//! Those that the journal has are not written again: it is kept as long as the history is.

mod documents;
mod map_runs;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use self::documents::Documents;
use super::telemetry;
use crate::machine::{Details, EventType, HistoryEvent, MapRunSummary, Observer};
use crate::value::push_quoted;
use crate::{ExecutionLog, Timestamp, Value};

/// What is recorded of an execution.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    pub history: Vec<HistoryEvent>,
    pub map_runs: Vec<MapRunSummary>,
}

/// An execution that really runs, for those who are told of its events.
#[derive(Debug)]
pub struct Live {
    pub name: String,
    /// What its machine's events are logged by.
    pub log: Option<ExecutionLog>,
}

impl Live {
    fn tell(&self, event: &HistoryEvent) {
        telemetry::event(&self.name, event);
        if let Some(log) = &self.log {
            log.log(event);
        }
    }
}

/// Records an execution.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    recorded: Arc<Mutex<Recorded>>,
    /// Who else is told of its events, once it is no longer replayed.
    live: Arc<OnceLock<Live>>,
}

impl Recorder {
    /// Looks at what was recorded so far.
    pub fn with<T>(&self, look: impl FnOnce(&mut Recorded) -> T) -> T {
        look(&mut self.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on the execution really runs; so it did in the events above this number.
    pub fn go_live(&self, live: Live, told: u64) {
        self.with(|recorded| {
            let new = recorded.history.iter().filter(|event| event.id > told);
            new.for_each(|event| live.tell(event));
        });
        // It goes live once.
        let _ = self.live.set(live);
    }
}

impl Observer for Recorder {
    fn event(&mut self, event: HistoryEvent) {
        if let Some(live) = self.live.get() {
            live.tell(&event);
        }
        self.with(|recorded| recorded.history.push(event));
    }

    fn map_run(&mut self, summary: &MapRunSummary) {
        self.with(|recorded| {
            let mut known = recorded.map_runs.iter_mut().rev();
            match known.find(|known| known.map_run_arn == summary.map_run_arn) {
                Some(known) => known.clone_from(summary),
                None => recorded.map_runs.push(summary.clone()),
            }
        });
    }
}

/// Writes what was recorded of an execution whose journal has these [documents](super::record::documents). Without a tree
/// of values: this is done for each execution, on its way to its end.
pub fn encode(recorded: &Recorded, journal: &[Value]) -> String {
    let mut documents = Documents::new(journal);
    let first = recorded.history.first();
    let start = first.map_or(0, |event| event.timestamp.as_millis());
    let mut before = start;
    let mut text = Text(String::with_capacity(256 + 80 * recorded.history.len()));
    text.push(r#"{"version":2,"start":"#)
        .number(start)
        .push(r#","events":["#);
    for (index, event) in recorded.history.iter().enumerate() {
        let at = event.timestamp.as_millis();
        text.push(if index == 0 { "[" } else { ",[" });
        text.push("\"").push(event.event_type.as_str()).push("\",");
        text.number(event.previous_event_id).push(",");
        text.number(at - before).push(",");
        members(&mut text, event, &mut documents);
        text.push("]");
        before = at;
    }
    text.push(r#"],"documents":["#)
        .push(&documents.into_text())
        .push("]");
    if !recorded.map_runs.is_empty() {
        let map_runs: Vec<Value> = recorded.map_runs.iter().map(map_runs::encode).collect();
        text.push(r#","mapRuns":"#).push(&Value::from(map_runs).to_json());
    }
    text.push("}");
    text.0
}

/// JSON in the making.
struct Text(String);

impl Text {
    fn push(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    fn number(&mut self, number: impl itoa::Integer) -> &mut Self {
        self.push(itoa::Buffer::new().format(number))
    }

    fn quoted(&mut self, text: &str) -> &mut Self {
        push_quoted(&mut self.0, text);
        self
    }
}

/// Reads what [`encode`] wrote, with the documents of the journal; nothing where it did not write that.
pub fn decode(text: &str, journal: &[Value]) -> Option<Recorded> {
    let archive = Value::from_json(text).ok()?;
    if archive.get("version")?.as_u64()? != 2 {
        return None;
    }
    let documents = documents::read(archive.get("documents")?.as_array()?, journal)?;
    let mut at = archive.get("start")?.as_i64()?;
    let mut history = Vec::new();
    for (index, event) in archive.get("events")?.as_array()?.iter().enumerate() {
        let [event_type, previous, after, members] = event.as_array()? else {
            return None;
        };
        at = at.checked_add(after.as_i64()?)?;
        let details = read_members(members, &documents)?;
        history.push(HistoryEvent {
            id: index as u64 + 1,
            previous_event_id: previous.as_u64()?,
            timestamp: Timestamp::from_millis(at),
            event_type: EventType::from_name(event_type.as_str()?)?,
            state: match members.get(OF) {
                Some(name) => name.as_str().map(intern),
                None => details.state,
            },
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

/// How many events are in what [`encode`] wrote; nothing where it did not write that.
pub fn events(text: &str) -> Option<u64> {
    let archive = Value::from_json(text).ok()?;
    Some(archive.get("events")?.as_array()?.len() as u64)
}

/// Name of the state that an event belongs to, where it is not said by `state`.
const OF: &str = "of";

fn members<'d>(text: &mut Text, event: &'d HistoryEvent, documents: &mut Documents<'d>) {
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

fn read_members(members: &Value, documents: &[Value]) -> Option<Details> {
    let mut details = Details::default();
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
            OF => {}
            _ => return None,
        }
    }
    Some(details)
}

/// Names of states and resources are static texts of the program that ran. Those of a program that is no longer here
/// are kept for the life of the process; there are no more of them than there are states.
fn intern(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(Box::from(name));
    names.insert(name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use crate::machine::{MapRunCounts, MapRunStatus};

    fn event(id: u64, at: i64, event_type: EventType, details: Details) -> HistoryEvent {
        HistoryEvent {
            id,
            previous_event_id: id - 1,
            timestamp: Timestamp::from_millis(at),
            event_type,
            state: Some("State").filter(|_| id > 1),
            details,
        }
    }

    #[test]
    fn a_history_is_read_as_it_was_written() {
        let input = json!({ "a": 1, "b": [1.0, "x"] });
        let full = Details {
            state: Some("State"),
            input: Some(input.clone()),
            output: Some(json!({ "b": [1.0, "x"], "a": 1 })),
            parameters: Some(json!(null)),
            assigned_variables: Some(json!({ "v": 1 })),
            error: Some("E".to_owned()),
            cause: Some(String::new()),
            location: Some("Output".to_owned()),
            resource: Some("invoke"),
            resource_type: Some("lambda"),
            timeout_in_seconds: Some(7),
            heartbeat_in_seconds: Some(3),
            task_credentials: Some(json!({ "roleArn": "r" })),
            worker_name: Some("w".to_owned()),
            index: Some(4),
            length: Some(0),
            map_run_arn: Some("arn".to_owned()),
            redrive_count: Some(2),
        };
        let counts = MapRunCounts {
            total: 8,
            results_written: 3,
            ..MapRunCounts::default()
        };
        let recorded = Recorded {
            history: vec![
                event(
                    1,
                    1000,
                    EventType::ExecutionStarted,
                    Details {
                        input: Some(input.clone()),
                        ..Details::default()
                    },
                ),
                event(2, 1007, EventType::TaskFailed, full),
                event(3, 1007, EventType::ExecutionTimedOut, Details::default()),
            ],
            map_runs: vec![MapRunSummary {
                map_run_arn: Arc::from("arn"),
                execution_arn: Arc::from("execution"),
                state: "Map",
                status: MapRunStatus::Aborted,
                start_time: Timestamp::from_millis(3),
                stop_time: Some(Timestamp::from_millis(9)),
                max_concurrency: 4,
                tolerated_failure_count: 5,
                tolerated_failure_percentage: 12.5,
                items: counts,
                executions: MapRunCounts::default(),
                redrive_count: 2,
                redrive_time: Some(Timestamp::from_millis(7)),
            }],
        };
        for journal in [vec![], vec![input]] {
            let text = encode(&recorded, &journal);
            let read = decode(&text, &journal).expect("it was written so");
            assert_eq!(events(&text), Some(3));
            assert_eq!(read, recorded);
            // The order of members is kept too, which equality does not see.
            assert_eq!(encode(&read, &journal), text);
        }
        let none = encode(&Recorded::default(), &[]);
        assert_eq!(decode(&none, &[]), Some(Recorded::default()));
    }

    #[test]
    fn a_document_stands_once() {
        let document = json!({ "text": "x".repeat(1000) });
        let details = || Details {
            input: Some(document.clone()),
            ..Details::default()
        };
        let history = (1..=20).map(|id| event(id, 0, EventType::PassStateEntered, details()));
        let recorded = Recorded {
            history: history.collect(),
            map_runs: Vec::new(),
        };
        assert!(encode(&recorded, &[]).len() < 3000);
    }

    #[test]
    fn what_was_not_written_so_is_refused() {
        for text in ["", "{}", r#"{"version":1,"start":0,"events":[],"documents":[]}"#] {
            assert!(decode(text, &[]).is_none(), "{text}");
        }
    }
}
