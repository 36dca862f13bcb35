//! Standard executions: they survive the process.
//!
//! An [`Engine`] keeps executions in a file. Whatever happens to the process, an execution goes on where it was as soon as
//! the file is opened again: tasks whose results were recorded are not called again, waits end when they should have,
//! tokens stay good.
//!
//! ```ignore
//! let engine = Engine::builder().machine(order::machine(shop)).open("orders.db").await?;
//! let execution = engine.start("order", "order-1234", &input).await?;
//! let done: Confirmation = execution.result().await?;
//! ```
//!
//! # What a task can count on
//! A task that was under way when the process died is called again, with the same input and the same
//! [`idempotency_key`](crate::TaskContext::idempotency_key). One whose result is recorded never is. Before a task is called all
//! that led to the call is durable.
//!
//! # Waiting
//! An execution that only waits, for a time, an answer by token, a worker or another execution, leaves the memory
//! after a second. A million of them cost disk space alone.
//!
//! # Watching
//! The engine tells of its executions through `tracing`, with the target `asl_runtime::execution`: starts and ends at the level
//! `INFO`, each history event at `DEBUG`, what goes wrong at `WARN` and `ERROR`; all of it within a span `execution` with
//! `machine`, `name` and `id`, and calls of tasks within a span `task` with `state` and `attempt`. With the feature
//! `opentelemetry` a layer (`asl_runtime::opentelemetry`) exports them. With the feature `metrics` there are counters for
//! that facade: `asl_executions_started_total`, `..._succeeded_total`, `..._failed_total`, `..._timed_out_total`,
//! `..._aborted_total`, `..._redriven_total`, `asl_transitions_total`, `asl_task_calls_total`, `asl_task_retries_total`;
//! and the histograms `asl_execution_duration_seconds` (with `machine` and `status`) and `asl_task_duration_seconds`, of
//! the calls of tasks (with `machine`, `state` and `outcome`, which is `succeeded` or `failed`).
//!
//! # When a definition changes
//! An execution keeps the definition that it was started with. Register the old version beside the new one (in a module of
//! its own, by the same name) until its executions have ended. Those whose definition is not registered are *held*:
//! [`Execution::describe`] says so, and they can be stopped.
//!
//! # When the store fails
//! A full disk or a failing one lets executions stand still; [`Engine::write_error`] tells why, and callers that
//! wait for something durable get the error. They go on by themselves when the store takes writes again. What was read
//! from the store is checked; an execution with a damaged journal is held, the others go on.
//!
//! # When the engine panics
//! A task that panics fails. If something else does, a clock or a log of yours for instance, the execution that the engine drove
//! at that moment is held until the store is opened again, or it is [resumed](Execution::resume); callers that wait for it get
//! the error.

mod archive;
mod clock;
mod committer;
mod engine;
mod error;
mod record;
mod registry;
mod replay;
mod runner;
pub mod store;
mod telemetry;
mod text;

pub use clock::Clock;
pub use engine::{
    ActivityTask, Description, Engine, EngineBuilder, Execution, ExecutionList, History, HistoryQuery,
    Limits, List, ListMapRuns, ListedExecution, ListedMapRun, MapRunList, RedriveStatus, Startable, Waiting,
};
pub use error::{EngineError, ResultError};
pub use store::Status;
