//! Compiles [Amazon States Language](https://states-language.net/spec.html) definitions to Rust.
//!
//! Text in, tokens out. Knows nothing of tokio, of the `proc_macro` crate or of the runtime.

mod build_script;
mod check;
mod compile;
mod diagnostic;
pub mod flow;
pub mod generate;
pub mod ir;
mod json;
pub mod jsonata;
mod lower;
mod references;
mod skeleton;
pub mod syntax;

pub use build_script::{BuildError, Builder, build};
pub use check::Allowed;
pub use compile::{MachineKind, Source, compile, compile_allowing, validate};
pub use diagnostic::{Code, Diagnostic, Diagnostics};
pub use references::variable_references;
pub use skeleton::{Skeleton, SkeletonState};
