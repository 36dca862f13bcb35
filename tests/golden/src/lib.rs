//! Definitions in `machines/`, each beside the Rust that it is compiled to.
//!
//! `tests/generated.rs` compiles every definition anew and compares; `tests/run.rs` includes the code and runs it. After
//! a change of the generator, `UPDATE_GOLDEN=1 cargo test -p golden --test generated` writes the code anew.
