//! The table of codes.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $aws:literal;)*) => {
        /// What kind of problem a diagnostic reports. Codes are stable: they never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The code itself: `ASL120`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// The code that the service gives for such a problem: `MISSING_TRANSITION_TARGET`.
            pub const fn aws_code(self) -> &'static str {
                match self { $(Code::$name => $aws,)* }
            }
        }
    };
}

codes! {
    /// The text is not JSON.
    InvalidJson = "ASL100", "INVALID_JSON_DESCRIPTION";
    /// The text is JSON, but not an object.
    NotAnObject = "ASL101", "SCHEMA_VALIDATION_FAILED";
    /// An object has the same key twice.
    DuplicateKey = "ASL102", "SCHEMA_VALIDATION_FAILED";
    /// Arrays and objects, or states, lie too deep in one another.
    TooDeeplyNested = "ASL103", "TOO_DEEPLY_NESTED";
    /// A number that no 64-bit float can hold.
    NumberTooLarge = "ASL104", "SCHEMA_VALIDATION_FAILED";
    /// The text is longer than the service takes.
    DefinitionTooLong = "ASL105", "ValidationException";

    /// A field that does not exist, or not there.
    UnknownField = "ASL110", "SCHEMA_VALIDATION_FAILED";
    /// A field that must be there is not.
    MissingField = "ASL111", "SCHEMA_VALIDATION_FAILED";
    /// A field's value is of the wrong JSON type.
    WrongType = "ASL112", "SCHEMA_VALIDATION_FAILED";
    /// A field's value is not one of those it may have.
    UnknownValue = "ASL113", "SCHEMA_VALIDATION_FAILED";
    /// An array, object or string that must not be empty is.
    Empty = "ASL114", "SCHEMA_VALIDATION_FAILED";
    /// A number outside of its range.
    OutOfRange = "ASL115", "SCHEMA_VALIDATION_FAILED";
    /// Fields that exclude one another.
    ConflictingFields = "ASL116", "SCHEMA_VALIDATION_FAILED";
    /// A field of the other query language.
    WrongQueryLanguage = "ASL117", "SCHEMA_VALIDATION_FAILED";
    /// A field of distributed Map states in an inline one, or the other way round.
    WrongProcessorMode = "ASL118", "SCHEMA_VALIDATION_FAILED";

    /// `StartAt`, `Next` or `Default` names no state of the same scope.
    MissingTarget = "ASL120", "MISSING_TRANSITION_TARGET";
    /// Nothing leads to a state.
    Unreachable = "ASL121", "MISSING_TRANSITION_TARGET";
    /// No state of a scope ends it.
    NoTerminalState = "ASL122", "MISSING_END_STATE";
    /// A state has neither `Next` nor `"End": true`, or both.
    NextOrEnd = "ASL123", "SCHEMA_VALIDATION_FAILED";

    /// A state's name is empty or too long.
    InvalidStateName = "ASL130", "INVALID_STATE_NAME";
    /// Two states of the machine have the same name.
    DuplicateStateName = "ASL131", "DUPLICATE_STATE_NAME";
    /// A variable's name is not an identifier, is too long or reserved.
    InvalidVariableName = "ASL132", "SCHEMA_VALIDATION_FAILED";
    /// An inner scope assigns a variable of an outer one.
    ShadowedVariable = "ASL133", "SCHEMA_VALIDATION_FAILED";
    /// A Map's label is too long or has characters it must not have.
    InvalidLabel = "ASL134", "INVALID_LABEL_NAME";
    /// Two Map states have the same label.
    DuplicateLabel = "ASL135", "DUPLICATE_LABEL_NAME";

    /// A path cannot be parsed, or is not of the kind that its field takes.
    InvalidPath = "ASL140", "SCHEMA_VALIDATION_FAILED";
    /// A call of an intrinsic function cannot be parsed.
    InvalidIntrinsic = "ASL141", "SCHEMA_VALIDATION_FAILED";
    /// The value of a `.$` field is neither a path nor a call.
    InvalidTemplate = "ASL142", "SCHEMA_VALIDATION_FAILED";
    /// A payload template has both `x` and `x.$`.
    TemplateConflict = "ASL143", "SCHEMA_VALIDATION_FAILED";
    /// A timestamp is not in the RFC 3339 profile.
    InvalidTimestamp = "ASL144", "SCHEMA_VALIDATION_FAILED";
    /// A string opens with `{%` or closes with `%}`, but not both.
    InvalidExpression = "ASL145", "SCHEMA_VALIDATION_FAILED";

    /// A Choice rule has no test, or more than one.
    InvalidRule = "ASL150", "SCHEMA_VALIDATION_FAILED";
    /// A pattern of `StringMatches` has a backslash that escapes nothing.
    InvalidPattern = "ASL151", "SCHEMA_VALIDATION_FAILED";

    /// `States.ALL` is not alone, or not in the last retrier or catcher.
    MisplacedStatesAll = "ASL160", "SCHEMA_VALIDATION_FAILED";

    /// A heartbeat that is not shorter than the timeout.
    HeartbeatTooLong = "ASL170", "SCHEMA_VALIDATION_FAILED";

    /// A resource that the service does not know.
    UnknownResource = "ASL180", "SCHEMA_VALIDATION_FAILED";
    /// Express machines cannot do this.
    NotInExpress = "ASL181", "SCHEMA_VALIDATION_FAILED";
    /// `Credentials` without a role.
    MissingRole = "ASL182", "SCHEMA_VALIDATION_FAILED";

    /// A JSONata expression cannot be parsed.
    InvalidJsonata = "ASL192", "INVALID_JSONATA_EXPRESSION";
    /// An expression uses `$`, `$$` or a field name where there is no context.
    MissingContext = "ASL193", "UNSUPPORTED_JSONATA_EXPRESSION";
    /// `$states` has no such member here.
    UnavailableMember = "ASL194", "SCHEMA_VALIDATION_FAILED";
    /// There is no function with this name. The service finds out when the expression is evaluated.
    UnknownFunction = "ASL195", "";
    /// No state assigns this variable. The service finds out when the expression is evaluated.
    UnknownVariable = "ASL196", "";
    /// An expression that can only fail. The service finds out when it is evaluated.
    FailingExpression = "ASL197", "";
    /// An expression nests too deep for this compiler.
    ExpressionTooDeep = "ASL198", "";
    /// A regular expression that this compiler cannot read.
    InvalidRegex = "ASL199", "";
}

impl Code {
    /// Whether the service accepts the definition: it finds out later, or does what this compiler cannot.
    pub const fn is_accepted_by_service(self) -> bool {
        self.aws_code().is_empty()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_ordered() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.as_str() < b.as_str()));
    }
}
