//! The built-in functions.

use super::{Args, Eval, Query, signature::Signature};

/// A built-in function.
pub struct Builtin {
    /// Its name, without `$`.
    pub name: &'static str,
    /// Checked before `run` is called. `None` where a function takes anything.
    pub signature: Option<&'static Signature>,
    /// How many arguments it wants from a higher-order function.
    pub arity: usize,
    /// Takes the arguments, checked; those left out at the end are not there.
    pub run: fn(&Query<'_>, Args) -> Eval,
}
