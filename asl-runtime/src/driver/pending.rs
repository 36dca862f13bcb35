//! What is under way for an execution: futures by ticket.
//!
//! Many executions may be under way at once, so this takes little: nothing but its future where there is only one, and
//! for each of more an entry in a list and what wakes it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::{future, mem};

use crate::machine::Ticket;

pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Futures under way, each of which gives one `T`. Most are calls, `F`.
//
// The ticket is not in the variants, and these are two words at most: a call is begun and ended without putting the whole
// together elsewhere and moving it here, for which the processor would have to wait.
pub(crate) struct Pending<'a, T, F = future::Pending<T>> {
    /// That of the only future, while there is one.
    only: Ticket,
    futures: Futures<'a, T, F>,
}

enum Futures<'a, T, F> {
    /// None. The next call may have the space of the last one, which is over, and is not polled again.
    None(Option<Pin<Box<F>>>),
    /// One call, as in every sequential workflow.
    Call(Pin<Box<F>>),
    /// One other future.
    Work(Work<'a, T>),
    /// Several, or what is left of several.
    Many(Box<Many<'a, T>>),
}

impl<T, F> Default for Pending<'_, T, F> {
    fn default() -> Self {
        Self {
            only: Ticket::default(),
            futures: Futures::None(None),
        }
    }
}

impl<'a, T, F: Future<Output = T> + Send + 'a> Pending<'a, T, F> {
    pub fn is_empty(&self) -> bool {
        matches!(self.futures, Futures::None(_))
    }

    /// Adds a future. It begins when the next result is asked for.
    pub fn start(&mut self, ticket: Ticket, work: Work<'a, T>) {
        if !self.is_empty() {
            return self.add(ticket, work);
        }
        self.only = ticket;
        self.futures = Futures::Work(work);
    }

    /// Adds a call. Those that follow one another are all in the same space.
    #[inline]
    pub fn start_call(&mut self, ticket: Ticket, call: F) {
        let Futures::None(space) = &mut self.futures else {
            return self.add(ticket, Box::pin(call));
        };
        let call = match space.take() {
            Some(mut space) => {
                space.set(call);
                space
            }
            None => Box::pin(call),
        };
        self.only = ticket;
        self.futures = Futures::Call(call);
    }

    /// Adds one more to those that there are.
    #[inline(never)]
    fn add(&mut self, ticket: Ticket, work: Work<'a, T>) {
        let mut many = match mem::replace(&mut self.futures, Futures::None(None)) {
            Futures::Many(many) => many,
            only => {
                let mut many = Box::<Many<'_, _>>::default();
                if let Some(first) = only.into_only() {
                    many.start(self.only, first);
                }
                many
            }
        };
        many.start(ticket, work);
        self.futures = Futures::Many(many);
    }

    /// Lets go of memory that it does not need.
    pub fn rest(&mut self) {
        if let Futures::None(space) = &mut self.futures {
            *space = None;
        }
    }

    /// Gives up a future, and gives it to be dropped, if it was under way.
    pub fn cancel(&mut self, ticket: Ticket) -> Option<Work<'a, T>> {
        match &mut self.futures {
            Futures::Call(_) | Futures::Work(_) if self.only == ticket => {
                mem::replace(&mut self.futures, Futures::None(None)).into_only()
            }
            Futures::Many(many) => {
                let work = many.remove(ticket);
                if many.entries.is_empty() {
                    self.futures = Futures::None(None);
                }
                work
            }
            _ => None,
        }
    }

    /// The next result that is there already.
    pub fn ready(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        match self.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// The next result, once there is one; never, where nothing is under way.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        match &mut self.futures {
            Futures::None(_) => Poll::Pending,
            Futures::Call(call) => {
                let result = call.as_mut().poll(cx);
                if result.is_ready()
                    && let Futures::Call(space) = mem::replace(&mut self.futures, Futures::None(None))
                {
                    self.futures = Futures::None(Some(space));
                }
                result
            }
            Futures::Work(work) => {
                let result = work.as_mut().poll(cx);
                if result.is_ready() {
                    self.futures = Futures::None(None);
                }
                result
            }
            Futures::Many(many) => {
                let result = many.poll_next(cx);
                if many.entries.is_empty() {
                    self.futures = Futures::None(None);
                }
                result
            }
        }
    }
}

impl<'a, T, F: Future<Output = T> + Send + 'a> Futures<'a, T, F> {
    /// The only one.
    fn into_only(self) -> Option<Work<'a, T>> {
        match self {
            Self::Call(call) => Some(call),
            Self::Work(work) => Some(work),
            Self::None(_) | Self::Many(_) => None,
        }
    }
}

/// Several futures under way.
pub(crate) struct Many<'a, T> {
    /// In the order of their tickets; some may be through.
    entries: Vec<Entry<'a, T>>,
    through: usize,
    woken: Arc<Woken>,
}

struct Entry<'a, T> {
    ticket: Ticket,
    /// None once it is through.
    work: Option<(Work<'a, T>, Arc<Alarm>)>,
}

/// Which futures want to be polled.
#[derive(Default)]
struct Woken(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    tickets: VecDeque<Ticket>,
    /// Who polls them.
    waker: Option<Waker>,
}

/// Wakes one future.
struct Alarm {
    ticket: Ticket,
    is_queued: AtomicBool,
    woken: Arc<Woken>,
}

impl<T> Default for Many<'_, T> {
    fn default() -> Self {
        Self {
            // There are at least two.
            entries: Vec::with_capacity(2),
            through: 0,
            woken: Arc::default(),
        }
    }
}

impl<'a, T> Many<'a, T> {
    fn start(&mut self, ticket: Ticket, work: Work<'a, T>) {
        let alarm = Arc::new(Alarm {
            ticket,
            is_queued: AtomicBool::new(false),
            woken: Arc::clone(&self.woken),
        });
        alarm.wake_by_ref();
        let work = Some((work, alarm));
        match self.find(ticket) {
            Ok(index) => {
                if self.entries[index].work.is_none() {
                    self.through -= 1;
                }
                self.entries[index].work = work;
            }
            // Nearly always after all others: tickets are numbered.
            Err(index) => self.entries.insert(index, Entry { ticket, work }),
        }
    }

    fn find(&self, ticket: Ticket) -> Result<usize, usize> {
        match self.entries.last() {
            Some(last) if last.ticket < ticket => Err(self.entries.len()),
            _ => self.entries.binary_search_by_key(&ticket, |entry| entry.ticket),
        }
    }

    fn remove(&mut self, ticket: Ticket) -> Option<Work<'a, T>> {
        let index = self.find(ticket).ok()?;
        let (work, _) = self.entries[index].work.take()?;
        self.through += 1;
        if self.through > self.entries.len() / 2 {
            self.entries.retain(|entry| entry.work.is_some());
            self.through = 0;
        }
        Some(work)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        // No more than have been woken by now: one that wakes itself at once is not to keep the thread for itself.
        for _ in 0..self.woken.watched_by(cx.waker()) {
            let Some(ticket) = self.woken.next() else { break };
            if let Some(output) = self.poll(ticket) {
                self.remove(ticket);
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }

    /// Polls one that was woken.
    fn poll(&mut self, ticket: Ticket) -> Option<T> {
        let index = self.find(ticket).ok()?;
        let (work, alarm) = self.entries[index].work.as_mut()?;
        alarm.is_queued.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(alarm));
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }
}

impl Woken {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has this wake who polls. Gives how many want to be polled.
    fn watched_by(&self, waker: &Waker) -> usize {
        let mut queue = self.lock();
        match &mut queue.waker {
            Some(own) => own.clone_from(waker),
            own => *own = Some(waker.clone()),
        }
        queue.tickets.len()
    }

    fn next(&self) -> Option<Ticket> {
        let mut queue = self.lock();
        let ticket = queue.tickets.pop_front();
        if queue.tickets.is_empty() {
            queue.tickets = VecDeque::new();
        }
        ticket
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut queue = self.woken.lock();
        queue.tickets.push_back(self.ticket);
        let waker = queue.waker.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn, ready};
    use std::time::Duration;

    use tokio::task::yield_now;
    use tokio::time::{sleep, timeout};

    use super::*;

    fn ticket(number: u64) -> Ticket {
        Ticket::from_parts((number, 0, 0))
    }

    async fn next<'a, T>(under_way: &mut Pending<'a, T, impl Future<Output = T> + Send + 'a>) -> T {
        poll_fn(|cx| under_way.poll_next(cx)).await
    }

    fn after<'a>(seconds: u64, result: &'a str) -> Work<'a, &'a str> {
        Box::pin(async move {
            sleep(Duration::from_secs(seconds)).await;
            result
        })
    }

    /// Tells when it is dropped.
    struct Told(Arc<AtomicBool>);

    impl Drop for Told {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn results_come_as_they_are_ready() {
        let mut under_way = <Pending<'_, _>>::default();
        under_way.start(ticket(1), after(2, "second"));
        assert!(under_way.ready().is_none());
        under_way.start(ticket(3), after(1, "first"));
        under_way.start(ticket(2), Box::pin(ready("at once")));
        for result in ["at once", "first", "second"] {
            assert_eq!(next(&mut under_way).await, result);
        }
        assert!(under_way.is_empty());
        under_way.start(ticket(4), Box::pin(ready("alone")));
        assert_eq!(under_way.ready(), Some("alone"));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_come_as_other_futures_do() {
        let mut under_way = Pending::default();
        let call = |seconds, result| async move {
            sleep(Duration::from_secs(seconds)).await;
            result
        };
        under_way.start_call(ticket(1), call(0, "alone"));
        assert_eq!(next(&mut under_way).await, "alone");
        assert!(matches!(under_way.futures, Futures::None(Some(_))));
        under_way.start_call(ticket(2), call(2, "in the same space"));
        under_way.start_call(ticket(3), call(3, "beside it"));
        under_way.start(ticket(4), after(1, "no call"));
        for result in ["no call", "in the same space", "beside it"] {
            assert_eq!(next(&mut under_way).await, result);
        }
        under_way.start_call(ticket(5), call(1, "given up"));
        assert!(under_way.cancel(ticket(5)).is_some() && under_way.is_empty());
        under_way.start_call(ticket(6), call(0, "over"));
        assert_eq!(next(&mut under_way).await, "over");
        under_way.rest();
        assert!(matches!(under_way.futures, Futures::None(None)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_given_up_is_dropped_at_once() {
        for others in [0, 1, 9] {
            let mut under_way = <Pending<'_, _>>::default();
            let is_dropped = Arc::new(AtomicBool::new(false));
            let told = Told(Arc::clone(&is_dropped));
            under_way.start(
                ticket(1),
                Box::pin(async move {
                    pending::<()>().await;
                    drop(told);
                    "never"
                }),
            );
            for number in 0..others {
                under_way.start(ticket(2 + number), after(number, "other"));
            }
            assert!(
                timeout(Duration::ZERO, next(&mut under_way))
                    .await
                    .is_ok_and(|result| result == "other")
                    == (others > 0)
            );
            assert!(under_way.cancel(ticket(1)).is_some() && under_way.cancel(ticket(1)).is_none());
            assert!(is_dropped.load(Ordering::Relaxed), "with {others} others");
            for _ in 1..others {
                assert_eq!(next(&mut under_way).await, "other");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_wakes_itself_leaves_their_turns_to_others() {
        let mut under_way = <Pending<'_, _>>::default();
        let forever = async {
            loop {
                // Wakes its task, as a future that is not yet through with its work does.
                poll_fn(|cx| {
                    cx.waker().wake_by_ref();
                    Poll::<()>::Pending
                })
                .await;
            }
        };
        under_way.start(ticket(1), Box::pin(forever));
        under_way.start(
            ticket(2),
            Box::pin(async {
                yield_now().await;
                "other"
            }),
        );
        assert_eq!(next(&mut under_way).await, "other");
    }
}
