//! Testing one state of a machine, as the service's
//! [TestState](https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html) does.

mod context;
mod inspection;
mod request;
mod run;
mod shapes;

pub use inspection::{ErrorDetails, Inspection, InspectionLevel, StateRun, StateStatus};
pub use request::{FieldValidation, Refusal};

use crate::Value;
use crate::machine::Program;
use crate::value::object;
use request::Mocked;

/// A run of one state of a compiled machine to be made, with a mock for what the state would call.
///
/// It goes as far as the service's TestState goes: the state's own fields are evaluated, its retriers and
/// catchers asked, and nothing runs after it. A Map or Parallel state is given its whole result. A Wait state does not wait.
///
/// ```ignore
/// let run = StateTest::new(&order::MACHINE, "CheckPayment")
///     .input(json!({ "id": "o-1" }))
///     .mock_error("BankBusy", "try later")
///     .run()?;
/// assert_eq!(run.status, StateStatus::Retriable);
/// ```
#[derive(Debug, Clone)]
pub struct StateTest {
    program: &'static Program,
    state: String,
    input: Value,
    variables: Option<Value>,
    context: Option<Value>,
    level: InspectionLevel,
    mocked: Mocked,
    retry_count: u32,
    map_iteration_failure_count: Option<u32>,
    map_item_reader_data: Option<String>,
    error_caused_by: Option<String>,
    reveal_secrets: bool,
}

impl StateTest {
    /// A run of this state, given by its exact name or as the machine's `State`. Its input is the empty object.
    pub fn new(program: &'static Program, state: impl Into<String>) -> Self {
        Self {
            program,
            state: state.into(),
            input: object([]),
            variables: None,
            context: None,
            level: InspectionLevel::Info,
            mocked: Mocked::default(),
            retry_count: 0,
            map_iteration_failure_count: None,
            map_item_reader_data: None,
            error_caused_by: None,
            reveal_secrets: false,
        }
    }

    /// Sets the state's raw input.
    #[must_use]
    pub fn input(mut self, input: impl Into<Value>) -> Self {
        self.input = input.into();
        self
    }

    /// What the state calls, or its branches or iterations together, succeed with this result.
    #[must_use]
    pub fn mock_result(mut self, result: impl Into<Value>) -> Self {
        self.mocked.result = Some(Ok(result.into()));
        self
    }

    /// As [`mock_result`](Self::mock_result), with a JSON text.
    #[must_use]
    pub fn mock_result_json(mut self, text: &str) -> Self {
        self.mocked.result = Some(Value::from_json(text).map_err(drop));
        self
    }

    /// What the state calls fails with this error name and cause.
    #[must_use]
    pub fn mock_error(self, error: impl Into<String>, cause: impl Into<String>) -> Self {
        self.mock_failure(Some(error.into()), Some(cause.into()))
    }

    /// What the state calls fails, with or without an error name and a cause.
    #[must_use]
    pub fn mock_failure(mut self, error: Option<String>, cause: Option<String>) -> Self {
        self.mocked.failure = Some((error, cause));
        self
    }

    /// Sets how a mocked result is compared with what the called service can answer. Only calls of which the runtime
    /// knows the answer are compared.
    #[must_use]
    pub fn field_validation(mut self, validation: FieldValidation) -> Self {
        self.mocked.validation = validation;
        self
    }

    /// Sets the workflow variables, an object.
    #[must_use]
    pub fn variables(mut self, variables: impl Into<Value>) -> Self {
        self.variables = Some(variables.into());
        self
    }

    /// Sets the whole context object. Without it there is one as TestState has it: with this state's input as the
    /// execution's, and the state being called `StateName`.
    #[must_use]
    pub fn context(mut self, context: impl Into<Value>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// Sets how often the retrier that matches has already retried.
    #[must_use]
    pub fn retry_count(mut self, count: u32) -> Self {
        self.retry_count = count;
        self
    }

    /// Sets how many iterations of a Map state fail.
    #[must_use]
    pub fn map_iteration_failure_count(mut self, count: u32) -> Self {
        self.map_iteration_failure_count = Some(count);
        self
    }

    /// Sets what the `ItemReader` of a distributed Map state reads: the content of an object in the reader's format. Without
    /// it the Map has no items to look at.
    #[must_use]
    pub fn map_item_reader_data(mut self, content: impl Into<String>) -> Self {
        self.map_item_reader_data = Some(content.into());
        self
    }

    /// Says which state inside a Map or Parallel state a mocked error comes from. It must be one of the machine's.
    #[must_use]
    pub fn error_caused_by(mut self, state: impl Into<String>) -> Self {
        self.error_caused_by = Some(state.into());
        self
    }

    /// Sets how much the run tells of what happened inside the state.
    #[must_use]
    pub fn inspection_level(mut self, level: InspectionLevel) -> Self {
        self.level = level;
        self
    }

    /// Asks for the secrets in what is sent to HTTP endpoints. The service refuses to together with a mock.
    #[must_use]
    pub fn reveal_secrets(mut self) -> Self {
        self.reveal_secrets = true;
        self
    }

    /// Runs the state.
    ///
    /// # Errors
    /// What the service refuses to do. Failures of the state are not among them, they are in the [`StateRun`].
    pub fn run(self) -> Result<StateRun, Refusal> {
        let state = self.find_state()?;
        self.check(state)?;
        run::run(&self, state)
    }
}
