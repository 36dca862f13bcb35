//! The definition as written: states, rules, templates, paths, intrinsic functions.

pub mod block;
pub mod intrinsic;
pub mod path;
mod pattern;
mod read;
pub mod resource;
pub mod shape;
pub(crate) mod tables;
pub mod template;
pub mod timestamp;

pub(crate) use read::read;
