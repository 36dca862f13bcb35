//! Tests of what compiled expressions call, in the form in which the compiler calls it.

mod bounds;
mod paths;
mod signature;
pub(super) mod support;
