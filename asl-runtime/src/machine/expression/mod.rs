//! JSONata in the fields of states: evaluating an expression, and what the service says when that fails.

mod fields;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::fmt;

use super::{Cx, Failure};
use crate::jsonata::{Environment, Error, Eval, NotJson, Query};
use crate::{Timestamp, Value};

/// A JSONata expression of a definition, compiled.
#[derive(Clone, Copy)]
pub struct Expression {
    /// The field that it stands in: `Output/total`, `Choices[0]/Condition`.
    pub field: &'static str,
    /// Its text, without `{%` and `%}`.
    pub text: &'static str,
    /// Evaluates it. The second argument is the context at the start: nothing, in a field of a state.
    pub run: fn(&Query<'_>) -> Eval,
}

/// What the expressions of a state can refer to:
/// [`$states`](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-reserved-states-variable)
/// and the variables. Each expression is an evaluation of its own.
#[derive(Debug)]
pub struct States<'c> {
    cx: &'c Cx<'c>,
    result: Option<&'c Value>,
    error_output: Option<&'c Value>,
    /// The same for all expressions, so it is put together once.
    context: OnceCell<Value>,
}

impl<'c> States<'c> {
    pub(super) fn new(cx: &'c Cx<'c>) -> Self {
        Self {
            cx,
            result: None,
            error_output: None,
            context: OnceCell::new(),
        }
    }

    pub(super) fn cx(&self) -> &'c Cx<'c> {
        self.cx
    }

    /// With a `$states.result`.
    #[must_use]
    pub fn result(mut self, result: &'c Value) -> Self {
        self.result = Some(result);
        self
    }

    /// With a `$states.errorOutput`.
    #[must_use]
    pub fn error_output(mut self, error_output: &'c Value) -> Self {
        self.error_output = Some(error_output);
        self
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// `States.QueryEvaluationError` when it fails, or gives nothing or a function.
    pub fn value(&self, expression: &'static Expression) -> Result<Value, Failure> {
        let query = Query::new(self);
        let data = (expression.run)(&query).map_err(|error| thrown(expression, &error))?;
        data.into_value().map_err(|kind| {
            failed(
                expression,
                match kind {
                    NotJson::Undefined => "returned nothing (undefined).",
                    NotJson::Function => "returned an unsupported result type.",
                },
            )
        })
    }
}

impl Environment for States<'_> {
    fn variable(&self, slot: usize) -> Option<&Value> {
        self.cx.variable(slot)
    }

    fn input(&self) -> Option<&Value> {
        Some(self.cx.input)
    }

    fn result(&self) -> Option<&Value> {
        self.result
    }

    fn error_output(&self) -> Option<&Value> {
        self.error_output
    }

    fn context(&self) -> Value {
        self.context.get_or_init(|| self.cx.context()).clone()
    }

    fn now(&self) -> Timestamp {
        self.cx.now()
    }

    fn random(&self) -> u64 {
        self.cx.random()
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expression")
            .field("field", &self.field)
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

/// Code of the errors that say that an evaluation takes too much: the service names none for them.
const BOUND: &str = "U1001";

fn thrown(expression: &'static Expression, error: &Error) -> Failure {
    let what = match error.code() {
        BOUND => format!("threw an error during evaluation: {}", error.message()),
        code => format!("threw an error during evaluation. {code}: {}", error.message()),
    };
    failed(expression, &what)
}

fn failed(expression: &'static Expression, what: &str) -> Failure {
    let Expression { field, text, .. } = expression;
    Failure::evaluation(
        field,
        format!("The JSONata expression '{text}' specified for the field '{field}' {what}"),
    )
}
