//! Tasks whose types are [`Native`]: documents hold their values as they are.
//!
//! `#[tasks]` asks, where the types are known, and names the task's type accordingly. `Probe::<S>::INPUT` names the constant of the
//! inherent `impl` where the input is native, because inherent constants come before those of traits. For other types that
//! one does not exist, and the trait's is what is left.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::signature::{marshal_error, unmarshal_error};
use super::{IntoTaskError, Signature, TaskError, TaskResult, Types};
use crate::machine::TaskInput;
use crate::{Native, Value};

/// Asks a function type which of its types are native.
#[derive(Debug)]
pub struct Probe<S>(PhantomData<S>);

/// What is known of any. To be brought into scope where it is asked.
pub trait AnyTypes {
    /// Whether the input is native.
    const INPUT: bool = false;
    /// Whether the output is.
    const OUTPUT: bool = false;
}

impl<S> AnyTypes for Probe<S> {}

// All of a task's types are asked for, so that of what is no task it is said with the types as they are written.

impl<I: Native, R: TaskResult> Probe<fn(I) -> R> {
    /// It is.
    pub const INPUT: bool = true;
}

impl<I: DeserializeOwned + Send, O: Native, E: IntoTaskError> Probe<fn(I) -> Result<O, E>> {
    /// It is.
    pub const OUTPUT: bool = true;
}

impl<O: Native, E: IntoTaskError> Probe<fn() -> Result<O, E>> {
    /// It is.
    pub const OUTPUT: bool = true;
}

/// The number by which `Natively` knows which types are native.
pub const fn which(input: bool, output: bool) -> u8 {
    input as u8 | (output as u8) << 1
}

/// The type of a task that is known to have native types.
pub trait Natively<const WHICH: u8> {
    /// The type.
    type Task;
}

impl<S> Natively<{ which(false, false) }> for S {
    type Task = S;
}

impl<S> Natively<{ which(true, false) }> for S {
    type Task = Task<S, Held, Serde>;
}

impl<S> Natively<{ which(false, true) }> for S {
    type Task = Task<S, Serde, Held>;
}

impl<S> Natively<{ which(true, true) }> for S {
    type Task = Task<S, Held, Held>;
}

/// A function type, how its input is made of a document, and how its output becomes a part of one.
#[derive(Debug)]
pub struct Task<S, D, E>(PhantomData<(S, D, E)>);

/// By `serde`.
#[derive(Debug)]
pub struct Serde;

/// As what is [`Native`].
#[derive(Debug)]
pub struct Held;

/// Makes the inputs of functions of such a type of documents.
pub trait Decode<S: Types> {
    /// The input from the state's effective input.
    fn decode(input: TaskInput) -> Result<S::Input, TaskError>;
}

impl<S: Signature> Decode<S> for Serde {
    fn decode(input: TaskInput) -> Result<S::Input, TaskError> {
        S::decode(input)
    }
}

impl<I: Native, R> Decode<fn(I) -> R> for Held {
    fn decode(input: TaskInput) -> Result<I, TaskError> {
        input.into_native().map_err(unmarshal_error)
    }
}

/// Makes parts of documents of outputs.
pub trait Encode<R> {
    /// The state's result.
    fn encode(output: R) -> Result<Value, TaskError>;
}

impl<R: TaskResult> Encode<R> for Serde {
    fn encode(output: R) -> Result<Value, TaskError> {
        output.encode()
    }
}

impl<O: Native, E: IntoTaskError> Encode<Result<O, E>> for Held {
    fn encode(output: Result<O, E>) -> Result<Value, TaskError> {
        match output {
            Ok(output) => output.into_value().map_err(marshal_error),
            Err(error) => Err(error.into_task_error()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<S: Types, D, E> Types for Task<S, D, E> {
    type Input = S::Input;
    type Output = S::Output;
}

#[diagnostic::do_not_recommend]
impl<S, D, E> Signature for Task<S, D, E>
where
    S: Types<Input: Send>,
    D: Decode<S>,
    E: Encode<S::Output>,
{
    fn decode(input: TaskInput) -> Result<S::Input, TaskError> {
        D::decode(input)
    }

    fn encode(output: S::Output) -> Result<Value, TaskError> {
        E::encode(output)
    }
}

/// The number for [`Natively`], asked where the type is known.
#[doc(hidden)]
#[macro_export]
macro_rules! __natively {
    ($signature:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::natively::AnyTypes as _;
        $crate::__private::natively::which(
            $crate::__private::natively::Probe::<$signature>::INPUT,
            $crate::__private::natively::Probe::<$signature>::OUTPUT,
        )
    }};
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    macro_rules! natively {
        ($($signature:ty: $input:literal, $output:literal;)*) => {
            $(assert_eq!(crate::__natively!($signature), which($input, $output), stringify!($signature));)*
        };
    }

    type Pair = (u8, u8);

    #[test]
    fn native_types_are_found() {
        natively! {
            fn(String) -> Result<Vec<u8>, TaskError>: true, true;
            fn(String) -> Result<Pair, TaskError>: true, false;
            fn(Pair) -> Result<Option<Value>, TaskError>: false, true;
            fn(Pair) -> Result<Pair, TaskError>: false, false;
            fn() -> Result<crate::Held<()>, TaskError>: false, true;
            fn() -> Result<Pair, TaskError>: false, false;
            // These are no tasks.
            fn(String) -> String: false, false;
            fn(String) -> Result<String, u8>: false, false;
            fn(TaskError) -> Result<String, TaskError>: false, false;
            String: false, false;
        }
    }

    fn whether_known<T: DeserializeOwned + Send>() -> u8 {
        crate::__natively!(fn(T) -> Result<String, TaskError>)
    }

    #[test]
    fn a_parameter_may_be_anything() {
        assert_eq!(whether_known::<String>(), which(false, true));
    }

    #[test]
    fn a_function_without_an_input_does_not_look_at_it() {
        fn check<S: Signature<Input = (), Output = Result<String, TaskError>>>() {
            assert_eq!(S::decode(json!("any").into()), Ok(()));
            assert_eq!(S::encode(Ok("done".to_owned())), Ok(json!("done")));
        }
        type Blind = fn() -> Result<String, TaskError>;
        check::<Blind>();
        check::<<Blind as Natively<{ crate::__natively!(Blind) }>>::Task>();
    }

    #[test]
    fn all_ways_give_the_same() {
        type Double = fn(Vec<i64>) -> Result<Vec<i64>, TaskError>;
        fn check<S: Signature<Input = Vec<i64>, Output = Result<Vec<i64>, TaskError>>>() {
            assert_eq!(S::decode(json!([1, 2]).into()), Ok(vec![1, 2]));
            assert_eq!(S::encode(Ok(vec![3])), Ok(json!([3])));
            let error = S::decode(json!([1, "2"]).into()).unwrap_err();
            let cause = r#"Unable to unmarshal input: [1]: invalid type: string "2", expected i64"#;
            assert_eq!(error.cause(), Some(cause));
            let error = TaskError::new("No", "no");
            assert_eq!(S::encode(Err(error.clone())), Err(error));
        }
        check::<Double>();
        check::<<Double as Natively<{ which(true, false) }>>::Task>();
        check::<<Double as Natively<{ which(false, true) }>>::Task>();
        check::<<Double as Natively<{ which(true, true) }>>::Task>();
    }
}
