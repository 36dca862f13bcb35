//! The pure machine: no IO, no clock, no tokio. Drivers do what it asks for and tell it what happened.

mod program;
mod step;

pub use program::{Pattern, Program, Resource, ResourceKind, Retrier, StateId, StateInfo, StateKind};
pub use step::{On, Step, TaskStep, WaitStep};

/// What a state's function works with.
#[derive(Debug)]
pub struct Cx<'a> {
    /// The state's raw input.
    pub input: crate::Value,
    _shared: std::marker::PhantomData<&'a ()>,
}

/// Why a state failed.
#[derive(Debug)]
pub struct Failure {
    _cause: String,
}

impl Failure {
    /// A `States.Runtime` failure: ends the whole execution.
    pub fn runtime(cause: impl Into<String>) -> Self {
        Self { _cause: cause.into() }
    }
}
