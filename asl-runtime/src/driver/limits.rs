//! Time limits of a task: how long it may take, and how long it may be silent.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// A task's time limits.
pub(crate) struct Limits {
    /// When `TimeoutSeconds` run out.
    end: Option<Instant>,
    /// `HeartbeatSeconds`, and from when on heartbeats count.
    heartbeat: Option<(u32, Instant)>,
    /// Made when it is first needed.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Limits {
    /// Limits that count from now.
    pub fn from_now(timeout: Option<u32>, heartbeat: Option<u32>) -> Self {
        let end = timeout.and_then(|seconds| after(Instant::now(), seconds));
        Self::until(end, heartbeat)
    }

    /// Limits of which one is this time, and heartbeats count from now.
    pub fn until(end: Option<Instant>, heartbeat: Option<u32>) -> Self {
        Self {
            end,
            heartbeat: heartbeat.map(|seconds| (seconds, Instant::now())),
            timer: None,
        }
    }

    /// Whether there are any.
    pub fn are_some(&self) -> bool {
        self.end.is_some() || self.heartbeat.is_some()
    }

    /// Runs a task: `Err` says that a limit ran out, and whether it was the heartbeat's.
    ///
    /// No `async fn`: it would have space for what it is given twice.
    pub fn run<F: Future>(
        &mut self,
        mut task: Pin<&mut F>,
        last_heartbeat: impl Fn() -> Option<Instant>,
    ) -> impl Future<Output = Result<F::Output, bool>> {
        poll_fn(move |cx| match task.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending if self.are_some() => self.poll_over(cx, &last_heartbeat).map(Err),
            Poll::Pending => Poll::Pending,
        })
    }

    /// Ready when a limit ran out: whether it was the heartbeat's.
    #[inline(never)]
    pub fn poll_over(
        &mut self,
        cx: &mut Context<'_>,
        last_heartbeat: impl Fn() -> Option<Instant>,
    ) -> Poll<bool> {
        let missed = self.heartbeat.and_then(|(seconds, since)| {
            let last = last_heartbeat().map_or(since, |last| last.max(since));
            after(last, seconds)
        });
        let (next, is_heartbeat) = match (missed, self.end) {
            (Some(missed), Some(end)) => (missed.min(end), missed < end),
            (Some(missed), None) => (missed, true),
            (None, Some(end)) => (end, false),
            (None, None) => return Poll::Pending,
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
        if timer.deadline() < next {
            // There was a heartbeat since.
            timer.as_mut().reset(next);
        }
        timer.as_mut().poll(cx).map(|()| is_heartbeat)
    }
}

/// So many seconds later.
pub(crate) fn after(from: Instant, seconds: u32) -> Option<Instant> {
    from.checked_add(Duration::from_secs(seconds.into()))
}
