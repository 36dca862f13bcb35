//! What functions are given and what they give.

use smol_str::SmolStr;

use crate::{
    Number, Value,
    jsonata::{Args, Data, Error, Eval, Function, Gather, Query, signature::Parameter, stringify},
};
use std::rc::Rc;

const UNDEFINED: &Data = &Data::Undefined;

/// An argument; nothing if it was left out.
pub(super) fn at(args: &Args, index: usize) -> &Data {
    args.get(index).unwrap_or(UNDEFINED)
}

/// A string, unless it was left out.
pub(super) fn text(args: &Args, index: usize) -> Option<&SmolStr> {
    match args.get(index) {
        Some(Data::Value(Value::String(text))) => Some(text),
        _ => None,
    }
}

/// A number, unless it was left out.
pub(super) fn float(args: &Args, index: usize) -> Option<f64> {
    args.get(index)?.as_f64()
}

/// A finite number, unless it was left out.
pub(super) fn number(args: &Args, index: usize) -> Option<Number> {
    args.get(index)?.as_number()
}

/// A function.
///
/// # Errors
/// T0410: it is none, which can only be where the signature does not say so.
pub(super) fn function<'a>(args: &'a Args, index: usize, name: &str) -> Result<&'a Rc<Function>, Error> {
    at(args, index).as_function().ok_or_else(|| misfit(name, index))
}

/// T0410
pub(in super::super) fn misfit(name: &str, index: usize) -> Error {
    Error::new(
        "T0410",
        format!(
            "Argument {} of function \"{name}\" does not match function signature",
            index + 1
        ),
    )
}

/// A text that was made.
///
/// # Errors
/// It is too long, or there is no more work left.
pub(super) fn made(q: &Query<'_>, text: String) -> Eval {
    spend_text(q, text.len())?;
    Ok(text.into())
}

/// Work for a text of so many bytes.
///
/// # Errors
/// It is too long, or there is no more work left.
pub(super) fn spend_text(q: &Query<'_>, bytes: usize) -> Result<(), Error> {
    stringify::check_length(bytes)?;
    q.spend(bytes / 64)
}

/// A result sequence. With more than one item it is a plain array, for which there is a shorter way.
pub(in super::super) fn sequence(items: Gather) -> Data {
    if items.len() > 1 {
        items.into_array()
    } else {
        items.into_sequence()
    }
}

/// The signature that a text says, at compile time.
macro_rules! signature {
    ($text:literal) => {{
        use $crate::jsonata::{
            functions::arguments::{count, parameters},
            signature::Parameter,
        };
        static PARAMETERS: [Parameter; count($text)] = parameters($text);
        static SIGNATURE: Signature = Signature {
            parameters: &PARAMETERS,
        };
        &SIGNATURE
    }};
}
pub(super) use signature;

/// Number of parameters of a signature.
pub(super) const fn count(signature: &'static str) -> usize {
    let mut count = 0;
    let mut at = 1;
    while !is_end(signature, at) {
        at = part(signature, at).1;
        count += 1;
    }
    count
}

/// The parameters of a signature.
pub(super) const fn parameters<const N: usize>(signature: &'static str) -> [Parameter; N] {
    let mut parameters = [const {
        Parameter {
            types: "",
            text: "",
            optional: false,
            context: false,
            repeated: false,
            elements: None,
        }
    }; N];
    let mut at = 1;
    let mut index = 0;
    while index < N {
        let (parameter, next) = part(signature, at);
        parameters[index] = parameter;
        at = next;
        index += 1;
    }
    parameters
}

/// Whether the parameters end here, with the signature or before the type of the result.
const fn is_end(signature: &str, at: usize) -> bool {
    matches!(signature.as_bytes()[at], b'>' | b':')
}

/// One parameter, and where the next one begins.
const fn part(signature: &'static str, start: usize) -> (Parameter, usize) {
    let bytes = signature.as_bytes();
    let mut end = start + 1;
    let mut elements = None;
    let types = match bytes[start] {
        b'(' => {
            while bytes[end] != b')' {
                end += 1;
            }
            end += 1;
            slice(signature, start + 1, end - 1)
        }
        b'j' => "asnblo",
        _ => slice(signature, start, end),
    };
    if bytes[end] == b'<' {
        if bytes[start] == b'a' {
            elements = Some(bytes[end + 1] as char);
        }
        while bytes[end] != b'>' {
            end += 1;
        }
        end += 1;
    }
    let text = slice(signature, start, end);
    let mut parameter = Parameter {
        types,
        text,
        optional: false,
        context: false,
        repeated: false,
        elements,
    };
    loop {
        match bytes[end] {
            b'?' => parameter.optional = true,
            b'-' => parameter.context = true,
            b'+' => parameter.repeated = true,
            _ => return (parameter, end),
        }
        end += 1;
    }
}

const fn slice(text: &'static str, start: usize, end: usize) -> &'static str {
    text.split_at(end).0.split_at(start).1
}

/// So that the tests can look at signatures.
#[cfg(test)]
impl crate::jsonata::signature::Signature {
    /// The parameters as they were written.
    pub(super) fn text(&self) -> String {
        let parameters = self.parameters.iter().map(|parameter| {
            let marks = [
                (parameter.context, "-"),
                (parameter.repeated, "+"),
                (parameter.optional, "?"),
            ];
            let marks = marks
                .into_iter()
                .filter(|(is_set, _)| *is_set)
                .map(|(_, mark)| mark);
            parameter.text.to_owned() + &marks.collect::<String>()
        });
        parameters.collect()
    }
}
