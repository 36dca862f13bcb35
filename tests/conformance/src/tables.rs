//! What the build script compiled.

use asl_runtime::jsonata::{Eval, Item, Query};
use asl_runtime::machine::Program;
use asl_runtime::path::Path;

/// Everything of a case folder that is compiled code.
#[derive(Debug)]
pub struct Tables {
    /// The folder; `None` if it was not there.
    pub folder: Option<&'static str>,
    /// Whether it is the default folder, to which the lists that are checked in belong.
    pub is_default: bool,
    /// The machines.
    pub machines: &'static [Compiled<&'static Program>],
    /// The paths.
    pub paths: &'static [Compiled<Path>],
    /// The JSONata expressions.
    pub expressions: &'static [Compiled<Expression>],
}

/// A compiled JSONata expression.
pub type Expression = fn(&Query<'_>, Item<'_>) -> Eval;

/// Something that the compiler took, or its reasons for refusing it.
#[derive(Debug)]
pub struct Compiled<T> {
    /// Fingerprint of the definition's or path's text.
    pub key: u64,
    /// The case it is from, or the first of them; or the path.
    pub name: &'static str,
    /// The result, or the diagnostics.
    pub result: Result<T, &'static str>,
}

impl<T> Compiled<T> {
    /// Looks up a text; `None` if the table does not have it.
    pub fn find(table: &[Self], key: u64) -> Option<Result<&T, &'static str>> {
        let compiled = table.iter().find(|compiled| compiled.key == key)?;
        Some(compiled.result.as_ref().map_err(|message| *message))
    }
}
