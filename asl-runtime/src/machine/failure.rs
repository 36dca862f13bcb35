//! Why a state failed, and which retriers and catchers want to know.

use std::borrow::Cow;

use super::Retrier;
use crate::{TaskError, Value};

/// Names of the errors that the interpreter itself raises
/// ([specification](https://states-language.net/spec.html#appendix-a)).
pub mod names {
    /// Matches every error but `States.Runtime`.
    pub const ALL: &str = "States.ALL";
    /// Matches every error but time-outs and `States.Runtime`.
    pub const TASK_FAILED: &str = "States.TaskFailed";
    /// A time limit ran out.
    pub const TIMEOUT: &str = "States.Timeout";
    /// No heartbeat came in time; reported as [`TIMEOUT`], but may be named in `ErrorEquals`.
    pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
    /// Processing went wrong in a way that a retry would not cure. Ends the execution.
    pub const RUNTIME: &str = "States.Runtime";
    /// A JSONata expression failed, or gave what its field cannot take.
    pub const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";
    /// An intrinsic function failed.
    pub const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
    /// More items of a distributed Map failed than it tolerates.
    pub const EXCEED_TOLERATED_FAILURE_THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";
    /// A distributed Map could not read its items.
    pub const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
    /// A distributed Map could not write its results.
    pub const RESULT_WRITER_FAILED: &str = "States.ResultWriterFailed";
    /// An output is larger than the quota.
    pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
}

/// Why a state failed.
//
// In a box: it is rare, and what goes well would else be moved in as much space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    error: Option<Cow<'static, str>>,
    cause: Option<String>,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Raised while interpreting a state: its cause begins with the state's name and event.
    State,
    /// As `State`, by the evaluation of a JSONata field; none is named where the input itself is wrong.
    Evaluation {
        field: &'static str,
        /// The field had a value, which could not be used: the service records this differently.
        unusable: bool,
    },
    /// Given by a task, a Fail state or a limit: the cause stands as it is.
    Given,
    /// A missed heartbeat, which answers to two names.
    Heartbeat,
}

impl Failure {
    fn new(error: Option<Cow<'static, str>>, cause: Option<String>, origin: Origin) -> Self {
        Self(Box::new(Parts { error, cause, origin }))
    }

    fn of_evaluation(field: &'static str, unusable: bool, cause: String) -> Self {
        let error = Some(Cow::Borrowed(names::QUERY_EVALUATION_ERROR));
        Self::new(error, Some(cause), Origin::Evaluation { field, unusable })
    }

    /// `States.Runtime`: ends the whole execution.
    pub fn runtime(cause: impl Into<String>) -> Self {
        Self::raised(names::RUNTIME, cause)
    }

    /// A path of a payload template, of a Choice rule or the like has null to start from.
    pub(crate) fn null_document() -> Self {
        Self::runtime("Unable to apply Path transformation to null or empty input.")
    }

    /// An error that the interpreter raises in a state, and that can be caught.
    pub fn raised(error: &'static str, cause: impl Into<String>) -> Self {
        Self::new(Some(Cow::Borrowed(error)), Some(cause.into()), Origin::State)
    }

    /// The evaluation of a JSONata field failed. Without the field's name the state's input is what is wrong.
    pub(crate) fn evaluation(field: &'static str, cause: impl Into<String>) -> Self {
        Self::of_evaluation(field, false, cause.into())
    }

    /// A JSONata field has a value of the right type that it cannot use.
    pub(crate) fn unusable(field: &'static str, cause: impl Into<String>) -> Self {
        Self::of_evaluation(field, true, cause.into())
    }

    /// The JSONata field whose evaluation failed, and whether it had a value all the same.
    pub(crate) fn evaluated_field(&self) -> Option<(&'static str, bool)> {
        match self.0.origin {
            Origin::Evaluation { field, unusable } => Some((field, unusable)),
            _ => None,
        }
    }

    pub(crate) fn given(error: Option<String>, cause: Option<String>) -> Self {
        Self::new(error.map(Cow::Owned), cause, Origin::Given)
    }

    pub(crate) fn timeout(heartbeat: bool) -> Self {
        let origin = if heartbeat {
            Origin::Heartbeat
        } else {
            Origin::Given
        };
        Self::new(Some(Cow::Borrowed(names::TIMEOUT)), None, origin)
    }

    /// A distributed Map could not read its items.
    pub(crate) fn item_reader(cause: impl Into<String>) -> Self {
        Self::given(Some(names::ITEM_READER_FAILED.to_owned()), Some(cause.into()))
    }

    /// An item of so many bytes of JSON fits into no child.
    pub(crate) fn item_too_large(bytes: usize) -> Self {
        Self::item_reader(format!(
            "An item of {bytes} bytes does not fit into the input of a child."
        ))
    }

    /// More items of a distributed Map failed than it tolerates.
    pub(crate) fn threshold() -> Self {
        Self::new(
            Some(Cow::Borrowed(names::EXCEED_TOLERATED_FAILURE_THRESHOLD)),
            Some("The specified tolerated failure threshold was exceeded".to_owned()),
            Origin::Given,
        )
    }

    /// `States.DataLimitExceeded` for what `source` (a resource or a state) gave.
    pub(crate) fn data_limit(source: &str) -> Self {
        let cause = format!(
            "The state/task '{source}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        let error = Some(Cow::Borrowed(names::DATA_LIMIT_EXCEEDED));
        Self::new(error, Some(cause), Origin::Given)
    }

    /// Error name.
    pub fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// Cause.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// Whether it ends the execution, whatever retriers and catchers there are.
    pub(crate) fn is_fatal(&self) -> bool {
        self.error() == Some(names::RUNTIME)
    }

    /// Puts the state in front of the cause, as the service does with causes of its own.
    pub(crate) fn locate(mut self, state: &str, entered_event: u64) -> Self {
        let parts = &mut *self.0;
        if matches!(parts.origin, Origin::State | Origin::Evaluation { .. }) {
            let cause = parts.cause.take().unwrap_or_default();
            parts.cause = Some(format!(
                "An error occurred while executing the state '{state}' (entered at the event id #{entered_event}). {cause}"
            ));
            parts.origin = Origin::Given;
        }
        self
    }

    /// Whether a list of `ErrorEquals` has a name for this failure.
    pub(crate) fn matches(&self, error_equals: &[&str]) -> bool {
        if self.is_fatal() {
            return false;
        }
        error_equals.iter().any(|name| match *name {
            names::ALL => true,
            names::TASK_FAILED => self.error() != Some(names::TIMEOUT),
            names::HEARTBEAT_TIMEOUT => self.0.origin == Origin::Heartbeat || self.error() == Some(*name),
            name => self.error() == Some(name),
        })
    }

    /// The Error Output that a catcher hands on. A named error without a cause has the empty cause.
    pub(crate) fn error_output(&self) -> Value {
        let text = |text: &str| Value::from(text);
        let cause = match (&self.0.error, &self.0.cause) {
            (_, Some(cause)) => text(cause),
            (Some(_), None) => text(""),
            (None, None) => Value::Null,
        };
        crate::value::object([
            ("Error", self.error().map_or(Value::Null, text)),
            ("Cause", cause),
        ])
    }

    pub(crate) fn into_parts(self) -> (Option<String>, Option<String>) {
        let Parts { error, cause, .. } = *self.0;
        (error.map(Cow::into_owned), cause)
    }
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        let (error, cause) = error.into_parts();
        Self::given(error, cause)
    }
}

impl Retrier {
    /// Pause in milliseconds before the `attempt`-th retry (from 1). `uniform` is a random number in `[0, 1)`,
    /// asked for only where the retrier has jitter.
    pub(crate) fn delay_millis(&self, attempt: u32, uniform: impl FnOnce() -> f64) -> i64 {
        const LONGEST_SECONDS: f64 = 99_999_999.0;
        let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
        let mut seconds = f64::from(self.interval_seconds) * self.backoff_rate.powi(exponent);
        let longest = self.max_delay_seconds.map_or(LONGEST_SECONDS, f64::from);
        seconds = seconds.min(longest);
        if self.full_jitter {
            seconds *= uniform();
        }
        // Within 0..=1e11, so the cast is exact.
        (seconds * 1000.0).round() as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_leave_out_what_they_must() {
        let custom = Failure::given(Some("Custom".into()), None);
        let nameless = Failure::given(None, None);
        let timeout = Failure::timeout(false);
        let heartbeat = Failure::timeout(true);
        let runtime = Failure::runtime("x");
        for (failure, all, task_failed, timeout, heartbeat) in [
            (&custom, true, true, false, false),
            (&nameless, true, true, false, false),
            (&timeout, true, false, true, false),
            (&heartbeat, true, false, true, true),
            (&runtime, false, false, false, false),
        ] {
            assert_eq!(failure.matches(&[names::ALL]), all, "{failure:?}");
            assert_eq!(failure.matches(&[names::TASK_FAILED]), task_failed, "{failure:?}");
            assert_eq!(failure.matches(&[names::TIMEOUT]), timeout, "{failure:?}");
            assert_eq!(
                failure.matches(&[names::HEARTBEAT_TIMEOUT]),
                heartbeat,
                "{failure:?}"
            );
        }
        assert!(!runtime.matches(&[names::RUNTIME]));
        assert!(custom.matches(&["Other", "Custom"]));
        assert!(!custom.matches(&["custom"]));
    }

    #[test]
    fn delays_grow_and_are_capped() {
        let retrier = Retrier::new(&[]).interval_seconds(3).backoff_rate(2.0);
        let delays = |retrier: &Retrier| [1, 2, 3].map(|n| retrier.delay_millis(n, || 0.5));
        assert_eq!(delays(&retrier), [3000, 6000, 12000]);
        assert_eq!(delays(&retrier.max_delay_seconds(5)), [3000, 5000, 5000]);
        assert_eq!(delays(&retrier.full_jitter()), [1500, 3000, 6000]);
        assert_eq!(delays(&Retrier::new(&[])), [1000, 2000, 4000]);
        assert_eq!(Retrier::new(&[]).delay_millis(u32::MAX, || 0.0), 99_999_999_000);
    }

    #[test]
    fn causes_of_the_interpreter_name_the_state() {
        let failure = Failure::runtime("No.").locate("S", 7);
        assert_eq!(
            failure.cause(),
            Some("An error occurred while executing the state 'S' (entered at the event id #7). No.")
        );
        assert_eq!(failure.clone().locate("T", 8), failure);
    }
}
