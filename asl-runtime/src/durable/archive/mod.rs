//! Histories as text: of executions that ended, so that they can be read when their definition is no longer there.
//!
//! An event is an array: its type, and its members in an object where there are any. What is as it nearly always is, is no
//! member: that the event before led to it, in the same millisecond, and that it belongs to the same state. Documents stand
//! beside, each once, and the events name them by number: what a state put out is, as a rule, what the next gets. Those that
//! the journal has are not written again: it is kept as long as the history is.
//!
//! The text is written as the events happen: of an execution in memory it is shorter than they are.

mod documents;
mod map_runs;
mod read;
mod write;

use std::sync::Arc;

pub use self::read::{decode, events};
use self::write::Writer;
use super::store::StoredExecution;
use super::telemetry;
use crate::machine::{HistoryEvent, MapRunSummary, Observer};
use crate::{ExecutionLog, Value};

/// What is recorded of an execution.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    pub history: Vec<HistoryEvent>,
    pub map_runs: Vec<MapRunSummary>,
}

/// An execution that really runs, for those who are told of its events.
#[derive(Debug)]
pub struct Live {
    pub execution: Arc<StoredExecution>,
    /// What its machine's events are logged by.
    pub log: Option<ExecutionLog>,
}

impl Live {
    fn tell(&self, event: &HistoryEvent) {
        telemetry::event(&self.execution.name, event);
        if let Some(log) = &self.log {
            log.log(event);
        }
    }
}

/// Records an execution, as its observer.
#[derive(Debug, Default)]
pub struct Recorder {
    writer: Writer,
    map_runs: Vec<MapRunSummary>,
    told: Told,
}

/// Who else is told of the events.
#[derive(Debug, Default)]
enum Told {
    /// Nobody: it is replayed, and they happened before.
    #[default]
    Nobody,
    /// Who will be there when it goes live.
    Later(Vec<HistoryEvent>),
    Now(Live),
}

impl Recorder {
    /// Records an execution that really runs.
    pub fn of_live(live: Live) -> Self {
        Self {
            told: Told::Now(live),
            ..Self::default()
        }
    }

    /// The replay is over: what happens from now on is told once it goes live.
    pub fn replayed(&mut self) {
        self.told = Told::Later(Vec::new());
    }

    /// It really runs.
    pub fn go_live(&mut self, live: Live) {
        if let Told::Later(events) = &self.told {
            events.iter().for_each(|event| live.tell(event));
        }
        self.told = Told::Now(live);
    }

    /// The journal brings this document, which events will have; the input is the first.
    pub fn journal(&mut self, document: &Value) {
        self.writer.journal(document);
    }

    /// Gives the text of what was recorded, and the documents of the journal. There is nothing to record after that.
    pub fn finish(&mut self) -> (String, Vec<Value>) {
        std::mem::take(&mut self.writer).finish(&self.map_runs)
    }
}

impl Observer for Recorder {
    fn event(&mut self, event: HistoryEvent) {
        self.writer.event(&event);
        match &mut self.told {
            Told::Nobody => {}
            Told::Later(events) => events.push(event),
            Told::Now(live) => live.tell(&event),
        }
    }

    fn map_run(&mut self, summary: &MapRunSummary) {
        summary.note_in(&mut self.map_runs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Details, EventType, MapRunCounts, MapRunStatus};
    use crate::{Timestamp, json};

    /// Writes what was recorded of an execution whose journal has these documents.
    fn encode(recorded: &Recorded, journal: &[Value]) -> String {
        let mut writer = Writer::default();
        journal.iter().for_each(|document| writer.journal(document));
        recorded.history.iter().for_each(|event| writer.event(event));
        let (text, documents) = writer.finish(&recorded.map_runs);
        assert_eq!(documents, journal);
        text
    }

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
