//! What is under way for an execution: futures by ticket.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt, future};

use crate::machine::Ticket;

pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Futures under way, each of which gives one `T`.
pub(crate) struct Pending<'a, T> {
    /// Made when there is something to hold: sequential workflows never need it.
    futures: Option<FuturesUnordered<Performing<'a, T>>>,
    handles: HashMap<Ticket, future::AbortHandle>,
    ready: VecDeque<T>,
}

struct Performing<'a, T> {
    ticket: Ticket,
    work: future::Abortable<Work<'a, T>>,
}

impl<T> Future for Performing<'_, T> {
    type Output = (Ticket, Option<T>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let ticket = self.ticket;
        self.work.poll_unpin(cx).map(|result| (ticket, result.ok()))
    }
}

impl<T> Default for Pending<'_, T> {
    fn default() -> Self {
        Self {
            futures: None,
            handles: HashMap::new(),
            ready: VecDeque::new(),
        }
    }
}

impl<'a, T> Pending<'a, T> {
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.futures.as_ref().is_none_or(FuturesUnordered::is_empty)
    }

    pub fn start(&mut self, ticket: Ticket, work: Work<'a, T>) {
        let (work, handle) = future::abortable(work);
        self.handles.insert(ticket, handle);
        let futures = self.futures.get_or_insert_default();
        futures.push(Performing { ticket, work });
    }

    pub fn cancel(&mut self, ticket: Ticket) {
        if let Some(handle) = self.handles.remove(&ticket) {
            handle.abort();
        }
    }

    /// Drops what was cancelled, so that its tasks see it now. What turns out to be ready is kept.
    pub fn sweep(&mut self) {
        let Some(futures) = &mut self.futures else { return };
        if self.handles.len() < futures.len() {
            while let Some(Some((ticket, event))) = futures.next().now_or_never() {
                self.handles.remove(&ticket);
                self.ready.extend(event);
            }
        }
    }

    /// The next result that is there already.
    pub fn ready(&mut self) -> Option<T> {
        self.next().now_or_never()
    }

    /// The next result; never, where nothing is under way.
    pub async fn next(&mut self) -> T {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// As [`next`](Self::next).
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        if let Some(event) = self.ready.pop_front() {
            return Poll::Ready(event);
        }
        let Some(futures) = &mut self.futures else {
            return Poll::Pending;
        };
        while let Some((ticket, event)) = ready!(futures.poll_next_unpin(cx)) {
            self.handles.remove(&ticket);
            if let Some(event) = event {
                return Poll::Ready(event);
            }
        }
        Poll::Pending
    }
}
