//! Values that a machine's definition holds.

use std::{fmt, sync::LazyLock};

use super::Value;

/// A value that is built once, when it is first needed; for generated code.
///
/// ```
/// use asl_runtime::{json, value::Constant};
/// static GREETING: Constant = Constant::new(|| json!({ "text": "hello" }));
/// assert_eq!(GREETING.get(), json!({ "text": "hello" }));
/// ```
pub struct Constant(LazyLock<Value>);

impl Constant {
    /// The value that `build` makes.
    pub const fn new(build: fn() -> Value) -> Self {
        Self(LazyLock::new(build))
    }

    /// The value as it is.
    pub(crate) fn lend(&self) -> &Value {
        LazyLock::force(&self.0)
    }

    /// The value: a clone, which shares it.
    pub fn get(&self) -> Value {
        LazyLock::force(&self.0).clone()
    }
}

impl fmt::Debug for Constant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(LazyLock::force(&self.0), formatter)
    }
}
