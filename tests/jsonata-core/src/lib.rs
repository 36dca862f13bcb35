//! Compiled JSONata beside the interpreter [`jsonata_core`].

pub mod convert;
pub mod documents;
pub mod measured;
pub mod ours;
pub mod outcome;
#[path = "../build/random.rs"]
pub mod random;
pub mod theirs;
