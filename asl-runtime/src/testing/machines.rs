//! The machines of a run: the one under test, and those that it starts executions of.

use std::collections::BTreeMap;

use super::mock::{Answer, Mocks};
use super::{Test, TestError};
use crate::Value;
use crate::driver::{Functions, Machines};
use crate::machine::{Program, Settings};

/// A machine of a run.
pub(super) struct Tested<'a> {
    pub program: &'static Program,
    pub express: bool,
    payload_limit: usize,
    history_limit: u64,
    mocks: BTreeMap<String, Mocks>,
    /// Its tasks, called where no mock is left; none where there are mocks alone.
    pub functions: Option<&'a dyn Functions>,
    /// Those that it starts executions of, by the names that it has for them.
    machines: BTreeMap<String, usize>,
}

/// What a machine is where its tasks are called.
#[derive(Clone, Copy)]
pub(super) struct Real<'a> {
    pub functions: &'a dyn Functions,
    pub machines: &'a Machines,
}

/// All machines of a run, by number; 0 is the one under test.
#[derive(Default)]
pub(super) struct Cast<'a>(Vec<Tested<'a>>);

impl<'a> Cast<'a> {
    /// Adds a machine with those that it starts executions of. Gives its number.
    pub fn add(&mut self, test: Test, real: Option<Real<'a>>) -> Result<usize, TestError> {
        let program = test.program;
        let is_task = |name: &str| {
            let mut states = program.states.iter();
            states.any(|state| state.name == name && state.kind.is_task())
        };
        if let Some(state) = test.mocks.keys().find(|name| !is_task(name)) {
            return Err(TestError::NoState {
                machine: program.name,
                state: state.clone(),
            });
        }
        let number = self.0.len();
        self.0.push(Tested {
            program,
            express: test.express,
            payload_limit: test.payload_limit,
            history_limit: test.history_limit,
            mocks: test.mocks,
            functions: real.map(|real| real.functions),
            machines: BTreeMap::new(),
        });
        for (name, test) in test.machines {
            let real = real.and_then(|real| real.machines.get(&name));
            let real = real.map(|machine| Real {
                functions: machine.functions(),
                machines: machine.machines(),
            });
            let other = self.add(test, real)?;
            self.0[number].machines.insert(name, other);
        }
        Ok(number)
    }

    pub fn get(&self, machine: usize) -> &Tested<'a> {
        &self.0[machine]
    }

    /// The mock that answers a call of a state.
    pub fn mock(&mut self, machine: usize, state: &str, input: &Value) -> Option<Answer> {
        self.0[machine].mocks.get_mut(state)?.take(input)
    }
}

impl Tested<'_> {
    /// The number of a machine that it starts executions of.
    pub fn machine(&self, name: &str) -> Option<usize> {
        self.machines.get(name).copied()
    }

    /// How its executions are started.
    pub fn settings(&self) -> Settings {
        Settings {
            express: self.express,
            payload_limit: self.payload_limit,
            history_limit: Some(self.history_limit),
            polled_activities: true,
            machines: self.machines.keys().cloned().collect(),
            ..Settings::express()
        }
    }
}
