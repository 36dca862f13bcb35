//! Tasks of activities, for workers that poll.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, timeout_at};

use super::super::error::EngineError;
use super::super::runner::Message;
use super::super::store::ExecutionId;
use super::{Engine, Inner};
use crate::Value;
use crate::value::DecodeError;

/// Longest that a worker waits for a task, as with the service.
const POLL_TIME: Duration = Duration::from_secs(60);

/// Pause before looking again for a task that is on its way into memory.
const SOON: Duration = Duration::from_millis(20);

/// A task of an activity that a worker took. It is answered by its token, from wherever that gets to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ActivityTask {
    /// Its token, for [`Engine::send_task_success`] and the like.
    pub token: String,
    /// Its input.
    pub input: Value,
}

impl ActivityTask {
    /// The task's input.
    ///
    /// # Errors
    /// When it does not fit the type.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        self.input.decode()
    }
}

impl Engine {
    /// Takes the next task of an activity, by its name or its ARN; `None` if there is none for a minute. The history has
    /// the worker's name. That the task was taken is durable when this returns.
    ///
    /// Only tasks of machines whose activities are [polled](super::EngineBuilder::polled_activities) come here.
    ///
    /// # Errors
    /// When the store fails, or the engine is closed.
    pub async fn get_activity_task<'w>(
        &self,
        activity: &str,
        worker_name: impl Into<Option<&'w str>>,
    ) -> Result<Option<ActivityTask>, EngineError> {
        let worker_name = worker_name.into();
        let until = Instant::now() + POLL_TIME;
        let name = name_of(activity);
        loop {
            let offered = self.inner.offers.offered(name);
            let notified = offered.notified();
            if self.inner.is_closed() {
                return Err(EngineError::Closed);
            }
            if let Some(offer) = self.inner.offers.take(name) {
                match self.take(name, offer, worker_name).await {
                    Err(EngineError::TaskTimedOut | EngineError::TaskDoesNotExist) => continue,
                    task => return task.map(Some),
                }
            }
            let activity = name.to_owned();
            let versions = self.inner.registry().fingerprints();
            let parked = self.inner.read(move |store| store.offer(&activity, &versions));
            let wait = match parked.await? {
                // It is offered again when it is in memory. One that is on its way there may take a moment.
                Some(id) => {
                    self.inner.deliver(id, Message::Look);
                    SOON
                }
                None => POLL_TIME,
            };
            let _ = timeout_at(until.min(Instant::now() + wait), notified).await;
            if Instant::now() >= until {
                return Ok(None);
            }
        }
    }

    /// Takes a task. Once this has begun, whoever polls for it no longer gives up: the task would be nobody's.
    async fn take(
        &self,
        activity: &str,
        offer: Offer,
        worker_name: Option<&str>,
    ) -> Result<ActivityTask, EngineError> {
        let (reply, input) = oneshot::channel();
        let Offer {
            id,
            token,
            input: taken,
        } = offer;
        let message = Message::Take {
            token: token.clone(),
            worker_name: worker_name.map(str::to_owned),
            reply: Handover {
                reply,
                engine: Weak::clone(&self.inner.me),
                activity: activity.to_owned(),
                offer: Offer {
                    id,
                    token: token.clone(),
                    input: taken,
                },
            },
        };
        self.inner.deliver(id, message);
        let input = input.await.unwrap_or_else(|_| Err(self.inner.no_answer(id)))?;
        Ok(ActivityTask { token, input })
    }
}

/// A task of an activity that waits for a worker.
#[derive(Debug)]
struct Offer {
    id: ExecutionId,
    token: String,
    /// Its input, of one that was taken by a worker who did not get it.
    input: Option<Value>,
}

/// Hands a task over to the worker that took it. A worker who is gone, or who was told that the store fails, does not get it
/// any more: then it is the next one's.
#[derive(Debug)]
pub struct Handover {
    reply: oneshot::Sender<Result<Value, EngineError>>,
    engine: Weak<Inner>,
    activity: String,
    offer: Offer,
}

impl Handover {
    /// Input of a task that was taken before.
    pub fn taken(&self) -> Option<Value> {
        self.offer.input.clone()
    }

    /// The task is taken; this is its input.
    pub fn take(&mut self, input: &Value) {
        self.offer.input = Some(input.clone());
    }

    /// Tells the worker what came of it.
    pub fn send(self, input: Result<Value, EngineError>) {
        let is_kept = matches!(input, Ok(_) | Err(EngineError::Store(_)));
        let is_refused = input.is_err();
        if (self.reply.send(input).is_err() || is_refused)
            && is_kept
            && self.offer.input.is_some()
            && let Some(engine) = self.engine.upgrade()
        {
            engine.offers.put(&self.activity, self.offer);
        }
    }
}

/// The tasks of executions in memory that wait for workers.
#[derive(Debug, Default)]
pub struct Offers(Mutex<HashMap<String, Queue>>);

#[derive(Debug, Default)]
struct Queue {
    /// In the order in which they came.
    offers: BTreeMap<u64, Offer>,
    count: u64,
    offered: Arc<Notify>,
}

impl Offers {
    pub fn add(&self, activity: &str, id: ExecutionId, token: String) {
        let input = None;
        self.put(name_of(activity), Offer { id, token, input });
    }

    fn put(&self, activity: &str, offer: Offer) {
        let mut queues = self.lock();
        let queue = queues.entry(activity.to_owned()).or_default();
        queue.count += 1;
        queue.offers.insert(queue.count, offer);
        queue.offered.notify_waiters();
    }

    /// Takes the tasks of an execution out, but not those that were taken: nobody offers them again.
    pub fn withdraw(&self, id: ExecutionId) {
        for queue in self.lock().values_mut() {
            queue
                .offers
                .retain(|_, offer| offer.id != id || offer.input.is_some());
        }
    }

    /// Wakes all who wait, to look again.
    pub fn notify(&self) {
        for queue in self.lock().values() {
            queue.offered.notify_waiters();
        }
    }

    fn take(&self, activity: &str) -> Option<Offer> {
        let (_, offer) = self.lock().get_mut(activity)?.offers.pop_first()?;
        Some(offer)
    }

    fn offered(&self, activity: &str) -> Arc<Notify> {
        Arc::clone(&self.lock().entry(activity.to_owned()).or_default().offered)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Name of an activity: the last part of its ARN.
pub fn name_of(activity: &str) -> &str {
    activity.rsplit(':').next().unwrap_or(activity)
}
