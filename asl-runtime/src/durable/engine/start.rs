//! Starting executions.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use serde::Serialize;
use tokio::sync::oneshot;

use super::super::error::EngineError;
use super::super::registry::AnyMachine;
use super::super::replay::Start;
use super::super::runner::{Message, Runner};
use super::super::store::{ACTIVE, ExecutionId, Status, StoreError, StoredExecution, Write, Written};
use super::super::telemetry;
use super::{Engine, Execution, Inner};
use crate::machine::{Program, is_valid_name};
use crate::mailbox::Receiver;
use crate::value::Measure;
use crate::{Caller, Machine, Timestamp, Value};

/// An execution to start.
pub(super) struct NewExecution {
    /// Of children of Map Runs with the label.
    pub machine: String,
    pub name: String,
    pub input: Value,
    pub start: Start,
    pub parent: Option<(ExecutionId, u64)>,
    pub map_run: Option<String>,
}

/// An execution that was started; or the one that has its name.
pub(super) type Started = Result<Arc<StoredExecution>, StoredExecution>;

/// What an execution can be started of: the name of a machine that is registered, or a machine.
///
/// A machine is [registered](Engine::register) by that, in the place of one with the same definition if there is such a one.
pub trait Startable: sealed::Sealed {}

impl<T: sealed::Sealed> Startable for T {}

mod sealed {
    use super::{Caller, Engine, Machine};

    pub trait Sealed {
        /// The name under which it is registered.
        fn register(self, engine: &Engine) -> String;
    }

    impl Sealed for &str {
        fn register(self, _: &Engine) -> String {
            self.to_owned()
        }
    }

    impl Sealed for &String {
        fn register(self, _: &Engine) -> String {
            self.clone()
        }
    }

    impl<C: Caller + 'static> Sealed for Machine<C> {
        fn register(self, engine: &Engine) -> String {
            let name = self.program().name.to_owned();
            engine.register(self);
            name
        }
    }
}

impl Engine {
    /// Starts an execution of a machine: of one that is registered, by its name (`order::MACHINE.name`), or of one that is
    /// given, which is registered then. The execution's name is a UUID if it is not given. When this returns the start is
    /// durable.
    ///
    /// ```ignore
    /// engine.start("order", "order-1", &input).await?;
    /// engine.start(order::machine(shop), "order-2", &input).await?;
    /// ```
    ///
    /// It is idempotent as the service's
    /// [StartExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html) is: the
    /// same name and the same input give the same execution while that runs.
    ///
    /// # Errors
    /// The service's: `StateMachineDoesNotExist`, `InvalidName`, `InvalidExecutionInput`, `ExecutionAlreadyExists`,
    /// `ExecutionLimitExceeded`. And when the store fails; then starting it again is safe.
    pub async fn start<'n, I>(
        &self,
        machine: impl Startable,
        name: impl Into<Option<&'n str>>,
        input: &I,
    ) -> Result<Execution, EngineError>
    where
        I: Serialize + ?Sized,
    {
        let inner = &self.inner;
        let machine = machine.register(self);
        let input = Value::encode(input).map_err(|error| EngineError::input(&error))?;
        let registered = inner
            .machine(&machine)
            .ok_or_else(|| EngineError::StateMachineDoesNotExist(inner.machine_arn(&machine)))?;
        check_size(&input, registered.payload_limit())?;
        let name = name.into();
        if let Some(name) = name.filter(|name| !is_valid_name(name)) {
            return Err(EngineError::InvalidName(name.to_owned()));
        }
        let started = match (inner.check_limit(), name) {
            (Ok(()), _) => {
                let start = inner.new_start(&*registered);
                let new = NewExecution {
                    name: name.map_or_else(|| start.fresh_name(), str::to_owned),
                    machine,
                    input: input.clone(),
                    start,
                    parent: None,
                    map_run: None,
                };
                inner.start(registered, new).await?
            }
            // It may be one of those that run.
            (Err(full), Some(name)) => {
                let name = name.to_owned();
                let existing = inner.read(move |store| store.find(&machine, &name)).await?;
                Err(existing.ok_or(full)?)
            }
            (Err(full), None) => return Err(full),
        };
        let stored = match started {
            Ok(started) => started,
            Err(existing) => {
                if !inner.runs_with(&existing, &input).await? {
                    let arn = inner.arn(&existing.machine, &existing.name);
                    return Err(EngineError::ExecutionAlreadyExists { arn });
                }
                if existing.wake_at == Some(ACTIVE) && !inner.is_loaded(existing.id) {
                    // Its start was written, but told to have failed.
                    inner.deliver(existing.id, Message::Look);
                }
                Arc::new(existing)
            }
        };
        Ok(Execution::new(self.clone(), stored))
    }
}

impl Inner {
    /// Whether an execution runs, and was given this input.
    pub(super) async fn runs_with(
        &self,
        stored: &StoredExecution,
        input: &Value,
    ) -> Result<bool, EngineError> {
        if stored.status != Status::Running {
            return Ok(false);
        }
        let id = stored.id;
        let text = self.read(move |store| store.input(id)).await?;
        Ok(text.and_then(|text| Value::from_json(&text).ok()).as_ref() == Some(input))
    }

    /// Refuses one more execution that runs, where as many do as may.
    pub(super) fn check_limit(&self) -> Result<(), EngineError> {
        let most = self.options.limits.open_executions;
        if self.running.load(Ordering::Relaxed) >= most {
            return Err(EngineError::ExecutionLimitExceeded(most));
        }
        Ok(())
    }

    /// How executions of a machine start.
    pub(super) fn new_start(&self, machine: &dyn AnyMachine) -> Start {
        let registry = self.machines.read().unwrap_or_else(PoisonError::into_inner);
        Start {
            payload_limit: machine.payload_limit(),
            history_limit: self.options.limits.history_events,
            machines: registry.startable(machine.program()),
            polled: self.options.polled_activities || machine.polled_activities(),
            ..Start::new(self.owner.clone())
        }
    }

    /// Starts an execution, unless there is one of that name: that is the inner error.
    pub(super) async fn start(
        self: &Arc<Self>,
        machine: Arc<dyn AnyMachine>,
        new: NewExecution,
    ) -> Result<Started, EngineError> {
        // In the task that will drive it: whoever gives up waiting is not to leave an execution behind that nobody drives.
        let (reply, started) = oneshot::channel();
        let id = self.next_id();
        let run = Arc::clone(self).start_and_run(id, machine, Box::new(new), reply);
        self.runtime.spawn(Arc::clone(self).guarded(id, run));
        started.await.unwrap_or_else(|_| Err(self.no_answer(id)))
    }

    async fn start_and_run(
        self: Arc<Self>,
        id: ExecutionId,
        machine: Arc<dyn AnyMachine>,
        mut new: Box<NewExecution>,
        reply: oneshot::Sender<Result<Started, EngineError>>,
    ) {
        let (stored, inbox) = match self.write_start(id, machine.program(), &mut new).await {
            Ok(Ok(started)) => started,
            // Nobody may wait for it any more: also well.
            Ok(Err(existing)) => return drop(reply.send(Ok(Err(existing)))),
            Err(error) => return drop(reply.send(Err(error))),
        };
        self.drives(stored.id);
        self.ask_parent(&stored);
        self.running.fetch_add(1, Ordering::Relaxed);
        telemetry::started(&stored.machine, &stored.name);
        let _ = reply.send(Ok(Ok(Arc::clone(&stored))));
        let NewExecution { start, input, .. } = *new;
        Runner::begin_execution(self, machine, stored, start, input, inbox)
            .run()
            .await;
    }

    /// Writes that an execution starts, with a place for it in memory.
    async fn write_start(
        self: &Arc<Self>,
        id: ExecutionId,
        program: &'static Program,
        new: &mut NewExecution,
    ) -> Result<Result<(Arc<StoredExecution>, Receiver<Message>), StoredExecution>, EngineError> {
        // Nobody is to load it before it begins here.
        let Some(mut inbox) = self.reserve(id)? else {
            return Err(StoreError::Failed(format!("the number {id} is given twice")).into());
        };
        let stored = Arc::new(StoredExecution {
            id,
            machine: std::mem::take(&mut new.machine).into(),
            name: std::mem::take(&mut new.name).into(),
            fingerprint: super::version_of(program),
            status: Status::Running,
            started_at: self.clock.now(),
            stopped_at: None,
            error: None,
            cause: None,
            wake_at: Some(ACTIVE),
            timers: String::new(),
            redrive_count: 0,
            redriven_at: None,
            parent: new.parent,
            map_run: new.map_run.take(),
            settings: new.start.encode().into(),
            pokes: 0,
            problem: None,
        });
        let write = Write::Start {
            execution: Arc::clone(&stored),
            input: new.input.to_json().into(),
        };
        match self.write(vec![write]).await.map(|mut written| written.pop()) {
            Ok(Some(Written::Exists(existing))) => {
                self.unload(id, &mut inbox, || EngineError::TaskDoesNotExist);
                Ok(Err(*existing))
            }
            Ok(_) => Ok(Ok((stored, inbox))),
            Err(error) => {
                self.unload(id, &mut inbox, || error.clone());
                // It may have been written nevertheless.
                self.deliver(id, Message::Look);
                Err(error)
            }
        }
    }

    pub(super) fn machine_arn(&self, machine: &str) -> String {
        format!("arn:aws:states:{}:stateMachine:{machine}", self.owner)
    }

    /// ARN of an execution.
    pub fn arn(&self, machine: &str, name: &str) -> String {
        format!("arn:aws:states:{}:execution:{machine}:{name}", self.owner)
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Checks that an input is not too long, nor nested too deeply.
fn check_size(input: &Value, limit: usize) -> Result<(), EngineError> {
    let most = Measure {
        bytes: limit,
        depth: Value::MAX_DEPTH,
    };
    if input.fits(most) {
        return Ok(());
    }
    let size = input.measure();
    Err(EngineError::InvalidExecutionInput(if size.bytes > limit {
        format!("the input has {} bytes, the limit is {limit}", size.bytes)
    } else {
        format!("the input is nested more than {} levels deep", Value::MAX_DEPTH)
    }))
}
