//! The time of an engine.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Sleep;

use crate::Timestamp;

/// Tells an engine what time it is.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Longest sleep without a look at it.
    look: Duration,
}

impl Clock {
    /// The system's clock. Should it be set, or the machine sleep, the engine notices within seconds.
    pub fn system() -> Self {
        Self {
            now: Arc::new(|| Timestamp::from(SystemTime::now())),
            look: Duration::from_secs(10),
        }
    }

    /// A clock that goes as tokio's does, from this time on: for tests with paused time.
    ///
    /// # Panics
    /// When called outside a tokio runtime with time enabled and a paused clock.
    pub fn tokio(start: Timestamp) -> Self {
        let from = tokio::time::Instant::now();
        Self {
            now: Arc::new(move || start + from.elapsed()),
            look: Duration::from_secs(366 * 86_400),
        }
    }

    /// A clock of your own; the engine looks at it again after this time at the latest.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static, look: Duration) -> Self {
        Self {
            now: Arc::new(now),
            look,
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Sleeps until that time, or until it is time to look at the clock again. Without a time, until the latter.
    pub(crate) fn sleep_until(&self, at: Option<Timestamp>) -> Sleep {
        let left = at.map_or(self.look, |at| at.since(self.now()));
        tokio::time::sleep(left.min(self.look))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
