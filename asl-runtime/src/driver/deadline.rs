//! A time limit around futures that arms its timer only when something is not ready at once.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::machine::Execution;

pub(crate) struct Deadline {
    at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// `None` never comes.
    pub fn new(at: Option<Instant>) -> Self {
        Self { at, timer: None }
    }

    pub fn is_past(&self) -> bool {
        self.at.is_some_and(|at| at <= Instant::now())
    }

    /// Runs the future, but no longer than the limit: `None` when that came first.
    ///
    /// It is pinned by the caller, so that it is not moved once more.
    ///
    /// It is for this execution, which lets go of what it does not need while it waits. A future that ends by itself at
    /// a time before the limit (`ends_by`) takes no second timer.
    ///
    /// No `async fn`: it would have space for what it is given twice.
    pub fn limit<F: Future + ?Sized>(
        &mut self,
        execution: &mut Execution,
        ends_by: Option<Instant>,
        mut future: Pin<&mut F>,
    ) -> impl Future<Output = Option<F::Output>> {
        poll_fn(move |cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            execution.rest();
            let Some(at) = self.at.filter(|at| ends_by.is_none_or(|end| end > *at)) else {
                return Poll::Pending;
            };
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
            timer.as_mut().poll(cx).map(|()| None)
        })
    }
}
