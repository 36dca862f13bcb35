//! What comes to the driver of one execution from outside: answers by task token, changes of its Map Runs; of a durable one
//! all that it is told.
//!
//! A channel that takes next to nothing while it is empty, for many executions may wait for an answer at once. (Those of
//! tokio begin with space for 32 events.)

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::machine::Event;

#[derive(Debug)]
struct Shared<T> {
    /// There are events. Changes while the mailbox is locked, and is looked at without that: most looks find none.
    has_events: AtomicBool,
    mailbox: Mutex<Mailbox<T>>,
}

#[derive(Debug)]
struct Mailbox<T> {
    events: VecDeque<T>,
    receiver: Option<Waker>,
    is_closed: bool,
}

/// Puts events in.
#[derive(Debug)]
pub(crate) struct Sender<T = Event>(Arc<Shared<T>>);

/// Takes them out, in their order. Made with a mailbox of its own.
#[derive(Debug)]
pub(crate) struct Receiver<T = Event>(Arc<Shared<T>>);

/// Nobody will take the event out.
#[derive(Debug)]
pub(crate) struct Closed<T>(pub T);

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Sender<T> {
    pub fn send(&self, event: T) -> Result<(), Closed<T>> {
        let mut mailbox = self.0.lock();
        if mailbox.is_closed {
            return Err(Closed(event));
        }
        mailbox.events.push_back(event);
        self.0.has_events.store(true, Ordering::Release);
        let receiver = mailbox.receiver.take();
        drop(mailbox);
        if let Some(receiver) = receiver {
            receiver.wake();
        }
        Ok(())
    }
}

impl<T> Default for Receiver<T> {
    fn default() -> Self {
        let mailbox = Mailbox {
            events: VecDeque::new(),
            receiver: None,
            is_closed: false,
        };
        Self(Arc::new(Shared {
            has_events: AtomicBool::new(false),
            mailbox: Mutex::new(mailbox),
        }))
    }
}

impl<T> Receiver<T> {
    /// What puts events into its mailbox.
    pub fn sender(&self) -> Sender<T> {
        Sender(Arc::clone(&self.0))
    }

    /// The next event, once there is one.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        let mut mailbox = self.0.lock();
        if let Some(event) = self.0.take(&mut mailbox) {
            return Poll::Ready(event);
        }
        match &mut mailbox.receiver {
            Some(receiver) => receiver.clone_from(cx.waker()),
            receiver => *receiver = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// The next event, if it is there.
    pub fn ready(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        self.0.take(&mut self.0.lock())
    }

    /// Whether there is none at the moment.
    pub fn is_empty(&self) -> bool {
        !self.0.has_events.load(Ordering::Acquire)
    }
}

#[cfg(feature = "durable")]
impl<T> Sender<T> {
    /// Whether what would take the events out is gone.
    pub fn is_closed(&self) -> bool {
        self.0.lock().is_closed
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut mailbox = self.0.lock();
        mailbox.is_closed = true;
        mailbox.receiver = None;
        let refused = std::mem::take(&mut mailbox.events);
        // Whoever is told so may look at the mailbox.
        drop(mailbox);
        drop(refused);
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Mailbox<T>> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next event out of its mailbox.
    fn take(&self, mailbox: &mut Mailbox<T>) -> Option<T> {
        let event = mailbox.events.pop_front();
        self.has_events
            .store(!mailbox.events.is_empty(), Ordering::Release);
        event
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use super::*;

    fn stopped(cause: &str) -> Event {
        Event::Stopped {
            error: None,
            cause: Some(cause.to_owned()),
        }
    }

    fn cause(event: &Event) -> Option<&str> {
        match event {
            Event::Stopped { cause, .. } => cause.as_deref(),
            _ => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn events_come_in_their_order_and_wake_who_waits() {
        let mut receiver = Receiver::default();
        assert!(receiver.ready().is_none());
        let later = receiver.sender();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            later.send(stopped("first")).expect("somebody waits");
            later.send(stopped("second")).expect("somebody waits");
        });
        let first = poll_fn(|cx| receiver.poll_next(cx)).await;
        assert_eq!(cause(&first), Some("first"));
        assert_eq!(receiver.ready().as_ref().and_then(cause), Some("second"));
    }

    #[test]
    fn nothing_is_taken_that_nobody_will_see() {
        let receiver = Receiver::default();
        let sender = receiver.sender();
        sender.send(stopped("seen by nobody")).expect("it is open");
        drop(receiver);
        assert!(matches!(sender.send(stopped("too late")), Err(Closed(_))));
    }
}
