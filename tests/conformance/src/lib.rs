//! Runs the conformance cases.

pub mod matcher;
