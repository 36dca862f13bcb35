//! What can be read of a definition that has mistakes.

use crate::ir::{Place, Resource};

/// The states of a definition that could be read: enough for the enum of states and the trait of tasks, so
/// that one mistake is not followed by fifty from the compiler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skeleton {
    /// `Comment` of the definition.
    pub comment: Option<String>,
    /// The states of all scopes, each name once.
    pub states: Vec<SkeletonState>,
}

/// A state that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkeletonState {
    /// Exact name in the definition.
    pub name: String,
    /// `Comment` of the state.
    pub comment: Option<String>,
    /// Where the state's name stands.
    pub place: Place,
    /// `Type`, where it is one that exists or can be told from the fields: `Task`.
    pub kind: Option<&'static str>,
    /// `Resource` of a Task.
    pub resource: Option<Resource>,
}

impl Skeleton {
    /// The states that need a function: those of type Task.
    pub fn tasks(&self) -> impl Iterator<Item = &SkeletonState> {
        self.states.iter().filter(|state| state.kind == Some("Task"))
    }
}
