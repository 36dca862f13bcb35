//! Intrinsic functions.

use std::borrow::Cow;
use std::fmt;

use crate::Value;
use crate::path::{Missing, Path};

/// A call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// As written.
    pub text: &'static str,
}

/// Where a call is evaluated.
pub trait Environment {
    /// What a path finds.
    fn path(&self, path: &'static Path) -> Result<Cow<'_, Value>, Missing>;
    /// What a path starts from, for messages.
    fn document(&self, path: &'static Path) -> Value;
    /// The next random number.
    fn random(&self) -> u64;
    /// A random UUID.
    fn uuid(&self) -> String;
}

/// Why a call failed.
#[derive(Debug)]
pub struct IntrinsicError;

impl IntrinsicError {
    pub(crate) fn is_missing_argument(&self) -> bool {
        false
    }
}

impl fmt::Display for IntrinsicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("")
    }
}

pub(crate) fn evaluate(_: &Call, _: &dyn Environment) -> Result<Value, IntrinsicError> {
    Err(IntrinsicError)
}
