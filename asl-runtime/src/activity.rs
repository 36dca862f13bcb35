//! Workers that poll for the tasks of activities.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;

use crate::value::DecodeError;
use crate::{Callback, CallbackError, Callbacks, IntoTaskError, Value};

/// The queues of [activities](https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html), from
/// which workers take tasks.
///
/// A state whose `Resource` is an activity calls its function like any other Task state, unless the machine
/// was told that workers poll: [`Machine::with_activities`](crate::Machine::with_activities). Its tasks then wait in the queue of
/// the activity until a worker takes them.
///
/// ```
/// # use asl_runtime::{Activities, Value};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let activities = Activities::new();
/// // order::machine(shop).with_activities(&activities)
///
/// let worker = activities.clone();
/// tokio::spawn(async move {
///     loop {
///         let task = worker.next_task("pack", "worker-1").await;
///         let _late = match task.input::<Vec<String>>() {
///             Ok(shoes) => task.success(&format!("{} pairs", shoes.len())),
///             Err(error) => task.failure(asl_runtime::TaskError::from(error)),
///         };
///     }
/// });
/// # assert!(activities.get_task("empty", None).await.is_none());
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Activities(Arc<Mutex<Queues>>);

/// A task that a worker took. Whoever has its token may answer it; this has methods for that.
#[derive(Debug, Clone)]
pub struct ActivityTask {
    callback: Callback,
    input: Value,
}

impl Activities {
    /// Longest that [`get_task`](Self::get_task) waits, as the service does: a minute.
    pub const POLL_TIME: Duration = Duration::from_secs(60);

    /// Empty queues.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next task of an activity, by its name or its ARN; `None` if there is none for a minute. The history
    /// has the worker's name.
    ///
    /// Dropping the future loses no task.
    pub async fn get_task<'w>(
        &self,
        activity: &str,
        worker_name: impl Into<Option<&'w str>>,
    ) -> Option<ActivityTask> {
        let task = self.next_task(activity, worker_name);
        tokio::time::timeout(Self::POLL_TIME, task).await.ok()
    }

    /// Takes the next task of an activity, however long that takes.
    ///
    /// Dropping the future loses no task.
    pub async fn next_task<'w>(
        &self,
        activity: &str,
        worker_name: impl Into<Option<&'w str>>,
    ) -> ActivityTask {
        let worker_name = worker_name.into();
        let offered = self.lock().queue(activity).offered.clone();
        loop {
            let notified = offered.notified();
            if let Some(task) = self.take(activity, worker_name) {
                return task;
            }
            notified.await;
        }
    }

    /// Number of tasks of an activity that wait for a worker.
    pub fn waiting(&self, activity: &str) -> usize {
        self.lock().queue(activity).offers.len()
    }

    /// Puts a task into the queue of its activity, until it is taken or the result is dropped.
    pub(crate) fn offer(&self, activity: &str, token: &str, input: Value, callbacks: &Callbacks) -> Offered {
        let mut queues = self.lock();
        queues.count += 1;
        let number = queues.count;
        let callback = callbacks.callback(token);
        let queue = queues.queue(activity);
        let offer = Offer {
            callback,
            callbacks: callbacks.clone(),
            input,
        };
        queue.offers.insert(number, offer);
        queue.offered.notify_one();
        Offered {
            activities: self.clone(),
            activity: activity.to_owned(),
            number,
        }
    }

    fn take(&self, activity: &str, worker_name: Option<&str>) -> Option<ActivityTask> {
        loop {
            let (_, offer) = self.lock().queue(activity).offers.pop_first()?;
            if offer.callbacks.start(offer.callback.token(), worker_name) {
                return Some(ActivityTask {
                    callback: offer.callback,
                    input: offer.input,
                });
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ActivityTask {
    /// The task token, for an answer from elsewhere.
    pub fn token(&self) -> &str {
        self.callback.token()
    }

    /// The task's input.
    ///
    /// # Errors
    /// When it does not fit the type.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        self.input.decode()
    }

    /// The task's input as it is.
    pub fn value(&self) -> &Value {
        &self.input
    }

    /// The task succeeds with this output.
    ///
    /// # Errors
    /// When the task no longer waits, or the output cannot be written as JSON.
    pub fn success<O: Serialize + ?Sized>(&self, output: &O) -> Result<(), CallbackError> {
        self.callback.success(output)
    }

    /// The task fails with this error.
    ///
    /// # Errors
    /// When the task no longer waits.
    pub fn failure(&self, error: impl IntoTaskError) -> Result<(), CallbackError> {
        self.callback.failure(error)
    }

    /// The task is alive: its `HeartbeatSeconds` start anew.
    ///
    /// # Errors
    /// When the task no longer waits.
    pub fn heartbeat(&self) -> Result<(), CallbackError> {
        self.callback.heartbeat()
    }
}

#[derive(Debug, Default)]
struct Queues {
    queues: HashMap<String, Queue>,
    count: u64,
}

#[derive(Debug, Default)]
struct Queue {
    /// In the order in which they came.
    offers: BTreeMap<u64, Offer>,
    offered: Arc<Notify>,
}

#[derive(Debug)]
struct Offer {
    callback: Callback,
    callbacks: Callbacks,
    input: Value,
}

impl Queues {
    /// The queue of an activity: its name is the last part of its ARN.
    fn queue(&mut self, activity: &str) -> &mut Queue {
        let name = activity.rsplit(':').next().unwrap_or(activity);
        self.queues.entry(name.to_owned()).or_default()
    }
}

/// A task in a queue.
#[derive(Debug)]
pub(crate) struct Offered {
    activities: Activities,
    activity: String,
    number: u64,
}

impl Drop for Offered {
    fn drop(&mut self) {
        self.activities
            .lock()
            .queue(&self.activity)
            .offers
            .remove(&self.number);
    }
}
