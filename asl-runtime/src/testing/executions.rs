//! The executions of a run: the machine's own, and the children of its Map Runs.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::TestError;
use super::record::{ChildRun, Record, Recorder};
use super::world::World;
use crate::driver::Caller;
use crate::machine::{ChildExecution, Effect, Event, Execution, Outcome, Ticket};
use crate::objects::{ObjectStore, Readers};

/// Steps of states at once; the history's limit ends endless loops.
const STEPS_AT_ONCE: usize = 100_000;

/// Longest an Express child takes.
const EXPRESS: Duration = Duration::from_secs(300);

/// The number of the machine's own execution.
const ROOT: usize = 0;

/// All executions, by number.
pub(super) struct Executions {
    objects: Arc<dyn ObjectStore>,
    executions: BTreeMap<usize, Node>,
    next: usize,
    /// Those that may have something to do.
    ready: VecDeque<usize>,
}

struct Node {
    execution: Execution,
    recorder: Recorder,
    /// Whose child it is, and which.
    parent: Option<(usize, ChildExecution)>,
    /// Its children under way.
    children: BTreeMap<Ticket, usize>,
    /// Its children that have ended, by number.
    ended: BTreeMap<usize, ChildRun>,
    readers: Readers,
}

impl Executions {
    pub fn new(execution: Execution, recorder: Recorder, objects: Arc<dyn ObjectStore>) -> Self {
        let mut executions = Self {
            objects,
            executions: BTreeMap::new(),
            next: ROOT,
            ready: VecDeque::new(),
        };
        executions.add(execution, recorder, None);
        executions
    }

    /// Runs them until the machine's own execution has ended.
    pub async fn run<C: Caller>(mut self, world: &mut World<'_, C>) -> Result<(Outcome, Record), TestError> {
        loop {
            while let Some(id) = self.ready.pop_front() {
                let Some(outcome) = self.advance(id, world).await? else {
                    continue;
                };
                if let Some(ended) = self.ended(id, outcome, world) {
                    return Ok(ended);
                }
            }
            let events = world.next_instant();
            if events.is_empty() {
                return Err(TestError::Stuck);
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
                    (id, event) => self.feed(id.unwrap_or(ROOT), event, world),
                }
            }
        }
    }

    /// Runs one of them as far as it gets. Gives how it ended, if it did.
    async fn advance<C: Caller>(
        &mut self,
        id: usize,
        world: &mut World<'_, C>,
    ) -> Result<Option<Outcome>, TestError> {
        let Some(node) = self.executions.get_mut(&id) else {
            return Ok(None);
        };
        while node.execution.advance(STEPS_AT_ONCE) {}
        if let Some(outcome) = node.execution.take_outcome() {
            return Ok(Some(outcome));
        }
        let info = Arc::clone(node.execution.info());
        let effects: Vec<Effect> = std::iter::from_fn(|| node.execution.next_effect()).collect();
        for effect in effects {
            world.work_for(id, &info);
            let event = match effect {
                Effect::Child(child) => {
                    let recorder = Recorder::default();
                    let execution = child.execution(Some(Box::new(recorder.clone())), world.now());
                    let express = child.express;
                    let added = self.add(execution, recorder, Some((id, *child)));
                    if express {
                        world.work_for(added, &info);
                        world.plan(EXPRESS, Event::TimedOut);
                    }
                    continue;
                }
                Effect::Read(read) => {
                    let Some(node) = self.executions.get(&id) else {
                        continue;
                    };
                    Event::ItemsRead(read.ticket, node.readers.read(&*self.objects, &read).await)
                }
                Effect::Write(write) => {
                    let content = write.content.as_bytes().to_vec();
                    let put = self.objects.put(&write.bucket, &write.key, content).await;
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

    fn add(
        &mut self,
        execution: Execution,
        recorder: Recorder,
        parent: Option<(usize, ChildExecution)>,
    ) -> usize {
        let id = self.next;
        self.next += 1;
        if let Some((parent, child)) = &parent
            && let Some(parent) = self.executions.get_mut(parent)
        {
            parent.children.insert(child.ticket, id);
        }
        let node = Node {
            execution,
            recorder,
            parent,
            children: BTreeMap::new(),
            ended: BTreeMap::new(),
            readers: Readers::default(),
        };
        self.executions.insert(id, node);
        self.ready.push_back(id);
        id
    }

    /// An execution has ended: tells its parent. Gives all that is known of one without a parent.
    fn ended<C: Caller>(
        &mut self,
        id: usize,
        outcome: Outcome,
        world: &World<'_, C>,
    ) -> Option<(Outcome, Record)> {
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
        let node = self.executions.remove(&id)?;
        let mut record = node.recorder.take();
        record.children = node.ended.into_values().collect();
        let Some((parent, child)) = node.parent else {
            return Some((outcome, record));
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

    /// Stops a child.
    fn stop<C: Caller>(&mut self, id: usize, world: &World<'_, C>) {
        let (error, cause) = (None, None);
        self.feed(id, Event::Stopped { error, cause }, world);
        let node = self.executions.get_mut(&id);
        if let Some(outcome) = node.and_then(|node| node.execution.take_outcome()) {
            // Its parent gave up its ticket, and so does not hear of it.
            self.ended(id, outcome, world);
        }
    }

    fn feed<C: Caller>(&mut self, id: usize, event: Event, world: &World<'_, C>) {
        if let Some(node) = self.executions.get_mut(&id) {
            node.execution.feed(event, world.now());
            if self.ready.back() != Some(&id) {
                self.ready.push_back(id);
            }
        }
    }
}
