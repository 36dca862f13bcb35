//! How a task fails.

use std::{any, convert::Infallible, error::Error, fmt};

/// Why a task failed, as `Retry` and `Catch` see it: an error name and a cause.
///
/// In a task that returns `Result<_, TaskError>`, `?` turns every error of the standard kind into one: its name is the
/// last segment of the type's name (with the crate's name in front where that is just `Error`), its cause the message
/// with those of its sources. (Therefore `TaskError` is itself no [`std::error::Error`].)
///
/// To `?` an enum with `#[derive(TaskError)]` is a standard error like any other, if it is one: it cannot see the names of the
/// variants. Where these count, return the enum itself, or say `.map_err(IntoTaskError::into_task_error)?`.
///
/// ```
/// use asl_runtime::TaskError;
///
/// fn parse(text: &str) -> Result<u32, TaskError> {
///     if text.is_empty() {
///         return Err(TaskError::new("EmptyField", "the field is empty"));
///     }
///     Ok(text.parse()?)
/// }
///
/// assert_eq!(parse("").unwrap_err().to_string(), "EmptyField: the field is empty");
/// assert_eq!(parse("x").unwrap_err().to_string(), "ParseIntError: invalid digit found in string");
/// ```
//
// In a box, so that the result of a task is no larger for it.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskError(Box<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    /// `None` only where a callback reported a failure without a name.
    error: Option<String>,
    cause: Option<String>,
}

impl TaskError {
    /// An error with the name that `ErrorEquals` matches, and a cause.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::from_parts(Some(error.into()), Some(cause.into()))
    }

    /// The name, `Error` in Amazon States Language.
    pub fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// The cause, `Cause` in Amazon States Language.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// An error that may lack its name or its cause, as
    /// [SendTaskFailure](https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html) may.
    /// One without a name is matched by `States.TaskFailed` and `States.ALL` alone.
    pub fn from_parts(error: Option<String>, cause: Option<String>) -> Self {
        Self(Box::new(Parts { error, cause }))
    }

    pub(crate) fn into_parts(self) -> (Option<String>, Option<String>) {
        (self.0.error, self.0.cause)
    }

    /// A call for a state that is no Task: only a driver that is out of step with the machine makes one.
    #[doc(hidden)]
    pub fn not_a_task(state: crate::machine::StateId) -> Self {
        Self::new("States.Runtime", format!("state {state} has no task"))
    }

    fn of_type(type_name: &str, error: &dyn Error) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let message = error.to_string();
            // Many messages end with that of their source.
            if !cause.ends_with(&message) {
                cause.push_str(": ");
                cause.push_str(&message);
            }
            source = error.source();
        }
        Self::new(error_name(type_name), cause)
    }
}

impl<E: Error> From<E> for TaskError {
    fn from(error: E) -> Self {
        Self::of_type(any::type_name::<E>(), &error)
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { error, cause } = &*self.0;
        formatter
            .debug_struct("TaskError")
            .field("error", error)
            .field("cause", cause)
            .finish()
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0.error.as_deref().unwrap_or("unnamed error");
        match self.0.cause.as_deref() {
            None | Some("") => formatter.write_str(error),
            Some(cause) => write!(formatter, "{error}: {cause}"),
        }
    }
}

/// The error of a task: what gives a name and a cause.
///
/// [`TaskError`] does. For an enum of one's own, `#[derive(TaskError)]` makes each variant an error name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a task",
    label = "has no error name that `Retry` and `Catch` could match",
    note = "return `Result<_, TaskError>`, or put `#[derive(TaskError)]` on an enum whose variants are the error names"
)]
pub trait IntoTaskError {
    /// The name and cause.
    fn into_task_error(self) -> TaskError;
}

impl IntoTaskError for TaskError {
    fn into_task_error(self) -> TaskError {
        self
    }
}

impl IntoTaskError for Infallible {
    fn into_task_error(self) -> TaskError {
        match self {}
    }
}

/// `Wrapped` for `my::Wrapped<other::Type>`; `rusqlite.Error` for `rusqlite::Error`, for so many types are called so
/// that the crate has to tell them apart.
fn error_name(type_name: &str) -> String {
    let path = type_name.split('<').next().unwrap_or(type_name);
    match path.rsplit_once("::") {
        Some((crate_path, "Error")) => {
            let crate_name = crate_path.split("::").next().unwrap_or(crate_path);
            format!("{crate_name}.Error")
        }
        Some((_, name)) => name.to_owned(),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer<T>(T);

    impl<T> fmt::Display for Outer<T> {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("could not read the amount")
        }
    }

    impl<T: Error + 'static> Error for Outer<T> {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn named_after_the_type_with_all_sources() {
        let source = "x".parse::<u8>().unwrap_err();
        let error = TaskError::from(Outer(source));
        assert_eq!(error.error(), Some("Outer"));
        assert_eq!(
            error.cause(),
            Some("could not read the amount: invalid digit found in string")
        );
    }

    #[test]
    fn error_names() {
        assert_eq!(error_name("std::io::error::Error"), "std.Error");
        assert_eq!(error_name("rusqlite::Error"), "rusqlite.Error");
        assert_eq!(error_name("a::B<c::D<e::F>>"), "B");
        assert_eq!(error_name("B"), "B");
    }
}
