//! What comes to the driver of one execution from outside: answers by task token, changes of its Map Runs; of a durable one
//! all that it is told.
//!
//! A channel that takes next to nothing while it is empty, for many executions may wait for an answer at once. (Those of
//! tokio begin with space for 32 events.)

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::machine::Event;

#[derive(Debug)]
struct Mailbox<T> {
    events: VecDeque<T>,
    receiver: Option<Waker>,
    is_closed: bool,
}

/// Puts events in.
#[derive(Debug)]
pub(crate) struct Sender<T = Event>(Arc<Mutex<Mailbox<T>>>);

/// Takes them out, in their order. Made with a mailbox of its own.
#[derive(Debug)]
pub(crate) struct Receiver<T = Event>(Arc<Mutex<Mailbox<T>>>);

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
        let mut mailbox = lock(&self.0);
        if mailbox.is_closed {
            return Err(Closed(event));
        }
        mailbox.events.push_back(event);
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
        Self(Arc::new(Mutex::new(Mailbox {
            events: VecDeque::new(),
            receiver: None,
            is_closed: false,
        })))
    }
}

impl<T> Receiver<T> {
    /// What puts events into its mailbox.
    pub fn sender(&self) -> Sender<T> {
        Sender(Arc::clone(&self.0))
    }

    /// The next event, once there is one.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        let mut mailbox = lock(&self.0);
        if let Some(event) = mailbox.events.pop_front() {
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
        lock(&self.0).events.pop_front()
    }

    /// Whether there is none at the moment.
    #[cfg(feature = "durable")]
    pub fn is_empty(&self) -> bool {
        lock(&self.0).events.is_empty()
    }
}

#[cfg(feature = "durable")]
impl<T> Sender<T> {
    /// Whether what would take the events out is gone.
    pub fn is_closed(&self) -> bool {
        lock(&self.0).is_closed
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut mailbox = lock(&self.0);
        mailbox.is_closed = true;
        mailbox.receiver = None;
        let refused = std::mem::take(&mut mailbox.events);
        // Whoever is told so may look at the mailbox.
        drop(mailbox);
        drop(refused);
    }
}

fn lock<T>(mailbox: &Mutex<Mailbox<T>>) -> MutexGuard<'_, Mailbox<T>> {
    mailbox.lock().unwrap_or_else(PoisonError::into_inner)
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
