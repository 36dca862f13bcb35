//! Waking executions whose time has come, and sweeping out those that are old.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::super::runner::Message;
use super::super::store::{ExecutionId, Write};
use super::Inner;
use crate::Timestamp;

/// Executions that are asked for at once.
const PAGE: usize = 500;

/// Pause before looking again at executions that are on their way into memory.
const SOON: Duration = Duration::from_millis(5);

/// Pause after the store could not be read.
const RETRY: Duration = Duration::from_secs(1);

/// Pause between two sweeps.
const SWEEP: Duration = Duration::from_secs(3600);

impl Inner {
    /// Brings the executions into memory that were there when the store was last used.
    pub(super) fn recover(self: &Arc<Self>, versions: Vec<u64>) {
        self.serve(move |engine| {
            let versions = versions.clone();
            async move {
                for version in versions {
                    recover(&engine, version).await;
                }
            }
        });
    }

    /// An execution was parked.
    pub fn parked(&self, wake_at: Option<Timestamp>) {
        if wake_at.is_some() {
            self.earlier.notify_one();
        }
    }

    /// Waits until there is room for more executions in memory.
    async fn room(&self) {
        loop {
            let unloaded = self.unloaded.notified();
            tokio::pin!(unloaded);
            unloaded.as_mut().enable();
            if self.loaded().len() < self.options.most_in_memory {
                return;
            }
            unloaded.await;
        }
    }

    /// Wakes executions. Gives how many of them were not in memory.
    async fn wake(self: &Arc<Self>, ids: Vec<ExecutionId>) -> usize {
        let mut woken = 0;
        for id in ids {
            if !self.is_loaded(id) && self.panic_of(id).is_none() {
                self.room().await;
                self.deliver(id, Message::Look);
                woken += 1;
            }
        }
        woken
    }
}

async fn recover(engine: &Weak<Inner>, version: u64) {
    let mut after = 0;
    // Those that start later are in memory anyway.
    while let Some(engine) = engine.upgrade() {
        match engine.read(move |store| store.active(version, after, PAGE)).await {
            Ok(ids) => {
                let Some(last) = ids.last() else { return };
                after = *last;
                engine.wake(ids).await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot read which executions were running");
                drop(engine);
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Wakes parked executions when their time has come.
pub(super) async fn watch(weak: Weak<Inner>) {
    let mut pause = SOON;
    while let Some(engine) = weak.upgrade() {
        let (mut again, mut woken) = (false, 0);
        let mut next: Option<Timestamp> = None;
        for version in engine.registry().fingerprints() {
            let now = engine.clock.now();
            let found = engine
                .read(move |store| Ok((store.due(version, now, PAGE)?, store.next_wake(version)?)))
                .await;
            match found {
                Ok((ids, wake_at)) => {
                    again |= !ids.is_empty();
                    next = next.into_iter().chain(wake_at).min();
                    woken += engine.wake(ids).await;
                }
                Err(error) => {
                    tracing::error!(%error, "cannot read which executions are to be woken");
                    tokio::time::sleep(RETRY).await;
                    again = true;
                }
            }
        }
        // Those that it finds again are about to be told apart from parked ones, which takes the store to be written to.
        pause = if woken > 0 { SOON } else { (pause * 2).min(RETRY) };
        if again {
            drop(engine);
            tokio::time::sleep(pause).await;
            continue;
        }
        // Without a time this looks again after a while, which does no harm.
        tokio::select! {
            () = engine.clock.sleep_until(next) => {}
            () = engine.earlier.notified() => {}
        }
    }
}

/// Removes executions that ended long ago.
pub(super) async fn sweep(weak: Weak<Inner>) {
    while let Some(engine) = weak.upgrade() {
        let before = engine.clock.now() - engine.options.limits.retention;
        let removed = match engine.read(move |store| store.ended_before(before, PAGE)).await {
            Ok(ids) => {
                let count = ids.len();
                let deletes = ids.into_iter().map(|execution| Write::Delete { execution });
                if count > 0
                    && let Err(error) = engine.write(deletes.collect()).await
                {
                    tracing::warn!(%error, "cannot remove old executions");
                    0
                } else {
                    count
                }
            }
            Err(error) => {
                tracing::warn!(%error, "cannot read which executions are old");
                0
            }
        };
        drop(engine);
        let pause = if removed == PAGE { SOON } else { SWEEP };
        tokio::time::sleep(pause).await;
    }
}
