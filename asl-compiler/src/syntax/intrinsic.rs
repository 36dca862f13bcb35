//! Intrinsic function calls: `States.Format('{}', $.name)`.

/// A parsed call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// As written.
    pub text: String,
}
