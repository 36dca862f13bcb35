//! Executions of other machines that a machine's tasks start.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::clock::Clock;
use super::{Caller, Machine, memory};
use crate::machine::{Execution, ExecutionInfo, Outcome, Settings, StateId, TaskInput};
use crate::{TaskContext, TaskError, Value};

/// The tasks of a machine of whatever type.
pub(crate) trait Functions: Send + Sync {
    fn call<'a>(&'a self, state: StateId, input: TaskInput, context: &'a TaskContext) -> Calling<'a>;
}

pub(crate) type Calling<'a> = Pin<Box<dyn Future<Output = Result<Value, TaskError>> + Send + 'a>>;

impl<C: Caller> Functions for C {
    fn call<'a>(&'a self, state: StateId, input: TaskInput, context: &'a TaskContext) -> Calling<'a> {
        Box::pin(Caller::call(self, state, input, context))
    }
}

/// A machine of whatever type, for other machines to start executions of.
pub(crate) trait AnyMachine: Send + Sync {
    fn start(&self, name: Option<String>, express: bool, input: Value, clock: &Clock) -> Execution;
    fn drive(self: Arc<Self>, execution: Execution, clock: Clock) -> Driven;
    fn functions(&self) -> &dyn Functions;
    fn machines(&self) -> &Machines;
}

type Driven = Pin<Box<dyn Future<Output = Outcome> + Send>>;

impl<C: Caller + 'static> AnyMachine for Machine<C> {
    fn start(&self, name: Option<String>, express: bool, input: Value, clock: &Clock) -> Execution {
        let settings = Settings {
            name,
            express,
            ..self.settings()
        };
        self.begin(settings, input, clock)
    }

    fn drive(self: Arc<Self>, mut execution: Execution, clock: Clock) -> Driven {
        Box::pin(async move { memory::drive(&*self, &mut execution, &clock).await })
    }

    fn functions(&self) -> &dyn Functions {
        self.caller()
    }

    fn machines(&self) -> &Machines {
        Self::machines(self)
    }
}

/// The machines that a machine's tasks may start executions of, by name or ARN.
#[derive(Clone, Default)]
pub(crate) struct Machines(Option<Arc<BTreeMap<String, Arc<dyn AnyMachine>>>>);

impl Machines {
    pub fn add(&mut self, name: String, machine: Arc<dyn AnyMachine>) {
        Arc::make_mut(self.0.get_or_insert_default()).insert(name, machine);
    }

    pub fn names(&self) -> Vec<String> {
        match &self.0 {
            Some(machines) => machines.keys().cloned().collect(),
            None => Vec::new(),
        }
    }

    /// The machine of this name or ARN.
    pub fn get(&self, machine: &str) -> Option<&dyn AnyMachine> {
        Some(&**self.0.as_ref()?.get(machine)?)
    }

    /// Starts an execution, which does nothing until it is driven.
    pub fn start(&self, machine: &str, name: Option<String>, express: bool, input: Value) -> Option<Child> {
        let machine = Arc::clone(self.0.as_ref()?.get(machine)?);
        let clock = Clock::start();
        let execution = machine.start(name, express, input, &clock);
        Some(Child {
            machine,
            execution,
            clock,
        })
    }
}

impl fmt::Debug for Machines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// An execution that another one started.
pub(crate) struct Child {
    machine: Arc<dyn AnyMachine>,
    execution: Execution,
    clock: Clock,
}

impl Child {
    pub fn info(&self) -> &ExecutionInfo {
        self.execution.info()
    }

    /// Runs it to its end. Dropping the future stops it.
    pub fn outcome(self) -> Driven {
        self.machine.drive(self.execution, self.clock)
    }
}
