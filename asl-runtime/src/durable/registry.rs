//! The machines of an engine.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tracing::Instrument;

use super::runner::Done;
use super::telemetry;
use crate::ExecutionLog;
use crate::driver::{Answers, Caller, Machine, World};
use crate::machine::{Effect, ExecutionInfo, Program, ResourceKind, StateKind};
use crate::objects::Readers;

/// A machine of whatever type.
pub trait AnyMachine: Send + Sync {
    fn program(&self) -> &'static Program;
    fn payload_limit(&self) -> usize;
    fn polled_activities(&self) -> bool;

    /// The log of an execution, where there is to be one.
    fn log_of(&self, arn: &dyn Fn() -> String) -> Option<ExecutionLog>;

    /// Calls a task, runs an Express child, reads items, writes an object.
    fn perform(self: Arc<Self>, effect: Effect, work: Work) -> Performing;
}

pub type Performing = Pin<Box<dyn Future<Output = Done> + Send>>;

/// For whom something is done.
pub struct Work {
    pub info: Arc<ExecutionInfo>,
    pub readers: Readers,
    pub answers: Answers,
}

impl<C: Caller + 'static> AnyMachine for Machine<C> {
    fn program(&self) -> &'static Program {
        Self::program(self)
    }

    fn payload_limit(&self) -> usize {
        Self::payload_limit(self)
    }

    fn polled_activities(&self) -> bool {
        self.activities().is_some()
    }

    fn log_of(&self, arn: &dyn Fn() -> String) -> Option<ExecutionLog> {
        Self::log_of(self, arn)
    }

    fn perform(self: Arc<Self>, effect: Effect, work: Work) -> Performing {
        let Effect::Task(call) = effect else {
            return Box::pin(async move { Done::Event(work.world(&self).perform(effect, None).await) });
        };
        let program = Self::program(&self);
        let state = program.states[usize::from(call.state)].name;
        let attempt = call.attempt;
        let span = tracing::info_span!(target: "asl_runtime::execution", "task", state, attempt);
        // One box, for the most frequent kind of work.
        let performed = async move {
            let performance = telemetry::Performance::begin();
            let world = work.world(&self);
            let event = world.call(call, None).await;
            performance.end(program.name, state, &event);
            Done::Event(event)
        };
        Box::pin(performed.instrument(span))
    }
}

impl Work {
    fn world<'a, C>(&'a self, machine: &'a Machine<C>) -> World<'a, C> {
        World {
            machine,
            info: Arc::clone(&self.info),
            children: Mutex::default(),
            readers: Some(self.readers.clone()),
            answers: Some(&self.answers),
        }
    }
}

/// Tells a definition from others, and from the same one under another name.
pub fn version_of(program: &Program) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    program.name.bytes().fold(program.fingerprint, hash)
}

/// The machines, by fingerprint; and which of each name new executions are of.
#[derive(Default, Clone)]
pub struct Registry {
    versions: BTreeMap<u64, Arc<dyn AnyMachine>>,
    current: BTreeMap<String, u64>,
}

impl Registry {
    /// Adds a machine. New executions of its name are its own from now on.
    pub fn add(&mut self, machine: Arc<dyn AnyMachine>) {
        let program = machine.program();
        let version = version_of(program);
        self.current.insert(program.name.to_owned(), version);
        self.versions.insert(version, machine);
    }

    pub fn version(&self, fingerprint: u64) -> Option<&Arc<dyn AnyMachine>> {
        self.versions.get(&fingerprint)
    }

    /// The version that new executions are of.
    pub fn current(&self, name: &str) -> Option<&Arc<dyn AnyMachine>> {
        self.versions.get(self.current.get(name)?)
    }

    pub fn fingerprints(&self) -> Vec<u64> {
        self.versions.keys().copied().collect()
    }

    /// Names of the machines that an execution of this one can start executions of; none where it starts none.
    pub fn startable(&self, program: &Program) -> Vec<String> {
        let starts = program.states.iter().any(|state| match state.kind {
            StateKind::Task(resource) => matches!(
                resource.kind,
                ResourceKind::Service {
                    service: "states" | "aws-sdk:sfn",
                    ..
                }
            ),
            _ => false,
        });
        if starts {
            self.current.keys().cloned().collect()
        } else {
            Vec::new()
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.current).finish()
    }
}
