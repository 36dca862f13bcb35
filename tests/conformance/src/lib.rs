//! Runs the conformance cases: executions recorded from AWS Step Functions, validations, paths, workflows.
//!
//! The build script compiles every definition of the case folder, as `asl!` would; the test runs the machines on the
//! test driver and compares. The folder is the environment variable `ASL_CASES`, or else `../shared/conformance`
//! beside the workspace. `cargo test -p conformance -- --nocapture` shows the figures. `ASL_FILTER=text` runs the cases
//! whose name has that text, `ASL_VERBOSE=1` tells more about each failing one, `UPDATE_KNOWN=1` brings
//! `known-failures.txt` up to date.
//!
//! The recorded executions run a second and a third time on the durable engine: undisturbed, and with the engine closed
//! and opened again after every record of the journal.

mod durable;
pub mod folder;
mod guard;
pub mod known;
pub mod matcher;
pub mod report;
mod run;
mod sets;
pub mod tables;
mod try_out;

pub use durable::run_durably;
pub use run::run;
pub use try_out::try_out;
