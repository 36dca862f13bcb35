//! Distributed Map: its items are read on demand, and each of them, or each batch, is an execution of its own.
//!
//! The machine counts, batches, tolerates and puts results together here, without any IO; it asks a driver to
//! read items ([`ReadItems`]), to run children ([`ChildExecution`]) and to write results ([`WriteObject`]).

mod batch;
mod child;
mod definition;
mod input_items;
mod plan;
mod progress;
mod redrive;
mod results;
mod run;
mod settings;
mod summary;
mod tolerance;

pub(crate) use batch::Batcher;
pub use child::{ChildExecution, ItemSource, Items, ReadItem, ReadItems, WriteObject};
pub use definition::{DistributedMap, ItemFormat, ItemReader, ResultWriter, Transformation};
pub(crate) use input_items::InputItems;
pub(crate) use progress::MapRun;
pub use settings::{MapRunStep, MapRunUpdate};
pub use summary::{MapRunCounts, MapRunStatus, MapRunSummary};
