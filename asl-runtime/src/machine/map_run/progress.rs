//! A Map Run under way: what it holds, and what it does next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::batch::{Batch, Batcher};
use super::child::{Child, End, ItemSource, Items, ReadItem};
use super::definition::{DistributedMap, Transformation};
use super::input_items::InputItems;
use super::redrive::Redrive;
use super::results::{Collected, File, Files, Record, ResultKind};
use super::settings::MapRunUpdate;
use super::summary::{Ended, MapRunSummary};
use super::tolerance::Tolerance;
use crate::machine::context::{Item, Origin};
use crate::machine::{ExecutionInfo, Failure, Outcome, Ticket};
use crate::{Timestamp, Value};

/// Most children at once, as the service has it.
const MOST_AT_ONCE: usize = 10_000;

/// Fewest and most items to ask for at once. More than a few, so that reading does not hold up short children.
const READ_AHEAD: (usize, usize) = (32, 1_000);

/// Files that may be under way before no more children are started.
const WRITES_AT_ONCE: usize = 2;

/// A Map Run under way.
#[derive(Debug)]
pub(crate) struct MapRun {
    pub definition: &'static DistributedMap,
    pub label: Arc<str>,
    info: Arc<ExecutionInfo>,
    /// Number of the `MapRunStarted` event.
    pub started_event: u64,
    pub summary: MapRunSummary,
    /// It is to be looked after in the next [`advance`](crate::machine::Execution::advance).
    pub queued: bool,
    pub children: BTreeMap<Ticket, Child>,
    pub source: Source,
    /// Why it is to end.
    pub failure: Option<Failure>,
    /// Files under way.
    pub writes: BTreeMap<Ticket, File>,
    pub results: Results,
    tolerance: Tolerance,
    /// Largest input of a child, in bytes of JSON.
    input_limit: usize,
    /// Most children at once.
    limit: usize,
    /// Items read, not yet selected.
    items: VecDeque<ReadItem>,
    /// Index of the next item.
    next_item: usize,
    /// Index of the next child.
    next_child: usize,
    batcher: Option<Batcher>,
    /// Inputs of children to start.
    pub(super) waiting: VecDeque<Batch>,
    pub(super) manifest_written: bool,
    /// Objects cannot be written.
    pub(super) gave_up_writing: bool,
    /// What a redrive goes on with, if there may be one.
    pub redrive: Option<Redrive>,
}

/// Where items come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// The state's input: the elements of an array or the members of an object.
    Input(InputItems),
    /// A reader.
    Reader {
        source: Arc<ItemSource>,
        /// Ticket of the first read.
        reader: Option<Ticket>,
        /// Ticket of the read under way.
        reading: Option<Ticket>,
        /// Number of items read.
        offset: u64,
        max_items: u64,
        end: bool,
    },
}

/// Where results go.
#[derive(Debug)]
pub(crate) enum Results {
    /// They become the state's result.
    Collected(Transformation, Collected),
    /// They are written to objects.
    Files(Box<Files>),
}

/// What a Map Run is to be.
pub(crate) struct Plan {
    pub definition: &'static DistributedMap,
    pub info: Arc<ExecutionInfo>,
    pub label: Arc<str>,
    pub summary: MapRunSummary,
    pub source: Source,
    pub results: Results,
    pub tolerance: Tolerance,
    pub max_concurrency: u32,
    pub batcher: Option<Batcher>,
    pub input_limit: usize,
    pub redrivable: bool,
}

/// What a Map Run does next.
#[derive(Debug)]
pub(crate) enum Action {
    /// Give this item to the `ItemSelector`.
    Select(Item),
    /// Start a child with this input.
    Start(Batch),
    /// Run a child again that ended without success.
    Redrive(Child),
    /// Read so many items.
    Read { offset: u64, limit: usize },
    /// Write these files.
    Write(Vec<File>),
    /// Stop all children.
    Stop,
    /// It is over.
    Finish,
    /// Nothing, until something happens.
    Wait,
}

impl MapRun {
    pub fn new(plan: Plan) -> Self {
        let mut map_run = Self {
            definition: plan.definition,
            info: plan.info,
            label: plan.label,
            started_event: 0,
            summary: plan.summary,
            queued: false,
            children: BTreeMap::new(),
            source: plan.source,
            failure: None,
            writes: BTreeMap::new(),
            results: plan.results,
            tolerance: plan.tolerance,
            input_limit: plan.input_limit,
            limit: most_at_once(plan.max_concurrency),
            items: VecDeque::new(),
            next_item: 0,
            next_child: 0,
            batcher: plan.batcher,
            waiting: VecDeque::new(),
            manifest_written: false,
            gave_up_writing: false,
            redrive: plan.redrivable.then(Redrive::default),
        };
        if let Source::Input(items) = &map_run.source {
            let count = items.len() as u64;
            map_run.found(count);
        }
        map_run
    }

    /// Changes the limits that it has from here on.
    pub fn update(&mut self, update: MapRunUpdate) {
        let (summary, tolerance) = (&mut self.summary, &mut self.tolerance);
        if let Some(limit) = update.max_concurrency {
            self.limit = most_at_once(limit);
            summary.max_concurrency = MapRunSummary::shown(limit);
        }
        if let Some(count) = update.tolerated_failure_count {
            tolerance.count = Some(count);
            summary.tolerated_failure_count = count;
        }
        if let Some(percentage) = update.tolerated_failure_percentage {
            tolerance.percentage = Some(percentage);
            summary.tolerated_failure_percentage = percentage;
        }
    }

    /// Decides what to do next. What it gives is taken as done.
    pub fn next_action(&mut self) -> Action {
        if self.failure.is_none() {
            let items = &self.summary.items;
            let total = self.is_read().then_some(items.total);
            if self.tolerance.is_exceeded(items.not_tolerated(), total) {
                self.fail(Failure::threshold());
            }
        }
        if self.failure.is_some() {
            return self.wind_up();
        }
        if self.children.len() >= self.limit || self.writes.len() >= WRITES_AT_ONCE {
            return Action::Wait;
        }
        if let Some(redrive) = &mut self.redrive {
            if let Some(file) = redrive.unwritten.pop_front() {
                return Action::Write(vec![file]);
            }
            if let Some(child) = redrive.again.pop_front() {
                return Action::Redrive(child);
            }
        }
        if let Some(batch) = self.waiting.pop_front() {
            return Action::Start(batch);
        }
        if let Some(item) = self.next_item() {
            return Action::Select(item);
        }
        if !self.is_read() {
            return self.read();
        }
        if let Some(batch) = self.batcher.as_mut().and_then(Batcher::close) {
            self.summary.executions.found(1);
            return Action::Start(batch);
        }
        if self.children.is_empty() {
            return self.finish();
        }
        Action::Wait
    }

    /// An item has been selected: it is what `ItemSelector` made of it.
    pub fn selected(&mut self, item: Value) {
        let added = match &mut self.batcher {
            Some(batcher) => batcher.add(item),
            None => {
                let bytes = item.measure().bytes;
                self.waiting.push_back(Batch {
                    input: item,
                    items: 1,
                });
                if bytes > self.input_limit {
                    Err(bytes)
                } else {
                    Ok(None)
                }
            }
        };
        match added {
            Ok(Some(batch)) => {
                self.summary.executions.found(1);
                self.waiting.push_back(batch);
            }
            Ok(None) => {}
            Err(bytes) => {
                self.redrive = None;
                self.fail(Failure::item_too_large(bytes));
            }
        }
    }

    /// A child has been started.
    pub fn started(&mut self, ticket: Ticket, mut child: Child) {
        child.index = self.next_child;
        self.next_child += 1;
        self.summary.items.started(child.items);
        self.summary.executions.started(1);
        self.children.insert(ticket, child);
    }

    /// Items have been read.
    pub fn items_read(&mut self, read: Items) {
        let count = read.items.len() as u64;
        if let Source::Reader {
            reading, offset, end, ..
        } = &mut self.source
        {
            *reading = None;
            *offset += count;
            *end = read.end || count == 0;
        }
        self.items.extend(read.items);
        self.found(count);
    }

    /// A child has ended. Where it did not succeed, it may be redriven, or stays so.
    pub fn ended(
        &mut self,
        ticket: Ticket,
        outcome: &Outcome,
        redrivable: bool,
        at: Timestamp,
    ) -> Option<File> {
        let mut child = self.children.remove(&ticket)?;
        let ended = Ended::of(outcome);
        self.summary.items.ended(ended, child.items);
        self.summary.executions.ended(ended, 1);
        let file = self.add_result(&child, outcome, at);
        let is_final = !redrivable;
        if ended != Ended::Succeeded && is_final {
            self.summary.items.failures_not_redrivable += child.items;
            self.summary.executions.failures_not_redrivable += 1;
        }
        if let (Some(redrive), false) = (&mut self.redrive, ended == Ended::Succeeded) {
            let outcome = outcome.clone();
            child.end = Some(End {
                outcome,
                at,
                is_final,
            });
            redrive.unsuccessful.insert(child.index, child);
        }
        file
    }

    /// Notes what came of a child. Gives a file that is full with it.
    pub(super) fn add_result(&mut self, child: &Child, outcome: &Outcome, at: Timestamp) -> Option<File> {
        let transformation = match &self.results {
            Results::Collected(transformation, _) => *transformation,
            Results::Files(files) => files.transformation(),
        };
        let result = match outcome {
            Outcome::Succeeded(output) if transformation != Transformation::None => output.clone(),
            outcome => child.record(&self.info, &self.label, self.definition.express, outcome, at),
        };
        match &mut self.results {
            Results::Collected(_, collected) => {
                collected.add(child.index, result);
                None
            }
            Results::Files(files) => {
                let kind = match outcome {
                    Outcome::Succeeded(_) => ResultKind::Succeeded,
                    Outcome::Failed { .. } | Outcome::TimedOut | Outcome::Aborted { .. } => {
                        ResultKind::Failed
                    }
                };
                files.add(kind, child.items, &result)
            }
        }
    }

    /// Ends the run with a failure, unless it ends with one already.
    pub fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }

    /// Whether any child was started.
    pub fn has_started(&self) -> bool {
        self.next_child > 0
    }

    /// All that a driver was asked for and has not answered.
    pub fn tickets(&self) -> Vec<Ticket> {
        let mut tickets: Vec<Ticket> = self.children.keys().chain(self.writes.keys()).copied().collect();
        if let Source::Reader { reader, reading, .. } = &self.source {
            tickets.extend(*reading);
            tickets.extend(reader.filter(|reader| Some(*reader) != *reading));
        }
        tickets
    }

    /// The result of the state, or nothing where it is larger than the limit.
    pub fn into_result(self) -> Option<Value> {
        match self.results {
            Results::Collected(_, collected) if collected.is_too_large() => None,
            Results::Collected(_, collected) => Some(collected.into_value()),
            Results::Files(files) => Some(files.details(&self.summary.map_run_arn)),
        }
    }

    fn found(&mut self, count: u64) {
        self.summary.items.found(count);
        if self.batcher.is_none() {
            self.summary.executions.found(count);
        }
    }

    /// Whether all items are known.
    fn is_read(&self) -> bool {
        match &self.source {
            Source::Input(_) => true,
            Source::Reader {
                end,
                offset,
                max_items,
                ..
            } => *end || offset >= max_items,
        }
    }

    fn next_item(&mut self) -> Option<Item> {
        let index = self.next_item;
        let item = match &mut self.source {
            Source::Input(items) => items.next(index)?,
            Source::Reader { .. } => {
                let read = self.items.pop_front()?;
                let origin = Origin {
                    key: read.key,
                    source: read.source,
                };
                Item::from_origin(index, read.value, origin)
            }
        };
        self.next_item += 1;
        Some(item)
    }

    fn read(&mut self) -> Action {
        let Source::Reader {
            reading: None,
            offset,
            max_items,
            ..
        } = &self.source
        else {
            return Action::Wait;
        };
        let room = self.limit - self.children.len();
        let batch = self.batcher.as_ref().map_or(1, Batcher::max_items);
        let wanted = room.saturating_mul(batch).clamp(READ_AHEAD.0, READ_AHEAD.1);
        let left = usize::try_from(max_items - offset).unwrap_or(usize::MAX);
        Action::Read {
            offset: *offset,
            limit: wanted.min(left),
        }
    }

    /// A failed run: its children are stopped, and what was not started is written down.
    fn wind_up(&mut self) -> Action {
        if !self.children.is_empty() {
            return Action::Stop;
        }
        if self.gave_up_writing {
            while self.settle().is_some() {}
            return if self.writes.is_empty() {
                Action::Finish
            } else {
                Action::Wait
            };
        }
        if let Some(file) = self.settle() {
            return Action::Write(vec![file]);
        }
        if matches!(self.results, Results::Files(_)) && !self.manifest_written {
            if let Some(item) = self.next_item() {
                return Action::Select(item);
            }
            if let Some(batch) = self.batcher.as_mut().and_then(Batcher::close) {
                self.summary.executions.found(1);
                self.waiting.push_back(batch);
            }
        }
        let full = self.write_pending();
        if full.is_empty() {
            self.finish()
        } else {
            Action::Write(full)
        }
    }

    fn write_pending(&mut self) -> Vec<File> {
        let Results::Files(files) = &mut self.results else {
            return Vec::new();
        };
        let (info, label, express) = (&self.info, &self.label, self.definition.express);
        let mut full = Vec::new();
        for batch in std::mem::take(&mut self.waiting) {
            let record = Record::pending(info, label, express, &batch.input);
            full.extend(files.add(ResultKind::Pending, batch.items, &record.into_value()));
            if let Some(redrive) = &mut self.redrive {
                redrive.unstarted.push_back(batch);
            }
        }
        full
    }

    /// Nothing is left to run: writes what there is to write, then ends.
    fn finish(&mut self) -> Action {
        if !self.writes.is_empty() {
            return Action::Wait;
        }
        let Results::Files(files) = &mut self.results else {
            return Action::Finish;
        };
        let rest = files.close_all();
        if !rest.is_empty() {
            return Action::Write(rest);
        }
        if std::mem::replace(&mut self.manifest_written, true) {
            return Action::Finish;
        }
        Action::Write(vec![files.manifest(&self.summary.map_run_arn)])
    }
}

/// How many children may be under way at once, by `MaxConcurrency`.
fn most_at_once(max_concurrency: u32) -> usize {
    match max_concurrency {
        0 => MOST_AT_ONCE,
        limit => usize::try_from(limit).unwrap_or(usize::MAX).min(MOST_AT_ONCE),
    }
}
