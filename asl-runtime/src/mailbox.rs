//! What comes to the driver of one execution from outside: answers by task token, changes of its Map Runs.
//!
//! A channel that takes next to nothing while it is empty, for many executions may wait for an answer at once. (Those of
//! tokio begin with space for 32 events.)

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::machine::Event;

#[derive(Debug, Default)]
struct Mailbox {
    events: VecDeque<Event>,
    receiver: Option<Waker>,
    is_closed: bool,
}

/// Puts events in.
#[derive(Debug, Clone)]
pub(crate) struct Sender(Arc<Mutex<Mailbox>>);

/// Takes them out, in their order. Made with a mailbox of its own.
#[derive(Debug, Default)]
pub(crate) struct Receiver(Arc<Mutex<Mailbox>>);

/// Nobody will take the event out.
#[derive(Debug)]
pub(crate) struct Closed;

impl Sender {
    pub fn send(&self, event: Event) -> Result<(), Closed> {
        let mut mailbox = lock(&self.0);
        if mailbox.is_closed {
            return Err(Closed);
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

impl Receiver {
    /// What puts events into its mailbox.
    pub fn sender(&self) -> Sender {
        Sender(Arc::clone(&self.0))
    }

    /// The next event, once there is one.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
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
    pub fn ready(&mut self) -> Option<Event> {
        lock(&self.0).events.pop_front()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut mailbox = lock(&self.0);
        mailbox.is_closed = true;
        mailbox.events = VecDeque::new();
        mailbox.receiver = None;
    }
}

fn lock(mailbox: &Mutex<Mailbox>) -> MutexGuard<'_, Mailbox> {
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
        assert!(matches!(sender.send(stopped("too late")), Err(Closed)));
    }
}
