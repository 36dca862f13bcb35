//! History events, as
//! [GetExecutionHistory](https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html)
//! gives them, and who gets to see them.

use std::any::Any;
use std::fmt;

use serde::{Serialize, Serializer};

use super::{MapRunSummary, StateKind};
use crate::map_runs::Watcher;
use crate::{Timestamp, Value};

/// One event of an execution's history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HistoryEvent {
    /// Number of the event, from 1.
    pub id: u64,
    /// The event that led to this one; 0 for none.
    pub previous_event_id: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Name of the state that it belongs to; none for the events of the execution itself. The events of a task, and
    /// others that are not the beginning or the end of a state, do not say this in the service's form, so it is no part
    /// of the JSON either.
    #[serde(skip)]
    pub state: Option<&'static str>,
    /// What is known about it.
    #[serde(flatten)]
    pub details: Details,
}

/// What is known about an event; which members there are depends on its type.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Details {
    /// Name of the state, or of the Map state of an iteration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// Input of an execution, a state or a function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// Output of an execution, a state or a task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// What a service integration was called with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// Variables that a state set, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_variables: Option<Value>,
    /// Error name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Field whose evaluation failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Function or activity, or the action of a service integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<&'static str>,
    /// Service of a service integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<&'static str>,
    /// `TimeoutSeconds` of the task, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_in_seconds: Option<u32>,
    /// `HeartbeatSeconds` of the task, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heartbeat_in_seconds: Option<u32>,
    /// Credentials of the task: `{"roleArn": ...}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_credentials: Option<Value>,
    /// Who took an activity's task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_name: Option<String>,
    /// Index of a Map iteration, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// Number of items of a Map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// The Map Run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map_run_arn: Option<String>,
    /// How often the execution or the Map Run was redriven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redrive_count: Option<u32>,
}

/// Sees the history events of an execution as they happen.
///
/// Every event is also numbered without an observer (causes of errors quote the numbers), but its details are
/// put together for an observer only.
pub trait Observer: Any + Send {
    /// An event happened.
    fn event(&mut self, event: HistoryEvent);

    /// A Map Run got further. Its children are executions of their own, whose events are not seen here.
    fn map_run(&mut self, _summary: &MapRunSummary) {}
}

impl<F: FnMut(HistoryEvent) + Send + 'static> Observer for F {
    fn event(&mut self, event: HistoryEvent) {
        self(event);
    }
}

macro_rules! event_types {
    ($($name:ident)*) => {
        /// Type of a history event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[expect(missing_docs, reason = "the names are the service's own, listed in its API reference")]
        pub enum EventType { $($name),* }

        impl EventType {
            /// The service's name of the type.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// The type with that name.
            pub fn from_name(name: &str) -> Option<Self> {
                $(if name == stringify!($name) { return Some(Self::$name); })*
                None
            }
        }
    };
}

event_types! {
    ActivityFailed ActivityScheduled ActivityStarted ActivitySucceeded ActivityTimedOut
    ChoiceStateEntered ChoiceStateExited
    EvaluationFailed
    ExecutionAborted ExecutionFailed ExecutionRedriven ExecutionStarted ExecutionSucceeded ExecutionTimedOut
    FailStateEntered
    LambdaFunctionFailed LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded LambdaFunctionTimedOut
    MapIterationAborted MapIterationFailed MapIterationStarted MapIterationSucceeded
    MapRunAborted MapRunFailed MapRunRedriven MapRunStarted MapRunSucceeded
    MapStateAborted MapStateEntered MapStateExited MapStateFailed MapStateStarted MapStateSucceeded
    ParallelStateAborted ParallelStateEntered ParallelStateExited ParallelStateFailed ParallelStateStarted
    ParallelStateSucceeded
    PassStateEntered PassStateExited
    SucceedStateEntered SucceedStateExited
    TaskFailed TaskScheduled TaskStarted TaskStateAborted TaskStateEntered TaskStateExited TaskSubmitted
    TaskSucceeded TaskTimedOut
    WaitStateAborted WaitStateEntered WaitStateExited
}

impl StateKind {
    pub(super) fn entered(&self) -> EventType {
        match self {
            Self::Pass => EventType::PassStateEntered,
            Self::Task(_) => EventType::TaskStateEntered,
            Self::Choice => EventType::ChoiceStateEntered,
            Self::Wait => EventType::WaitStateEntered,
            Self::Succeed => EventType::SucceedStateEntered,
            Self::Fail => EventType::FailStateEntered,
            Self::Parallel(_) => EventType::ParallelStateEntered,
            Self::Map(_) | Self::DistributedMap(_) => EventType::MapStateEntered,
        }
    }

    pub(super) fn exited(&self) -> EventType {
        match self {
            Self::Pass => EventType::PassStateExited,
            Self::Task(_) => EventType::TaskStateExited,
            Self::Choice => EventType::ChoiceStateExited,
            Self::Wait => EventType::WaitStateExited,
            Self::Succeed | Self::Fail => EventType::SucceedStateExited,
            Self::Parallel(_) => EventType::ParallelStateExited,
            Self::Map(_) | Self::DistributedMap(_) => EventType::MapStateExited,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EventType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Numbers the events of an execution and hands them to its observer.
pub(crate) struct Journal {
    count: u64,
    /// Number of events that leave room for the last one.
    room: u64,
    observer: Option<Box<dyn Observer>>,
    /// Who also sees how far Map Runs are.
    pub watcher: Option<Box<Watcher>>,
}

impl Journal {
    /// `limit` is the number of events that fill the history.
    pub fn new(limit: Option<u64>, observer: Option<Box<dyn Observer>>) -> Self {
        Self {
            count: 0,
            room: limit.unwrap_or(u64::MAX).saturating_sub(1),
            observer,
            watcher: None,
        }
    }

    /// Number of events so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Number of events that fill the history.
    pub fn limit(&self) -> u64 {
        self.room + 1
    }

    /// Whether only one event fits in: the one that ends the execution.
    pub fn is_full(&self) -> bool {
        self.count >= self.room
    }

    /// Records an event that leaves room for the last one, and gives its number.
    #[inline]
    pub fn record(
        &mut self,
        timestamp: Timestamp,
        previous_event_id: u64,
        event_type: EventType,
        state: Option<&'static str>,
        details: impl FnOnce() -> Details,
    ) -> u64 {
        if self.take_number() {
            self.show_lazily(timestamp, previous_event_id, event_type, state, details);
        }
        self.count
    }

    /// Numbers an event that leaves room for the last one. Gives whether it is to be [shown](Self::show).
    #[inline]
    pub fn take_number(&mut self) -> bool {
        if self.is_full() {
            return false;
        }
        self.count += 1;
        self.observer.is_some()
    }

    /// Records an event even when the history is full: the one that ends the execution.
    #[inline]
    pub fn record_last(
        &mut self,
        timestamp: Timestamp,
        previous_event_id: u64,
        event_type: EventType,
        state: Option<&'static str>,
        details: impl FnOnce() -> Details,
    ) -> u64 {
        self.count += 1;
        if self.observer.is_some() {
            self.show_lazily(timestamp, previous_event_id, event_type, state, details);
        }
        self.count
    }

    /// Out of line: most executions have no observer.
    #[cold]
    #[inline(never)]
    fn show_lazily(
        &mut self,
        timestamp: Timestamp,
        previous_event_id: u64,
        event_type: EventType,
        state: Option<&'static str>,
        details: impl FnOnce() -> Details,
    ) {
        self.show(timestamp, previous_event_id, event_type, state, details());
    }

    /// Shows the event that was numbered last.
    #[cold]
    #[inline(never)]
    pub fn show(
        &mut self,
        timestamp: Timestamp,
        previous_event_id: u64,
        event_type: EventType,
        state: Option<&'static str>,
        details: Details,
    ) {
        if let Some(observer) = &mut self.observer {
            observer.event(HistoryEvent {
                id: self.count,
                previous_event_id,
                timestamp,
                event_type,
                state,
                details,
            });
        }
    }
}

impl Journal {
    /// The observer, where it is of this type.
    #[cfg(feature = "durable")]
    pub fn observer_mut<O: Observer>(&mut self) -> Option<&mut O> {
        let observer: &mut dyn Any = self.observer.as_deref_mut()?;
        observer.downcast_mut()
    }

    /// Shows how far a Map Run is.
    pub fn map_run(&mut self, summary: &MapRunSummary) {
        if let Some(observer) = &mut self.observer {
            observer.map_run(summary);
        }
        if let Some(watcher) = &mut self.watcher {
            watcher.map_run(summary);
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
