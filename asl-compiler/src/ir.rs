//! The resolved machine: what the checks leave over and the generator turns into Rust.
//!
//! Every name is an index, every default is filled in, every path and intrinsic is parsed. All states of all
//! scopes (top level, Parallel branches, Map processors) stand in one list, because state names are unique in
//! the whole machine; a branch or an iteration is a start state in that list.

mod distributed;
mod expression;

use crate::syntax::{
    intrinsic::Call,
    path::{Path, ReferencePath},
};

pub use distributed::{Batcher, Distributed, Format, Limit, Reader, Source, Transformation, Writer};
pub use expression::{Expression, Written};

/// Index of a state in [`Machine::states`].
pub type StateIndex = usize;

/// A checked definition. Becomes one Rust module.
#[derive(Debug, Clone)]
pub struct Machine {
    /// `Comment` of the definition.
    pub comment: Option<String>,
    /// Where the execution starts.
    pub start: StateIndex,
    /// All states, outer scopes before inner ones, in document order. Becomes `enum State`.
    pub states: Vec<State>,
    /// Names of all variables that any `Assign` sets or any field reads. Becomes the slots of a run's variables.
    pub variables: Vec<String>,
    /// `TimeoutSeconds` of the machine.
    pub timeout_seconds: Option<u32>,
    /// Where the fields of states stand, for messages about the flow of data.
    pub places: crate::flow::FieldPlaces,
    /// Hash of the definition's meaning (its JSON without white space): the same file gives the same number.
    pub fingerprint: u64,
}

/// Line and column (from 1) in the definition file, for docs and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

/// One state. Becomes one function.
#[derive(Debug, Clone)]
pub struct State {
    /// Exact name in the definition.
    pub name: String,
    /// `Comment` of the state.
    pub comment: Option<String>,
    /// Where the state's name stands.
    pub place: Place,
    /// Whether its query language is JSONata. It then has none of the JSONPath fields.
    pub jsonata: bool,
    /// `InputPath`; `None` when absent or `"$"`.
    pub input_path: Option<Select>,
    /// `OutputPath`; `None` when absent or `"$"`.
    pub output_path: Option<Select>,
    /// `Parameters` of Task, Pass and Parallel (a Map's legacy `Parameters` are its item selector); `Arguments` in
    /// JSONata.
    pub parameters: Option<Template>,
    /// `ResultSelector`.
    pub result_selector: Option<Template>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Output`, in JSONata.
    pub output: Option<Template>,
    /// `Assign` of the state.
    pub assign: Vec<Assignment>,
    /// Where a state that has `Next` or `End` goes. [`Next::End`] for Succeed and Fail, unused for Choice.
    pub next: Next,
    /// `Retry`.
    pub retry: Vec<Retrier>,
    /// `Catch`.
    pub catch: Vec<Catcher>,
    /// What is particular to its type.
    pub kind: Kind,
}

/// `InputPath` or `OutputPath`.
#[derive(Debug, Clone)]
pub enum Select {
    /// `null`: an empty object.
    Empty,
    /// A path.
    Path(Path),
}

/// `ResultPath`.
#[derive(Debug, Clone)]
pub enum ResultPath {
    /// `"$"`, or absent: the result replaces the input.
    Replace,
    /// `null`: the result is dropped.
    Discard,
    /// A reference path with at least one step: the result is put there.
    At(ReferencePath),
}

/// Where a state goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To a state of the same scope.
    State(StateIndex),
    /// The scope ends.
    End,
}

/// One entry of `Assign`.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Slot in [`Machine::variables`].
    pub variable: usize,
    /// The value.
    pub value: Template,
}

/// A static JSON value, members in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number within 64 bits, signed.
    Integer(i64),
    /// A whole number above `i64::MAX`, within 64 bits.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// A payload template. Becomes an expression that gives a value.
#[derive(Debug, Clone)]
pub enum Template {
    /// Nothing to evaluate anywhere inside.
    Constant(Json),
    /// An object with something to evaluate inside; keys without `.$`.
    Object(Vec<(String, Template)>),
    /// An array with something to evaluate inside.
    Array(Vec<Template>),
    /// `"field.$": "$.path"`.
    Path {
        /// The key as written, with `.$`.
        field: String,
        /// The path.
        path: Path,
    },
    /// `"field.$": "States.Function(...)"`.
    Intrinsic {
        /// The key as written, with `.$`.
        field: String,
        /// The call.
        call: Call,
    },
    /// `"{% expression %}"`, in JSONata.
    Expression(Box<Expression>),
}

/// One entry of `Retry`, defaults filled in. Becomes a row of a static table.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrier {
    /// `ErrorEquals`.
    pub error_equals: Vec<String>,
    /// `IntervalSeconds`, default 1.
    pub interval_seconds: u32,
    /// `MaxAttempts`, default 3.
    pub max_attempts: u32,
    /// `BackoffRate`, default 2.0.
    pub backoff_rate: f64,
    /// `MaxDelaySeconds`.
    pub max_delay_seconds: Option<u32>,
    /// `JitterStrategy` is `FULL`.
    pub full_jitter: bool,
}

/// One entry of `Catch`.
#[derive(Debug, Clone)]
pub struct Catcher {
    /// `ErrorEquals`.
    pub error_equals: Vec<String>,
    /// `ResultPath`.
    pub result_path: ResultPath,
    /// `Output`, in JSONata.
    pub output: Option<Template>,
    /// `Assign`, evaluated over the Error Output.
    pub assign: Vec<Assignment>,
    /// `Next`.
    pub next: StateIndex,
}

/// What is particular to a type of state.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "one per state, never in bulk")]
pub enum Kind {
    /// Task.
    Task {
        /// `Resource`.
        resource: Resource,
        /// `TimeoutSeconds` or its path.
        timeout: Option<Seconds>,
        /// `HeartbeatSeconds` or its path.
        heartbeat: Option<Seconds>,
        /// `Credentials`.
        credentials: Option<Template>,
    },
    /// Pass, with its `Result`.
    Pass {
        /// `Result`.
        result: Option<Json>,
    },
    /// Choice.
    Choice {
        /// `Choices`.
        rules: Vec<Rule>,
        /// `Default`.
        default: Option<StateIndex>,
    },
    /// Wait.
    Wait(Wait),
    /// Succeed.
    Succeed,
    /// Fail.
    Fail {
        /// `Error` or `ErrorPath`.
        error: Option<Text>,
        /// `Cause` or `CausePath`.
        cause: Option<Text>,
    },
    /// Parallel.
    Parallel {
        /// Start state of each branch.
        branches: Vec<StateIndex>,
    },
    /// Map.
    Map {
        /// `ItemsPath`; `None` is `"$"`.
        items_path: Option<Path>,
        /// `Items`, in JSONata; `None` is the input.
        items: Option<Template>,
        /// `ItemSelector`, or the legacy `Parameters`.
        item_selector: Option<Template>,
        /// `MaxConcurrency`, 0 for no limit.
        max_concurrency: Concurrency,
        /// Start state of the processor.
        processor: StateIndex,
        /// What it has beyond an inline Map, where it is distributed.
        distributed: Option<Box<Distributed>>,
    },
}

/// `Resource` of a Task, by how the service treats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The string as written.
    pub text: String,
    /// What it names.
    pub kind: ResourceKind,
}

/// What a `Resource` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceKind {
    /// A function called with the state's effective input: a Lambda ARN, a placeholder, any other string.
    Function,
    /// `arn:PARTITION:states:REGION:ACCOUNT:activity:NAME`.
    Activity,
    /// `arn:PARTITION:states:::SERVICE:ACTION[.PATTERN]`.
    Service {
        /// `lambda`, `sqs`, `aws-sdk:dynamodb`: `resourceType` in the history.
        service: String,
        /// `invoke`, `sendMessage.waitForTaskToken`: `resource` in the history.
        action: String,
        /// The pattern at the end of the action.
        pattern: Pattern,
    },
}

/// Integration pattern of a service task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// No suffix.
    RequestResponse,
    /// `.sync` or `.sync:2`.
    Sync,
    /// `.waitForTaskToken`.
    Callback,
}

/// A literal number of seconds, or the path to one.
#[derive(Debug, Clone)]
pub enum Seconds {
    /// Literal.
    Literal(u32),
    /// `...SecondsPath`.
    Path(Path),
    /// An expression, in JSONata.
    Expression(Box<Expression>),
}

/// How many iterations run at once.
#[derive(Debug, Clone)]
pub enum Concurrency {
    /// Literal; 0 is no limit.
    Literal(u32),
    /// `MaxConcurrencyPath`.
    Path(Path),
    /// An expression, in JSONata.
    Expression(Box<Expression>),
}

/// What a Wait state waits for.
#[derive(Debug, Clone)]
pub enum Wait {
    /// `Seconds`.
    Seconds(u32),
    /// `SecondsPath`.
    SecondsPath(Path),
    /// `Timestamp`: milliseconds since 1970 (UTC), whole seconds as the service has it.
    Timestamp(i64),
    /// `TimestampPath`.
    TimestampPath(Path),
    /// `Seconds` with an expression, in JSONata.
    SecondsExpression(Box<Expression>),
    /// `Timestamp` with an expression, in JSONata.
    TimestampExpression(Box<Expression>),
}

/// `Error`/`Cause` of Fail, or their path forms.
#[derive(Debug, Clone)]
pub enum Text {
    /// Literal.
    Literal(String),
    /// `ErrorPath`, `CausePath` with a path.
    Path(Path),
    /// `ErrorPath`, `CausePath` with an intrinsic function.
    Intrinsic(Call),
    /// An expression, in JSONata.
    Expression(Box<Expression>),
}

/// One entry of `Choices`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// When it matches.
    pub test: Test,
    /// `Output` of the rule, in JSONata.
    pub output: Option<Template>,
    /// `Assign` of the rule.
    pub assign: Vec<Assignment>,
    /// `Next`.
    pub next: StateIndex,
}

/// A test of a rule. Becomes a boolean expression.
#[derive(Debug, Clone)]
pub enum Test {
    /// `And`.
    And(Vec<Test>),
    /// `Or`.
    Or(Vec<Test>),
    /// `Not`.
    Not(Box<Test>),
    /// `Variable` with a comparator.
    Compare {
        /// `Variable`.
        variable: Path,
        /// The comparator and its operand.
        comparison: Comparison,
    },
    /// `Condition`, in JSONata.
    Condition(Condition),
}

/// `Condition` of a rule.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `true`, `false`.
    Literal(bool),
    /// An expression.
    Expression(Box<Expression>),
}

/// A comparator with its operand.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// `StringEquals`, `StringLessThan`, ...
    String(Order, String),
    /// `NumericEquals`, ... (a JSON number).
    Numeric(Order, Json),
    /// `TimestampEquals`, ...: the literal as written, checked to be RFC 3339, and as an instant in nanoseconds since 1970.
    Timestamp(Order, String, i128),
    /// `BooleanEquals`.
    Boolean(bool),
    /// `StringEqualsPath`, ...
    StringPath(Order, Path),
    /// `NumericEqualsPath`, ...
    NumericPath(Order, Path),
    /// `TimestampEqualsPath`, ...
    TimestampPath(Order, Path),
    /// `BooleanEqualsPath`.
    BooleanPath(Path),
    /// `StringMatches`: the literal parts between the asterisks, unescaped.
    Matches(Vec<String>),
    /// `IsNull`, `IsString`, ... with the operand.
    Is(Type, bool),
    /// `IsPresent` with its operand.
    IsPresent(bool),
}

/// Order of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `...Equals`
    Equal,
    /// `...LessThan`
    Less,
    /// `...GreaterThan`
    Greater,
    /// `...LessThanEquals`
    LessOrEqual,
    /// `...GreaterThanEquals`
    GreaterOrEqual,
}

/// Kind of value that an `Is...` comparator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `IsNull`
    Null,
    /// `IsString`
    String,
    /// `IsNumeric`
    Numeric,
    /// `IsBoolean`
    Boolean,
    /// `IsTimestamp`
    Timestamp,
}
