//! Executions that failed are mended, and redriven.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_runtime::durable::{Engine, List, Status};

use crate::logs::{self, Log, lines};

/// How often executions were mended: tasks that are broken ask for it.
#[derive(Clone, Default)]
pub struct Mender {
    /// For which redrive each execution was mended last, by its name.
    redrives: Arc<Mutex<HashMap<String, u64>>>,
    /// What is mended, and what was redriven.
    logs: Option<(Log, Log)>,
}

impl Mender {
    /// Goes on where the process before was killed.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let mut redrives = HashMap::new();
        for line in lines(folder, logs::MENDED)? {
            if let Some((name, redrive)) = entry(&line) {
                redrives.insert(name.to_owned(), redrive);
            }
        }
        Ok(Self {
            redrives: Arc::new(Mutex::new(redrives)),
            logs: Some((
                Log::open(folder, logs::MENDED)?,
                Log::open(folder, logs::REDRIVEN)?,
            )),
        })
    }

    /// For which redrive of an execution its tasks were mended last.
    pub fn redrives(&self, name: &str) -> u64 {
        self.lock().get(name).copied().unwrap_or_default()
    }

    /// Mends and redrives all executions that failed, but not those that others started. Gives how many there were.
    pub async fn redrive_failed(&self, engine: &Engine) -> Result<usize, String> {
        let mut failed = Vec::new();
        let mut list = List::all().with_status(Status::Failed).limit(1000);
        loop {
            let page = engine
                .list(list.clone())
                .await
                .map_err(|error| error.to_string())?;
            let started = page.executions.into_iter().filter(|of| of.name.starts_with(NAME));
            failed.extend(started.filter(|of| of.map_run_arn.is_none() && of.name.len() < UUID));
            match page.next_token {
                Some(token) => list = list.after(&token).map_err(|error| error.to_string())?,
                None => break,
            }
        }
        for execution in &failed {
            let redrive = u64::from(execution.redrive_count) + 1;
            let line = format!("{} {redrive}", execution.name);
            self.lock().insert(execution.name.clone(), redrive);
            if let Some((mended, _)) = &self.logs {
                mended.line(&line).map_err(|error| error.to_string())?;
            }
            let known = engine.execution(&execution.machine, &execution.name).await;
            let known = known.map_err(|error| error.to_string())?;
            known
                .redrive()
                .await
                .map_err(|error| format!("{line}: {error}"))?;
            if let Some((_, redriven)) = &self.logs {
                redriven.line(&line).map_err(|error| error.to_string())?;
            }
        }
        Ok(failed.len())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.redrives.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What names begin with that were given at a start; others are UUIDs.
const NAME: char = 'e';

/// Length of a UUID.
const UUID: usize = 36;

/// Name and number of a redrive, in a line of a log.
pub fn entry(line: &str) -> Option<(&str, u64)> {
    let (name, redrive) = line.split_once(' ')?;
    Some((name, redrive.parse().ok()?))
}
