//! Time limits of a task: how long it may take, and how long it may be silent.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::deadline::Deadline;

/// A task's time limits.
pub(crate) struct Limits {
    /// When `TimeoutSeconds` run out.
    pub end: Option<Instant>,
    /// `HeartbeatSeconds`
    pub heartbeat: Option<u32>,
    /// From when on its heartbeats count.
    pub since: Instant,
}

impl Limits {
    /// Limits that count from now.
    pub fn from_now(timeout: Option<u32>, heartbeat: Option<u32>) -> Self {
        let since = Instant::now();
        Self {
            end: after(since, timeout),
            heartbeat,
            since,
        }
    }

    /// Runs a task: `Err` says that a limit ran out, and whether it was the heartbeat's.
    pub async fn run<F: Future>(
        &self,
        mut task: Pin<&mut F>,
        last_heartbeat: impl Fn() -> Option<Instant>,
    ) -> Result<F::Output, bool> {
        let missed_at = || {
            let last = last_heartbeat().map_or(self.since, |last| last.max(self.since));
            after(last, self.heartbeat)
        };
        loop {
            let missed = missed_at();
            let is_heartbeat = match (missed, self.end) {
                (Some(missed), Some(end)) => missed < end,
                (missed, _) => missed.is_some(),
            };
            let next = if is_heartbeat { missed } else { self.end };
            if let Some(output) = Deadline::new(next).limit(task.as_mut()).await {
                return Ok(output);
            }
            let beat_since = missed_at() > missed;
            if !(is_heartbeat && beat_since) {
                return Err(is_heartbeat);
            }
        }
    }
}

fn after(from: Instant, seconds: Option<u32>) -> Option<Instant> {
    from.checked_add(Duration::from_secs(seconds?.into()))
}
