//! Regular expressions: whether one is one, and its instructions, which the runtime carries out.
//!
//! They are compiled with the expression, so that nothing of them is left to be read at run time, and a wrong one is
//! told where it stands.

mod class;
mod parse;
mod program;

pub use class::Class;
pub use parse::Fault;
pub use program::{Address, Instruction, Loop, Program};

use super::{problem::Problem, tree::Regex};
use std::ops::Range;

/// The instructions of a regular expression.
///
/// The language is ECMAScript's without the `u` flag, with what
/// [annex B](https://tc39.es/ecma262/#sec-regular-expressions-patterns) allows; characters are those of Unicode.
///
/// # Errors
/// What is wrong with it.
pub fn compile(regex: &Regex) -> Result<Program, Fault> {
    let tree = parse::parse(&regex.pattern)?;
    Ok(program::compile(&tree, regex.ignore_case))
}

/// What is wrong with a regular expression.
pub(super) fn check(regex: &Regex, range: &Range<usize>) -> Option<Problem> {
    let fault = compile(regex).err()?;
    // Behind the slash at its start.
    let start = range.start + 1 + fault.at;
    let width = regex.pattern[fault.at..].chars().next().map_or(1, char::len_utf8);
    Some(*Problem::new("", fault.message, start..start + width))
}
