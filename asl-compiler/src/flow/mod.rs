//! The flow of data through a machine: what each state's input can be, and what is asked of it.
//!
//! The types of tasks are not known here, but where the tasks are implemented. So the analysis works with symbols for
//! them: it follows the data through all states, joins, loops and scopes, decides what it can, and leaves questions that
//! are about a single type: whether the output of a task has a member, whether an object made of such members fits a
//! task's input. The runtime answers those in constants (its module `shape`).
//!
//! Only what is wrong on every route to a state is a mistake. So whatever is not certain is any JSON.

mod choice;
mod field;
mod jsonata;
mod limits;
mod map;
mod places;
mod say;
mod solve;
mod state;
mod surroundings;
mod symbols;
pub mod table;
mod task;
mod template;
mod types;
mod walk;
mod write;

use crate::ir::{Machine, Place, StateIndex};

pub use places::FieldPlaces;
pub(crate) use places::PlacesBuilder;
pub use symbols::{Meaning, Symbol, Symbols};
pub use table::Table;
pub use types::{Array, Base, Member, Object, Type, Union, kind};

/// What is asked of the data.
#[derive(Debug, Default)]
pub struct Flow {
    /// What has to be true of it, by state and field.
    pub checks: Vec<Check>,
    /// What the machine gives.
    pub output: Type,
    /// The values of the user's types.
    pub symbols: Symbols,
}

/// Something that has to be true.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The state.
    pub state: StateIndex,
    /// The field: `Parameters.amount.$`.
    pub field: String,
    /// The path in question, as written; empty where there is none. `unchecked(path = "...")` names it.
    pub path: String,
    /// Where the field's value stands.
    pub place: Place,
    /// What has to be true.
    pub rule: Rule,
}

/// What has to be true.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// At least one of these exists.
    Exists {
        /// Each with the number of the path's last steps that go through it.
        values: Vec<(Symbol, u8)>,
        /// What was perhaps meant where a step finds nothing, with the number of steps after it: a key that a state before
        /// has written beside those of the user's type.
        hint: Option<(usize, String)>,
    },
    /// The value can be one of these kinds.
    Kind {
        /// The value.
        value: Type,
        /// The kinds.
        kinds: u8,
        /// The kinds in words: `a number`.
        wanted: &'static str,
        /// What happens otherwise: `, so that ...`.
        otherwise: String,
        /// What messages call the value, if that is not the path: of a `ResultPath`, `$`.
        called: String,
    },
    /// The value can be this string.
    Word {
        /// The value.
        value: Type,
        /// The string.
        word: String,
    },
    /// The value can be the input of a task.
    Fits {
        /// The value.
        value: Type,
        /// The Task state.
        task: StateIndex,
    },
    /// Never true, whatever the types are.
    Never {
        /// What is wrong.
        message: String,
        /// What there is instead.
        note: String,
        /// What was perhaps meant.
        help: String,
    },
}

/// Follows the data through a machine.
pub fn analyse(machine: &Machine) -> Flow {
    solve::Analysis::new(machine).run()
}
