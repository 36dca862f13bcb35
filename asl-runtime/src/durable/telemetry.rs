//! What an engine tells of its executions: `tracing` events, and counters where the feature `metrics` is on.

use tokio::time::Instant;
use tracing::Span;

use super::store::{Status, StoredExecution};
use crate::machine::Event;
use crate::{HistoryEvent, Timestamp};

/// The span of an execution: all that is told of it while it is in memory is in there.
pub fn span(execution: &StoredExecution) -> Span {
    let (machine, name, id) = (&execution.machine, &execution.name, execution.id);
    tracing::info_span!(target: "asl_runtime::execution", "execution", %machine, %name, id)
}

/// A history event happened (not in a replay).
pub fn event(execution: &str, event: &HistoryEvent) {
    let kind = event.event_type;
    tracing::debug!(
        target: "asl_runtime::execution",
        execution, id = event.id, r#type = kind.as_str(), state = event.state,
        error = event.details.error, "history event"
    );
    if kind.as_str().ends_with("StateEntered") {
        count("asl_transitions_total");
    }
}

/// An execution was started.
pub fn started(machine: &str, name: &str) {
    tracing::info!(target: "asl_runtime::execution", machine, name, "execution started");
    count("asl_executions_started_total");
}

/// An execution was redriven.
pub fn redriven(machine: &str, name: &str) {
    tracing::info!(target: "asl_runtime::execution", machine, name, "execution redriven");
    count("asl_executions_redriven_total");
}

/// An execution has ended.
pub fn ended(machine: &str, name: &str, status: Status, from: Timestamp, to: Timestamp) {
    let duration = to.since(from).as_secs_f64();
    let word = status.as_str();
    tracing::info!(target: "asl_runtime::execution", machine, name, status = word, duration, "execution ended");
    count(match status {
        Status::Succeeded => "asl_executions_succeeded_total",
        Status::Failed => "asl_executions_failed_total",
        Status::TimedOut => "asl_executions_timed_out_total",
        Status::Aborted => "asl_executions_aborted_total",
        Status::Running | Status::PendingRedrive => return,
    });
    #[cfg(feature = "metrics")]
    metrics::histogram!(
        "asl_execution_duration_seconds",
        "machine" => machine.to_owned(), "status" => word
    )
    .record(duration);
}

/// A task is called, for the first time or again.
pub fn called(attempt: u32) {
    count("asl_task_calls_total");
    if attempt > 1 {
        count("asl_task_retries_total");
    }
}

/// A call of a task under way, with its beginning where somebody wants to know how long it takes.
pub struct Performance(Option<Instant>);

impl Performance {
    pub fn begin() -> Self {
        let is_told = cfg!(feature = "metrics")
            || tracing::enabled!(target: "asl_runtime::execution", tracing::Level::DEBUG);
        Self(is_told.then(Instant::now))
    }

    /// The call came to its end.
    pub fn end(self, machine: &str, state: &'static str, event: &Event) {
        let Some(begun) = self.0 else { return };
        let duration = begun.elapsed().as_secs_f64();
        let is_well = matches!(event, Event::TaskSucceeded(..) | Event::TaskSubmitted(..));
        let outcome = if is_well { "succeeded" } else { "failed" };
        tracing::debug!(target: "asl_runtime::execution", outcome, duration, "task performed");
        #[cfg(feature = "metrics")]
        metrics::histogram!(
            "asl_task_duration_seconds",
            "machine" => machine.to_owned(), "state" => state, "outcome" => outcome
        )
        .record(duration);
        #[cfg(not(feature = "metrics"))]
        let _ = (machine, state);
    }
}

#[cfg(feature = "metrics")]
fn count(name: &'static str) {
    metrics::counter!(name).increment(1);
}

#[cfg(not(feature = "metrics"))]
fn count(_: &'static str) {}
