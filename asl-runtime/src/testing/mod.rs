//! Testing workflows: tasks answered from a table, a virtual clock, the history recorded.
//!
//! [`Test`] runs a compiled machine without its tasks: each Task state is answered by [`Mock`]s, in the order of
//! its attempts, and waits, back-offs and time-outs take no real time.
//!
//! ```ignore
//! use asl_runtime::testing::{Mock, Test};
//!
//! let run = Test::new(&order::MACHINE)
//!     .mock("CheckPayment", [Mock::error("Busy", "try again"), Mock::output(json!({ "approved": true }))])
//!     .run(&json!({ "id": "o-1" }))?;
//! assert_eq!(run.output(), Some(&json!({ "approved": true })));
//! assert_eq!(run.duration.as_secs(), 1); // the retrier's pause
//! ```
//!
//! [`StateTest`] runs one state alone, and tells how the data went through it.

mod executions;
mod mock;
mod record;
mod state;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use serde::Serialize;

use crate::driver::{Caller, Machine};
use crate::machine::{
    Event, Execution, HistoryEvent, MapRunSummary, Outcome, Program, Seed, Settings, StateId, TaskInput,
};
use crate::objects::{MemoryObjects, ObjectStore};
use crate::value::EncodeError;
use crate::{TaskContext, TaskError, Timestamp, Value};

use executions::Executions;
pub use mock::Mock;
pub use record::ChildRun;
pub use state::{
    ErrorDetails, FieldValidation, Inspection, InspectionLevel, Refusal, StateRun, StateStatus, StateTest,
};

use mock::Mocks;
use record::{Record, Recorder};
use world::World;

/// Where the virtual clock starts: 2024-01-01T00:00:00Z.
const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// A run of a compiled machine to be made. See the [module](self).
#[derive(Debug, Clone)]
pub struct Test {
    program: &'static Program,
    mocks: BTreeMap<String, Mocks>,
    name: Option<String>,
    express: bool,
    owner: Option<String>,
    seed: Seed,
    start: Timestamp,
    payload_limit: usize,
    history_limit: u64,
    objects: Arc<dyn ObjectStore>,
}

/// What became of a run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TestRun {
    /// How it ended.
    pub outcome: Outcome,
    /// All history events.
    pub history: Vec<HistoryEvent>,
    /// The Map Runs of its distributed Map states, as they ended. Those that its children started are not among them.
    pub map_runs: Vec<MapRunSummary>,
    /// The children of its Map Runs, in the order in which they were started.
    pub children: Vec<ChildRun>,
    /// All calls of tasks, in order, those of children of Map Runs included.
    pub calls: Vec<Called>,
    /// How long it took by the virtual clock.
    pub duration: Duration,
}

/// A call of a task in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Called {
    /// Name of the Task state.
    pub state: &'static str,
    /// What the task was given.
    pub input: Value,
    /// Which attempt it was, from 1.
    pub attempt: u32,
}

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// The input cannot be written as JSON.
    #[error("the input cannot be written as JSON: {0}")]
    Input(#[source] EncodeError),
    /// A Task state was called that has no mock left for this input.
    #[error("no mock is left for attempt {attempt} of the state \"{state}\" with the input {input}")]
    NoMock {
        /// The Task state.
        state: &'static str,
        /// Which attempt it was.
        attempt: u32,
        /// What it was called with.
        input: Value,
    },
    /// The run waits for something that never comes: a defect of this library.
    #[error("the run waits for something that never comes")]
    Stuck,
    /// Mocks were given for something that is not a Task state of the machine.
    #[error("the machine \"{machine}\" has no Task state called \"{state}\"")]
    NoState {
        /// The machine.
        machine: &'static str,
        /// The name that was given.
        state: String,
    },
}

impl Test {
    /// A Standard execution of the machine, starting at 2024-01-01T00:00:00Z, with fixed random numbers.
    pub fn new(program: &'static Program) -> Self {
        Self {
            program,
            mocks: BTreeMap::new(),
            name: None,
            express: false,
            owner: None,
            seed: Seed([0, 0]),
            start: START,
            payload_limit: Settings::PAYLOAD_LIMIT,
            history_limit: Settings::HISTORY_LIMIT,
            objects: Arc::new(MemoryObjects::new()),
        }
    }

    /// Answers the calls of a Task state, given by its exact name or as the machine's `State`. Mocks of one state are
    /// used in order, one an attempt.
    #[must_use]
    pub fn mock(mut self, state: impl Into<String>, mocks: impl IntoIterator<Item = Mock>) -> Self {
        self.mocks.entry(state.into()).or_default().extend(mocks);
        self
    }

    /// Answers the calls of a Task state by these mocks instead of those given before: for tests that differ in one
    /// state from what they share.
    #[must_use]
    pub fn remock(mut self, state: impl Into<String>, mocks: impl IntoIterator<Item = Mock>) -> Self {
        let state = state.into();
        self.mocks.remove(&state);
        self.mock(state, mocks)
    }

    /// Makes it an Express execution.
    #[must_use]
    pub fn express(mut self) -> Self {
        self.express = true;
        self
    }

    /// Sets where distributed Map states read items and write results: [`MemoryObjects`], as a rule. Without this
    /// there are no buckets.
    ///
    /// [`run`](Self::run) needs one whose answers are there at once; others need [`run_with`](Self::run_with).
    #[must_use]
    pub fn objects(mut self, objects: impl ObjectStore + 'static) -> Self {
        self.objects = Arc::new(objects);
        self
    }

    /// Names the execution.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the region and the account in the ARNs that the context object has; else they are `local` and zeroes.
    #[must_use]
    pub fn account(mut self, region: &str, account: &str) -> Self {
        self.owner = Some(format!("{region}:{account}"));
        self
    }

    /// Sets the seed of random numbers and UUIDs.
    #[must_use]
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the time at which the virtual clock starts.
    #[must_use]
    pub fn start_time(mut self, start: Timestamp) -> Self {
        self.start = start;
        self
    }

    /// Sets the largest result of a task and output of a state, in bytes of JSON.
    #[must_use]
    pub fn payload_limit(mut self, bytes: usize) -> Self {
        self.payload_limit = bytes;
        self
    }

    /// Sets the number of events that fill the history; the execution fails when it is full.
    #[must_use]
    pub fn history_limit(mut self, events: u64) -> Self {
        self.history_limit = events;
        self
    }

    /// Runs the machine with mocks alone.
    ///
    /// # Errors
    /// See [`TestError`]: failures of the execution are not among them, they are in the [`TestRun`].
    pub fn run<I: Serialize + ?Sized>(self, input: &I) -> Result<TestRun, TestError> {
        let program = self.program;
        // Without real tasks nothing in it waits, so it is ready when polled once.
        self.drive(&NoTasks(program), input)
            .now_or_never()
            .unwrap_or(Err(TestError::Stuck))
    }

    /// Runs the machine with its real tasks (`order::machine(tasks)`) where a Task state has no mock left. Real
    /// tasks take no virtual time.
    ///
    /// Other machines that it was given with [`with_machine`](Machine::with_machine) are not run: a Task state that starts an
    /// execution of one is answered by a mock, or its function is called.
    ///
    /// # Errors
    /// See [`TestError`].
    pub async fn run_with<C, I>(self, machine: &Machine<C>, input: &I) -> Result<TestRun, TestError>
    where
        C: Caller,
        I: Serialize + ?Sized,
    {
        self.drive(machine.caller(), input).await
    }

    async fn drive<C, I>(mut self, caller: &C, input: &I) -> Result<TestRun, TestError>
    where
        C: Caller,
        I: Serialize + ?Sized,
    {
        let input = Value::encode(input).map_err(TestError::Input)?;
        let is_task = |name: &str| {
            let mut states = self.program.states.iter();
            states.any(|state| state.name == name && state.kind.is_task())
        };
        if let Some(state) = self.mocks.keys().find(|name| !is_task(name)) {
            return Err(TestError::NoState {
                machine: self.program.name,
                state: state.clone(),
            });
        }
        let recorder = Recorder::default();
        let mut settings = Settings {
            name: self.name.take(),
            express: self.express,
            seed: self.seed,
            payload_limit: self.payload_limit,
            history_limit: Some(self.history_limit),
            observer: Some(Box::new(recorder.clone())),
            polled_activities: true,
            ..Settings::express()
        };
        if let Some(owner) = self.owner.take() {
            settings.owner = owner.into();
        }
        let execution = Execution::start(self.program, settings, input, self.start);
        let info = Arc::clone(execution.info());
        let mut world = World::new(caller, info, std::mem::take(&mut self.mocks), self.start);
        if let Some(seconds) = self.program.timeout_seconds {
            world.plan(Duration::from_secs(seconds.into()), Event::TimedOut);
        }
        let executions = Executions::new(execution, recorder, Arc::clone(&self.objects));
        let (outcome, record) = executions.run(&mut world).await?;
        let elapsed = world.now().as_millis().saturating_sub(self.start.as_millis());
        let Record {
            history,
            map_runs,
            children,
        } = record;
        Ok(TestRun {
            outcome,
            history,
            map_runs,
            children,
            calls: world.into_calls(),
            duration: Duration::from_millis(u64::try_from(elapsed).unwrap_or(0)),
        })
    }
}

impl TestRun {
    /// The output of a successful run.
    pub fn output(&self) -> Option<&Value> {
        match &self.outcome {
            Outcome::Succeeded(output) => Some(output),
            _ => None,
        }
    }

    /// The error name of a failed run.
    pub fn error(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed { error, .. } | Outcome::Aborted { error, .. } => error.as_deref(),
            _ => None,
        }
    }

    /// The cause of a failed run.
    pub fn cause(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed { cause, .. } | Outcome::Aborted { cause, .. } => cause.as_deref(),
            _ => None,
        }
    }

    /// The service's word for how the run ended: `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub fn status(&self) -> &'static str {
        self.outcome.status()
    }

    /// What the calls of a Task state were given, in order.
    pub fn calls_of(&self, state: impl Into<String>) -> Vec<Value> {
        let state = state.into();
        let calls = self.calls.iter().filter(|call| call.state == state);
        calls.map(|call| call.input.clone()).collect()
    }

    /// Names of the states entered, in order. Those that children entered are not among them.
    pub fn states(&self) -> Vec<&'static str> {
        record::states(&self.history)
    }
}

/// Stands in for the tasks of a run that has mocks alone.
struct NoTasks(&'static Program);

impl Caller for NoTasks {
    const MOCKED: bool = true;

    fn program(&self) -> &'static Program {
        self.0
    }

    async fn call(&self, _: StateId, _: TaskInput, _: &TaskContext) -> Result<Value, TaskError> {
        Err(TaskError::new("States.TaskFailed", "there is no task"))
    }
}
