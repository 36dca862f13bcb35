//! When the engine itself panics: what an execution is driven by, and what is done beside the executions.
//!
//! Tasks do not come here, their panics are failures of theirs; but clocks, logs and subscribers of the embedding program do.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};

use futures_util::FutureExt;

use super::super::error::EngineError;
use super::super::store::{ExecutionId, Write};
use super::by_id::ById;
use super::{Inner, RETRY};
use crate::driver::panic_message;

impl Inner {
    /// Drives an execution, or brings it to where it is driven. If that panics, the execution is held by this engine: in the
    /// store it stays as it was, and who waits for it is told.
    pub(super) fn guarded(
        self: Arc<Self>,
        id: ExecutionId,
        work: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = ()> + Send {
        AssertUnwindSafe(work).catch_unwind().map(move |result| {
            if let Err(panic) = result {
                self.hold(id, &*panic);
            }
        })
    }

    fn hold(&self, id: ExecutionId, panic: &(dyn Any + Send)) {
        let reason = format!("the engine panicked: {}", panic_message(panic));
        tracing::error!(execution = id, reason, "an execution is held");
        let mut loaded = self.loaded();
        // Its place may be somebody else's.
        if loaded.get(&id).is_some_and(|loaded| loaded.inbox.is_closed()) {
            // If it was parked, neither a time nor an offer of it is to stand in the way of others'. Without the answer, for
            // where the store fails they do.
            drop(self.committer.submit(&mut vec![Write::Unpark { execution: id }]));
            self.panicked().insert(id, reason);
            loaded.remove(&id);
            drop(loaded);
            self.offers.withdraw(id);
            self.unloaded.notify_waiters();
            self.waiters().remove(&id);
        }
    }

    fn panicked(&self) -> MutexGuard<'_, ById<String>> {
        self.panicked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the engine panicked when it drove an execution, which therefore does not go on.
    pub(super) fn panic_of(&self, id: ExecutionId) -> Option<String> {
        self.panicked().get(&id).cloned()
    }

    /// An execution that is held because of a panic is to go on, or has ended. What it had handed in is written then.
    pub(super) async fn forget_panic(&self, id: ExecutionId) -> Result<(), EngineError> {
        if self.panic_of(id).is_some() {
            // One write comes after the other.
            self.write(Vec::new()).await?;
            self.panicked().remove(&id);
        }
        Ok(())
    }

    /// Why there is no answer, where whoever was to give it is gone.
    pub(super) fn no_answer(&self, id: ExecutionId) -> EngineError {
        if self.is_closed() {
            return EngineError::Closed;
        }
        let reason = self.panic_of(id);
        EngineError::Held(reason.unwrap_or_else(|| "the engine panicked".to_owned()))
    }

    /// Runs something beside the executions, until the engine is closed. If it panics, it begins anew.
    pub(super) fn serve<F>(&self, service: impl Fn(Weak<Self>) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let me = Weak::clone(&self.me);
        let lasting = async move {
            while let Err(panic) = AssertUnwindSafe(service(Weak::clone(&me))).catch_unwind().await {
                tracing::error!(
                    panic = panic_message(&*panic),
                    "the engine panicked beside its executions"
                );
                tokio::time::sleep(RETRY.1).await;
            }
        };
        let handle = self.runtime.spawn(lasting).abort_handle();
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.retain(|service| !service.is_finished());
        services.push(handle);
    }
}
