//! Redriving Map Runs: with their execution, the children that did not succeed run again.
//!
//! See [Redriving Map Runs](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html). A Map Run that
//! started no child, or that would fail with the same item or with the same result again, is none that goes on: its state
//! starts a new one.

#[cfg(feature = "durable")]
use std::collections::HashMap;
use std::collections::{BTreeMap, VecDeque};

use super::batch::Batch;
use super::child::{Child, End};
use super::progress::{MapRun, Results, Source};
use super::results::{File, ResultKind, Written};
use super::summary::{Ended, MapRunStatus};
use crate::Timestamp;
use crate::machine::execution::Work;
use crate::machine::history::{Details, EventType};
use crate::machine::run::{Kept, Phase, RunId};
use crate::machine::{Execution, Failure, Outcome, Ticket};

/// How often a Map Run can be redriven, as the service has it.
const MOST_REDRIVES: u32 = 1_000;

/// What a Map Run keeps for a redrive.
#[derive(Debug, Default)]
pub(crate) struct Redrive {
    /// Children that ended without success, by index.
    pub unsuccessful: BTreeMap<usize, Child>,
    /// Those of them that are to run again, in a redrive that is under way.
    pub again: VecDeque<Child>,
    /// Inputs of children that were not started when the Map Run failed.
    pub unstarted: VecDeque<Batch>,
    /// Files with results that could not be written.
    pub unwritten: VecDeque<File>,
    /// Results of children that did not succeed, in files that were written.
    failures_written: Written,
}

impl MapRun {
    /// Whether a redrive goes on with it.
    fn is_kept(&self) -> bool {
        let too_large = matches!(&self.results, Results::Collected(_, collected) if collected.is_too_large());
        self.redrive.is_some() && self.has_started() && !too_large
    }

    /// Goes on: what did not succeed is to run again.
    fn redrive(&mut self, at: Timestamp) {
        self.failure = None;
        self.manifest_written = false;
        self.gave_up_writing = false;
        if let Source::Reader { reader, reading, .. } = &mut self.source {
            (*reader, *reading) = (None, None);
        }
        let summary = &mut self.summary;
        summary.status = MapRunStatus::Running;
        summary.stop_time = None;
        summary.redrive_count += 1;
        summary.redrive_time = Some(at);
        if let Results::Files(files) = &mut self.results {
            files.redrive();
        }
        let Some(redrive) = &mut self.redrive else { return };
        self.waiting.append(&mut redrive.unstarted);
        let failures = std::mem::take(&mut redrive.failures_written);
        summary.items.results_written -= failures.items;
        summary.executions.results_written -= failures.executions;
        redrive
            .unwritten
            .retain(|file| file.kind == Some(ResultKind::Succeeded));
        let mut kept = Vec::new();
        for (index, child) in std::mem::take(&mut redrive.unsuccessful) {
            if let Results::Collected(_, collected) = &mut self.results {
                collected.remove(index);
            }
            match &child.end {
                Some(end) if !end.is_final => {
                    let ended = Ended::of(&end.outcome);
                    summary.items.redrive(ended, child.items);
                    summary.executions.redrive(ended, 1);
                    redrive.again.push_back(child);
                }
                _ => kept.push(child),
            }
        }
        for child in kept {
            let file = self.stays(child);
            self.rewrite(file);
        }
    }

    /// A child runs again.
    pub fn redriven(&mut self, ticket: Ticket, mut child: Child) {
        child.redrive_count += 1;
        self.summary.items.redriven(child.items);
        self.summary.executions.redriven(1);
        self.children.insert(ticket, child);
    }

    /// A child cannot run again. Gives a file that is full with that.
    fn not_redrivable(&mut self, ticket: Ticket) -> Option<File> {
        let mut child = self.children.remove(&ticket)?;
        child.redrive_count -= 1;
        let end = child.end.as_mut()?;
        end.is_final = true;
        let (ended, items) = (Ended::of(&end.outcome), child.items);
        for (counts, count) in [
            (&mut self.summary.items, items),
            (&mut self.summary.executions, 1),
        ] {
            counts.ended(ended, count);
            counts.failures_not_redrivable += count;
        }
        self.stays(child)
    }

    /// What was to run again, and did not come to that, stays as it ended.
    pub fn settle(&mut self) -> Option<File> {
        while let Some(child) = self
            .redrive
            .as_mut()
            .and_then(|redrive| redrive.again.pop_front())
        {
            let Some(end) = &child.end else { continue };
            let ended = Ended::of(&end.outcome);
            self.summary.items.not_redriven(ended, child.items);
            self.summary.executions.not_redriven(ended, 1);
            let full = self.stays(child);
            if full.is_some() {
                return full;
            }
        }
        None
    }

    /// A child ended without success, and that stays so for now. Gives a file that is full with it.
    fn stays(&mut self, child: Child) -> Option<File> {
        let End { outcome, at, .. } = child.end.as_ref()?;
        let (outcome, at) = (outcome.clone(), *at);
        let file = self.add_result(&child, &outcome, at);
        if let Some(redrive) = &mut self.redrive {
            redrive.unsuccessful.insert(child.index, child);
        }
        file
    }

    /// The run is stopped with all its children.
    pub fn abandon(&mut self, outcome: &Outcome, at: Timestamp) {
        let children: Vec<Ticket> = self.children.keys().copied().collect();
        for ticket in children {
            // Its results are no longer written.
            self.ended(ticket, outcome, true, at);
        }
        while self.settle().is_some() {}
        for file in std::mem::take(&mut self.writes).into_values() {
            self.rewrite(Some(file));
        }
        self.summary.end(MapRunStatus::Aborted, at);
    }

    /// A file was written.
    pub fn written(&mut self, file: &File) {
        self.summary.items.results_written += file.written.items;
        self.summary.executions.results_written += file.written.executions;
        if let (Some(redrive), Some(ResultKind::Failed)) = (&mut self.redrive, file.kind) {
            redrive.failures_written.add(file.written);
        }
    }

    /// Lets nothing more be written: writing this failed.
    pub fn give_up_writing(&mut self, file: File) {
        self.gave_up_writing = true;
        self.rewrite(Some(file));
    }

    fn rewrite(&mut self, file: Option<File>) {
        if let Some(redrive) = &mut self.redrive {
            redrive.unwritten.extend(file);
        }
    }
}

impl Execution {
    /// Children of Map Runs that are to be redriven, by their names, with the numbers of the tickets of those that were
    /// asked for.
    #[cfg(feature = "durable")]
    pub(crate) fn pending_redrives(&self) -> HashMap<String, Option<u64>> {
        let mut pending = HashMap::new();
        for run in self.runs.iter() {
            let Phase::MapRun(map_run) = &run.phase else {
                continue;
            };
            let waiting = map_run.redrive.iter().flat_map(|redrive| &redrive.again);
            pending.extend(waiting.map(|child| (child.name.clone(), None)));
            let asked = map_run
                .children
                .iter()
                .filter(|(_, child)| child.redrive_count > 0);
            pending.extend(asked.map(|(ticket, child)| (child.name.clone(), Some(ticket.number))));
        }
        pending
    }

    /// A child that was to be redriven cannot be.
    pub(in crate::machine) fn child_not_redrivable(&mut self, ticket: Ticket) {
        let Some(map_run) = self.map_run(ticket.run) else {
            return;
        };
        if let Some(file) = map_run.not_redrivable(ticket) {
            self.write_file(ticket.run, file);
        }
        self.queue_map_run(ticket.run);
    }

    /// Keeps a Map Run that ended without success, if a redrive goes on with it.
    pub(super) fn keep_map_run(&mut self, id: RunId, map_run: Box<MapRun>) {
        if map_run.is_kept()
            && let Some(run) = self.run(id)
        {
            run.keep(Kept::MapRun(map_run));
        }
    }

    /// Goes on with a Map Run. `previous` is the event that the execution was redriven.
    pub(in crate::machine) fn redrive_map_run(&mut self, id: RunId, mut map_run: Box<MapRun>, previous: u64) {
        if map_run.summary.redrive_count >= MOST_REDRIVES {
            let cause = format!("The Map Run was redriven {MOST_REDRIVES} times, which is the limit.");
            self.keep_map_run(id, map_run);
            return self
                .queue
                .push_back(Work::Failed(id, Box::new(Failure::runtime(cause))));
        }
        map_run.redrive(self.now);
        let (map_run_arn, redrive_count) = (
            map_run.summary.map_run_arn.to_string(),
            map_run.summary.redrive_count,
        );
        let Some(run) = self.run(id) else { return };
        let state = run.state;
        let event = self.record(state, previous, EventType::MapRunRedriven, || Details {
            map_run_arn: Some(map_run_arn),
            redrive_count: Some(redrive_count),
            ..Details::default()
        });
        map_run.started_event = event;
        map_run.queued = false;
        if let Some(run) = self.run(id) {
            run.last_event = event;
            run.phase = Phase::MapRun(map_run);
        }
        self.queue_map_run(id);
    }
}
