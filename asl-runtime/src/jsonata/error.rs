//! What goes wrong while an expression is evaluated.

/// An error of JSONata: its code and its message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
struct Details {
    code: &'static str,
    message: String,
}

impl Error {
    /// With a code of JSONata, such as `T2001`, and the message without it.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Details { code, message }))
    }

    /// The code: `T2001`.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The message, without the code.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

/// Why data is no JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotJson {
    /// It is nothing.
    Undefined,
    /// It is a function, or one is in it.
    Function,
}
