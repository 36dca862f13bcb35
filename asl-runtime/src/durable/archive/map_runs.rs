//! Map Runs in the archive.

use std::sync::Arc;

use super::read::intern;
use crate::machine::{MapRunCounts, MapRunStatus, MapRunSummary};
use crate::value::{array, object};
use crate::{Timestamp, Value};

/// Writes what was recorded of a Map Run.
pub fn encode(summary: &MapRunSummary) -> Value {
    object([
        ("mapRunArn", Value::from(&*summary.map_run_arn)),
        ("executionArn", Value::from(&*summary.execution_arn)),
        ("state", Value::from(summary.state)),
        ("status", Value::from(summary.status.as_str())),
        ("startTime", Value::from(summary.start_time.as_millis())),
        ("stopTime", time(summary.stop_time)),
        ("maxConcurrency", Value::from(u64::from(summary.max_concurrency))),
        (
            "toleratedFailureCount",
            Value::from(summary.tolerated_failure_count),
        ),
        (
            "toleratedFailurePercentage",
            Value::from(summary.tolerated_failure_percentage),
        ),
        ("items", counts(&summary.items)),
        ("executions", counts(&summary.executions)),
        ("redriveCount", Value::from(summary.redrive_count)),
        ("redriveTime", time(summary.redrive_time)),
    ])
}

fn time(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |at| Value::from(at.as_millis()))
}

/// Reads what [`encode`] wrote; nothing where it did not write that.
pub fn decode(value: &Value) -> Option<MapRunSummary> {
    let text = |name| value.get(name)?.as_str();
    let time = |name| value.get(name)?.as_i64().map(Timestamp::from_millis);
    let statuses = [
        MapRunStatus::Running,
        MapRunStatus::Succeeded,
        MapRunStatus::Failed,
        MapRunStatus::Aborted,
    ];
    let status = text("status")?;
    Some(MapRunSummary {
        map_run_arn: Arc::from(text("mapRunArn")?),
        execution_arn: Arc::from(text("executionArn")?),
        state: intern(text("state")?),
        status: statuses.into_iter().find(|known| known.as_str() == status)?,
        start_time: time("startTime")?,
        stop_time: time("stopTime"),
        max_concurrency: u32::try_from(value.get("maxConcurrency")?.as_u64()?).ok()?,
        tolerated_failure_count: value.get("toleratedFailureCount")?.as_u64()?,
        tolerated_failure_percentage: value.get("toleratedFailurePercentage")?.as_f64()?,
        items: read_counts(value.get("items")?)?,
        executions: read_counts(value.get("executions")?)?,
        redrive_count: u32::try_from(value.get("redriveCount")?.as_u64()?).ok()?,
        redrive_time: time("redriveTime"),
    })
}

/// Numbers in a fixed order, as an array.
macro_rules! numbers {
    ($($count:ident)*) => {
        fn counts(counts: &MapRunCounts) -> Value {
            array([$(counts.$count.into()),*])
        }

        fn read_counts(value: &Value) -> Option<MapRunCounts> {
            let mut numbers = value.as_array()?.iter();
            let counts = MapRunCounts {
                $($count: numbers.next()?.as_u64()?,)*
            };
            numbers.next().is_none().then_some(counts)
        }
    };
}
numbers! {
    pending running succeeded failed timed_out aborted pending_redrive total results_written failures_not_redrivable
}
