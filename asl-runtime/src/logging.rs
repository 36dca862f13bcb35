//! Logs of executions at the service's levels.

use crate::machine::{MapRunSummary, Observer, Settings};
use crate::{EventType, HistoryEvent};

/// Which events of an execution are logged: the
/// [levels of the service](https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LogLevel {
    /// All.
    All,
    /// Those that tell of errors.
    Error,
    /// Those that end an execution without success.
    Fatal,
    /// None, which is the default.
    #[default]
    Off,
}

impl LogLevel {
    /// Whether an event is logged at this level.
    ///
    /// ```
    /// use asl_runtime::{EventType, LogLevel};
    ///
    /// assert!(LogLevel::Error.includes(EventType::TaskFailed));
    /// assert!(!LogLevel::Fatal.includes(EventType::TaskFailed));
    /// assert!(LogLevel::Fatal.includes(EventType::ExecutionFailed));
    /// ```
    pub const fn includes(self, event: EventType) -> bool {
        match self {
            Self::All => true,
            Self::Error => is_fatal(event) || is_error(event),
            Self::Fatal => is_fatal(event),
            Self::Off => false,
        }
    }
}

const fn is_fatal(event: EventType) -> bool {
    use EventType as E;
    matches!(
        event,
        E::ExecutionAborted | E::ExecutionFailed | E::ExecutionTimedOut
    )
}

const fn is_error(event: EventType) -> bool {
    use EventType as E;
    matches!(
        event,
        E::ActivityFailed
            | E::ActivityTimedOut
            | E::EvaluationFailed
            | E::FailStateEntered
            | E::LambdaFunctionFailed
            | E::LambdaFunctionTimedOut
            | E::MapIterationAborted
            | E::MapIterationFailed
            | E::MapRunAborted
            | E::MapRunFailed
            | E::MapStateAborted
            | E::MapStateFailed
            | E::ParallelStateAborted
            | E::ParallelStateFailed
            | E::TaskFailed
            | E::TaskStateAborted
            | E::TaskTimedOut
            | E::WaitStateAborted
    )
}

/// Logs the events of an execution through `tracing`, at its level `INFO`, those of errors at `ERROR`: an observer.
///
/// ```ignore
/// let log = ExecutionLog::new("order-1234", LogLevel::Error).with_data();
/// let outcome = shop.execution().name("order-1234").observer(log).outcome(input).await;
/// ```
///
/// The events have the target `asl_runtime::execution` and the fields `execution_arn`, `id`, `previous_event_id`, `type` and
/// `state`; with data also `details`, the details as JSON. [`Machine::with_log`](crate::Machine::with_log) has all executions
/// of a machine logged so.
#[derive(Debug, Clone)]
pub struct ExecutionLog {
    execution_arn: String,
    level: LogLevel,
    includes_data: bool,
}

impl ExecutionLog {
    /// A log without data, under this ARN of an execution, or whatever else tells it from others.
    pub fn new(execution_arn: impl Into<String>, level: LogLevel) -> Self {
        Self::of(execution_arn.into(), level, false)
    }

    pub(crate) fn of(execution_arn: String, level: LogLevel, includes_data: bool) -> Self {
        Self {
            execution_arn,
            level,
            includes_data,
        }
    }

    /// Logs inputs, outputs, parameters, errors and causes too (`includeExecutionData`).
    #[must_use]
    pub fn with_data(mut self) -> Self {
        self.includes_data = true;
        self
    }

    /// Logs an event, if it is one of this level.
    pub(crate) fn log(&self, event: &HistoryEvent) {
        if !self.level.includes(event.event_type) {
            return;
        }
        let details = self
            .includes_data
            .then(|| serde_json::to_string(&event.details).unwrap_or_default());
        let (execution_arn, kind) = (self.execution_arn.as_str(), event.event_type.as_str());
        let state = event.state;
        if LogLevel::Error.includes(event.event_type) {
            tracing::error!(
                target: "asl_runtime::execution",
                execution_arn, id = event.id, previous_event_id = event.previous_event_id, r#type = kind, state, details
            );
        } else {
            tracing::info!(
                target: "asl_runtime::execution",
                execution_arn, id = event.id, previous_event_id = event.previous_event_id, r#type = kind, state, details
            );
        }
    }
}

impl Observer for ExecutionLog {
    fn event(&mut self, event: HistoryEvent) {
        self.log(&event);
    }
}

/// Has an execution logged, besides what else it is shown to.
pub(crate) fn log(mut settings: Settings, log: ExecutionLog) -> Settings {
    settings.observer = Some(match settings.observer.take() {
        Some(other) => Box::new(Both { log, other }),
        None => Box::new(log),
    });
    settings
}

/// A log beside another observer.
struct Both {
    log: ExecutionLog,
    other: Box<dyn Observer>,
}

impl Observer for Both {
    fn event(&mut self, event: HistoryEvent) {
        self.log.log(&event);
        self.other.event(event);
    }

    fn map_run(&mut self, summary: &MapRunSummary) {
        self.other.map_run(summary);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;
    use crate::machine::{Cx, Details, Failure, On, Program, StateId, StateInfo, StateKind, Step, TaskInput};
    use crate::{Caller, Machine, TaskContext, TaskError, Timestamp, Value, json};

    fn pass(cx: &mut Cx<'_>, _: On) -> Result<Step, Failure> {
        Ok(Step::end(cx.input.clone()))
    }

    static PASS: Program = Program::new("pass", &[StateInfo::new("Pass", StateKind::Pass, pass)], 0, 0);

    /// A machine without tasks.
    struct Nothing;

    impl Caller for Nothing {
        fn program(&self) -> &'static Program {
            &PASS
        }

        async fn call(&self, _: StateId, input: TaskInput, _: &TaskContext) -> Result<Value, TaskError> {
            Ok(input.into_value())
        }
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            write!(self.0, "{}={value:?} ", field.name()).expect("into a string");
        }
    }

    impl Subscriber for Lines {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut line = Line(format!("{} ", event.metadata().level()));
            event.record(&mut line);
            self.0.lock().expect("no panic while locked").push(line.0);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    fn logged(mut log: ExecutionLog) -> Vec<String> {
        let lines = Lines::default();
        let types = [
            EventType::ExecutionStarted,
            EventType::TaskFailed,
            EventType::ExecutionFailed,
        ];
        tracing::subscriber::with_default(lines.clone(), || {
            for (number, event_type) in types.into_iter().enumerate() {
                log.event(HistoryEvent {
                    id: number as u64 + 1,
                    previous_event_id: number as u64,
                    timestamp: Timestamp::from_millis(0),
                    event_type,
                    state: (number == 1).then_some("Work"),
                    details: Details {
                        input: Some(json!({ "secret": 7 })),
                        ..Details::default()
                    },
                });
            }
        });
        lines.0.lock().expect("no panic while locked").clone()
    }

    #[test]
    fn levels_let_through_what_they_should() {
        let count = |level| logged(ExecutionLog::new("e", level)).len();
        let levels = [LogLevel::All, LogLevel::Error, LogLevel::Fatal, LogLevel::Off];
        assert_eq!(levels.map(count), [3, 2, 1, 0]);
        assert!(!LogLevel::Error.includes(EventType::TaskStateExited));
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_has_its_executions_logged() {
        let lines = Lines::default();
        let _guard = tracing::subscriber::set_default(lines.clone());
        let machine = || Machine::new(Nothing).with_log(LogLevel::All, true);
        let seen = Arc::new(Mutex::new(0));
        let count = Arc::clone(&seen);
        let observer = move |_: HistoryEvent| *count.lock().expect("no panic while locked") += 1;
        machine()
            .execution()
            .name("e-1")
            .observer(observer)
            .outcome(json!(7))
            .await;
        let _: Value = machine().run(&1).await.expect("it succeeds");
        let quiet = machine().with_log(LogLevel::Error, true);
        let _: Value = quiet.run(&1).await.expect("it succeeds");
        let lines = lines.0.lock().expect("no panic while locked");
        let named = lines.iter().filter(|line| line.contains(r#"express:pass:e-1:"#));
        assert_eq!((named.count(), lines.len()), (4, 8));
        assert!(
            lines[0].contains(r#"type="ExecutionStarted""#) && lines[0].contains("input"),
            "{lines:?}"
        );
        assert_eq!(*seen.lock().expect("no panic while locked"), 4);
    }

    #[test]
    fn data_is_logged_only_when_asked_for() {
        let plain = logged(ExecutionLog::new("order-1", LogLevel::All));
        assert!(
            plain[0].starts_with("INFO ") && plain[1].starts_with("ERROR "),
            "{plain:?}"
        );
        assert!(
            plain[1].contains(r#"execution_arn="order-1""#) && plain[1].contains(r#"state="Work""#),
            "{plain:?}"
        );
        assert!(!plain.concat().contains("secret"));
        let full = logged(ExecutionLog::new("order-1", LogLevel::All).with_data());
        assert!(full.iter().all(|line| line.contains("secret")), "{full:?}");
    }
}
