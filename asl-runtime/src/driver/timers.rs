//! What happens in an execution because of the time: one timer for its time limit, those of its calls, and waits.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::machine::{Execution, Ticket};

/// The times that an execution waits for.
pub(super) struct Timers {
    /// When its time limit runs out.
    limit: Option<Instant>,
    /// Waits, and the time limits of calls.
    waits: BinaryHeap<Reverse<(Instant, Ticket)>>,
    /// At most that many of them were given up. They are forgotten when they are many.
    given_up: usize,
    /// Armed when something is not ready at once.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Timers {
    /// Number of waits up to which there is space for those alone.
    const FEW: usize = 4;

    /// Nothing but the time limit; `None` never comes.
    pub fn new(limit: Option<Instant>) -> Self {
        Self {
            limit,
            waits: BinaryHeap::new(),
            given_up: 0,
            timer: None,
        }
    }

    /// Whether there is nothing but the time limit, and that of this call, which is given up.
    pub fn give_up_only(&mut self, call: Ticket) -> bool {
        match self.waits.peek() {
            None => true,
            Some(Reverse((_, only))) if *only == call && self.waits.len() == 1 => {
                self.waits.clear();
                self.given_up = 0;
                true
            }
            Some(_) => false,
        }
    }

    /// Whether the time limit has run out.
    pub fn is_past(&self) -> bool {
        self.limit.is_some_and(|limit| limit <= Instant::now())
    }

    /// Waits for a time.
    pub fn add(&mut self, at: Instant, ticket: Ticket) {
        if self.waits.len() < Self::FEW {
            // Many executions may wait at once, and most for one thing.
            self.waits.reserve_exact(1);
        }
        self.waits.push(Reverse((at, ticket)));
    }

    /// The execution no longer waits for something, a time perhaps.
    #[inline]
    pub fn give_up(&mut self, execution: &Execution) {
        if self.waits.is_empty() {
            return;
        }
        self.given_up += 1;
        if self.given_up > self.waits.len() / 2 {
            self.waits
                .retain(|Reverse((_, ticket))| execution.awaits(*ticket));
            self.given_up = 0;
        }
    }

    /// What the time that comes next is for; `None` is the time limit, before which comes all else.
    pub fn poll_next(&mut self, cx: &mut Context<'_>, execution: &Execution) -> Poll<Option<Ticket>> {
        loop {
            let first = self.waits.peek().map(|Reverse((at, _))| *at);
            let Some(next) = first.into_iter().chain(self.limit).min() else {
                return Poll::Pending;
            };
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
            // One that is armed for an earlier time may stay so.
            if timer.deadline() > next || (timer.is_elapsed() && timer.deadline() < next) {
                timer.as_mut().reset(next);
            }
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() < next {
                continue;
            }
            let due = self.due(next, execution);
            if due.is_some() || first != Some(next) {
                return Poll::Ready(due);
            }
        }
    }

    /// What else is waited for whose time has come.
    pub fn ready(&mut self, execution: &Execution) -> Option<Ticket> {
        if self.waits.is_empty() {
            return None;
        }
        self.due(Instant::now(), execution)
    }

    fn due(&mut self, now: Instant, execution: &Execution) -> Option<Ticket> {
        while let Some(Reverse((at, _))) = self.waits.peek()
            && *at <= now
            && let Some(Reverse((_, ticket))) = self.waits.pop()
        {
            if execution.awaits(ticket) {
                return Some(ticket);
            }
        }
        None
    }
}
