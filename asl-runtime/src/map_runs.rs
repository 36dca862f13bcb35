//! Map Runs under way: looking at them, and changing their limits.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::machine::{Event, MapRunStatus, MapRunSummary, MapRunUpdate};
use crate::mailbox::Sender;

/// The Map Runs that are under way in the machines that [were given this handle](crate::Machine::with_map_runs). A clone
/// is a handle to the same.
///
/// ```ignore
/// let map_runs = MapRuns::new();
/// let import = import::machine(tasks).with_map_runs(&map_runs);
/// // Elsewhere, while it runs:
/// for map_run in map_runs.list() {
///     map_runs.update(&map_run.map_run_arn, MapRunUpdate::new().max_concurrency(10))?;
/// }
/// ```
#[derive(Clone, Default)]
pub struct MapRuns(Arc<Mutex<BTreeMap<Arc<str>, Entry>>>);

struct Entry {
    summary: MapRunSummary,
    inbox: Sender,
}

/// Why a Map Run was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapRunError {
    /// No Map Run with this ARN is under way: the service's `ResourceNotFound`.
    #[error("no Map Run with the ARN {0} is under way")]
    NotFound(String),
    /// The change is none that can be made: the service's `ValidationException`.
    #[error("{0}")]
    Invalid(&'static str),
}

impl MapRuns {
    /// A handle to none yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How far each Map Run is, in order of their ARNs.
    pub fn list(&self) -> Vec<MapRunSummary> {
        self.lock().values().map(|entry| entry.summary.clone()).collect()
    }

    /// How far a Map Run is, as long as it is under way.
    pub fn describe(&self, map_run_arn: &str) -> Option<MapRunSummary> {
        Some(self.lock().get(map_run_arn)?.summary.clone())
    }

    /// Changes the limits of a Map Run, as the service's
    /// [UpdateMapRun](https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html) does. What was
    /// started goes on, even where more is under way than the new `MaxConcurrency`.
    ///
    /// # Errors
    /// When no such Map Run is under way, or the percentage is not one from 0 to 100.
    pub fn update(&self, map_run_arn: &str, update: MapRunUpdate) -> Result<(), MapRunError> {
        update.check().map_err(MapRunError::Invalid)?;
        let not_found = || MapRunError::NotFound(map_run_arn.to_owned());
        let map_runs = self.lock();
        let entry = map_runs.get(map_run_arn).ok_or_else(not_found)?;
        let event = Event::MapRunUpdated {
            map_run_arn: Arc::clone(&entry.summary.map_run_arn),
            update,
        };
        entry.inbox.send(event).map_err(|_| not_found())
    }

    /// Takes note of the Map Runs of one execution, whose driver gets what is changed in them.
    pub(crate) fn watcher(&self, inbox: Sender) -> Watcher {
        Watcher {
            map_runs: self.clone(),
            inbox,
            open: Vec::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MapRuns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.lock().keys()).finish()
    }
}

/// Takes note of the Map Runs of one execution, until it is dropped.
pub(crate) struct Watcher {
    map_runs: MapRuns,
    inbox: Sender,
    open: Vec<Arc<str>>,
}

impl Watcher {
    pub fn map_run(&mut self, summary: &MapRunSummary) {
        let mut map_runs = self.map_runs.lock();
        let arn = &summary.map_run_arn;
        if summary.status != MapRunStatus::Running {
            map_runs.remove(arn);
            self.open.retain(|open| open != arn);
        } else if let Some(entry) = map_runs.get_mut(arn) {
            entry.summary.clone_from(summary);
        } else {
            let entry = Entry {
                summary: summary.clone(),
                inbox: self.inbox.clone(),
            };
            map_runs.insert(Arc::clone(arn), entry);
            self.open.push(Arc::clone(arn));
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut map_runs = self.map_runs.lock();
        for arn in &self.open {
            map_runs.remove(arn);
        }
    }
}
