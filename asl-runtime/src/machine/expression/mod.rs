//! JSONata in the fields of states: evaluating an expression, and what the service says when that fails.

mod fields;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::fmt;

use super::{Cx, Failure};
use crate::jsonata::{Data, Environment, Error, Eval, NotJson, Query, names_of};
use crate::{Timestamp, Value};

/// A JSONata expression of a definition, compiled.
#[derive(Clone, Copy)]
pub struct Expression {
    /// The field that it stands in: `Output/total`, `Choices[0]/Condition`.
    pub field: &'static str,
    /// Its text, without `{%` and `%}`.
    pub text: &'static str,
    /// How it is evaluated.
    pub run: Evaluation,
}

/// How an expression is evaluated.
#[derive(Clone, Copy)]
pub enum Evaluation {
    /// By this function.
    Function(fn(&Query<'_>) -> Eval),
    /// `$states.input` and then these fields, one in the other: most expressions, for which no code is run.
    Input(Names),
    /// `$states.result`, likewise.
    Result(Names),
    /// `$states.errorOutput`
    ErrorOutput(Names),
    /// A workflow variable, by its slot.
    Variable(usize, Names),
}

type Names = &'static [&'static str];

/// What the expressions of a state can refer to:
/// [`$states`](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-reserved-states-variable)
/// and the variables. Each expression is an evaluation of its own.
#[derive(Debug)]
pub struct States<'c> {
    cx: &'c Cx<'c>,
    result: Option<&'c Value>,
    error_output: Option<&'c Value>,
    /// The same for all expressions, so it is put together once.
    //
    // In a box, for most need none: so there is little to drop.
    context: OnceCell<Box<Value>>,
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
        // Made in its place within the result.
        let mut result = Ok(Value::Null);
        if let Ok(place) = &mut result
            && let Err(failure) = self.write(expression, place)
        {
            result = Err(failure);
        }
        result
    }

    /// The same, written to its place.
    pub(super) fn write(&self, expression: &'static Expression, place: &mut Value) -> Result<(), Failure> {
        match expression.run {
            Evaluation::Function(run) => give(expression, run(&Query::new(self)), place),
            _ => self.write_field(expression, place),
        }
    }

    #[inline(never)]
    fn write_field(&self, expression: &'static Expression, place: &mut Value) -> Result<(), Failure> {
        let (start, names) = match expression.run {
            Evaluation::Function(_) => return Ok(()),
            Evaluation::Input(names) => (self.input(), names),
            Evaluation::Result(names) => (self.result, names),
            Evaluation::ErrorOutput(names) => (self.error_output, names),
            Evaluation::Variable(slot, names) => (self.variable(slot), names),
        };
        match member(start, names) {
            Some(found) => {
                found.copy_to(place);
                Ok(())
            }
            None => give_other(expression, Ok(names_of(start, names)), place),
        }
    }
}

/// The field, where only objects are on the way.
#[inline]
fn member(start: Option<&Value>, names: Names) -> Option<&Value> {
    let mut found = start?;
    for name in names {
        found = found.as_object()?.get(name)?;
    }
    Some(found)
}

/// Puts what an evaluation gives to its place.
//
// One kind after the other: as a whole it could only be moved once the processor has written all its pieces.
#[inline(always)]
fn give(expression: &'static Expression, result: Eval, place: &mut Value) -> Result<(), Failure> {
    place.vacate();
    match result {
        Ok(Data::Value(Value::Number(number))) => match number.as_i64() {
            Some(integer) => place.fill(integer.into()),
            None => place.fill(Value::Number(number)),
        },
        Ok(Data::Value(Value::String(text))) => place.fill(Value::String(text)),
        Ok(Data::Value(Value::Object(object))) => place.fill(Value::Object(object)),
        Ok(Data::Value(Value::Array(array))) => place.fill(Value::Array(array)),
        Ok(Data::Value(Value::Bool(value))) => place.fill(Value::Bool(value)),
        other => return give_other(expression, other, place),
    }
    Ok(())
}

/// The same of what is no plain value, most often.
#[inline(never)]
fn give_other(expression: &'static Expression, result: Eval, place: &mut Value) -> Result<(), Failure> {
    let data = result.map_err(|error| thrown(expression, &error))?;
    *place = data.into_value().map_err(|kind| {
        failed(
            expression,
            match kind {
                NotJson::Undefined => "returned nothing (undefined).",
                NotJson::Function => "returned an unsupported result type.",
            },
        )
    })?;
    Ok(())
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

    fn context(&self) -> Option<&Value> {
        Some(self.context.get_or_init(|| Box::new(self.cx.context())))
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
