//! The one timer that an execution in memory has.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep};

use super::super::clock::Clock;
use crate::Timestamp;

/// Rings when the time has come for something, or before: whoever hears it looks at what there is.
///
/// To register a timer and to take it back costs much beside a turn of an execution, so it stays where it is while it is not
/// too late.
#[derive(Default)]
pub struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
    /// What it is set for, unless it rang.
    set_for: Option<Times>,
}

#[derive(PartialEq, Eq)]
struct Times {
    wake: Option<Timestamp>,
    idle: Option<Instant>,
}

impl Alarm {
    /// Sets it for a time of the engine's clock and for an instant, the earlier of both.
    pub fn set(&mut self, wake: Option<Timestamp>, idle: Option<Instant>, clock: &Clock) {
        let times = Times { wake, idle };
        if self.set_for.as_ref() == Some(&times) {
            return;
        }
        let has_rung = self.set_for.replace(times).is_none();
        let wake = wake.map(|wake| clock.sleep_until(Some(wake)));
        let Some(next) = wake.as_ref().map(Sleep::deadline).into_iter().chain(idle).min() else {
            self.sleep = None;
            return;
        };
        match &mut self.sleep {
            Some(sleep) if has_rung || sleep.deadline() > next => sleep.as_mut().reset(next),
            Some(_) => {}
            sleep => *sleep = Some(Box::pin(tokio::time::sleep_until(next))),
        }
    }

    /// Ready when it rings.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(sleep) = &mut self.sleep else {
            return Poll::Pending;
        };
        ready!(sleep.as_mut().poll(cx));
        self.set_for = None;
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn rings_after(alarm: &mut Alarm) -> Option<Duration> {
        let begun = Instant::now();
        let rung = timeout(Duration::from_secs(3600), poll_fn(|cx| alarm.poll(cx)));
        rung.await.ok().map(|()| begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn it_rings_at_the_earlier_time_or_before_and_once() {
        let start = Timestamp::from_millis(0);
        let clock = Clock::tokio(start);
        let after = |seconds| Some(start + Duration::from_secs(seconds));
        let mut alarm = Alarm::default();
        alarm.set(after(5), Some(Instant::now() + Duration::from_secs(3)), &clock);
        assert_eq!(rings_after(&mut alarm).await, Some(Duration::from_secs(3)));
        alarm.set(after(5), None, &clock);
        alarm.set(after(4), None, &clock);
        // Now it is set for a later time, and need not be told.
        alarm.set(after(100), None, &clock);
        assert_eq!(rings_after(&mut alarm).await, Some(Duration::from_secs(1)));
        alarm.set(after(100), None, &clock);
        assert_eq!(rings_after(&mut alarm).await, Some(Duration::from_secs(96)));
        alarm.set(None, None, &clock);
        assert_eq!(rings_after(&mut alarm).await, None);
    }
}
