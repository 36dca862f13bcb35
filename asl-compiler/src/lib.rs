//! Compiles [Amazon States Language](https://states-language.net/spec.html) definitions to Rust.
//!
//! Text in, tokens out. Knows nothing of tokio, of the `proc_macro` crate or of the runtime.

pub mod ir;
pub mod syntax;
