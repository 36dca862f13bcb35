//! What a state's function says about the Map Run that is to start.

use super::tolerance::Tolerance;
use crate::Value;

/// The fields of a distributed Map, evaluated.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct MapRunStep {
    /// `MaxConcurrency`; 0 for no limit.
    pub max_concurrency: u32,
    /// `ToleratedFailureCount`.
    pub tolerated_failure_count: Option<u64>,
    /// `ToleratedFailurePercentage`.
    pub tolerated_failure_percentage: Option<f64>,
    /// `Parameters` of the `ItemReader`.
    pub reader: Option<Value>,
    /// `MaxItems`, as it was found: negative values fail the Map Run.
    pub max_items: Option<i64>,
    /// `MaxItemsPerBatch`.
    pub max_items_per_batch: Option<u64>,
    /// `MaxInputBytesPerBatch`.
    pub max_input_bytes_per_batch: Option<usize>,
    /// `BatchInput`.
    pub batch_input: Option<Value>,
    /// `Parameters` of the `ResultWriter`.
    pub writer: Option<Value>,
}

impl MapRunStep {
    pub(crate) fn tolerance(&self) -> Tolerance {
        Tolerance {
            count: self.tolerated_failure_count,
            percentage: self.tolerated_failure_percentage,
        }
    }
}

/// New limits of a Map Run under way. What is not given stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct MapRunUpdate {
    /// `MaxConcurrency`; 0 for no limit.
    pub max_concurrency: Option<u32>,
    /// `ToleratedFailureCount`.
    pub tolerated_failure_count: Option<u64>,
    /// `ToleratedFailurePercentage`, from 0 to 100.
    pub tolerated_failure_percentage: Option<f64>,
}

impl MapRunUpdate {
    /// Changes nothing.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets how many children may be under way at once; 0 for no limit.
    #[must_use]
    pub fn max_concurrency(mut self, limit: u32) -> Self {
        self.max_concurrency = Some(limit);
        self
    }
    /// Sets how many items may fail.
    #[must_use]
    pub fn tolerated_failure_count(mut self, count: u64) -> Self {
        self.tolerated_failure_count = Some(count);
        self
    }
    /// Sets which share of the items may fail, from 0 to 100.
    #[must_use]
    pub fn tolerated_failure_percentage(mut self, percentage: f64) -> Self {
        self.tolerated_failure_percentage = Some(percentage);
        self
    }

    /// Whether it is a change that can be made; if not, why.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        match self.tolerated_failure_percentage {
            Some(percentage) if !(0.0..=100.0).contains(&percentage) => {
                Err("ToleratedFailurePercentage must be between 0 and 100.")
            }
            _ => Ok(()),
        }
    }
}

/// Constructors for generated code.
impl MapRunStep {
    /// A Map Run without any limits.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets `MaxConcurrency`.
    #[must_use]
    pub fn max_concurrency(mut self, limit: u32) -> Self {
        self.max_concurrency = limit;
        self
    }
    /// Sets `ToleratedFailureCount`.
    #[must_use]
    pub fn tolerated_failure_count(mut self, count: u64) -> Self {
        self.tolerated_failure_count = Some(count);
        self
    }
    /// Sets `ToleratedFailurePercentage`.
    #[must_use]
    pub fn tolerated_failure_percentage(mut self, percentage: f64) -> Self {
        self.tolerated_failure_percentage = Some(percentage);
        self
    }
    /// Sets `Parameters` of the `ItemReader`.
    #[must_use]
    pub fn reader(mut self, parameters: Value) -> Self {
        self.reader = Some(parameters);
        self
    }
    /// Sets `MaxItems`.
    #[must_use]
    pub fn max_items(mut self, items: i64) -> Self {
        self.max_items = Some(items);
        self
    }
    /// Sets `MaxItemsPerBatch`.
    #[must_use]
    pub fn max_items_per_batch(mut self, items: u64) -> Self {
        self.max_items_per_batch = Some(items);
        self
    }
    /// Sets `MaxInputBytesPerBatch`.
    #[must_use]
    pub fn max_input_bytes_per_batch(mut self, bytes: u64) -> Self {
        self.max_input_bytes_per_batch = Some(usize::try_from(bytes).unwrap_or(usize::MAX));
        self
    }
    /// Sets `BatchInput`.
    #[must_use]
    pub fn batch_input(mut self, input: Value) -> Self {
        self.batch_input = Some(input);
        self
    }
    /// Sets `Parameters` of the `ResultWriter`.
    #[must_use]
    pub fn writer(mut self, parameters: Value) -> Self {
        self.writer = Some(parameters);
        self
    }
}
