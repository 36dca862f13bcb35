//! The definition as written: paths, intrinsic functions, states.

pub mod intrinsic;
pub mod path;
pub mod timestamp;
