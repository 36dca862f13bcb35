//! Machines, tasks and stores for tests of durable executions.

#![allow(missing_docs, reason = "only for tests")]

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use asl_runtime::durable::{Clock, Engine, EngineBuilder, Execution, HistoryQuery};
use asl_runtime::machine::{Program, StateId, TaskInput};
use asl_runtime::{Caller, HistoryEvent, Machine, TaskContext, TaskError, Timestamp, Value, asl};

mod store;

pub use store::TestStore;

asl!(pub mod order = "../flows/order.asl.json");
asl!(pub mod shipping = "../flows/shipping.asl.json");
asl!(pub mod one = "../flows/one.asl.json");
asl!(pub mod wait = "../flows/wait.asl.json");
asl!(pub mod ask = "../flows/ask.asl.json");
asl!(pub mod paint = "../flows/paint.asl.json");
asl!(pub mod branches = "../flows/branches.asl.json");
asl!(pub mod distributed = "../flows/distributed.asl.json");
asl!(pub mod batch = "../flows/batch.asl.json");
asl!(pub mod quick = "../flows/quick.asl.json");
asl!(pub mod rescue = "../flows/rescue.asl.json");
asl!(pub mod parent = "../flows/parent.asl.json");
asl!(pub mod impatient = "../flows/impatient.asl.json");
asl!(pub mod varnish = "../flows/varnish.asl.json");
asl!(pub mod twice = "../flows/twice.asl.json");
asl!(pub mod export = "../flows/export.asl.json");

/// A second version of `one`.
pub mod second {
    asl_runtime::asl!(pub mod one = "../flows/shipping.asl.json");
}

/// 2026-01-01T00:00:00Z
pub const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

pub type Answer = Pin<Box<dyn Future<Output = Result<Value, TaskError>> + Send>>;
type Function = Arc<dyn Fn(Called) -> Answer + Send + Sync>;

/// A call of a task.
#[derive(Debug, Clone)]
pub struct Called {
    pub state: &'static str,
    pub input: Value,
    pub attempt: u32,
    pub token: Option<String>,
    pub key: String,
    pub execution: String,
}

/// Does the tasks of all machines of a test, and notes the calls.
#[derive(Clone)]
pub struct Service {
    function: Function,
    calls: Arc<Mutex<Vec<Called>>>,
}

impl Service {
    pub fn new<F, R>(function: F) -> Self
    where
        F: Fn(Called) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Value, TaskError>> + Send + 'static,
    {
        Self {
            function: Arc::new(move |called| Box::pin(function(called)) as Answer),
            calls: Arc::default(),
        }
    }

    /// Every task gives its input back.
    pub fn echo() -> Self {
        Self::new(|called| async move { Ok(called.input) })
    }

    pub fn machine(&self, program: &'static Program) -> Machine<Tasks> {
        Machine::new(Tasks {
            program,
            service: self.clone(),
        })
    }

    fn note(&self, called: Called) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(called);
    }

    pub fn calls(&self) -> Vec<Called> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn calls_of(&self, state: &str) -> usize {
        self.calls().iter().filter(|called| called.state == state).count()
    }

    /// Token of the last call that had one.
    pub fn token(&self) -> String {
        let calls = self.calls();
        let token = calls.iter().rev().find_map(|called| called.token.clone());
        token.unwrap_or_default()
    }
}

/// The tasks of one machine.
pub struct Tasks {
    program: &'static Program,
    service: Service,
}

impl Caller for Tasks {
    fn program(&self) -> &'static Program {
        self.program
    }

    async fn call(&self, _: StateId, input: TaskInput, context: &TaskContext) -> Result<Value, TaskError> {
        let input = input.into_value();
        let called = Called {
            state: context.state(),
            input,
            attempt: context.attempt(),
            token: context.token().map(str::to_owned),
            key: context.idempotency_key(),
            execution: context.execution().name().to_owned(),
        };
        self.service.note(called.clone());
        (self.service.function)(called).await
    }
}

/// An engine on tokio's paused clock, with all machines.
pub fn builder(service: &Service) -> EngineBuilder {
    let programs = [
        &order::MACHINE,
        &shipping::MACHINE,
        &one::MACHINE,
        &wait::MACHINE,
        &ask::MACHINE,
        &paint::MACHINE,
        &branches::MACHINE,
        &distributed::MACHINE,
        &batch::MACHINE,
        &quick::MACHINE,
        &rescue::MACHINE,
        &twice::MACHINE,
        &varnish::MACHINE,
        &impatient::MACHINE,
        &parent::MACHINE,
    ];
    let builder = Engine::builder().polled_activities();
    programs.into_iter().fold(builder, |builder, program| {
        builder.machine(service.machine(program))
    })
}

/// The clock of all engines of a test: it goes on from one to the next.
pub fn clock() -> Clock {
    Clock::tokio(START)
}

pub async fn events(execution: &Execution) -> Vec<HistoryEvent> {
    let history = execution.history(HistoryQuery::all()).await;
    history.expect("the history is there").events
}

/// Types of the events of an execution.
pub async fn types(execution: &Execution) -> Vec<&'static str> {
    let events = events(execution).await;
    events.iter().map(|event| event.event_type.as_str()).collect()
}

/// How often each task was called, by its idempotency key.
pub fn calls_by_key(calls: &[Called]) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for called in calls {
        *counts.entry(called.key.clone()).or_insert(0) += 1;
    }
    counts
}
