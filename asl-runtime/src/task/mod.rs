//! The boundary between states, which hand JSON around, and the typed functions that Task states call.

mod error;
mod lambda;
pub(crate) mod natively;
mod signature;

pub use error::{IntoTaskError, TaskError};
pub use lambda::{in_envelope, payload};
pub use signature::{AnyInput, Signature, Takes, TaskResult, TaskSet, Types, decode, encode};
