//! Runs [Amazon States Language](https://states-language.net/spec.html) workflows that were compiled to Rust.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod activity;
mod callback;
pub mod choice;
mod definition;
mod driver;
#[cfg(feature = "durable")]
pub mod durable;
pub mod intrinsic;
pub mod jsonata;
#[cfg(feature = "tracing")]
mod logging;
pub mod machine;
mod mailbox;
mod map_runs;
pub mod native;
pub mod objects;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
pub mod path;
pub mod shape;
mod task;
mod task_context;
pub mod testing;
mod time;
pub mod value;

pub use activity::{Activities, ActivityTask};
pub use asl_macros::{Native, Shape, TaskError, tasks};
pub use callback::{Callback, CallbackError, Callbacks};
pub use driver::{Caller, ExecutionError, Machine, NewExecution};
#[cfg(feature = "tracing")]
pub use logging::{ExecutionLog, LogLevel};
pub use machine::{
    Details, EventType, HistoryEvent, MapRunCounts, MapRunStatus, MapRunSummary, MapRunUpdate, Observer,
    Outcome,
};
pub use map_runs::{MapRunError, MapRuns};
pub use native::{Held, Native};
pub use shape::Shape;
pub use task::{AnyInput, IntoTaskError, Signature, Takes, TaskError, TaskResult, TaskSet, Types};
pub use task_context::{TaskContext, TaskHandle};
pub use time::Timestamp;
pub use value::{Number, Object, Value};
