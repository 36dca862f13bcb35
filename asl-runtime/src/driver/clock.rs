//! The time of an execution: the wall clock at its start, then tokio's clock, so that paused time works in tests
//! and a changed wall clock disturbs nothing.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::Timestamp;

pub(crate) struct Clock {
    wall: Timestamp,
    start: Instant,
}

impl Clock {
    pub fn start() -> Self {
        Self {
            wall: Timestamp::from(SystemTime::now()),
            start: Instant::now(),
        }
    }

    /// When it was started.
    pub fn started(&self) -> Timestamp {
        self.wall
    }

    pub fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.wall.as_millis().saturating_add(elapsed))
    }

    pub fn start_instant(&self) -> Instant {
        self.start
    }

    /// The instant of a time stamp; far ones are brought near enough for a timer.
    pub fn instant(&self, at: Timestamp) -> Instant {
        const FAR: u64 = 100 * 365 * 86_400 * 1000;
        let after = at.as_millis().saturating_sub(self.wall.as_millis());
        self.start + Duration::from_millis(u64::try_from(after).unwrap_or(0).min(FAR))
    }
}
