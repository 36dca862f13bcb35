//! How a task fails.

/// Why a task failed: an error name, which `Retry` and `Catch` of the definition match, and a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskError {
    error: Option<String>,
    cause: Option<String>,
}

impl TaskError {
    /// An error with this name and cause.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            error: Some(error.into()),
            cause: Some(cause.into()),
        }
    }

    pub(crate) fn from_parts(error: Option<String>, cause: Option<String>) -> Self {
        Self { error, cause }
    }

    pub(crate) fn into_parts(self) -> (Option<String>, Option<String>) {
        (self.error, self.cause)
    }
}
