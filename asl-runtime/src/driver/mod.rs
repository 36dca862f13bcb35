//! Running compiled machines in memory, as Express executions.

mod clock;
mod limits;
mod memory;
mod nested;
mod pending;
mod perform;
mod timers;

pub(crate) use memory::answer;
pub(crate) use nested::{Functions, Machines};
#[cfg(feature = "durable")]
pub(crate) use {
    pending::Pending,
    perform::{Answers, World, panic_message},
};

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::machine::{ChildExecution, Execution, Observer, Outcome, Program, Settings, StateId, TaskInput};
use crate::objects::{FolderObjects, ObjectStore};
use crate::value::{DecodeError, EncodeError};
use crate::{Activities, Callbacks, MapRuns, TaskContext, TaskError, Value};
#[cfg(feature = "tracing")]
use crate::{ExecutionLog, LogLevel};
use clock::Clock;

/// A compiled machine together with what its tasks call. Generated for every machine.
///
/// This is the only place where generated code is generic: from a state and a JSON value to the typed function
/// and back.
pub trait Caller: Send + Sync {
    /// The compiled machine.
    fn program(&self) -> &'static Program;

    /// Calls the task of a state.
    fn call(
        &self,
        state: StateId,
        input: TaskInput,
        context: &TaskContext,
    ) -> impl Future<Output = Result<Value, TaskError>> + Send;
}

/// A compiled machine that runs in memory: `order::machine(tasks)` makes one.
///
/// ```ignore
/// let shop = order::machine(Shop::new());
/// let confirmation: Confirmation = shop.run(&order).await?;
/// ```
#[derive(Debug, Clone)]
pub struct Machine<C> {
    caller: C,
    timeout: Option<Duration>,
    payload_limit: usize,
    callbacks: Option<Callbacks>,
    activities: Option<Activities>,
    machines: Machines,
    objects: Arc<dyn ObjectStore>,
    map_runs: Option<MapRuns>,
    /// Level of the log, and whether it has data.
    #[cfg(feature = "tracing")]
    log: (LogLevel, bool),
}

impl<C: Caller> Machine<C> {
    /// Longest an [Express](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html)
    /// execution takes: five minutes.
    pub const TIMEOUT: Duration = Duration::from_secs(300);

    /// A machine with the service's limits.
    pub fn new(caller: C) -> Self {
        Self {
            caller,
            timeout: Some(Self::TIMEOUT),
            payload_limit: Settings::PAYLOAD_LIMIT,
            callbacks: None,
            activities: None,
            machines: Machines::default(),
            objects: Arc::new(FolderObjects::new(".")),
            map_runs: None,
            #[cfg(feature = "tracing")]
            log: (LogLevel::Off, false),
        }
    }

    /// Sets the longest an execution may take; `None` for no limit but the machine's own `TimeoutSeconds`.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the largest result of a task and output of a state, in bytes of JSON. The service has 256 KiB.
    #[must_use]
    pub fn with_payload_limit(mut self, bytes: usize) -> Self {
        self.payload_limit = bytes;
        self
    }

    /// Has the answers to its tasks come by a handle of its own, instead of the one that all machines of the process
    /// [share](Callbacks::shared).
    #[must_use]
    pub fn with_callbacks(mut self, callbacks: &Callbacks) -> Self {
        self.callbacks = Some(callbacks.clone());
        self
    }

    /// Has workers poll for the tasks of activities, instead of calling the functions of those states.
    #[must_use]
    pub fn with_activities(mut self, activities: &Activities) -> Self {
        self.activities = Some(activities.clone());
        self
    }

    /// Has tasks start executions of another machine (`states:startExecution`, `.sync`, `.sync:2`,
    /// `aws-sdk:sfn:startSyncExecution`), instead of calling the functions of those states: where their
    /// `StateMachineArn` is this text, or has the same name in it.
    ///
    /// A task that waits for the execution runs it: when the task is stopped, so is the execution. Others run
    /// on their own, as tasks of the tokio runtime.
    #[must_use]
    pub fn with_machine<D: Caller + 'static>(
        mut self,
        name_or_arn: impl Into<String>,
        machine: Machine<D>,
    ) -> Self {
        self.machines.add(name_or_arn.into(), Arc::new(machine));
        self
    }

    /// Sets where its distributed Map states read items and write results. Without this, buckets are
    /// [folders](crate::objects::FolderObjects) in the folder that the process runs in.
    #[must_use]
    pub fn with_objects(mut self, objects: impl ObjectStore + 'static) -> Self {
        self.objects = Arc::new(objects);
        self
    }

    /// Has its Map Runs looked at and changed by this handle while they are under way, those of children included.
    #[must_use]
    pub fn with_map_runs(mut self, map_runs: &MapRuns) -> Self {
        self.map_runs = Some(map_runs.clone());
        self
    }

    /// Has its executions logged through `tracing`, as the service's
    /// [logging configuration](https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html) does: those in memory, durable
    /// ones, and the children of their Map Runs. Events of this level are logged, with or without inputs, outputs and other
    /// data; [`ExecutionLog`](crate::ExecutionLog) tells what they look like. Those of a durable execution are logged as they
    /// happen, not when it is read back: a process that dies may leave out its last ones, or have them logged twice.
    ///
    /// ```ignore
    /// let shop = order::machine(Shop).with_log(LogLevel::Error, true);
    /// ```
    #[cfg(feature = "tracing")]
    #[must_use]
    pub fn with_log(mut self, level: LogLevel, include_data: bool) -> Self {
        self.log = (level, include_data);
        self
    }

    /// What takes the answers to tasks that wait for them.
    pub fn callbacks(&self) -> &Callbacks {
        self.callbacks.as_ref().unwrap_or_else(|| Callbacks::shared())
    }

    /// The compiled machine.
    pub fn program(&self) -> &'static Program {
        self.caller.program()
    }

    pub(crate) fn caller(&self) -> &C {
        &self.caller
    }

    pub(crate) fn objects(&self) -> &dyn ObjectStore {
        &*self.objects
    }

    pub(crate) fn activities(&self) -> Option<&Activities> {
        self.activities.as_ref()
    }

    fn map_runs(&self) -> Option<&MapRuns> {
        self.map_runs.as_ref()
    }

    pub(crate) fn machines(&self) -> &Machines {
        &self.machines
    }

    /// Longest that an execution may take.
    fn longest(&self) -> Option<Duration> {
        let own = self.program().timeout_seconds;
        let own = own.map(|seconds| Duration::from_secs(seconds.into()));
        own.into_iter().chain(self.timeout).min()
    }

    #[cfg(feature = "durable")]
    pub(crate) fn payload_limit(&self) -> usize {
        self.payload_limit
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            payload_limit: self.payload_limit,
            polled_activities: self.activities.is_some(),
            machines: self.machines.names(),
            ..Settings::express()
        }
    }

    /// Runs one execution.
    ///
    /// # Errors
    /// See [`ExecutionError`].
    ///
    /// # Panics
    /// When called outside a tokio runtime with time enabled and the execution has to wait for something.
    pub async fn run<I, O>(&self, input: &I) -> Result<O, ExecutionError>
    where
        I: Serialize + ?Sized,
        O: DeserializeOwned,
    {
        let input = Value::encode(input).map_err(ExecutionError::Input)?;
        let clock = Clock::start();
        let mut execution = self.begin(self.settings(), input, &clock);
        let output = memory::drive(self, &mut execution, &clock).await.into_result()?;
        output.into_data().map_err(ExecutionError::Output)
    }

    fn begin(&self, settings: Settings, input: Value, clock: &Clock) -> Execution {
        Execution::start(self.program(), self.logged(settings), input, clock.started())
    }

    /// With the log, where there is to be one.
    fn logged(&self, settings: Settings) -> Settings {
        #[cfg(feature = "tracing")]
        if let Some(log) = self.log_of(|| settings.arn(self.program())) {
            return crate::logging::log(settings, log);
        }
        settings
    }

    /// The log of an execution, where there is to be one.
    #[cfg(feature = "tracing")]
    pub(crate) fn log_of(&self, arn: impl FnOnce() -> String) -> Option<ExecutionLog> {
        let (level, includes_data) = self.log;
        (level != LogLevel::Off).then(|| ExecutionLog::of(arn(), level, includes_data))
    }

    /// Who sees the history of a child of one of its Map Runs.
    fn observer_of(&self, child: &ChildExecution) -> Option<Box<dyn Observer>> {
        #[cfg(feature = "tracing")]
        if let Some(log) = self.log_of(|| child.arn()) {
            return Some(Box::new(log));
        }
        let _ = child;
        None
    }

    /// An execution to be given a name or an observer before it runs.
    pub fn execution(&self) -> NewExecution<'_, C> {
        NewExecution {
            machine: self,
            settings: self.settings(),
        }
    }
}

/// An execution that has not begun.
#[must_use = "nothing runs until `run` or `outcome` is awaited"]
pub struct NewExecution<'m, C> {
    machine: &'m Machine<C>,
    settings: Settings,
}

impl<C: Caller> NewExecution<'_, C> {
    /// Names it; else its name is a UUID.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// Shows its history events to an observer, as they happen.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.settings.observer = Some(Box::new(observer));
        self
    }

    /// Runs it.
    ///
    /// # Errors
    /// See [`ExecutionError`].
    pub async fn run<I, O>(self, input: &I) -> Result<O, ExecutionError>
    where
        I: Serialize + ?Sized,
        O: DeserializeOwned,
    {
        let input = Value::encode(input).map_err(ExecutionError::Input)?;
        let output = self.outcome(input).await.into_result()?;
        output.into_data().map_err(ExecutionError::Output)
    }

    /// Runs it on a JSON value and gives how it ended.
    pub async fn outcome(self, input: Value) -> Outcome {
        let clock = Clock::start();
        let mut execution = self.machine.begin(self.settings, input, &clock);
        memory::drive(self.machine, &mut execution, &clock).await
    }
}

/// Why an execution gave no output.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// Its input cannot be written as JSON.
    #[error("the input cannot be written as JSON: {0}")]
    Input(#[source] EncodeError),
    /// It failed.
    #[error("the execution failed with {}{}", name(.error), detail(.cause))]
    Failed {
        /// Error name.
        error: Option<String>,
        /// Cause.
        cause: Option<String>,
    },
    /// It took too long.
    #[error("the execution timed out")]
    TimedOut,
    /// It was stopped.
    #[error("the execution was stopped with {}{}", name(.error), detail(.cause))]
    Aborted {
        /// Error name.
        error: Option<String>,
        /// Cause.
        cause: Option<String>,
    },
    /// Its output is not what was asked for.
    #[error("the output is not what was expected: {0}")]
    Output(#[source] DecodeError),
}

impl ExecutionError {
    /// Error name of a failed execution.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed { error, .. } | Self::Aborted { error, .. } => error.as_deref(),
            _ => None,
        }
    }

    /// Cause of a failed execution.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Failed { cause, .. } | Self::Aborted { cause, .. } => cause.as_deref(),
            _ => None,
        }
    }
}

impl Outcome {
    /// The output, or why there is none.
    ///
    /// # Errors
    /// When the execution did not succeed.
    pub fn into_result(self) -> Result<Value, ExecutionError> {
        match self {
            Self::Succeeded(output) => Ok(output),
            Self::Failed { error, cause } => Err(ExecutionError::Failed { error, cause }),
            Self::TimedOut => Err(ExecutionError::TimedOut),
            Self::Aborted { error, cause } => Err(ExecutionError::Aborted { error, cause }),
        }
    }
}

fn name(error: &Option<String>) -> &str {
    error.as_deref().unwrap_or("no error name")
}

fn detail(cause: &Option<String>) -> String {
    cause
        .as_ref()
        .map_or_else(String::new, |cause| format!(": {cause}"))
}
