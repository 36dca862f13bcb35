//! What `asl!`, `#[tasks]` and `#[derive(TaskError)]` take, by the side of what `ui` shows them to refuse.

mod allowed;
mod context;
mod errors;
mod explicit_types;
mod flow;
mod generic;
mod hidden;
mod identifiers;
mod input_left_out;
