//! Map Runs inside an execution: starting them, what they ask of a driver, and how they end.

use std::sync::Arc;

use super::batch::Batch;
use super::child::{Child, ChildExecution, Items, ReadItems, WriteObject};
use super::input_items::InputItems;
use super::plan::writer_failed;
use super::progress::{Action, MapRun, Source};
use super::results::File;
use super::settings::MapRunUpdate;
use super::summary::MapRunStatus;
use crate::Value;
use crate::machine::context::Item;
use crate::machine::execution::Work;
use crate::machine::history::{Details, EventType};
use crate::machine::run::{Phase, RunId};
use crate::machine::{Effect, Execution, Failure, On, Outcome, Seed, StateKind, Step, Ticket};

impl Execution {
    /// Starts the Map Run of a distributed Map. `items` are those in the state's input, without an `ItemReader`.
    pub(in crate::machine) fn start_map_run(&mut self, id: RunId, items: Option<Value>) {
        let Some(run) = self.run(id) else { return };
        let (state, last_event) = (run.state, run.last_event);
        let info = self.state_info(state);
        let StateKind::DistributedMap(definition) = info.kind else {
            return self.state_failed(id, Failure::runtime("the state has no Map Run"));
        };
        let items = items.map(InputItems::new);
        let length = items.as_ref().map_or(0, InputItems::len);
        let event = self.record(state, last_event, EventType::MapStateStarted, || Details {
            length: Some(length),
            ..Details::default()
        });
        if let Some(run) = self.run(id) {
            run.last_event = event;
        }
        // Its fields are evaluated after that event.
        let settings = match self.call_state(id, On::MapRun, None) {
            Some(Ok(Step::MapRun(settings))) => *settings,
            Some(Ok(_)) => return self.state_failed(id, Failure::runtime("the state gave no Map Run")),
            Some(Err(failure)) => return self.state_failed(id, failure),
            None => return,
        };
        let (mut map_run, failure) = self.plan(definition, info.name, state, items, settings);
        let event = self.record(state, event, EventType::MapRunStarted, || Details {
            map_run_arn: Some(map_run.summary.map_run_arn.to_string()),
            ..Details::default()
        });
        map_run.started_event = event;
        if let Some(failure) = failure {
            map_run.fail(failure);
        }
        if let Some(run) = self.run(id) {
            run.last_event = event;
            run.phase = Phase::MapRun(Box::new(map_run));
        }
        self.queue_map_run(id);
    }

    /// Does what a Map Run does next, until it waits for something.
    pub(in crate::machine) fn look_after(&mut self, id: RunId) {
        if let Some(map_run) = self.map_run(id) {
            map_run.queued = false;
        }
        while let Some(action) = self.map_run(id).map(MapRun::next_action) {
            match action {
                Action::Select(item) => {
                    if !self.select_item(id, &item) {
                        return;
                    }
                }
                Action::Start(batch) => self.start_child_of(id, batch),
                Action::Redrive(child) => self.run_child_of(id, child, true),
                Action::Read { offset, limit } => self.read_items(id, offset, limit),
                Action::Write(files) => files.into_iter().for_each(|file| self.write_file(id, file)),
                Action::Stop => self.stop_children(id),
                Action::Finish => return self.map_run_finished(id),
                Action::Wait => break,
            }
        }
        self.show_map_run(id);
    }

    pub(in crate::machine) fn items_read(&mut self, ticket: Ticket, read: Result<Items, String>) {
        let Some(map_run) = self.map_run(ticket.run) else {
            return;
        };
        match &mut map_run.source {
            Source::Reader { reading, .. } if *reading == Some(ticket) => *reading = None,
            _ => return,
        }
        match read {
            Ok(items) => map_run.items_read(items),
            Err(cause) => map_run.fail(Failure::item_reader(cause)),
        }
        self.queue_map_run(ticket.run);
    }

    pub(in crate::machine) fn child_ended(&mut self, ticket: Ticket, outcome: &Outcome, redrivable: bool) {
        let now = self.now;
        let Some(map_run) = self.map_run(ticket.run) else {
            return;
        };
        if let Some(file) = map_run.ended(ticket, outcome, redrivable, now) {
            self.write_file(ticket.run, file);
        }
        self.queue_map_run(ticket.run);
    }

    pub(in crate::machine) fn object_written(&mut self, ticket: Ticket, written: Result<(), String>) {
        let Some(map_run) = self.map_run(ticket.run) else {
            return;
        };
        let Some(file) = map_run.writes.remove(&ticket) else {
            return;
        };
        match written {
            Ok(()) => map_run.written(&file),
            Err(cause) => {
                map_run.fail(writer_failed(cause));
                map_run.give_up_writing(file);
            }
        }
        self.queue_map_run(ticket.run);
    }

    /// Whether a Map Run is under way in it.
    #[cfg(feature = "durable")]
    pub(crate) fn has_map_run(&self, map_run_arn: &str) -> bool {
        self.find_map_run(map_run_arn).is_some()
    }

    fn find_map_run(&self, map_run_arn: &str) -> Option<RunId> {
        self.runs.find(
            |run| matches!(&run.phase, Phase::MapRun(map_run) if *map_run.summary.map_run_arn == *map_run_arn),
        )
    }

    /// Changes the limits of a Map Run, if there is such a one.
    pub(in crate::machine) fn update_map_run(&mut self, map_run_arn: &str, update: MapRunUpdate) {
        let Some(id) = self.find_map_run(map_run_arn) else {
            return;
        };
        if let Some(map_run) = self.map_run(id) {
            map_run.update(update);
        }
        self.queue_map_run(id);
    }

    /// Stops the Map Run of a run, if it has one. Gives whether it had.
    pub(in crate::machine) fn abandon_map_run(&mut self, id: RunId) -> bool {
        let Some(mut map_run) = self.take_map_run(id) else {
            return false;
        };
        self.effects
            .extend(map_run.tickets().into_iter().map(Effect::Cancel));
        map_run.abandon(&STOPPED, self.now);
        self.journal.map_run(&map_run.summary);
        self.keep_map_run(id, map_run);
        true
    }

    /// Gives whether the Map Run goes on.
    fn select_item(&mut self, id: RunId, item: &Item) -> bool {
        let failure = match self.call_state(id, On::Item, Some(item)) {
            Some(Ok(step @ (Step::Item(_) | Step::PlainItem))) => {
                let input = match step {
                    Step::Item(input) => input,
                    _ => item.input(),
                };
                if let Some(map_run) = self.map_run(id) {
                    map_run.selected(input);
                }
                return true;
            }
            Some(Ok(_)) => Failure::runtime("the state gave no item"),
            Some(Err(failure)) => failure,
            None => return false,
        };
        if let Some(map_run) = self.map_run(id) {
            // It would fail with the same item again.
            map_run.redrive = None;
            if map_run.failure.is_some() {
                return true;
            }
        }
        if failure.is_fatal() {
            self.state_failed(id, failure);
            return false;
        }
        let Some(run) = self.run(id) else { return false };
        let (state, entered_event) = (run.state, run.entered_event);
        let evaluated = failure.evaluated_field();
        let failure = failure.locate(self.state_info(state).name, entered_event);
        if let Some((field, unusable)) = evaluated {
            self.record_evaluation(id, field, unusable, &failure);
        }
        if let Some(map_run) = self.map_run(id) {
            map_run.fail(failure);
        }
        true
    }

    fn start_child_of(&mut self, id: RunId, batch: Batch) {
        let child = Child {
            index: 0,
            input: batch.input,
            items: batch.items,
            name: self.random.uuid(),
            start: self.now,
            redrive_count: 0,
            end: None,
        };
        self.run_child_of(id, child, false);
    }

    fn run_child_of(&mut self, id: RunId, child: Child, redriven: bool) {
        let ticket = self.new_ticket(id);
        let seed = Seed([self.random.next(), self.random.next()]);
        let (program, owner) = (self.info.program, self.info.owner().clone());
        let payload_limit = self.payload_limit;
        let (polled_activities, machines) = (self.polled_activities, self.machines.to_vec());
        let Some(map_run) = self.map_run(id) else { return };
        let (name, input, items) = (child.name.clone(), child.input.clone(), child.items);
        if redriven {
            map_run.redriven(ticket, child);
        } else {
            map_run.started(ticket, child);
        }
        let child = ChildExecution {
            ticket,
            program,
            owner,
            start: map_run.definition.processor,
            input,
            items,
            name,
            label: Arc::clone(&map_run.label),
            map_run_arn: Arc::clone(&map_run.summary.map_run_arn),
            express: map_run.definition.express,
            redriven,
            seed,
            payload_limit,
            polled_activities,
            machines,
        };
        self.effects.push_back(Effect::Child(Box::new(child)));
    }

    fn read_items(&mut self, id: RunId, offset: u64, limit: usize) {
        let ticket = self.new_ticket(id);
        let Some(map_run) = self.map_run(id) else { return };
        let Source::Reader {
            source,
            reader,
            reading,
            ..
        } = &mut map_run.source
        else {
            return;
        };
        *reading = Some(ticket);
        let read = ReadItems {
            ticket,
            reader: *reader.get_or_insert(ticket),
            source: Arc::clone(source),
            offset,
            limit,
        };
        self.effects.push_back(Effect::Read(read));
    }

    pub(super) fn write_file(&mut self, id: RunId, file: File) {
        let ticket = self.new_ticket(id);
        let write = WriteObject {
            ticket,
            bucket: file.bucket.clone(),
            key: file.key.clone(),
            content: Arc::clone(&file.content),
        };
        let Some(map_run) = self.map_run(id) else { return };
        map_run.writes.insert(ticket, file);
        self.effects.push_back(Effect::Write(write));
    }

    /// Stops the children of a run that failed, and reads no further.
    fn stop_children(&mut self, id: RunId) {
        let now = self.now;
        let Some(map_run) = self.map_run(id) else { return };
        let writes: Vec<Ticket> = map_run.writes.keys().copied().collect();
        let tickets = map_run.tickets();
        let children: Vec<Ticket> = map_run.children.keys().copied().collect();
        let files: Vec<File> = children
            .into_iter()
            .filter_map(|ticket| map_run.ended(ticket, &STOPPED, true, now))
            .collect();
        if let Source::Reader { reader, reading, .. } = &mut map_run.source {
            (*reader, *reading) = (None, None);
        }
        let stopped = tickets.into_iter().filter(|ticket| !writes.contains(ticket));
        self.effects.extend(stopped.map(Effect::Cancel));
        for file in files {
            self.write_file(id, file);
        }
    }

    fn map_run_finished(&mut self, id: RunId) {
        let now = self.now;
        let Some(mut map_run) = self.take_map_run(id) else {
            return;
        };
        let Some(run) = self.run(id) else { return };
        let state = run.state;
        let name = self.state_info(state).name;
        self.effects
            .extend(map_run.tickets().into_iter().map(Effect::Cancel));
        let previous = map_run.started_event;
        let status = match map_run.failure {
            None => MapRunStatus::Succeeded,
            Some(_) => MapRunStatus::Failed,
        };
        map_run.summary.end(status, now);
        self.journal.map_run(&map_run.summary);
        if let Some(failure) = map_run.failure.take() {
            let event = self.record(state, previous, EventType::MapRunFailed, || Details {
                error: failure.error().map(str::to_owned),
                cause: failure.cause().map(str::to_owned),
                ..Details::default()
            });
            if let Some(run) = self.run(id) {
                run.last_event = event;
            }
            self.keep_map_run(id, map_run);
            return self.recover(id, failure);
        }
        let event = self.record(state, previous, EventType::MapRunSucceeded, Details::default);
        if let Some(run) = self.run(id) {
            run.last_event = event;
        }
        let Some(result) = map_run.into_result() else {
            return self.recover(id, Failure::data_limit(name));
        };
        self.record(state, event, EventType::MapStateSucceeded, Details::default);
        // As in a Parallel or inline Map: it is not to be started anew because something else failed in this instant.
        self.queue.push_front(Work::Step(id, On::Result(result)));
    }

    pub(super) fn map_run(&mut self, id: RunId) -> Option<&mut MapRun> {
        match &mut self.runs.get_mut(id)?.phase {
            Phase::MapRun(map_run) => Some(map_run),
            _ => None,
        }
    }

    fn take_map_run(&mut self, id: RunId) -> Option<Box<MapRun>> {
        self.map_run(id)?;
        match std::mem::replace(&mut self.run(id)?.phase, Phase::Ready) {
            Phase::MapRun(map_run) => Some(map_run),
            _ => None,
        }
    }

    pub(super) fn queue_map_run(&mut self, id: RunId) {
        if let Some(map_run) = self.map_run(id)
            && !std::mem::replace(&mut map_run.queued, true)
        {
            self.queue.push_back(Work::MapRun(id));
        }
    }

    fn show_map_run(&mut self, id: RunId) {
        if let Some(run) = self.runs.get_mut(id)
            && let Phase::MapRun(map_run) = &run.phase
        {
            self.journal.map_run(&map_run.summary);
        }
    }
}

const STOPPED: Outcome = Outcome::Aborted {
    error: None,
    cause: None,
};
