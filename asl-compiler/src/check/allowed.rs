//! What is refused although the service accepts the definition, and how to have it accepted here as well.

use crate::diagnostic::Code;

/// What a definition may do although it is a mistake most of the time. Nothing by default.
///
/// ```
/// use asl_compiler::Allowed;
///
/// let mut allowed = Allowed::default();
/// assert!(!allowed.unknown_names);
/// assert!(allowed.allow("unknown_names"));
/// assert!(allowed.unknown_names);
/// assert!(!allowed.allow("everything"));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowed {
    /// JSONata expressions may call functions that do not exist and read variables that no state assigns (`ASL195`,
    /// `ASL196`). As in the service they fail when they are evaluated, with `States.QueryEvaluationError`.
    pub unknown_names: bool,
    /// JSONata expressions may be ones of which no evaluation succeeds (`ASL197`): `1 + 'a'`. As in the service they fail when
    /// they are evaluated, with `States.QueryEvaluationError`.
    pub failing_expressions: bool,
}

impl Allowed {
    /// What can be allowed.
    pub const NAMES: &[&str] = &["unknown_names", "failing_expressions"];

    /// Allows what has this name. Gives whether there is such a thing.
    pub fn allow(&mut self, name: &str) -> bool {
        match name {
            "unknown_names" => self.unknown_names = true,
            "failing_expressions" => self.failing_expressions = true,
            _ => return false,
        }
        true
    }

    /// Whether problems of this kind are let be.
    pub(crate) fn covers(self, code: Code) -> bool {
        match code {
            Code::UnknownFunction | Code::UnknownVariable => self.unknown_names,
            Code::FailingExpression => self.failing_expressions,
            _ => false,
        }
    }
}
