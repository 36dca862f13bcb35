//! Compiled JSONata beside the interpreter [`jsonata_core`].

pub mod documents;
pub mod outcome;
#[path = "../build/random.rs"]
pub mod random;
pub mod theirs;
