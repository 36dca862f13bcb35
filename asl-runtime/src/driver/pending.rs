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
pub(crate) struct Pending<'a, T>(
    /// Made when there is something to hold: sequential workflows never need it.
    Option<Box<UnderWay<'a, T>>>,
);

struct UnderWay<'a, T> {
    futures: FuturesUnordered<Performing<'a, T>>,
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
        Self(None)
    }
}

impl<'a, T> Pending<'a, T> {
    pub fn is_empty(&self) -> bool {
        let is_empty =
            |under_way: &UnderWay<'a, T>| under_way.ready.is_empty() && under_way.futures.is_empty();
        self.0.as_deref().is_none_or(is_empty)
    }

    pub fn start(&mut self, ticket: Ticket, work: Work<'a, T>) {
        let under_way = self.0.get_or_insert_default();
        let (work, handle) = future::abortable(work);
        under_way.handles.insert(ticket, handle);
        under_way.futures.push(Performing { ticket, work });
    }

    pub fn cancel(&mut self, ticket: Ticket) {
        let handle = self
            .0
            .as_mut()
            .and_then(|under_way| under_way.handles.remove(&ticket));
        if let Some(handle) = handle {
            handle.abort();
        }
    }

    /// Drops what was cancelled, so that its tasks see it now. What turns out to be ready is kept.
    pub fn sweep(&mut self) {
        let Some(under_way) = &mut self.0 else { return };
        if under_way.handles.len() < under_way.futures.len() {
            while let Some(Some((ticket, event))) = under_way.futures.next().now_or_never() {
                under_way.handles.remove(&ticket);
                under_way.ready.extend(event);
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
        let Some(under_way) = &mut self.0 else {
            return Poll::Pending;
        };
        if let Some(event) = under_way.ready.pop_front() {
            return Poll::Ready(event);
        }
        while let Some((ticket, event)) = ready!(under_way.futures.poll_next_unpin(cx)) {
            under_way.handles.remove(&ticket);
            if let Some(event) = event {
                return Poll::Ready(event);
            }
        }
        Poll::Pending
    }
}

impl<T> Default for UnderWay<'_, T> {
    fn default() -> Self {
        Self {
            futures: FuturesUnordered::new(),
            handles: HashMap::new(),
            ready: VecDeque::new(),
        }
    }
}
