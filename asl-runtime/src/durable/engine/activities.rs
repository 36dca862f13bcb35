//! Tasks of activities, for workers that poll.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::{Notify, oneshot};

use super::super::error::EngineError;
use super::super::runner::Message;
use super::super::store::ExecutionId;
use super::Engine;
use crate::Value;
use crate::value::DecodeError;

/// Longest that a worker waits for a task, as with the service.
const POLL_TIME: Duration = Duration::from_secs(60);

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
        let task = self.next_activity_task(activity, worker_name);
        tokio::time::timeout(POLL_TIME, task)
            .await
            .map_or(Ok(None), |task| task.map(Some))
    }

    async fn next_activity_task(
        &self,
        activity: &str,
        worker_name: Option<&str>,
    ) -> Result<ActivityTask, EngineError> {
        let name = name_of(activity).to_owned();
        loop {
            let offered = self.inner.offers.offered(&name);
            let notified = offered.notified();
            if self.inner.is_closed() {
                return Err(EngineError::Closed);
            }
            if let Some((id, token)) = self.inner.offers.take(&name) {
                let (reply, input) = oneshot::channel();
                let message = Message::Take {
                    token: token.clone(),
                    worker_name: worker_name.map(str::to_owned),
                    reply,
                };
                self.inner.deliver(id, message);
                match input.await {
                    Ok(Ok(input)) => return Ok(ActivityTask { token, input }),
                    Ok(Err(EngineError::TaskTimedOut | EngineError::TaskDoesNotExist)) => continue,
                    Ok(Err(error)) => return Err(error),
                    Err(_) => return Err(EngineError::Closed),
                }
            }
            let activity = name.clone();
            match self.inner.read(move |store| store.offer(&activity)).await? {
                // It is offered again when it is in memory. One that is on its way there may take a moment.
                Some(id) => {
                    self.inner.deliver(id, Message::Look);
                    let _ = tokio::time::timeout(Duration::from_millis(20), notified).await;
                }
                None => notified.await,
            }
        }
    }
}

/// The tasks of executions in memory that wait for workers.
#[derive(Debug, Default)]
pub struct Offers(Mutex<HashMap<String, Queue>>);

#[derive(Debug, Default)]
struct Queue {
    /// In the order in which they came.
    offers: BTreeMap<u64, (ExecutionId, String)>,
    count: u64,
    offered: Arc<Notify>,
}

impl Offers {
    pub fn add(&self, activity: &str, id: ExecutionId, token: String) {
        let mut queues = self.lock();
        let queue = queues.entry(name_of(activity).to_owned()).or_default();
        queue.count += 1;
        queue.offers.insert(queue.count, (id, token));
        queue.offered.notify_waiters();
    }

    /// Takes the tasks of an execution out.
    pub fn withdraw(&self, id: ExecutionId) {
        for queue in self.lock().values_mut() {
            queue.offers.retain(|_, (of, _)| *of != id);
        }
    }

    /// Wakes all who wait.
    pub fn close(&self) {
        for queue in self.lock().values() {
            queue.offered.notify_waiters();
        }
    }

    fn take(&self, activity: &str) -> Option<(ExecutionId, String)> {
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
