//! The engine: its machines, its store, and the executions in memory.

pub mod activities;
mod answers;
mod by_id;
pub mod children;
mod execution;
mod list;
mod load;
mod map_runs;
mod options;
mod panics;
mod queries;
mod redrivable;
mod redrive;
mod start;
mod wake;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::AbortHandle;

use super::clock::Clock;
use super::committer::{Answers, Committer};
use super::error::EngineError;
use super::registry::{AnyMachine, Registry, version_of};
use super::runner::Message;
use super::store::{ExecutionId, MemoryStore, SqliteStore, Store, StoreError, Write};
use crate::driver::Caller;
use crate::machine::Outcome;
use crate::mailbox::Sender;
use crate::{Callbacks, Machine};

pub use activities::ActivityTask;
use activities::Offers;
use by_id::ById;
pub use execution::Execution;
pub use list::{ExecutionList, List, ListedExecution};
pub use map_runs::{ListMapRuns, ListedMapRun, MapRunList};
pub use options::Limits;
pub(super) use options::Options;
pub use queries::{Description, History, HistoryQuery, RedriveStatus, Waiting};
pub use start::Startable;

/// Pauses before the store is asked again.
const RETRY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// How many read from the store at once. Each takes a thread, and may take a connection with its cache.
const READS: usize = 16;

/// Longest that an execution stays in memory that only waits; it takes no longer than a year. Times cannot be counted
/// without end.
const LONGEST_PAUSE: Duration = Duration::from_secs(366 * 86_400);

/// Runs machines as [Standard executions](https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html):
/// they survive the process, and can be described, listed, stopped and redriven. See the
/// [module](crate::durable).
///
/// Clones are the same engine. When the last one is dropped the executions stop where they are, and go on when the store
/// is opened again; [`close`](Self::close) does the same and waits until the store is free.
#[derive(Clone)]
pub struct Engine {
    pub(super) inner: Arc<Inner>,
    _open: Arc<Open>,
}

/// Closes the engine when the last handle is dropped.
struct Open(Weak<Inner>);

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(inner) = self.0.upgrade() {
            inner.shut();
        }
    }
}

/// What all parts of an engine share.
pub struct Inner {
    /// None once it is closed.
    store: RwLock<Option<Arc<dyn Store>>>,
    pub committer: Committer,
    reads: Semaphore,
    pub clock: Clock,
    pub options: Options,
    pub owner: Cow<'static, str>,
    pub offers: Offers,
    machines: RwLock<Registry>,
    loaded: Mutex<ById<Loaded>>,
    /// Executions that nobody drives any more until they are told to go on, or the store is opened again: why.
    panicked: Mutex<ById<String>>,
    waiters: Mutex<ById<Vec<oneshot::Sender<Outcome>>>>,
    last_id: AtomicU64,
    running: AtomicU64,
    is_closed: AtomicBool,
    /// Why the store does not take what is to be written.
    write_error: Mutex<Option<StoreError>>,
    /// Whether there is a reason.
    has_write_error: AtomicBool,
    /// For tasks: their answers come back to this engine.
    pub callbacks: Callbacks,
    /// An execution left the memory.
    unloaded: Notify,
    /// There may be an earlier time to wake somebody at.
    earlier: Notify,
    /// What is done beside the executions.
    services: Mutex<Vec<AbortHandle>>,
    runtime: Handle,
    me: Weak<Inner>,
}

/// An execution in memory, or on its way there.
struct Loaded {
    inbox: Sender<Message>,
    /// It is driven: who waits for its end will be told.
    is_driven: bool,
}

/// An engine to be opened.
#[derive(Default)]
#[must_use = "nothing runs until it is opened"]
pub struct EngineBuilder {
    machines: Registry,
    options: Options,
    clock: Option<Clock>,
    owner: Option<String>,
}

impl Engine {
    /// Opens a file of executions, or makes it, with default options. Executions in it go on when their machines are
    /// [registered](Self::register).
    ///
    /// # Errors
    /// When the file cannot be opened: see [`SqliteStore::open`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, EngineError> {
        Self::builder().open(path).await
    }

    /// An engine to be given machines and options before it is opened.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// Registers a machine: executions of it in the store go on, and new ones can be started under its name.
    ///
    /// Several versions of a machine can be registered, each in a module of its own but with the same name; they are told
    /// apart by the definition's fingerprint. New executions are of the version that was registered last. Running ones keep
    /// theirs.
    pub fn register<C: Caller + 'static>(&self, machine: Machine<C>) {
        let version = version_of(machine.program());
        let mut machines = self
            .inner
            .machines
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let is_known = machines.version(version).is_some();
        machines.add(Arc::new(machine));
        drop(machines);
        if !is_known {
            self.inner.recover(vec![version]);
            self.inner.earlier.notify_one();
            self.inner.offers.notify();
        }
    }

    /// Stops all executions where they are, and waits until the store is free. They go on when it is opened again.
    pub async fn close(self) {
        let inner = Arc::clone(&self.inner);
        drop(self);
        inner.shut();
        loop {
            let unloaded = inner.unloaded.notified();
            if inner.loaded().is_empty() {
                break;
            }
            unloaded.await;
        }
        inner.committer.close().await;
        let store = inner.store.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(store) = store {
            // Somebody may still be reading.
            while Arc::strong_count(&store) > 1 {
                tokio::task::yield_now().await;
            }
            let _ = tokio::task::spawn_blocking(move || drop(store)).await;
        }
    }

    /// Why the store does not take what is to be written; nothing while it does. Executions then stand still, and go on
    /// when it does again.
    pub fn write_error(&self) -> Option<StoreError> {
        self.inner.write_error().clone()
    }

    /// How many executions are in memory: those that are not parked.
    pub fn in_memory(&self) -> usize {
        self.inner.loaded().len()
    }
}

impl EngineBuilder {
    /// Registers a machine: see [`Engine::register`].
    pub fn machine<C: Caller + 'static>(mut self, machine: Machine<C>) -> Self {
        self.machines.add(Arc::new(machine));
        self
    }

    /// Sets the limits; else they are the service's.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Sets the clock; else it is the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Sets how long an execution that only waits stays in memory; a second without this.
    pub fn park_after(mut self, time: Duration) -> Self {
        self.options.park_after = time.min(LONGEST_PAUSE);
        self
    }

    /// Sets how many executions are brought into memory at once when their time has come, or when the store is opened;
    /// 10,000 without this. Those that are started do not count.
    pub fn most_in_memory(mut self, executions: usize) -> Self {
        self.options.most_in_memory = executions.max(1);
        self
    }

    /// Has workers poll for the tasks of all activities ([`Engine::get_activity_task`]), instead of calling the functions
    /// of those states.
    pub fn polled_activities(mut self) -> Self {
        self.options.polled_activities = true;
        self
    }

    /// Sets the region and the account in ARNs; else they are `local` and zeroes.
    pub fn account(mut self, region: &str, account: &str) -> Self {
        self.owner = Some(format!("{region}:{account}"));
        self
    }

    /// Opens a file of executions, or makes it. Executions of machines that are registered go on.
    ///
    /// # Errors
    /// When the file cannot be opened: see [`SqliteStore::open`].
    ///
    /// # Panics
    /// When called outside a tokio runtime with time enabled.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<Engine, EngineError> {
        let path = path.as_ref().to_path_buf();
        let store = blocking(move || SqliteStore::open(path)).await?;
        self.open_store(store).await
    }

    /// Opens a store that is gone when it is dropped, for tests.
    ///
    /// # Errors
    /// None that are known.
    pub async fn open_in_memory(self) -> Result<Engine, EngineError> {
        self.open_store(MemoryStore::new()).await
    }

    /// Opens a store. Executions of machines that are registered go on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_store(self, store: impl Store) -> Result<Engine, EngineError> {
        let store: Arc<dyn Store> = Arc::new(store);
        let totals = {
            let store = Arc::clone(&store);
            blocking(move || store.totals()).await?
        };
        let committer = Committer::new(Arc::clone(&store));
        let versions = self.machines.fingerprints();
        let inner = Arc::new_cyclic(|me| Inner {
            store: RwLock::new(Some(store)),
            committer,
            reads: Semaphore::new(READS),
            clock: self.clock.unwrap_or_else(Clock::system),
            options: self.options,
            owner: self.owner.map_or(Cow::Borrowed("local:000000000000"), Cow::Owned),
            offers: Offers::default(),
            machines: RwLock::new(self.machines),
            loaded: Mutex::default(),
            panicked: Mutex::default(),
            waiters: Mutex::default(),
            last_id: AtomicU64::new(totals.last_id),
            running: AtomicU64::new(totals.running),
            is_closed: AtomicBool::new(false),
            write_error: Mutex::default(),
            has_write_error: AtomicBool::new(false),
            callbacks: Callbacks::remote(Arc::new(answers::Tokens(me.clone()))),
            unloaded: Notify::new(),
            earlier: Notify::new(),
            services: Mutex::default(),
            runtime: Handle::current(),
            me: me.clone(),
        });
        inner.recover(versions);
        inner.serve(wake::watch);
        inner.serve(wake::sweep);
        let open = Arc::new(Open(Arc::downgrade(&inner)));
        Ok(Engine { inner, _open: open })
    }
}

impl Inner {
    /// The machine that new executions of this name are of.
    pub(super) fn machine(&self, name: &str) -> Option<Arc<dyn AnyMachine>> {
        let machines = self.machines.read().unwrap_or_else(PoisonError::into_inner);
        machines.current(name).cloned()
    }

    /// The machine of a definition.
    pub(super) fn version(&self, fingerprint: u64) -> Option<Arc<dyn AnyMachine>> {
        let machines = self.machines.read().unwrap_or_else(PoisonError::into_inner);
        machines.version(fingerprint).cloned()
    }

    fn registry(&self) -> Registry {
        self.machines
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn next_id(&self) -> ExecutionId {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn loaded(&self) -> MutexGuard<'_, ById<Loaded>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiters(&self) -> MutexGuard<'_, ById<Vec<oneshot::Sender<Outcome>>>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_error(&self) -> MutexGuard<'_, Option<StoreError>> {
        self.write_error.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Notes that the store takes what is written.
    pub(super) fn writes_succeed(&self) {
        // Asked after every write.
        if self.has_write_error.load(Ordering::Relaxed) && self.write_error().take().is_some() {
            self.has_write_error.store(false, Ordering::Relaxed);
            tracing::info!("the store takes writes again");
        }
    }

    /// Notes that the store does not take what is written.
    pub(super) fn write_failed(&self, error: &StoreError) {
        let mut known = self.write_error();
        if known.as_ref() != Some(error) {
            tracing::error!(%error, "executions stand still: they cannot be written");
            *known = Some(error.clone());
            self.has_write_error.store(true, Ordering::Relaxed);
        }
    }

    /// Writes, and waits until it is durable.
    async fn write(&self, mut writes: Vec<Write>) -> Result<Answers, EngineError> {
        match self.committer.submit(&mut writes).await {
            Ok(Ok(written)) => {
                self.writes_succeed();
                Ok(written)
            }
            Ok(Err(refused)) => {
                self.write_failed(&refused.error);
                Err(EngineError::Store(refused.error))
            }
            Err(_) => Err(EngineError::Closed),
        }
    }

    /// Reads from the store, where that may block.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, EngineError> {
        // It is never closed.
        let _turn = self.reads.acquire().await;
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner).clone();
        let store = store.ok_or(EngineError::Closed)?;
        blocking(move || read(&*store)).await
    }

    /// Tells all executions to stop where they are.
    fn shut(&self) {
        if self.is_closed.swap(true, Ordering::AcqRel) {
            return;
        }
        let services = std::mem::take(&mut *self.services.lock().unwrap_or_else(PoisonError::into_inner));
        services.iter().for_each(AbortHandle::abort);
        for loaded in self.loaded().values() {
            // Gone already: also well.
            let _ = loaded.inbox.send(Message::Close);
        }
        self.waiters().clear();
        self.offers.notify();
        self.earlier.notify_one();
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field(
                "store",
                &*self.inner.store.read().unwrap_or_else(PoisonError::into_inner),
            )
            .field("machines", &self.inner.registry())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineBuilder")
            .field("machines", &self.machines)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Runs something that blocks where that is allowed.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, EngineError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(error) => Err(EngineError::Store(StoreError::Failed(error.to_string()))),
    }
}
