//! The definition as written: states, rules, templates, paths, intrinsic functions.

pub(crate) mod block;
pub(crate) mod expression;
pub mod intrinsic;
pub mod path;
mod pattern;
mod read;
pub(crate) mod resource;
pub(crate) mod shape;
pub(crate) mod tables;
pub(crate) mod template;
pub mod timestamp;

pub(crate) use read::read;
