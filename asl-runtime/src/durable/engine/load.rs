//! Executions in memory: bringing them there, talking to them, letting them go.

use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::super::error::EngineError;
use super::super::record;
use super::super::registry::AnyMachine;
use super::super::replay::{Replayed, Start, replay};
use super::super::runner::{Message, Runner};
use super::super::store::{
    ACTIVE, Ended, ExecutionId, Record, Status, StoreError, StoredExecution, Write, Written,
};
use super::super::telemetry;
use super::children::ChildEnd;
use super::{Inner, Loaded, RETRY};
use crate::machine::{Event, Outcome};
use crate::mailbox::{Closed, Receiver};

impl Loaded {
    fn new() -> (Self, Receiver<Message>) {
        let receiver = Receiver::default();
        let loaded = Self {
            inbox: receiver.sender(),
            is_driven: false,
        };
        (loaded, receiver)
    }
}

impl Inner {
    /// Tells an execution something; it is brought into memory if it is not there.
    pub(super) fn deliver(self: &Arc<Self>, id: ExecutionId, message: Message) {
        let mut loaded = self.loaded();
        if self.is_closed() {
            drop(loaded);
            return message.refuse(EngineError::Closed);
        }
        let sent = match loaded.entry(id) {
            Entry::Occupied(entry) => entry.get().inbox.send(message),
            Entry::Vacant(place) => {
                let (loaded, inbox) = Loaded::new();
                let sent = loaded.inbox.send(message);
                place.insert(loaded);
                let engine = Arc::clone(self);
                self.runtime
                    .spawn(self.clone().guarded(id, engine.load(id, inbox)));
                sent
            }
        };
        drop(loaded);
        // A receiver is dropped only by a task that panicked, or at the end of the runtime.
        if let Err(Closed(refused)) = sent {
            refused.refuse(self.no_answer(id));
        }
    }

    pub(super) fn is_loaded(&self, id: ExecutionId) -> bool {
        self.loaded().contains_key(&id)
    }

    /// Takes the place of an execution in memory, for one that is about to be there; nothing if it is there already.
    pub(super) fn reserve(&self, id: ExecutionId) -> Result<Option<Receiver<Message>>, EngineError> {
        let mut loaded = self.loaded();
        // Asked with the lock held: who closes the engine tells all that are there.
        if self.is_closed() {
            return Err(EngineError::Closed);
        }
        Ok(match loaded.entry(id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(place) => {
                let (loaded, inbox) = Loaded::new();
                place.insert(loaded);
                Some(inbox)
            }
        })
    }

    /// An execution in memory is about to be driven.
    pub fn drives(&self, id: ExecutionId) {
        if let Some(loaded) = self.loaded().get_mut(&id) {
            loaded.is_driven = true;
        }
    }

    /// Whether an execution is in memory and will tell its end.
    pub(super) fn is_driven(&self, id: ExecutionId) -> bool {
        self.loaded().get(&id).is_some_and(|loaded| loaded.is_driven)
    }

    /// Lets an execution go. Whoever told it something in the meantime gets this answer.
    pub fn unload(&self, id: ExecutionId, inbox: &mut Receiver<Message>, answer: impl Fn() -> EngineError) {
        self.loaded().remove(&id);
        while let Some(message) = inbox.ready() {
            message.refuse(answer());
        }
        self.unloaded.notify_waiters();
    }

    /// Lets an execution go if nobody told it something. Gives whether it did.
    pub fn unload_idle(&self, id: ExecutionId, inbox: &Receiver<Message>) -> bool {
        let mut loaded = self.loaded();
        let is_idle = inbox.is_empty();
        if is_idle {
            loaded.remove(&id);
            drop(loaded);
            self.unloaded.notify_waiters();
        }
        is_idle
    }

    /// An execution has ended: tells those who wait for that.
    pub fn ended(&self, id: ExecutionId, outcome: Outcome) {
        // One that was written though its start was told to have failed was never counted.
        let running = &self.running;
        let _ = running.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1));
        for waiter in self.waiters().remove(&id).into_iter().flatten() {
            // It may have given up.
            let _ = waiter.send(outcome.clone());
        }
    }

    /// Brings an execution into memory and runs it there.
    async fn load(self: Arc<Self>, id: ExecutionId, mut inbox: Receiver<Message>) {
        let mut pause = RETRY.0;
        let problem = loop {
            match self.bring_back(id).await {
                Ok((stored, machine, state)) => {
                    if self.is_given_up(&stored).await {
                        self.deliver(id, Message::GiveUp { ticket: None });
                    }
                    let mut runner = Runner::new(Arc::clone(&self), machine, Arc::new(stored), state, inbox);
                    runner.unpark();
                    runner.go_live();
                    return runner.run().await;
                }
                Err(EngineError::Store(error)) => {
                    tracing::warn!(execution = id, %error, "an execution cannot be read");
                    if !self.keep_what_nobody_repeats(id, &mut inbox, &error) {
                        return;
                    }
                }
                Err(problem) => break problem,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY.1);
        };
        if let EngineError::Held(reason) = &problem {
            tracing::warn!(execution = id, reason, "an execution is held");
            self.stop_held(id, &mut inbox).await;
        }
        self.unload(id, &mut inbox, || problem.clone());
    }

    /// The store failed: refuses what will be sent again. Gives whether something else is left, for which to try again; if not,
    /// the execution is let go.
    fn keep_what_nobody_repeats(
        &self,
        id: ExecutionId,
        inbox: &mut Receiver<Message>,
        error: &StoreError,
    ) -> bool {
        let mut loaded = self.loaded();
        let mut left = Vec::new();
        while let Some(message) = inbox.ready() {
            if message.is_answered() {
                message.refuse(EngineError::Store(error.clone()));
            } else {
                left.push(message);
            }
        }
        if left.is_empty() || self.is_closed() {
            loaded.remove(&id);
            drop(loaded);
            self.unloaded.notify_waiters();
            return false;
        }
        if let Some(loaded) = loaded.get(&id) {
            for message in left {
                // It is here that they are received.
                let _ = loaded.inbox.send(message);
            }
        }
        true
    }

    /// Replays an execution that runs.
    async fn bring_back(
        &self,
        id: ExecutionId,
    ) -> Result<(StoredExecution, Arc<dyn AnyMachine>, Replayed), EngineError> {
        let found = self
            .read(move |store| {
                let Some(stored) = store.execution(id)? else {
                    return Ok(None);
                };
                Ok(Some((stored, store.journal(id))))
            })
            .await?;
        let (stored, journal) = found.ok_or(EngineError::TaskDoesNotExist)?;
        if stored.status != Status::Running {
            return Err(EngineError::TaskDoesNotExist);
        }
        let machine = self.driver_of(&stored).map_err(EngineError::Held)?;
        let replayed = match journal {
            Ok(journal) => replay(machine.program(), &stored, &journal).map_err(|error| error.to_string()),
            Err(StoreError::Damaged(what)) => Err(what),
            Err(error) => return Err(EngineError::Store(error)),
        };
        match replayed {
            Ok(state) => Ok((stored, machine, state)),
            Err(problem) => {
                // Else it would be tried again and again.
                let write = Write::Problem {
                    execution: id,
                    problem: Some(problem.clone()),
                };
                self.write(vec![write]).await?;
                Err(EngineError::Held(problem))
            }
        }
    }

    /// Stops an execution that cannot be brought back, if somebody asked for that.
    async fn stop_held(&self, id: ExecutionId, inbox: &mut Receiver<Message>) {
        let mut others = Vec::new();
        let mut stop = None;
        while let Some(message) = inbox.ready() {
            match message {
                Message::Stop { error, cause, reply } if stop.is_none() => stop = Some((error, cause, reply)),
                Message::GiveUp { .. } if stop.is_none() => stop = Some((None, None, None)),
                other => others.push(other),
            }
        }
        let result = match stop {
            None => None,
            Some((error, cause, reply)) => Some((self.write_stop(id, error, cause).await, reply)),
        };
        if let Some((result, Some(reply))) = result {
            // It may have given up.
            let _ = reply.send(result);
        }
        for message in others {
            message.refuse(EngineError::Held("it cannot be brought into memory".to_owned()));
        }
    }

    async fn write_stop(
        &self,
        id: ExecutionId,
        error: Option<String>,
        cause: Option<String>,
    ) -> Result<(), EngineError> {
        self.forget_panic(id).await?;
        let at = self.now();
        let records = self.read(move |store| store.journal(id)).await;
        let event = Event::Stopped {
            error: error.clone(),
            cause: cause.clone(),
        };
        let stored = self.read(move |store| store.execution(id)).await?;
        let stored = stored.ok_or(EngineError::TaskDoesNotExist)?;
        let awaited = Start::decode(&stored.settings).is_some_and(|start| start.awaited);
        let end = Write::End {
            execution: id,
            status: Status::Aborted,
            at,
            error: error.clone(),
            cause: cause.clone(),
            ended: Ended::default(),
            parent: stored.parent.map(|(id, _)| id).filter(|_| awaited),
        };
        // With the journal as it is, the history can be told when the definition is there again.
        let append = records.ok().map(|records| Write::Append {
            execution: id,
            record: Record {
                number: records.len() as u64,
                at,
                events: record::encode(&[event]).into(),
            },
        });
        let written = self.write(append.into_iter().chain([end]).collect()).await?;
        let outcome = Outcome::Aborted { error, cause };
        for written in written {
            if let Written::Pokes(pokes) = written {
                let end = ChildEnd {
                    outcome: outcome.clone(),
                    redrivable: true,
                };
                self.tell_parent(&stored, end, pokes);
            }
        }
        let (machine, name) = (&stored.machine, &stored.name);
        telemetry::ended(machine, name, Status::Aborted, stored.started_at, at);
        self.ended(id, outcome);
        Ok(())
    }
}

impl Runner {
    /// It comes from where executions are parked.
    pub(in super::super) fn unpark(&mut self) {
        if self.stored().wake_at != Some(ACTIVE) {
            let execution = self.stored().id;
            self.write(Write::Unpark { execution });
        }
    }
}
