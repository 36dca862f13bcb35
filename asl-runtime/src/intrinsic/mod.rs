//! Intrinsic functions: the static form of calls that generated code holds, and their evaluation.

mod array;
mod encoding;
mod java;
mod math;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use encoding::{digest, encode_base64};
pub(crate) use java::Java;
pub(crate) use math::JavaRandom;

use crate::{
    path::{Missing, Numeral, Path},
    value::Value,
};
use std::{borrow::Cow, fmt};

/// A call, parsed at compile time.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// As written in the definition.
    pub text: &'static str,
    /// What is called.
    pub function: Function,
    /// Its arguments, checked in number.
    pub arguments: &'static [Argument],
}

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
pub enum Argument {
    /// `'text'`
    String(&'static str),
    /// The literal template of `States.Format`: the texts around its `{}`.
    Template(&'static [&'static str]),
    /// A number.
    Number(Numeral),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// `$.path`
    Path(Path),
    /// Another call.
    Call(Call),
}

/// The intrinsic functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `States.Format`
    Format,
    /// `States.StringToJson`
    StringToJson,
    /// `States.JsonToString`
    JsonToString,
    /// `States.Array`
    Array,
    /// `States.ArrayPartition`
    ArrayPartition,
    /// `States.ArrayContains`
    ArrayContains,
    /// `States.ArrayRange`
    ArrayRange,
    /// `States.ArrayGetItem`
    ArrayGetItem,
    /// `States.ArrayLength`
    ArrayLength,
    /// `States.ArrayUnique`
    ArrayUnique,
    /// `States.Base64Encode`
    Base64Encode,
    /// `States.Base64Decode`
    Base64Decode,
    /// `States.Hash`
    Hash,
    /// `States.JsonMerge`
    JsonMerge,
    /// `States.MathRandom`
    MathRandom,
    /// `States.MathAdd`
    MathAdd,
    /// `States.StringSplit`
    StringSplit,
    /// `States.UUID`
    UUID,
}

/// Where a call is evaluated.
pub trait Environment {
    /// What a path finds.
    ///
    /// # Errors
    /// The path finds nothing.
    fn path(&self, path: &'static Path) -> Result<Cow<'_, Value>, Missing>;
    /// The same where it is quickly found; nothing need be.
    fn member(&self, path: &'static Path) -> Option<&Value> {
        let _ = path;
        None
    }
    /// What a path starts from, for messages.
    fn document(&self, path: &'static Path) -> Value;
    /// The next random number.
    fn random(&self) -> u64;
    /// A random UUID.
    fn uuid(&self) -> String;
}

/// Why a call failed. Displays as the cause that the service gives.
#[derive(Debug, Clone)]
pub struct IntrinsicError(Box<Failure>);

#[derive(Debug, Clone)]
struct Failure {
    /// The outermost call, whichever failed of those inside it.
    call: &'static str,
    reason: Reason,
}

#[derive(Debug, Clone)]
enum Reason {
    MissingArgument { path: &'static str, document: Value },
    Function(String),
}

impl IntrinsicError {
    fn new(reason: Reason) -> Self {
        Self(Box::new(Failure { call: "", reason }))
    }

    /// Whether a path among the arguments found nothing, which is no failure of the function.
    pub fn is_missing_argument(&self) -> bool {
        matches!(self.0.reason, Reason::MissingArgument { .. })
    }
}

impl fmt::Display for IntrinsicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The function '{}' had the following error: ", self.0.call)?;
        match &self.0.reason {
            Reason::MissingArgument { path, document } => write!(
                f,
                "The JsonPath argument for the field '{path}' could not be found in the input '{document}'"
            ),
            Reason::Function(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for IntrinsicError {}

/// Evaluates a call.
///
/// # Errors
/// A path among its arguments finds nothing, or a function in it fails.
pub fn evaluate(call: &'static Call, environment: &dyn Environment) -> Result<Value, IntrinsicError> {
    let mut result = Value::Null;
    evaluate_into(call, environment, &mut result)?;
    Ok(result)
}

/// The same, the result written to its place.
pub(crate) fn evaluate_into(
    call: &'static Call,
    environment: &dyn Environment,
    place: &mut Value,
) -> Result<(), IntrinsicError> {
    write(call, environment, place).map_err(|mut error| {
        error.0.call = call.text;
        error
    })
}

fn failure(message: impl Into<String>) -> IntrinsicError {
    IntrinsicError::new(Reason::Function(message.into()))
}

fn write(
    call: &'static Call,
    environment: &dyn Environment,
    place: &mut Value,
) -> Result<(), IntrinsicError> {
    let arguments = Arguments { call, environment };
    match call.function {
        Function::Format => place.set(Value::String(text::format(&arguments)?)),
        Function::MathAdd => place.set(math::add(&arguments)?.into()),
        _ => *place = result(&arguments)?,
    }
    Ok(())
}

/// What functions give that are not called so often that it matters how.
#[inline(never)]
fn result(arguments: &Arguments<'_>) -> Result<Value, IntrinsicError> {
    match arguments.call.function {
        Function::Format => text::format(arguments).map(Value::from),
        Function::StringToJson => text::string_to_json(arguments),
        Function::JsonToString => Ok(arguments.get(0)?.to_string().into()),
        Function::Array => array::array(arguments),
        Function::ArrayPartition => array::partition(arguments),
        Function::ArrayContains => array::contains(arguments),
        Function::ArrayRange => math::range(arguments),
        Function::ArrayGetItem => array::item(arguments),
        Function::ArrayLength => array::length(arguments),
        Function::ArrayUnique => array::unique(arguments),
        Function::Base64Encode => encoding::base64_encode(arguments),
        Function::Base64Decode => encoding::base64_decode(arguments),
        Function::Hash => encoding::hash(arguments),
        Function::JsonMerge => text::merge(arguments),
        Function::MathRandom => math::random(arguments),
        Function::MathAdd => math::add(arguments).map(Value::from),
        Function::StringSplit => text::split(arguments),
        Function::UUID => Ok(arguments.environment.uuid().into()),
    }
}

/// The arguments of a call, evaluated when they are asked for.
struct Arguments<'e> {
    call: &'static Call,
    environment: &'e dyn Environment,
}

impl<'e> Arguments<'e> {
    fn len(&self) -> usize {
        self.call.arguments.len()
    }

    fn get(&self, index: usize) -> Result<Cow<'e, Value>, IntrinsicError> {
        let Some(argument) = self.call.arguments.get(index) else {
            return Err(failure(format!("argument {} is missing", index + 1)));
        };
        Ok(match argument {
            Argument::String(text) => Cow::Owned(Value::from_static(text)),
            Argument::Template(parts) => Cow::Owned(parts.join("{}").into()),
            Argument::Number(number) => Cow::Owned(number.to_number().into()),
            Argument::Bool(value) => Cow::Owned(Value::Bool(*value)),
            Argument::Null => Cow::Owned(Value::Null),
            Argument::Path(path) => self.environment.path(path).map_err(|_| {
                IntrinsicError::new(Reason::MissingArgument {
                    path: path.text,
                    document: self.environment.document(path),
                })
            })?,
            Argument::Call(call) => {
                let mut result = Value::Null;
                write(call, self.environment, &mut result)?;
                Cow::Owned(result)
            }
        })
    }

    /// An argument that is there already, which is most often so.
    #[inline]
    fn at_hand(&self, index: usize) -> Option<&'e Value> {
        match self.call.arguments.get(index)? {
            Argument::Path(path) => self.environment.member(path),
            _ => None,
        }
    }

    /// A whole number that is there already.
    #[inline]
    fn whole_at_hand(&self, index: usize) -> Option<i64> {
        match self.call.arguments.get(index)? {
            Argument::Number(Numeral::Integer(integer)) => Some(*integer),
            Argument::Path(path) => match self.environment.member(path)? {
                Value::Number(number) => number.as_i64(),
                _ => None,
            },
            _ => None,
        }
    }

    fn string(&self, index: usize) -> Result<String, IntrinsicError> {
        match &*self.get(index)? {
            Value::String(text) => Ok(text.to_string()),
            other => Err(wrong(index, "a string", other)),
        }
    }

    fn array(&self, index: usize) -> Result<Cow<'e, Value>, IntrinsicError> {
        let value = self.get(index)?;
        if value.is_array() {
            Ok(value)
        } else {
            Err(wrong(index, "an array", &value))
        }
    }

    /// A number, rounded to a whole one as Java's `Math.round` does: halves go up.
    fn integer(&self, index: usize) -> Result<i64, IntrinsicError> {
        if let Some(integer) = self.whole_at_hand(index) {
            return Ok(integer);
        }
        let value = self.get(index)?;
        let Some(number) = value.as_number() else {
            return Err(wrong(index, "a number", &value));
        };
        Ok(number.as_i64().unwrap_or_else(|| math::round(number.as_f64())))
    }
}

fn wrong(index: usize, expected: &str, given: &Value) -> IntrinsicError {
    failure(format!(
        "argument {} must be {expected}, but is: {}",
        index + 1,
        given.kind_name()
    ))
}
