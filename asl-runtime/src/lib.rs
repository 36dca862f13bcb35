//! Runs [Amazon States Language](https://states-language.net/spec.html) workflows that were compiled to Rust.

pub mod machine;
pub mod path;
pub mod value;

pub use value::{Number, Object, Value};
