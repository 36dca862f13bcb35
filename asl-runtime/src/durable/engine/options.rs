//! What can be set of an engine.

use std::time::Duration;

use crate::machine::Settings;

/// Limits of executions. The defaults are the service's
/// [quotas](https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Longest that an execution takes: a year.
    pub execution_time: Duration,
    /// Events that fill a history: 25,000. Of executions that start from now on.
    pub history_events: u64,
    /// How long executions that ended are kept: 90 days. After that their names are free again.
    pub retention: Duration,
    /// How long after its end an execution can be redriven: 14 days.
    pub redrive_time: Duration,
    /// Executions that may be running: a million. Those that executions start count, but are not refused.
    pub open_executions: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self {
            execution_time: 365 * DAY,
            history_events: Settings::HISTORY_LIMIT,
            retention: 90 * DAY,
            redrive_time: 14 * DAY,
            open_executions: 1_000_000,
        }
    }
}

/// All that can be set.
#[derive(Debug, Clone)]
pub struct Options {
    pub limits: Limits,
    pub park_after: Duration,
    pub most_in_memory: usize,
    pub polled_activities: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            park_after: Duration::from_secs(1),
            most_in_memory: 10_000,
            polled_activities: false,
        }
    }
}
