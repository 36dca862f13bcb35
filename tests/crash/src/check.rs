//! What is checked.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use asl_runtime::durable::store::SqliteStore;
use asl_runtime::durable::{Engine, Execution, HistoryQuery};
use asl_runtime::{HistoryEvent, MapRunStatus, Outcome, Value};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::MACHINES;
use crate::child::{Order, clock, order};
use crate::logs::{self, Log, lines};
use crate::mend::{Mender, entry};
use crate::tasks::Tasks;
use crate::undisturbed;

/// Checks what can be seen from outside.
pub struct Checks {
    folder: PathBuf,
    /// Keys of calls whose results are recorded.
    recorded: HashSet<String>,
    /// Calls that were looked at.
    calls: usize,
    /// Acknowledged redrives that were looked at.
    redrives: usize,
}

impl Checks {
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            recorded: HashSet::new(),
            calls: 0,
            redrives: 0,
        }
    }

    /// No process is running: calls since the last look against what was recorded then, and what is recorded by now.
    pub fn after_kill(&mut self) -> Result<(), String> {
        let calls = lines(&self.folder, logs::CALLS).map_err(|error| error.to_string())?;
        for call in &calls[self.calls..] {
            let key = call.split(' ').next().unwrap_or_default();
            if self.recorded.contains(key) {
                return Err(format!(
                    "a task whose result was recorded was called again: {call}"
                ));
            }
        }
        self.calls = calls.len();
        let file = self.folder.join("crash.db");
        if !file.exists() {
            return Ok(());
        }
        let folder = Self::settled(&file).map_err(|error| error.to_string())?;
        let connection =
            Connection::open(folder.path().join("crash.db")).map_err(|error| error.to_string())?;
        self.read(&connection).map_err(|error| error.to_string())?;
        self.redriven(&connection)
    }

    /// A copy of the file in which all is where it can be read: what was written last is brought there when the file is
    /// opened, which is for the next process to do.
    fn settled(file: &Path) -> Result<TempDir, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("crash.db");
        fs::copy(file, &copy)?;
        for log in ["db-wal", "db-log0", "db-log1"] {
            if file.with_extension(log).exists() {
                fs::copy(file.with_extension(log), copy.with_extension(log))?;
            }
        }
        drop(SqliteStore::open(&copy)?);
        Ok(folder)
    }

    /// What was acknowledged as redriven since the last look is.
    fn redriven(&mut self, connection: &Connection) -> Result<(), String> {
        let redriven = lines(&self.folder, logs::REDRIVEN).map_err(|error| error.to_string())?;
        for line in &redriven[self.redrives..] {
            let (name, redrive) = entry(line).ok_or_else(|| format!("the log of redrives says {line}"))?;
            let text = "SELECT redrive_count FROM executions WHERE name = ?1";
            let found: Result<u32, _> = connection.query_row(text, [name], |row| row.get(0));
            if !found.as_ref().is_ok_and(|found| u64::from(*found) >= redrive) {
                return Err(format!("redrive {redrive} of {name} was lost: it has {found:?}"));
            }
        }
        self.redrives = redriven.len();
        Ok(())
    }

    fn read(&mut self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let mut statement = connection
            .prepare("SELECT number, lines FROM records UNION ALL SELECT number, lines FROM results")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (number, lines): (i64, String) = (row.get(0)?, row.get(1)?);
            // Record 0 is the input.
            for events in lines.lines().skip(usize::from(number == 0)) {
                for (before, after) in [("\"key\":\"", '"'), ("key=", '"')] {
                    let keys = events
                        .split(before)
                        .skip(1)
                        .filter_map(|rest| rest.split(after).next());
                    self.recorded.extend(keys.map(str::to_owned));
                }
            }
        }
        Ok(())
    }

    /// All has ended: everything else.
    pub fn at_the_end(&self, seed: u64) -> Result<String, String> {
        let started = lines(&self.folder, logs::STARTED).map_err(|error| error.to_string())?;
        let mut orders = Vec::new();
        for (number, line) in started.iter().enumerate() {
            let order = order(seed, number as u64);
            if *line != format!("{} {}", order.0, order.1) {
                return Err(format!(
                    "the log of starts says {line}, not {} {}",
                    order.0, order.1
                ));
            }
            orders.push(order);
        }
        let undisturbed = undisturbed::run(&orders)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(self.compare(&orders, &undisturbed))
    }

    async fn compare(&self, orders: &[Order], undisturbed: &[Summary]) -> Result<String, String> {
        let log = Log::open(&self.folder, "none.log").map_err(|error| error.to_string())?;
        let builder = MACHINES.iter().fold(Engine::builder(), |builder, program| {
            builder.machine(Tasks::plain(program, &log, &Mender::default()))
        });
        let opened = builder.clock(clock()).open(self.folder.join("crash.db")).await;
        let engine = opened.map_err(|error| error.to_string())?;
        let (mut events, mut redrives, mut map_runs) = (0, 0, 0);
        let mut statuses = BTreeMap::new();
        for ((machine, name, _), right) in orders.iter().zip(undisturbed) {
            let execution = engine.execution(machine, name).await;
            let execution = execution.map_err(|error| format!("an acknowledged start was lost: {error}"))?;
            let left = ended(&execution).await?;
            events += left.events.values().sum::<usize>();
            redrives += left.redrives;
            map_runs += left.map_runs;
            if left.outcome != right.outcome {
                return Err(format!(
                    "{machine} {name} ended with {}, undisturbed with {}",
                    left.outcome, right.outcome
                ));
            }
            if left.redrives != right.redrives {
                return Err(format!(
                    "{machine} {name} took {} redrives, undisturbed {}",
                    left.redrives, right.redrives
                ));
            }
            if left.events != right.events {
                let differing = left
                    .events
                    .iter()
                    .chain(&right.events)
                    .filter(|(kind, _)| left.events.get(*kind) != right.events.get(*kind));
                let differing: Vec<_> = differing
                    .map(|(kind, count)| format!("{count} x {kind}"))
                    .take(6)
                    .collect();
                return Err(format!(
                    "{machine} {name} has another history than undisturbed: {differing:#?}"
                ));
            }
            *statuses.entry(left.status).or_insert(0) += 1;
        }
        engine.close().await;
        self.children()?;
        let tokens = self.tokens()?;
        let mut counts: HashMap<String, usize> = HashMap::new();
        let calls = lines(&self.folder, logs::CALLS).map_err(|error| error.to_string())?;
        for call in &calls {
            let key = call.split(' ').next().unwrap_or_default();
            *counts.entry(key.to_owned()).or_default() += 1;
        }
        let repeated = calls.len() - counts.len();
        Ok(format!(
            "{} executions ({statuses:?}), {redrives} redrives, {map_runs} Map Runs, {events} history events, {} calls of tasks, {repeated} of them again after a kill, {tokens} tokens",
            orders.len(),
            calls.len(),
        ))
    }

    /// All children of Map Runs that succeeded have.
    fn children(&self) -> Result<(), String> {
        let connection = Connection::open(self.folder.join("crash.db")).map_err(|error| error.to_string())?;
        let text =
            "SELECT count(*) FROM executions AS child JOIN executions AS parent ON child.parent = parent.id
            WHERE child.map_run IS NOT NULL AND parent.status = 'SUCCEEDED' AND child.status <> 'SUCCEEDED'";
        let count: i64 = connection
            .query_row(text, [], |row| row.get(0))
            .map_err(|error| error.to_string())?;
        match count {
            0 => Ok(()),
            _ => Err(format!(
                "{count} children of Map Runs did not succeed, though their Map Runs did"
            )),
        }
    }

    /// Every token was answered, and gives how many there were.
    fn tokens(&self) -> Result<usize, String> {
        let set = |name| -> Result<HashSet<String>, String> {
            let lines = lines(&self.folder, name).map_err(|error| error.to_string())?;
            Ok(lines.into_iter().collect())
        };
        let (tokens, answered, refused) = (set(logs::TOKENS)?, set(logs::ANSWERED)?, set(logs::REFUSED)?);
        let connection = Connection::open(self.folder.join("crash.db")).map_err(|error| error.to_string())?;
        for token in tokens.iter().filter(|token| !answered.contains(*token)) {
            // Refused as a second answer, or answered by a process that died before it could say so.
            let found: i64 = connection
                .query_row(
                    "SELECT count(*) FROM journal WHERE events LIKE '%\"TaskAnswered\",\"' || ?1 || '\"%'",
                    [token],
                    |row| row.get(0),
                )
                .map_err(|error| error.to_string())?;
            if found == 0 && refused.contains(token) && was_stopped(&connection, token) {
                continue;
            }
            if found != 1 {
                return Err(format!(
                    "the token {token} was lost; it is recorded {found} times ({})",
                    refused.contains(token)
                ));
            }
        }
        Ok(tokens.len())
    }
}

/// Whether the execution of a token failed or was stopped once, and its tasks with it.
fn was_stopped(connection: &Connection, token: &str) -> bool {
    let id = token
        .split_once('.')
        .and_then(|(_, id)| i64::from_str_radix(id, 16).ok());
    let text = "SELECT redrive_count > 0 OR status <> 'SUCCEEDED' FROM executions WHERE id = ?1";
    connection
        .query_row(text, [id], |row| row.get(0))
        .unwrap_or(false)
}

/// What is compared of an execution that ended.
pub struct Summary {
    outcome: String,
    status: &'static str,
    /// How often events happened.
    events: BTreeMap<String, usize>,
    redrives: u32,
    map_runs: usize,
}

/// How an execution ended, and what is in its history: keys, tokens and times apart, and in no order, as branches go on
/// in the order of their tasks.
pub async fn ended(execution: &Execution) -> Result<Summary, String> {
    let name = execution.name();
    let outcome = tokio::time::timeout(Duration::from_secs(5), execution.wait()).await;
    let outcome = outcome.map_err(|_| format!("{name} has not ended"))?;
    let outcome = outcome.map_err(|error| error.to_string())?;
    let history = execution.history(HistoryQuery::all()).await;
    let history = history.map_err(|error| format!("{name}: {error}"))?.events;
    if let Some(place) = history
        .iter()
        .enumerate()
        .find(|(index, event)| event.id != *index as u64 + 1)
    {
        return Err(format!(
            "{name}: event {} has the number {}",
            place.0 + 1,
            place.1.id
        ));
    }
    let description = execution.describe().await;
    let redrives = description
        .map_err(|error| format!("{name}: {error}"))?
        .redrive_count;
    let map_runs = execution.map_runs().await;
    let map_runs = map_runs.map_err(|error| format!("{name}: {error}"))?;
    let mut events = BTreeMap::new();
    for map_run in map_runs
        .iter()
        .filter(|map_run| map_run.status == MapRunStatus::Succeeded)
    {
        let (state, items, executions) = (map_run.state, map_run.items, map_run.executions);
        let text = format!("Map Run of {state}: {items:?}, {executions:?}");
        *events.entry(text).or_insert(0) += 1;
    }
    let is_told = |event: &&HistoryEvent| redrives == 0 || event.event_type.as_str().ends_with("StateExited");
    for event in history.iter().filter(is_told) {
        *events.entry(summary(event)).or_insert(0) += 1;
    }
    let text = match &outcome {
        Outcome::Succeeded(output) => plain(output).to_string(),
        other => format!("{other:?}"),
    };
    Ok(Summary {
        outcome: text,
        status: outcome.status(),
        events,
        redrives,
        map_runs: map_runs.len(),
    })
}

fn summary(event: &HistoryEvent) -> String {
    let document = |value: &Option<Value>| value.as_ref().map(|value| plain(value).to_string());
    let details = &event.details;
    let is_nested = details.resource_type == Some("states");
    format!(
        "{} {:?} {:?} {:?} {:?} {:?}",
        event.event_type,
        event.state,
        details.index,
        details.error,
        document(&details.input),
        document(&details.output).filter(|_| !is_nested),
    )
}

/// A document without what differs from run to run.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members
                .iter()
                .filter(|(name, _)| *name != "key" && *name != "token");
            Value::Object(
                members
                    .map(|(name, value)| (name.clone(), plain(value)))
                    .collect(),
            )
        }
        Value::Array(elements) => Value::from(elements.iter().map(plain).collect::<Vec<_>>()),
        other => other.clone(),
    }
}
