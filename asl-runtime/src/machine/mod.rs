//! The pure machine: no IO, no clock, no tokio. Drivers do what it asks for and tell it what happened.
//!
//! [`Program`] is what the compiler knows: a table of states, each with its function. An [`Execution`] is a
//! program in motion, with all its branches and iterations. A state's function gets a [`Cx`] and the reason why it
//! is called ([`On`]) and answers with what it wants done ([`Step`]).

mod answer;
mod children;
mod context;
mod cx;
mod effect;
mod execution;
mod expression;
mod failure;
mod fan;
mod history;
mod inspect;
mod map_run;
mod nested;
mod numbers;
mod program;
mod queue;
mod recover;
mod redrive;
mod run;
mod scope;
mod step;
mod task;
mod template;
mod tokens;

pub use context::{ExecutionInfo, Seed};
pub use cx::Cx;
pub use effect::{Awaited, Effect, Event, StartExecution, TaskCall};
pub use execution::{Execution, Outcome, Settings};
pub use expression::{Evaluation, Expression, States};
pub use failure::{Failure, names};
pub use history::{Details, EventType, HistoryEvent, Observer};
pub use map_run::{
    ChildExecution, DistributedMap, ItemFormat, ItemReader, ItemSource, Items, MapRunCounts, MapRunStatus,
    MapRunStep, MapRunSummary, MapRunUpdate, ReadItem, ReadItems, ResultWriter, Transformation, WriteObject,
};
pub(crate) use nested::already_exists;
#[cfg(feature = "durable")]
pub(crate) use nested::is_valid_name;
pub use program::{Pattern, Program, Resource, ResourceKind, Retrier, StateId, StateInfo, StateKind};
pub use run::Ticket;
pub use step::{On, Step, TaskStep, WaitStep};
pub use template::{TaskInput, Template};
pub(crate) use {
    context::{Item, Origin},
    cx::Scene,
    inspect::Inspector,
    map_run::{Batcher, InputItems},
    run::Run,
};
