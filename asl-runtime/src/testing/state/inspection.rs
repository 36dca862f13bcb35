//! What a run of one state tells.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Value;

/// What became of a run of one state. Serializes as the service's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StateRun {
    /// How it ended.
    pub status: StateStatus,
    /// Output of the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Error name, caught or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Cause, without the sentence that an execution puts in front of causes of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The state that comes next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_state: Option<&'static str>,
    /// What happened inside the state; from [`InspectionLevel::Debug`] on.
    #[serde(rename = "inspectionData", skip_serializing_if = "Option::is_none")]
    pub inspection: Option<Box<Inspection>>,
}

/// How a run of one state ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateStatus {
    /// The state has an output.
    Succeeded,
    /// The state failed, and neither a retrier nor a catcher is left for it.
    Failed,
    /// The state failed, and a retrier would try it again.
    Retriable,
    /// The state failed, and a catcher caught the error.
    CaughtError,
}

/// How much a run of one state tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum InspectionLevel {
    /// The end alone.
    #[default]
    Info,
    /// Also how the data went through the state.
    Debug,
    /// Also requests and responses of HTTP tasks; with a mock there are none.
    Trace,
}

/// How the data went through a state. What the type of state does not have is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Inspection {
    /// The raw input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Value>,
    /// The input after `InputPath`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_input_path: Option<Value>,
    /// The effective input of a JSONata Task state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_arguments: Option<Value>,
    /// The effective input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_parameters: Option<Value>,
    /// The items of a Map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_items_path: Option<Value>,
    /// What the `ItemsPointer` of a distributed Map's reader leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_items_pointer: Option<Value>,
    /// The inputs of the iterations of a Map, where it has an `ItemSelector`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_item_selector: Option<Value>,
    /// The inputs of the children of a distributed Map, where it has an `ItemBatcher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_item_batcher: Option<Value>,
    /// `MaxConcurrency` of a Map; 0 for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_concurrency: Option<u32>,
    /// `ToleratedFailureCount` of a distributed Map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_failure_count: Option<u64>,
    /// `ToleratedFailurePercentage` of a distributed Map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_failure_percentage: Option<f64>,
    /// The raw result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// The result after `ResultSelector`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_result_selector: Option<Value>,
    /// The input with the result put into it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_result_path: Option<Value>,
    /// The variables, those included that the state assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<Value>,
    /// Which retrier and which catcher the failure met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_details: Option<ErrorDetails>,
}

/// Which retrier and which catcher a failure met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorDetails {
    /// Index of the catcher that caught it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catch_index: Option<usize>,
    /// Index of the retrier that matched, used up or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_index: Option<usize>,
    /// Seconds until the retry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_backoff_interval_seconds: Option<u32>,
}

impl Inspection {
    /// Without what there is in JSONPath only.
    pub(super) fn of_jsonata(self) -> Self {
        Self {
            input: self.input,
            after_arguments: self.after_arguments,
            max_concurrency: self.max_concurrency,
            tolerated_failure_count: self.tolerated_failure_count,
            tolerated_failure_percentage: self.tolerated_failure_percentage,
            result: self.result,
            variables: self.variables,
            error_details: self.error_details,
            ..Self::default()
        }
    }
}

impl StateStatus {
    /// The service's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Retriable => "RETRIABLE",
            Self::CaughtError => "CAUGHT_ERROR",
        }
    }
}

impl fmt::Display for StateStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for StateStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
