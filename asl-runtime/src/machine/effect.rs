//! What an execution asks of its driver, and what the driver tells it.

use std::sync::Arc;

use super::{
    ChildExecution, Items, MapRunUpdate, Outcome, ReadItems, StateId, TaskInput, Ticket, WriteObject,
};
use crate::{TaskError, Timestamp, Value};

/// What a driver is asked to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Effect {
    /// Call a task and feed its result, its failure or its time-out. The result of a call that waits for its task
    /// token is fed as [`Event::TaskSubmitted`].
    Task(TaskCall),
    /// Offer the task of an activity to workers, and feed [`Event::ActivityStarted`] when one took it, or that
    /// `TimeoutSeconds` ran out.
    Activity(TaskCall),
    /// Start an execution of another machine and feed [`Event::ExecutionStarted`].
    StartExecution(Box<StartExecution>),
    /// Wait for what ends a call: the answer by token, the end of an execution, or a time limit.
    Await(Box<Awaited>),
    /// Feed [`Event::Woke`] at that time.
    Wait {
        /// Whose it is.
        ticket: Ticket,
        /// When.
        until: Timestamp,
    },
    /// Run a child execution of a Map Run and feed its outcome.
    Child(Box<ChildExecution>),
    /// Read items of a Map Run and feed them.
    Read(ReadItems),
    /// Write an object with results of a Map Run and feed how it went.
    Write(WriteObject),
    /// Give up what this ticket stands for.
    Cancel(Ticket),
}

impl Effect {
    /// Whose it is.
    pub fn ticket(&self) -> Ticket {
        match self {
            Self::Task(call) | Self::Activity(call) => call.ticket,
            Self::StartExecution(start) => start.ticket,
            Self::Await(awaited) => awaited.ticket,
            Self::Child(child) => child.ticket,
            Self::Read(read) => read.ticket,
            Self::Write(write) => write.ticket,
            Self::Wait { ticket, .. } | Self::Cancel(ticket) => *ticket,
        }
    }
}

/// A call of a task.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TaskCall {
    /// Whose it is.
    pub ticket: Ticket,
    /// The Task state.
    pub state: StateId,
    /// Its effective input.
    pub input: TaskInput,
    /// Which attempt of this visit of the state it is, from 1.
    pub attempt: u32,
    /// `TimeoutSeconds`, when the state has it.
    pub timeout_seconds: Option<u32>,
    /// `HeartbeatSeconds`, when the state has it.
    pub heartbeat_seconds: Option<u32>,
    /// Task token, for the patterns that have one.
    pub token: Option<Arc<str>>,
    /// Index of the innermost Map iteration around it.
    pub map_index: Option<usize>,
}

/// An execution of another machine to be started.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StartExecution {
    /// Whose it is.
    pub ticket: Ticket,
    /// Which of [`Settings::machines`](super::Settings::machines).
    pub machine: String,
    /// Name of the execution, if it is to have a certain one.
    pub name: Option<String>,
    /// Its input.
    pub input: Value,
    /// Whether it is to be an Express execution.
    pub express: bool,
    /// Whether its end will be waited for.
    pub awaited: bool,
    /// Task token of the call.
    pub token: Option<Arc<str>>,
}

/// What is waited for after a call was begun.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Awaited {
    /// Whose it is.
    pub ticket: Ticket,
    /// The task token that the answer comes with ([`Event::TaskAnswered`]).
    pub token: Option<Arc<str>>,
    /// ARN of the execution whose end is waited for ([`Event::ExecutionEnded`]).
    pub execution: Option<String>,
    /// When the task's `TimeoutSeconds` run out.
    pub until: Option<Timestamp>,
    /// `HeartbeatSeconds`, counted from now on.
    pub heartbeat_seconds: Option<u32>,
}

/// What happened in the world.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A task succeeded.
    TaskSucceeded(Ticket, Value),
    /// A task failed.
    TaskFailed(Ticket, TaskError),
    /// The service took a call that waits for its task token; this is the service's own answer.
    TaskSubmitted(Ticket, Value),
    /// An answer came by task token.
    TaskAnswered {
        /// The token.
        token: String,
        /// What the task succeeded or failed with.
        result: Result<Value, TaskError>,
    },
    /// A worker took the task of an activity.
    ActivityStarted {
        /// Token of the task.
        token: String,
        /// The worker's name.
        worker_name: Option<String>,
    },
    /// An execution of another machine was started.
    ExecutionStarted {
        /// Whose it is.
        ticket: Ticket,
        /// ARN of the execution.
        arn: String,
        /// Name of the execution.
        name: String,
    },
    /// An execution of another machine ended.
    ExecutionEnded {
        /// Whose it is.
        ticket: Ticket,
        /// How it ended.
        outcome: Outcome,
    },
    /// A task's `TimeoutSeconds` ran out, or (`heartbeat`) its `HeartbeatSeconds`.
    TaskTimedOut {
        /// Whose it is.
        ticket: Ticket,
        /// Whether no heartbeat came in time.
        heartbeat: bool,
    },
    /// The time that a wait was for has come.
    Woke(Ticket),
    /// A child execution ended.
    ChildEnded {
        /// Whose it is.
        ticket: Ticket,
        /// How it ended.
        outcome: Outcome,
        /// Whether it can be [redriven](ChildExecution::redriven), if it did not succeed.
        redrivable: bool,
    },
    /// A child execution that was to be [redriven](ChildExecution::redriven) cannot be: it stays as it ended.
    ChildNotRedrivable(Ticket),
    /// Items were read, or could not be for this cause.
    ItemsRead(Ticket, Result<Items, String>),
    /// An object was written, or could not be for this cause.
    ObjectWritten(Ticket, Result<(), String>),
    /// The limits of a Map Run were changed.
    MapRunUpdated {
        /// ARN of the Map Run.
        map_run_arn: Arc<str>,
        /// What was changed.
        update: MapRunUpdate,
    },
    /// The execution's time limit ran out.
    TimedOut,
    /// The execution is to stop.
    Stopped {
        /// Error name to record.
        error: Option<String>,
        /// Cause to record.
        cause: Option<String>,
    },
    /// The execution, which ended without success, is to go on where it failed. Takes
    /// [`Settings::redrivable`](super::Settings::redrivable).
    Redriven,
}
