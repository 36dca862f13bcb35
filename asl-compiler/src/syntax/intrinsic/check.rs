//! What can be said of a call's arguments before it runs: their number, and the kind of literals.

use super::{Argument, Function};
use crate::syntax::path::SyntaxError;
use std::ops::Range;

/// Checks the arguments, each given with its place, of the call at `span`.
pub(super) fn arguments(
    function: Function,
    arguments: &[(Argument, usize)],
    span: Range<usize>,
) -> Result<(), SyntaxError> {
    let name = function.name();
    let (least, most) = function.arity();
    let count = arguments.len();
    if count < least || count > most {
        let expected = match (least, most) {
            (least, usize::MAX) => format!("at least {least}"),
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        };
        let message = format!("`States.{name}` takes {expected} arguments, not {count}");
        return Err(SyntaxError::new(span.start, span.len(), message));
    }
    if let Some((Argument::Template(parts), at)) = arguments.first() {
        let (places, values) = (parts.len() - 1, count - 1);
        if places != values {
            let message = format!("the template has {places} `{{}}`, but {values} values follow");
            return Err(SyntaxError::new(*at, 1, message));
        }
    }
    for (index, (argument, at)) in arguments.iter().enumerate() {
        if let (Some(expected), Some(given)) = (expected(function, index), kind(argument))
            && expected != given
        {
            let message = format!(
                "argument {} of `States.{name}` must be {}",
                index + 1,
                expected.describe()
            );
            return Err(SyntaxError::new(*at, 1, message));
        }
    }
    if let (Function::JsonMerge, Some((Argument::Bool(true), at))) = (function, arguments.get(2)) {
        return Err(
            SyntaxError::new(*at, 4, "`States.JsonMerge` merges shallowly only")
                .help("write `false`: deep merging is not available"),
        );
    }
    Ok(())
}

/// The function that was probably meant.
pub(super) fn similar(name: &str) -> Option<Function> {
    let wanted = sorted(name);
    Function::ALL.iter().copied().find(|function| {
        let known = function.name();
        known.eq_ignore_ascii_case(name) || sorted(known) == wanted
    })
}

fn sorted(name: &str) -> Vec<u8> {
    let mut letters = name.to_ascii_lowercase().into_bytes();
    letters.sort_unstable();
    letters
}

#[derive(PartialEq)]
enum Kind {
    String,
    Number,
    Bool,
    Array,
    Object,
    Null,
}

impl Kind {
    fn describe(&self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "`true` or `false`",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Null => "null",
        }
    }
}

fn kind(argument: &Argument) -> Option<Kind> {
    Some(match argument {
        Argument::String(_) | Argument::Template(_) => Kind::String,
        Argument::Integer(_) | Argument::Float(_) => Kind::Number,
        Argument::Bool(_) => Kind::Bool,
        Argument::Null => Kind::Null,
        Argument::Path(_) | Argument::Call(_) => return None,
    })
}

/// What an argument must be; `None` if anything goes.
fn expected(function: Function, index: usize) -> Option<Kind> {
    Some(match (function, index) {
        (Function::Format, 0)
        | (Function::StringToJson | Function::Base64Encode | Function::Base64Decode, _)
        | (Function::Hash, 1)
        | (Function::StringSplit, _) => Kind::String,
        (Function::MathAdd | Function::MathRandom | Function::ArrayRange, _)
        | (Function::ArrayPartition | Function::ArrayGetItem, 1) => Kind::Number,
        (Function::JsonMerge, 2) => Kind::Bool,
        (Function::JsonMerge, _) => Kind::Object,
        (
            Function::ArrayPartition
            | Function::ArrayContains
            | Function::ArrayGetItem
            | Function::ArrayLength
            | Function::ArrayUnique,
            0,
        ) => Kind::Array,
        _ => return None,
    })
}
