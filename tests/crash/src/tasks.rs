//! The task service: what it does depends on the call alone, and each call is logged.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use asl_runtime::machine::{Program, StateId, TaskInput};
use asl_runtime::{Caller, Machine, TaskContext, TaskError, Value, json};

use crate::logs::Log;
use crate::mend::Mender;

/// Numbers from a seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        hasher.finish() % limit
    }
}

/// The tasks of a machine.
pub struct Tasks {
    program: &'static Program,
    calls: Option<Log>,
    tokens: Option<Log>,
    mender: Mender,
    pause: bool,
}

impl Tasks {
    /// Tasks that log their calls.
    pub fn logged(program: &'static Program, calls: &Log, tokens: &Log, mender: &Mender) -> Machine<Self> {
        Machine::new(Self {
            program,
            calls: Some(calls.clone()),
            tokens: Some(tokens.clone()),
            mender: mender.clone(),
            pause: true,
        })
    }

    /// Tasks for an undisturbed run, with tokens only.
    pub fn plain(program: &'static Program, tokens: &Log, mender: &Mender) -> Machine<Self> {
        Machine::new(Self {
            program,
            calls: None,
            tokens: Some(tokens.clone()),
            mender: mender.clone(),
            pause: false,
        })
    }
}

impl Caller for Tasks {
    fn program(&self) -> &'static Program {
        self.program
    }

    async fn call(&self, _: StateId, input: TaskInput, context: &TaskContext) -> Result<Value, TaskError> {
        let input = input.into_value();
        let (key, attempt) = (context.idempotency_key(), context.attempt());
        let execution = context.execution().name();
        if let Some(calls) = &self.calls {
            calls.line(&format!("{key} {execution} {} {attempt}", context.state()))?;
        }
        // The name given at the start, which nested executions hand on; their own is a new one each time.
        let name = input.get("name").and_then(Value::as_str).unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        let number = input.get("n").and_then(Value::as_u64);
        (name, context.state(), context.map_index(), number).hash(&mut hasher);
        let hash = hasher.finish();
        if self.pause {
            tokio::time::sleep(Duration::from_millis(hash % 40)).await;
        }
        // One in twenty-four fails for good, until its execution was redriven once or twice.
        if (hash / 64).is_multiple_of(24) && self.mender.redrives(name) < 1 + hash / 1024 % 2 {
            return Err(TaskError::new("Broken", format!("key={key}")));
        }
        if let (Some(tokens), Some(token)) = (&self.tokens, context.token()) {
            tokens.line(token)?;
            return Ok(json!({ "key": key }));
        }
        // One in four fails at first, half of those twice.
        if hash.is_multiple_of(4) && u64::from(attempt) <= 1 + hash / 4 % 2 {
            return Err(TaskError::new("Busy", format!("key={key}")));
        }
        Ok(json!({ "key": key, "did": (hash % 1000) }))
    }
}
