//! The types of a task's function.

use serde::{Serialize, de::DeserializeOwned};

use super::natively::Natively;
use super::{IntoTaskError, TaskError};
use crate::{TaskContext, Value, machine::TaskInput};

/// Names what `#[tasks]` needs inside an `impl` of a machine's `Tasks`, so that it needs no name of this crate.
pub trait TaskSet {
    /// [`TaskContext`].
    type Context;
    /// [`AnyInput`].
    type AnyInput;
    /// [`Value`]: the output of a machine that is not one of its tasks'.
    type AnyOutput;
    /// The type of a task, given which of its types are native.
    #[doc(hidden)]
    type TaskType<S: Natively<WHICH>, const WHICH: u8>;
}

impl<T: ?Sized> TaskSet for T {
    type Context = TaskContext;
    type AnyInput = AnyInput;
    type AnyOutput = Value;
    type TaskType<S: Natively<WHICH>, const WHICH: u8> = S::Task;
}

/// The input of a machine that takes any: where `#[tasks]` is not told what it is.
#[derive(Debug, Clone, Copy)]
pub struct AnyInput;

/// What a machine can be run on: a value of its input type.
#[diagnostic::on_unimplemented(
    message = "the machine does not take `{I}`: its input is `{Self}`",
    label = "not the machine's input",
    note = "`#[tasks(input = ...)]` says what the input is; `machine(tasks).run(..)` takes any that can be serialized"
)]
pub trait Takes<I: ?Sized> {}

impl<I: Serialize> Takes<I> for I {}

impl<I: Serialize + ?Sized> Takes<I> for AnyInput {}

/// Types of a task's function, in the form of a function type: `fn(Order) -> Result<Receipt, TaskError>`, or
/// `fn() -> Result<Receipt, TaskError>` for a task that does not look at its input.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of a task",
    label = "not the type of a task",
    note = "a task is `fn(Input) -> Result<Output, Error>` or `fn() -> Result<Output, Error>`: an input that it owns \
            (`serde::Deserialize` without borrowed parts, and `Send`), an output that is `serde::Serialize`, and an \
            error that is `TaskError` or has `#[derive(TaskError)]`"
)]
pub trait Signature: Types<Input: Send> {
    /// The input from the state's JSON.
    #[doc(hidden)]
    fn decode(input: TaskInput) -> Result<Self::Input, TaskError>;

    /// The state's result from what was returned.
    #[doc(hidden)]
    fn encode(output: Self::Output) -> Result<Value, TaskError>;
}

/// The input and output of a function type, whatever they are: what they must be is said by [`Signature`], so that
/// what they are not is reported once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of a task",
    label = "not the type of a task",
    note = "a task is `fn(Input) -> Result<Output, Error>` or `fn() -> Result<Output, Error>`"
)]
pub trait Types {
    /// What the function takes.
    type Input;
    /// What it returns.
    type Output;
}

impl<I, R> Types for fn(I) -> R {
    type Input = I;
    type Output = R;
}

impl<R> Types for fn() -> R {
    type Input = ();
    type Output = R;
}

impl<I: DeserializeOwned + Send, R: TaskResult> Signature for fn(I) -> R {
    fn decode(input: TaskInput) -> Result<I, TaskError> {
        input.decode().map_err(unmarshal_error)
    }

    fn encode(output: R) -> Result<Value, TaskError> {
        output.encode()
    }
}

impl<R: TaskResult> Signature for fn() -> R {
    fn decode(_input: TaskInput) -> Result<(), TaskError> {
        Ok(())
    }

    fn encode(output: R) -> Result<Value, TaskError> {
        output.encode()
    }
}

/// What a task returns: a `Result` whose success is serializable and whose error has a name.
#[diagnostic::on_unimplemented(
    message = "a task cannot return `{Self}`",
    label = "not a `Result` that a task can return",
    note = "a task returns `Result<Output, Error>`"
)]
pub trait TaskResult {
    /// What the task gives.
    type Success;

    /// The result as JSON.
    #[doc(hidden)]
    fn encode(self) -> Result<Value, TaskError>;
}

impl<O: Serialize, E: IntoTaskError> TaskResult for Result<O, E> {
    type Success = O;

    fn encode(self) -> Result<Value, TaskError> {
        match self {
            Ok(output) => Value::encode(&output).map_err(marshal_error),
            Err(error) => Err(error.into_task_error()),
        }
    }
}

/// The input of a task's function from the state's effective input.
pub fn decode<S: Signature>(input: TaskInput) -> Result<S::Input, TaskError> {
    S::decode(input)
}

/// The state's result from what its task's function returned.
pub fn encode<S: Signature>(output: S::Output) -> Result<Value, TaskError> {
    S::encode(output)
}

#[cold]
pub(super) fn unmarshal_error(error: crate::value::DecodeError) -> TaskError {
    TaskError::new(
        "Runtime.UnmarshalError",
        format!("Unable to unmarshal input: {error}"),
    )
}

#[cold]
pub(super) fn marshal_error(error: crate::value::EncodeError) -> TaskError {
    TaskError::new(
        "Runtime.MarshalError",
        format!("Unable to marshal response: {error}"),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::json;

    type Sum = fn(Vec<i64>) -> Result<i64, TaskError>;
    type Blind = fn() -> Result<HashMap<(u8, u8), u8>, TaskError>;

    #[test]
    fn types_and_json() {
        assert_eq!(decode::<Sum>(json!([1, 2]).into()), Ok(vec![1, 2]));
        assert_eq!(encode::<Sum>(Ok(3)), Ok(json!(3)));
        assert_eq!(decode::<Blind>(json!("anything").into()), Ok(()));
    }

    #[test]
    fn input_that_does_not_fit() {
        let error = decode::<Sum>(json!([1, "2"]).into()).unwrap_err();
        assert_eq!(error.error(), Some("Runtime.UnmarshalError"));
        let cause = r#"Unable to unmarshal input: [1]: invalid type: string "2", expected i64"#;
        assert_eq!(error.cause(), Some(cause));
    }

    #[test]
    fn output_that_is_no_json() {
        let error = encode::<Blind>(Ok([((1, 2), 3)].into())).unwrap_err();
        assert_eq!(error.error(), Some("Runtime.MarshalError"));
        assert!(
            error.to_string().contains("Unable to marshal response: "),
            "{error}"
        );
    }
}
