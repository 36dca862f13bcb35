//! Fields that take values of one kind.

use super::{Expression, States, failed};
use crate::Value;
use crate::machine::{Cx, Failure};

/// Longest time that can be given, in seconds.
const MAX_SECONDS: i64 = 99_999_999;

impl States<'_> {
    /// `Condition` of a Choice rule: `true` or `false`, and nothing that only counts as such.
    ///
    /// # Errors
    /// As [`value`](Self::value), and when it is of another type.
    pub fn condition(&self, expression: &'static Expression) -> Result<bool, Failure> {
        let value = self.value(expression)?;
        value
            .as_bool()
            .ok_or_else(|| unexpected(expression, "boolean", &value))
    }

    /// `Arguments` of a service integration: an object.
    ///
    /// # Errors
    /// As [`condition`](Self::condition).
    pub fn object(&self, expression: &'static Expression) -> Result<Value, Failure> {
        let value = self.value(expression)?;
        match value {
            Value::Object(_) => Ok(value),
            _ => Err(unexpected(expression, "object", &value)),
        }
    }

    /// `Items` of a Map: an array, or for a distributed Map also an object whose members are the items.
    ///
    /// # Errors
    /// As [`condition`](Self::condition).
    pub fn items(&self, expression: &'static Expression) -> Result<Value, Failure> {
        let value = self.value(expression)?;
        if self.cx.can_be_items(&value) {
            Ok(value)
        } else {
            Err(unexpected(expression, "array", &value))
        }
    }

    /// `Error`, `Cause` of a Fail state: a string.
    ///
    /// # Errors
    /// As [`condition`](Self::condition).
    pub fn text(&self, expression: &'static Expression) -> Result<String, Failure> {
        let value = self.value(expression)?;
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| unexpected(expression, "string", &value))
    }

    /// `Seconds` of a Wait state.
    ///
    /// # Errors
    /// As [`value`](Self::value), and when it is no whole number or out of range.
    pub fn wait_seconds(&self, expression: &'static Expression) -> Result<u32, Failure> {
        self.integer(expression, 0, MAX_SECONDS)
    }

    /// `Timestamp` of a Wait state, in milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// As [`text`](Self::text), and when it is no timestamp.
    pub fn wait_until(&self, expression: &'static Expression) -> Result<i64, Failure> {
        let text = self.text(expression)?;
        match crate::time::parse(&text) {
            // The service waits to whole seconds.
            Some(nanoseconds) => {
                let seconds = nanoseconds.div_euclid(1_000_000_000);
                Ok(i64::try_from(seconds * 1000).unwrap_or(i64::MAX))
            }
            None => Err(Failure::unusable(
                expression.field,
                format!(
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
                ),
            )),
        }
    }

    /// `TimeoutSeconds`, `HeartbeatSeconds` of a Task state.
    ///
    /// # Errors
    /// As [`wait_seconds`](Self::wait_seconds).
    pub fn task_seconds(&self, expression: &'static Expression) -> Result<u32, Failure> {
        self.integer(expression, 1, MAX_SECONDS)
    }

    /// `MaxConcurrency`, `ToleratedFailureCount` and `MaxItems` of a Map state.
    ///
    /// # Errors
    /// As [`wait_seconds`](Self::wait_seconds).
    pub fn count<T: TryFrom<i64> + Default>(&self, expression: &'static Expression) -> Result<T, Failure> {
        self.integer(expression, 0, i64::from(u32::MAX))
    }

    /// `MaxItemsPerBatch`, `MaxInputBytesPerBatch`: positive.
    ///
    /// # Errors
    /// As [`wait_seconds`](Self::wait_seconds).
    pub fn batch_size(&self, expression: &'static Expression) -> Result<u64, Failure> {
        self.integer(expression, 1, i64::from(u32::MAX))
    }

    /// `ToleratedFailurePercentage` of a Map state.
    ///
    /// # Errors
    /// As [`value`](Self::value), and when it is no number or out of range.
    pub fn percentage(&self, expression: &'static Expression) -> Result<f64, Failure> {
        let value = self.value(expression)?;
        match value.as_f64() {
            Some(percentage) if (0.0..=100.0).contains(&percentage) => Ok(percentage),
            Some(_) => Err(out_of_range(expression, "a number from 0 to 100", &value)),
            None => Err(unexpected(expression, "number", &value)),
        }
    }

    fn integer<T: TryFrom<i64> + Default>(
        &self,
        expression: &'static Expression,
        from: i64,
        to: i64,
    ) -> Result<T, Failure> {
        let value = self.value(expression)?;
        let number = value
            .as_f64()
            .ok_or_else(|| unexpected(expression, "number", &value))?;
        let whole = value.as_i64().or_else(|| whole(number));
        match whole {
            Some(integer) if (from..=to).contains(&integer) => Ok(T::try_from(integer).unwrap_or_default()),
            _ => {
                let wanted = format!("a whole number from {from} to {to}");
                Err(out_of_range(expression, &wanted, &value))
            }
        }
    }
}

impl Cx<'_> {
    /// The items of a Map without `Items`: its input, if that is an array.
    ///
    /// # Errors
    /// `States.QueryEvaluationError` when it is none.
    pub fn input_items(&self) -> Result<Value, Failure> {
        if self.can_be_items(self.input) {
            return Ok(self.input.clone());
        }
        Err(Failure::evaluation(
            "",
            format!("Map state input must be an array but was: {}", self.input),
        ))
    }

    /// The items of a Map whose `Items` are JSON, if that is an array.
    ///
    /// # Errors
    /// `States.QueryEvaluationError` when it is none.
    pub fn literal_items(&self, items: Value) -> Result<Value, Failure> {
        if self.can_be_items(&items) {
            return Ok(items);
        }
        Err(Failure::evaluation(
            "Items",
            format!("The Items field must be an array but was: {items}"),
        ))
    }
}

/// A number without a fraction that 64 bits hold.
fn whole(number: f64) -> Option<i64> {
    // Powers of two, so both are exact; the upper one itself does not fit.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    (fits && number.fract() == 0.0).then_some(number as i64)
}

fn unexpected(expression: &'static Expression, wanted: &str, value: &Value) -> Failure {
    let kind = value.kind_name();
    failed(
        expression,
        &format!(
            "returned an unexpected result type. Expected '{wanted}', but was '{kind}' for value: {value}"
        ),
    )
}

fn out_of_range(expression: &'static Expression, wanted: &str, value: &Value) -> Failure {
    failed(
        expression,
        &format!("returned a value out of range. Expected {wanted}, but was: {value}"),
    )
}
