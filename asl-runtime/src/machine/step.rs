//! What goes in and out of a state's function.

use super::{Failure, MapRunStep, StateId, TaskInput};
use crate::Value;

/// Why a state's function is called.
//
// The tag is wide for the reason that [`Step`] has for it.
#[derive(Debug)]
#[repr(u64)]
pub enum On {
    /// The state was entered, or is tried again.
    Enter,
    /// A Map state is about to start an iteration or a child execution: give its input. `cx` has the item.
    Item,
    /// A distributed Map is about to start its Map Run: evaluate its fields.
    MapRun,
    /// The task, the branches or the iterations succeeded with this raw result.
    Result(Value),
    /// The wait is over.
    Woke,
    /// The catcher with this index caught this Error Output.
    Caught(u32, Value),
}

/// What a state's function wants done.
//
// With a tag as wide as a pointer, the values inside are moved in pieces that the processor can hand from one store to
// the next load; else each transition stalls.
#[derive(Debug)]
#[non_exhaustive]
#[repr(u64)]
pub enum Step {
    /// The state is done, and its input as it is is its output.
    Pass {
        /// State to go to; `None` when the scope ends here.
        next: Option<StateId>,
    },
    /// The state is done, its input as it is is its output, and it sets variables.
    Assign {
        /// Variables to set: slot and value.
        variables: Box<[(usize, Value)]>,
        /// State to go to; `None` when the scope ends here.
        next: Option<StateId>,
    },
    /// The state is done, and its output is where it [was to be put](super::Cx::end_with).
    Given {
        /// State to go to; `None` when the scope ends here.
        next: Option<StateId>,
    },
    /// The state is done. `next` is `None` when its scope ends here.
    Exit {
        /// Output of the state.
        output: Value,
        /// Variables to set, if any: slot and value.
        assign: Option<Box<[(usize, Value)]>>,
        /// State to go to.
        next: Option<StateId>,
    },
    /// Call the state's task.
    Task(TaskStep),
    /// Wait.
    Wait(WaitStep),
    /// Run the branches, each on this input.
    Parallel(Value),
    /// Run one iteration for each item.
    Map {
        /// The items, an array.
        items: Value,
        /// `MaxConcurrency`; 0 for no limit.
        max_concurrency: u32,
    },
    /// Run a child execution for each item, or each batch of items.
    DistributedMap {
        /// The items, an array or an object, where no `ItemReader` reads them.
        items: Option<Value>,
    },
    /// The Map Run that [`On::MapRun`] asked for.
    MapRun(Box<MapRunStep>),
    /// Input of the iteration that [`On::Item`] asked for.
    Item(Value),
    /// The input of each iteration is its item as it is.
    PlainItem,
    /// A Fail state fails its scope.
    Fail {
        /// `Error`
        error: Option<String>,
        /// `Cause`
        cause: Option<String>,
    },
}

/// A task to call.
#[derive(Debug)]
#[non_exhaustive]
pub struct TaskStep {
    /// The effective input.
    pub input: TaskInput,
    /// `TimeoutSeconds`, when the state has it.
    pub timeout_seconds: Option<u32>,
    /// `HeartbeatSeconds`, when the state has it.
    pub heartbeat_seconds: Option<u32>,
    /// `Credentials`, evaluated.
    pub credentials: Option<Box<Value>>,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitStep {
    /// That many seconds from now.
    Seconds(u32),
    /// Until that time, in milliseconds since 1970 (UTC).
    Until(i64),
}

/// Constructors for generated code.
impl Step {
    /// Goes to another state of the scope with the input as it is.
    pub fn pass(state: impl Into<StateId>) -> Self {
        Self::Pass {
            next: Some(state.into()),
        }
    }
    /// Ends the scope with the input as it is.
    pub fn pass_end() -> Self {
        Self::Pass { next: None }
    }
    /// Goes to another state of the scope.
    pub fn next(state: impl Into<StateId>, output: Value) -> Self {
        Self::Exit {
            output,
            assign: None,
            next: Some(state.into()),
        }
    }
    /// Ends the scope.
    pub fn end(output: Value) -> Self {
        Self::Exit {
            output,
            assign: None,
            next: None,
        }
    }
    /// Sets variables on the way out.
    #[must_use]
    pub fn assign<const N: usize>(self, variables: [(usize, Value); N]) -> Self {
        let variables = Box::new(variables);
        match self {
            Self::Pass { next } => Self::Assign { variables, next },
            Self::Exit { output, next, .. } => Self::Exit {
                output,
                assign: Some(variables),
                next,
            },
            other => other,
        }
    }
    /// The fields of a Map Run.
    pub fn map_run(fields: MapRunStep) -> Self {
        Self::MapRun(Box::new(fields))
    }
    /// Calls the state's task.
    pub fn task(input: impl Into<TaskInput>) -> Self {
        Self::Task(TaskStep {
            input: input.into(),
            timeout_seconds: None,
            heartbeat_seconds: None,
            credentials: None,
        })
    }
    /// Sets `TimeoutSeconds` of the task.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u32) -> Self {
        if let Self::Task(task) = &mut self {
            task.timeout_seconds = Some(seconds);
        }
        self
    }
    /// Sets `HeartbeatSeconds` of the task.
    #[must_use]
    pub fn heartbeat_seconds(mut self, seconds: u32) -> Self {
        if let Self::Task(task) = &mut self {
            task.heartbeat_seconds = Some(seconds);
        }
        self
    }
    /// Sets `Credentials` of the task.
    #[must_use]
    pub fn credentials(mut self, credentials: Value) -> Self {
        if let Self::Task(task) = &mut self {
            task.credentials = Some(Box::new(credentials));
        }
        self
    }
}

impl Step {
    /// The same with the output that is the state's input.
    pub(crate) fn with_input(self, input: impl FnOnce() -> Value) -> Self {
        let (assign, next) = match self {
            Self::Pass { next } => (None, next),
            Self::Assign { variables, next } => (Some(variables), next),
            other => return other,
        };
        Self::Exit {
            output: input(),
            assign,
            next,
        }
    }

    /// What a state's function answers to a call it has no use for: a defect of the generator or the driver.
    pub fn unexpected(on: &On) -> Result<Self, Failure> {
        Err(Failure::runtime(format!("the state has no answer to {on:?}")))
    }
}
