//! The executions of a run: the machine's own, the children of its Map Runs, and those of other machines.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::TestError;
use super::machines::Cast;
use super::nested::{Nested, Waiter};
use super::record::{ChildRun, NestedRun, Record, Recorder};
use super::world::World;
use crate::machine::{
    ChildExecution, Effect, Event, Execution, ExecutionInfo, Outcome, Seed, Settings, StartExecution, Ticket,
    already_exists,
};
use crate::objects::{ObjectStore, Readers};
use crate::{TaskError, Timestamp, Value};

/// Steps of states at once; the history's limit ends endless loops.
const STEPS_AT_ONCE: usize = 100_000;

/// Longest an Express child takes.
const EXPRESS: Duration = Duration::from_secs(300);

/// The number of the machine's own execution.
const ROOT: usize = 0;

/// What all executions have in common.
pub(super) struct Common {
    /// Region and account, if they are not the usual ones.
    pub owner: Option<String>,
    pub seed: Seed,
    pub objects: Arc<dyn ObjectStore>,
}

/// All executions, by number.
pub(super) struct Executions {
    common: Common,
    executions: BTreeMap<usize, Node>,
    nested: Nested,
    next: usize,
    /// Those that may have something to do.
    ready: VecDeque<usize>,
}

struct Node {
    execution: Execution,
    /// Of which machine it is.
    machine: usize,
    recorder: Recorder,
    origin: Origin,
    /// Its children under way.
    children: BTreeMap<Ticket, usize>,
    /// Its children that have ended, by number.
    ended: BTreeMap<usize, ChildRun>,
    readers: Readers,
}

/// Where an execution comes from.
enum Origin {
    /// It is the machine's own.
    Own,
    /// A Map Run: whose child it is, and which.
    Child(usize, ChildExecution),
    /// A task: which of those of other machines it is.
    Nested(usize),
}

/// How the machine's own execution ended, and what became of all.
pub(super) struct Finished {
    pub outcome: Outcome,
    pub record: Record,
    pub at: Timestamp,
    pub nested: Vec<NestedRun>,
}

impl Executions {
    /// Starts the machine's own execution.
    pub fn start(
        common: Common,
        cast: &Cast<'_>,
        name: Option<String>,
        input: Value,
        at: Timestamp,
    ) -> (Self, Arc<ExecutionInfo>) {
        let mut executions = Self {
            common,
            executions: BTreeMap::new(),
            nested: Nested::default(),
            next: ROOT,
            ready: VecDeque::new(),
        };
        let recorder = Recorder::default();
        let settings = executions.settings(cast, ROOT, name, &recorder);
        let execution = Execution::start(cast.get(ROOT).program, settings, input, at);
        let info = Arc::clone(execution.info());
        executions.add(execution, ROOT, recorder, Origin::Own);
        (executions, info)
    }

    /// How an execution of a machine is started.
    fn settings(
        &self,
        cast: &Cast<'_>,
        machine: usize,
        name: Option<String>,
        recorder: &Recorder,
    ) -> Settings {
        let Seed([first, second]) = self.common.seed;
        let mut settings = Settings {
            name,
            // Each has random numbers of its own.
            seed: Seed([first, second.wrapping_add(self.next as u64)]),
            observer: Some(Box::new(recorder.clone())),
            ..cast.get(machine).settings()
        };
        if let Some(owner) = &self.common.owner {
            settings.owner = owner.clone().into();
        }
        settings
    }

    /// Runs them until the machine's own execution has ended, and those of other machines that nobody waits for.
    pub async fn run(mut self, world: &mut World<'_>) -> Result<Finished, TestError> {
        let mut finished = None;
        loop {
            while let Some(id) = self.ready.pop_front() {
                let Some(outcome) = self.advance(id, world).await? else {
                    continue;
                };
                if let Some((outcome, record)) = self.ended(id, outcome, world) {
                    finished = Some((outcome, record, world.now()));
                }
            }
            let is_over = finished.is_some() && self.executions.is_empty();
            let events = if is_over { Vec::new() } else { world.next_instant() };
            if events.is_empty() {
                let (outcome, record, at) = finished.ok_or(TestError::Stuck)?;
                let nested = self.nested.into_runs();
                return Ok(Finished {
                    outcome,
                    record,
                    at,
                    nested,
                });
            }
            for (id, event) in events {
                // What comes by token finds the execution that waits for it.
                match (id, event) {
                    (None, Event::TaskAnswered { token, result }) => {
                        for id in self.executions.keys().copied().collect::<Vec<_>>() {
                            let (token, result) = (token.clone(), result.clone());
                            self.feed(id, Event::TaskAnswered { token, result }, world);
                        }
                    }
                    (id, event) => {
                        let id = id.unwrap_or(ROOT);
                        if let Event::TaskTimedOut { ticket, .. } = event {
                            self.give_up(|waiter| waiter.id == id && waiter.ticket == Some(ticket), world);
                        }
                        self.feed(id, event, world);
                    }
                }
            }
        }
    }

    /// Runs one of them as far as it gets. Gives how it ended, if it did.
    async fn advance(&mut self, id: usize, world: &mut World<'_>) -> Result<Option<Outcome>, TestError> {
        let Some(node) = self.executions.get_mut(&id) else {
            return Ok(None);
        };
        while node.execution.advance(STEPS_AT_ONCE) {}
        if let Some(outcome) = node.execution.take_outcome() {
            return Ok(Some(outcome));
        }
        let (info, machine) = (Arc::clone(node.execution.info()), node.machine);
        let effects: Vec<Effect> = std::iter::from_fn(|| node.execution.next_effect()).collect();
        for effect in effects {
            world.work_for(id, machine, &info);
            let event = match effect {
                Effect::Child(child) => {
                    let recorder = Recorder::default();
                    let execution = child.execution(Some(Box::new(recorder.clone())), world.now());
                    let express = child.express;
                    let added = self.add(execution, machine, recorder, Origin::Child(id, *child));
                    if express {
                        world.work_for(added, machine, &info);
                        world.plan(EXPRESS, Event::TimedOut);
                    }
                    continue;
                }
                Effect::StartExecution(start) => self.start_nested(id, machine, *start, world),
                Effect::Await(awaited) => {
                    let (ticket, arn) = (awaited.ticket, awaited.execution.as_deref());
                    match arn.and_then(|arn| self.nested.wait(arn, id, ticket)) {
                        Some(outcome) => Event::ExecutionEnded { ticket, outcome },
                        None => {
                            world.perform(Effect::Await(awaited)).await?;
                            continue;
                        }
                    }
                }
                Effect::Read(read) => {
                    let Some(node) = self.executions.get(&id) else {
                        continue;
                    };
                    Event::ItemsRead(read.ticket, node.readers.read(&*self.common.objects, &read).await)
                }
                Effect::Write(write) => {
                    let content = write.content.as_bytes().to_vec();
                    let put = self.common.objects.put(&write.bucket, &write.key, content).await;
                    Event::ObjectWritten(write.ticket, put.map_err(|error| error.to_string()))
                }
                Effect::Cancel(ticket) => {
                    let Some(node) = self.executions.get_mut(&id) else {
                        continue;
                    };
                    node.readers.close(ticket);
                    if let Some(child) = node.children.get(&ticket).copied() {
                        self.stop(child, world);
                    }
                    self.give_up(|waiter| waiter.id == id && waiter.ticket == Some(ticket), world);
                    continue;
                }
                other => {
                    world.perform(other).await?;
                    continue;
                }
            };
            self.feed(id, event, world);
        }
        Ok(None)
    }

    /// Starts an execution of another machine, for a task of one of this machine.
    fn start_nested(
        &mut self,
        parent: usize,
        machine: usize,
        start: StartExecution,
        world: &mut World<'_>,
    ) -> Event {
        let ticket = start.ticket;
        let Some(machine) = world.cast.get(machine).machine(&start.machine) else {
            let cause = format!("there is no machine called {}", start.machine);
            return Event::TaskFailed(ticket, TaskError::new("States.TaskFailed", cause));
        };
        let recorder = Recorder::default();
        let mut settings = self.settings(&world.cast, machine, start.name, &recorder);
        settings.express |= start.express;
        let express = settings.express;
        let program = world.cast.get(machine).program;
        let execution = Execution::start(program, settings, start.input.clone(), world.now());
        let info = Arc::clone(execution.info());
        let (arn, name) = (info.id(), info.name().to_owned());
        if self.nested.has(&arn) {
            return Event::TaskFailed(ticket, already_exists(&arn));
        }
        let run = NestedRun::new(program.name, name.clone(), start.input);
        let waiter = start.awaited.then_some(parent);
        let number = self.nested.start(arn.clone(), self.next, run, waiter);
        let id = self.add(execution, machine, recorder, Origin::Nested(number));
        world.work_for(id, machine, &info);
        let own = program.timeout_seconds;
        let own = own.map(|seconds| Duration::from_secs(seconds.into()));
        if let Some(longest) = own.into_iter().chain(express.then_some(EXPRESS)).min() {
            world.plan(longest, Event::TimedOut);
        }
        if let Some(token) = &start.token {
            world.open(token);
        }
        Event::ExecutionStarted { ticket, arn, name }
    }

    /// Stops the executions of other machines that are no longer waited for.
    fn give_up(&mut self, is_over: impl Fn(Waiter) -> bool, world: &World<'_>) {
        for id in self.nested.give_up(is_over) {
            self.stop(id, world);
        }
    }

    fn add(&mut self, execution: Execution, machine: usize, recorder: Recorder, origin: Origin) -> usize {
        let id = self.next;
        self.next += 1;
        if let Origin::Child(parent, child) = &origin
            && let Some(parent) = self.executions.get_mut(parent)
        {
            parent.children.insert(child.ticket, id);
        }
        let node = Node {
            execution,
            machine,
            recorder,
            origin,
            children: BTreeMap::new(),
            ended: BTreeMap::new(),
            readers: Readers::default(),
        };
        self.executions.insert(id, node);
        self.ready.push_back(id);
        id
    }

    /// An execution has ended: tells who waits for that. Gives all that is known of the machine's own.
    fn ended(&mut self, id: usize, outcome: Outcome, world: &World<'_>) -> Option<(Outcome, Record)> {
        for child in self
            .executions
            .get(&id)?
            .children
            .values()
            .copied()
            .collect::<Vec<_>>()
        {
            self.stop(child, world);
        }
        self.give_up(|waiter| waiter.id == id, world);
        let node = self.executions.remove(&id)?;
        let mut record = node.recorder.take();
        record.children = node.ended.into_values().collect();
        let (parent, child) = match node.origin {
            Origin::Own => return Some((outcome, record)),
            Origin::Child(parent, child) => (parent, child),
            Origin::Nested(number) => {
                let waiter = self.nested.end(number, outcome.clone(), record);
                if let Some((waiter, ticket)) = waiter {
                    self.feed(waiter, Event::ExecutionEnded { ticket, outcome }, world);
                }
                return None;
            }
        };
        let ticket = child.ticket;
        if let Some(node) = self.executions.get_mut(&parent) {
            node.children.remove(&ticket);
            node.ended.insert(id, record.of_child(child, outcome.clone()));
        }
        let ended = Event::ChildEnded {
            ticket,
            outcome,
            redrivable: true,
        };
        self.feed(parent, ended, world);
        None
    }

    /// Stops an execution that another one started.
    fn stop(&mut self, id: usize, world: &World<'_>) {
        let (error, cause) = (None, None);
        self.feed(id, Event::Stopped { error, cause }, world);
        let node = self.executions.get_mut(&id);
        if let Some(outcome) = node.and_then(|node| node.execution.take_outcome()) {
            // Its parent gave up its ticket, and so does not hear of it.
            self.ended(id, outcome, world);
        }
    }

    fn feed(&mut self, id: usize, event: Event, world: &World<'_>) {
        if let Some(node) = self.executions.get_mut(&id) {
            node.execution.feed(event, world.now());
            if self.ready.back() != Some(&id) {
                self.ready.push_back(id);
            }
        }
    }
}
