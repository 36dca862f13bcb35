//! The JSON value that flows between states.

/// A JSON value.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
}
