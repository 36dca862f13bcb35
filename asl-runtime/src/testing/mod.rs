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
mod machines;
mod mock;
mod nested;
mod record;
mod state;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use serde::Serialize;

use crate::driver::{Caller, Machine};
use crate::machine::{Event, HistoryEvent, MapRunSummary, Outcome, Program, Seed, Settings};
use crate::objects::{MemoryObjects, ObjectStore};
use crate::value::EncodeError;
use crate::{Timestamp, Value};

use executions::{Common, Executions, Finished};
use machines::{Cast, Real};
pub use mock::Mock;
pub use record::{ChildRun, NestedRun};
pub use state::{
    ErrorDetails, FieldValidation, Inspection, InspectionLevel, Refusal, StateRun, StateStatus, StateTest,
};

use mock::Mocks;
use record::Record;
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
    machines: BTreeMap<String, Self>,
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
    /// The executions of [other machines](Test::with_machine), in the order in which they were started.
    pub nested: Vec<NestedRun>,
    /// All calls of tasks, in order, those of children of Map Runs and of other machines included.
    pub calls: Vec<Called>,
    /// How long it took by the virtual clock. Executions of other machines that nobody waited for may have taken longer.
    pub duration: Duration,
}

/// A call of a task in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Called {
    /// Name of the machine.
    pub machine: &'static str,
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
    #[error(
        "no mock is left for attempt {attempt} of the state \"{state}\" of \"{machine}\" with the input {input}"
    )]
    NoMock {
        /// The machine.
        machine: &'static str,
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
            machines: BTreeMap::new(),
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

    /// Has tasks start executions of another machine (`states:startExecution`, `.sync`, `.sync:2`,
    /// `aws-sdk:sfn:startSyncExecution`), instead of answering them by mocks of those states: where their `StateMachineArn`
    /// is this text, or has the same name in it. The other machine is given as a test of its own, of which its mocks, its
    /// machines, its limits and whether it is Express count.
    ///
    /// A task that waits for the execution has it stopped when it is stopped itself. Others run to their ends, also after
    /// that of the execution that started them. [`TestRun::nested`] tells of both.
    ///
    /// ```ignore
    /// let shipping = Test::new(&shipping::MACHINE).mock("Pick", [Mock::output(json!("bike"))]);
    /// let run = Test::new(&order::MACHINE).with_machine("shipping", shipping).run(&input)?;
    /// assert_eq!(run.nested[0].states(), ["Pick", "Pack"]);
    /// ```
    #[must_use]
    pub fn with_machine(mut self, name_or_arn: impl Into<String>, test: Self) -> Self {
        self.machines.insert(name_or_arn.into(), test);
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
        // Without real tasks nothing in it waits, so it is ready when polled once.
        self.drive(None, input)
            .now_or_never()
            .unwrap_or(Err(TestError::Stuck))
    }

    /// Runs the machine with its real tasks (`order::machine(tasks)`) where a Task state has no mock left. Real
    /// tasks take no virtual time.
    ///
    /// Other machines that it was given with [`Machine::with_machine`] are run where the test has them too, by the same name
    /// ([`with_machine`](Self::with_machine)): with their real tasks where no mock is left. Otherwise a Task state that starts
    /// an execution of one is answered by a mock, or its function is called.
    ///
    /// # Errors
    /// See [`TestError`].
    pub async fn run_with<C, I>(self, machine: &Machine<C>, input: &I) -> Result<TestRun, TestError>
    where
        C: Caller,
        I: Serialize + ?Sized,
    {
        let real = Real {
            functions: machine.caller(),
            machines: machine.machines(),
        };
        self.drive(Some(real), input).await
    }

    async fn drive<I>(mut self, real: Option<Real<'_>>, input: &I) -> Result<TestRun, TestError>
    where
        I: Serialize + ?Sized,
    {
        let input = Value::encode(input).map_err(TestError::Input)?;
        let (program, start) = (self.program, self.start);
        let common = Common {
            owner: self.owner.take(),
            seed: self.seed,
            objects: Arc::clone(&self.objects),
        };
        let name = self.name.take();
        let mut cast = Cast::default();
        cast.add(self, real)?;
        let (executions, info) = Executions::start(common, &cast, name, input, start);
        let mut world = World::new(cast, info, start);
        if let Some(seconds) = program.timeout_seconds {
            world.plan(Duration::from_secs(seconds.into()), Event::TimedOut);
        }
        let Finished {
            outcome,
            record,
            at,
            nested,
        } = executions.run(&mut world).await?;
        let elapsed = at.as_millis().saturating_sub(start.as_millis());
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
            nested,
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
