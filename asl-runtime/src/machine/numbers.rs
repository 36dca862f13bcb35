//! The numeric and time fields that take a path.

use std::borrow::Cow;

use super::cx::invalid_path;
use super::{Cx, Failure};
use crate::Value;
use crate::path::Path;

/// The numeric and time fields that take a path.
impl Cx<'_> {
    /// `SecondsPath` of a Wait state.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no whole number from 0.
    pub fn wait_seconds(&self, document: &Value, path: &'static Path) -> Result<u32, Failure> {
        let text = path.text;
        let Ok(found) = self.find(document, path) else {
            return Err(Failure::runtime(format!(
                "The SecondsPath parameter does not reference an input value: {text}"
            )));
        };
        match found.as_i64() {
            Some(seconds) if seconds < 0 => Err(Failure::runtime(format!(
                "The SecondsPath parameter references a negative value: {text} == {seconds}"
            ))),
            // Longer waits than the service knows are refused when the wait begins.
            Some(seconds) => Ok(u32::try_from(seconds).unwrap_or(u32::MAX)),
            None => Err(Failure::runtime(format!(
                "The SecondsPath parameter cannot be parsed as a long value: {text} == {}",
                plain(&found)
            ))),
        }
    }

    /// `TimestampPath` of a Wait state, in milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no timestamp.
    pub fn wait_until(&self, document: &Value, path: &'static Path) -> Result<i64, Failure> {
        let text = path.text;
        let Ok(found) = self.find(document, path) else {
            return Err(Failure::runtime(format!(
                "The TimestampPath parameter does not reference an input value: {text}"
            )));
        };
        match found.as_str().and_then(crate::time::parse) {
            // The service waits to whole seconds.
            Some(nanoseconds) => {
                let seconds = nanoseconds.div_euclid(1_000_000_000);
                Ok(i64::try_from(seconds * 1000).unwrap_or(i64::MAX))
            }
            None => Err(Failure::runtime(format!(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {text} == {}",
                plain(&found)
            ))),
        }
    }

    /// `TimeoutSecondsPath`, `HeartbeatSecondsPath` of a Task state.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no positive whole number.
    pub fn task_seconds(&self, document: &Value, path: &'static Path, field: &str) -> Result<u32, Failure> {
        let found = self
            .find(document, path)
            .map_err(|missing| invalid_path(path, &missing))?;
        match found.as_i64().and_then(|seconds| u32::try_from(seconds).ok()) {
            Some(seconds) if seconds > 0 => Ok(seconds),
            _ => Err(not_an_integer(field, path, &found)),
        }
    }

    /// `MaxConcurrencyPath` of a Map state.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no whole number from 0.
    pub fn concurrency(&self, document: &Value, path: &'static Path) -> Result<u32, Failure> {
        let found = self
            .find(document, path)
            .map_err(|missing| invalid_path(path, &missing))?;
        match found.as_i64() {
            Some(limit) if limit < 0 => Err(Failure::runtime("MaxConcurrency cannot be negative.")),
            Some(limit) => Ok(u32::try_from(limit).unwrap_or(u32::MAX)),
            None => Err(not_an_integer("MaxConcurrencyPath", path, &found)),
        }
    }
}

/// The numbers of distributed Maps. Strings are taken where they are numbers, as the service does.
impl Cx<'_> {
    /// `ToleratedFailureCountPath` and the `...PerBatchPath` fields, `field` being their name without `Path`.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no whole number from 0.
    pub fn count(&self, document: &Value, path: &'static Path, field: &str) -> Result<u64, Failure> {
        let count = self.integer(document, path, field)?;
        u64::try_from(count).map_err(|_| Failure::runtime(format!("{field} cannot be negative.")))
    }

    /// `MaxItemsPath`. A negative number fails the Map Run only.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no whole number.
    pub fn max_items(&self, document: &Value, path: &'static Path) -> Result<i64, Failure> {
        self.integer(document, path, "MaxItems")
    }

    /// `ToleratedFailurePercentagePath`.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no number from 0 to 100.
    pub fn percentage(&self, document: &Value, path: &'static Path) -> Result<f64, Failure> {
        let found = self
            .find(document, path)
            .map_err(|missing| invalid_path(path, &missing))?;
        let number = found.as_f64().or_else(|| found.as_str()?.parse().ok());
        match number {
            Some(percentage) if (0.0..=100.0).contains(&percentage) => Ok(percentage),
            Some(_) => Err(Failure::runtime(
                "ToleratedFailurePercentage must be between 0 and 100.",
            )),
            None => Err(Failure::runtime(format!(
                "The ToleratedFailurePercentagePath field refers to value \"{}\" which is not a valid float: {}",
                plain(&found),
                path.text
            ))),
        }
    }

    fn integer(&self, document: &Value, path: &'static Path, field: &str) -> Result<i64, Failure> {
        let found = self
            .find(document, path)
            .map_err(|missing| invalid_path(path, &missing))?;
        found
            .as_i64()
            .or_else(|| found.as_str()?.parse().ok())
            .ok_or_else(|| not_an_integer(&format!("{field}Path"), path, &found))
    }
}

fn not_an_integer(field: &str, path: &Path, found: &Value) -> Failure {
    let text = path.text;
    Failure::runtime(format!(
        "The {field} field refers to value \"{}\" which is not a valid integer: {text}",
        plain(found)
    ))
}

/// A value in a message: a string without its quotes, anything else as JSON.
fn plain(value: &Value) -> Cow<'_, str> {
    value
        .as_str()
        .map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}
