//! One run of a scope: the machine itself, a Parallel branch or a Map iteration.

use std::iter;
use std::num::NonZeroU64;
use std::sync::Arc;

use super::answer::Underway;
use super::children::Fan;
use super::context::Item;
use super::map_run::MapRun;
use super::{On, StateId};
use crate::value::Measure;
use crate::{Timestamp, Value};

/// Names a run of an execution. Never used twice, though its place in memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) struct RunId {
    index: u32,
    generation: u32,
}

impl RunId {
    /// The run of the machine itself.
    pub const ROOT: Self = Self {
        index: 0,
        generation: 0,
    };
}

/// The runs of an execution.
#[derive(Debug)]
pub(crate) struct Runs {
    /// The run of the machine itself. Most executions have no other, so it needs no memory of its own.
    root: Slot,
    /// The others, whose indices begin with 1.
    others: Vec<Slot>,
    /// Indices of those of the others that are free.
    free: Vec<u32>,
}

/// Number of runs up to which there is space for those alone.
const FEW: usize = 4;

#[derive(Debug)]
struct Slot {
    generation: u32,
    run: Option<Run>,
    /// It was stopped, and is kept for a redrive.
    suspended: bool,
}

impl Runs {
    /// The run of the machine itself.
    #[inline]
    pub fn of(root: Run) -> Self {
        Self {
            root: Slot::of(root),
            others: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Adds one that is not of the machine itself.
    pub fn add(&mut self, run: Run) -> RunId {
        if let Some(index) = self.free.pop()
            && let Some(slot) = self.slot_mut(index)
        {
            slot.generation = slot.generation.wrapping_add(1);
            slot.run = Some(run);
            slot.suspended = false;
            return slot.id(index);
        }
        if self.others.len() < FEW {
            // Most executions have one run or a few, and a vector would begin with space for four.
            self.others.reserve_exact(1);
        }
        self.others.push(Slot::of(run));
        // Bounded by the number of items that fit into the payload limit, times the depth of nesting.
        let index = self.others.len() as u32;
        RunId { index, generation: 0 }
    }

    #[inline]
    fn slot(&self, index: u32) -> Option<&Slot> {
        match index {
            0 => Some(&self.root),
            _ => self.others.get(index as usize - 1),
        }
    }

    #[inline]
    fn slot_mut(&mut self, index: u32) -> Option<&mut Slot> {
        match index {
            0 => Some(&mut self.root),
            _ => self.others.get_mut(index as usize - 1),
        }
    }

    /// All slots, by index.
    fn slots(&self) -> impl Iterator<Item = (u32, &Slot)> {
        (0..).zip(iter::once(&self.root).chain(&self.others))
    }

    pub fn get(&self, id: RunId) -> Option<&Run> {
        let slot = self.slot(id.index)?;
        let is_it = slot.generation == id.generation && !slot.suspended;
        slot.run.as_ref().filter(|_| is_it)
    }

    pub fn get_mut(&mut self, id: RunId) -> Option<&mut Run> {
        let slot = self.slot_mut(id.index)?;
        if slot.generation == id.generation && !slot.suspended {
            slot.run.as_mut()
        } else {
            None
        }
    }

    pub fn remove(&mut self, id: RunId) -> Option<Run> {
        let slot = self.slot_mut(id.index)?;
        if slot.generation != id.generation {
            return None;
        }
        let run = slot.run.take()?;
        self.free(id);
        Some(run)
    }

    /// Has another one take this one's place.
    fn free(&mut self, id: RunId) {
        if id.index > 0 {
            self.free.push(id.index);
        }
    }

    /// Those that are not stopped.
    #[cfg(feature = "durable")]
    pub fn iter(&self) -> impl Iterator<Item = &Run> {
        let slots = self.slots().filter(|(_, slot)| !slot.suspended);
        slots.filter_map(|(_, slot)| slot.run.as_ref())
    }

    /// The first one that is of this kind.
    pub fn find(&self, is_it: impl Fn(&Run) -> bool) -> Option<RunId> {
        let (index, slot) = self
            .slots()
            .find(|(_, slot)| !slot.suspended && slot.run.as_ref().is_some_and(&is_it))?;
        Some(slot.id(index))
    }

    /// Stops a run that may go on in a redrive, and gives what it was waiting for.
    pub fn suspend(&mut self, id: RunId) -> Option<Run> {
        let slot = self.slot_mut(id.index)?;
        if slot.generation != id.generation || slot.suspended {
            return None;
        }
        slot.suspended = true;
        slot.run.as_mut().map(Run::suspend)
    }

    /// Stops all that may go on in a redrive, and gives the tickets of what they were waiting for.
    pub fn suspend_all(&mut self) -> Vec<Ticket> {
        let slots = iter::once(&mut self.root).chain(&mut self.others).zip(0..);
        slots
            .filter(|(slot, _)| !slot.suspended)
            .filter_map(|(slot, index)| {
                slot.suspended = true;
                let id = slot.id(index);
                slot.run.as_mut()?.suspend().ticket(id)
            })
            .collect()
    }

    /// Lets a run that was stopped go on.
    pub fn resume(&mut self, id: RunId) -> Option<&mut Run> {
        let slot = self.slot_mut(id.index)?;
        if slot.generation != id.generation {
            return None;
        }
        slot.suspended = false;
        slot.run.as_mut()
    }

    /// Removes a run that has come to its end. Gives its last event.
    pub fn end(&mut self, id: RunId) -> Option<u64> {
        let last_event = self.get_mut(id)?.last_event;
        // Dropped where it is, for it is large.
        self.slot_mut(id.index)?.run = None;
        self.free(id);
        Some(last_event)
    }

    /// The tickets of what they are waiting for.
    pub fn tickets(&self) -> impl Iterator<Item = Ticket> {
        self.slots()
            .filter_map(|(index, slot)| slot.run.as_ref()?.ticket(slot.id(index)))
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.root.run = None;
        self.others.clear();
        self.free.clear();
    }
}

impl Slot {
    #[inline]
    fn of(run: Run) -> Self {
        Self {
            generation: 0,
            run: Some(run),
            suspended: false,
        }
    }

    fn id(&self, index: u32) -> RunId {
        RunId {
            index,
            generation: self.generation,
        }
    }
}

/// The tickets of an execution.
#[derive(Debug, Default)]
pub(crate) struct Tickets(u64);

impl Tickets {
    /// A ticket for a run.
    pub fn next(&mut self, run: RunId) -> Ticket {
        self.0 += 1;
        Ticket { number: self.0, run }
    }
}

/// Names something that a driver was asked to do, so that its answer finds the way back. Never used twice in
/// an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Ticket {
    pub(crate) number: u64,
    pub(crate) run: RunId,
}

#[cfg(any(feature = "durable", test))]
impl Ticket {
    /// Its numbers, for a journal.
    #[cfg(feature = "durable")]
    pub(crate) const fn into_parts(self) -> (u64, u32, u32) {
        (self.number, self.run.index, self.run.generation)
    }

    /// The ticket with these numbers.
    pub(crate) const fn from_parts((number, index, generation): (u64, u32, u32)) -> Self {
        let run = RunId { index, generation };
        Self { number, run }
    }
}

/// A run: where it is and what it holds.
#[derive(Debug)]
pub(crate) struct Run {
    /// The run that it is a branch or an iteration of, and its index there.
    pub parent: Option<(RunId, u32)>,
    pub state: StateId,
    /// Raw input of the state.
    pub input: Value,
    pub variables: Variables,
    /// The innermost Map item around it.
    pub item: Option<Item>,
    pub phase: Phase,
    /// The state's catcher is at work: what fails now is not caught again.
    pub catching: bool,
    /// Number of the ticket for what the driver was asked to do for it.
    ticket: Option<NonZeroU64>,
    /// What most runs do not have: many may wait at once, so that each is small.
    aside: Option<Box<Aside>>,
    pub entered_time: Timestamp,
    /// Number of the `...StateEntered` event.
    pub entered_event: u64,
    /// Number of the event before that one.
    pub before_entered: u64,
    /// Number of the event that led to where it is.
    pub last_event: u64,
}

/// What few runs have.
#[derive(Debug, Default)]
struct Aside {
    /// Retries so far in this visit of the state, one count a retrier.
    retries: Vec<u32>,
    /// Task token of the present attempt.
    token: Option<Arc<str>>,
    /// What its state failed in, where the execution can be redriven.
    kept: Option<Kept>,
}

/// What a redrive goes on with, of a state that failed or was stopped.
#[derive(Debug)]
pub(crate) enum Kept {
    /// Branches or iterations: the runs of those that failed or were stopped are still there.
    Children(Box<Fan>),
    /// A Map Run.
    MapRun(Box<MapRun>),
    /// Nothing: the result was there, or the wait was over, and the state was about to be left when the execution ended.
    Done(Box<On>),
}

/// What a run is waiting for.
#[derive(Debug)]
pub(crate) enum Phase {
    /// Nothing: it can be stepped.
    Ready,
    /// The result of its task, which may come in more than one step.
    Task(Option<Box<Underway>>),
    /// The end of a Wait state.
    Wait,
    /// The end of the pause before a retry.
    Pause,
    /// Its branches or iterations.
    Children(Box<Fan>),
    /// The Map Run of a distributed Map.
    MapRun(Box<MapRun>),
}

impl Run {
    #[inline]
    pub fn new(state: StateId, input: Value, at: Timestamp) -> Self {
        Self {
            parent: None,
            state,
            input,
            variables: Variables::default(),
            item: None,
            phase: Phase::Ready,
            catching: false,
            ticket: None,
            aside: None,
            entered_time: at,
            entered_event: 0,
            before_entered: 0,
            last_event: 0,
        }
    }

    /// Takes out what it waits for. Branches and iterations are kept.
    fn suspend(&mut self) -> Self {
        if let Phase::Children(fan) = &self.phase {
            let kept = Kept::Children(fan.clone());
            self.keep(kept);
        }
        let mut suspended = Self {
            phase: std::mem::replace(&mut self.phase, Phase::Ready),
            ticket: self.ticket.take(),
            ..Self::new(self.state, Value::Null, self.entered_time)
        };
        if let Some(token) = self.aside.as_mut().and_then(|aside| aside.token.take()) {
            suspended.set_token(token);
        }
        suspended
    }

    /// It is run `id`: the ticket for what the driver was asked to do for it.
    pub fn ticket(&self, id: RunId) -> Option<Ticket> {
        let number = self.ticket?.get();
        Some(Ticket { number, run: id })
    }

    /// Whether it waits for what this ticket, which is one of its own, stands for.
    pub fn awaits(&self, ticket: Ticket) -> bool {
        self.ticket.map(NonZeroU64::get) == Some(ticket.number)
    }

    /// From now on it waits for what this ticket stands for, or for nothing.
    pub fn await_ticket(&mut self, ticket: Option<Ticket>) {
        self.ticket = ticket.and_then(|ticket| NonZeroU64::new(ticket.number));
    }

    /// Task token of the present attempt.
    pub fn token(&self) -> Option<&Arc<str>> {
        self.aside.as_ref()?.token.as_ref()
    }

    pub fn set_token(&mut self, token: Arc<str>) {
        self.aside.get_or_insert_default().token = Some(token);
    }

    /// Forgets what belongs to one visit of a state.
    #[inline]
    pub fn forget_visit(&mut self) {
        if self.aside.is_some() {
            let kept = self.take_kept();
            self.aside = None;
            if let Some(kept) = kept {
                self.keep(kept);
            }
        }
    }

    /// Retries so far in this visit of the state, one count a retrier.
    pub fn retries(&mut self) -> &mut Vec<u32> {
        &mut self.aside.get_or_insert_default().retries
    }

    /// All retries in this visit of the state.
    pub fn retry_count(&self) -> u32 {
        let aside = self.aside.as_ref();
        aside.map_or(0, |aside| aside.retries.iter().sum())
    }

    /// Counts the retries anew.
    pub fn forget_retries(&mut self) {
        if let Some(aside) = &mut self.aside {
            aside.retries.clear();
        }
    }

    /// Keeps what its state failed in, for a redrive.
    pub fn keep(&mut self, kept: Kept) {
        self.aside.get_or_insert_default().kept = Some(kept);
    }

    /// Takes what its state failed in.
    pub fn take_kept(&mut self) -> Option<Kept> {
        self.aside.as_mut()?.kept.take()
    }
}

/// Values of the workflow variables that a scope sees, by slot. An inner scope starts with a copy of the outer
/// one's, and the compiler sees to it that it sets none of those, so copies can stay shared until written to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(Option<Arc<Vec<Option<Value>>>>);

impl Variables {
    pub fn get(&self, slot: usize) -> Option<&Value> {
        self.0.as_ref()?.get(slot)?.as_ref()
    }

    pub fn set(&mut self, slot: usize, value: Value) {
        *self.place(slot) = value;
    }

    /// The place of a variable that is about to be set.
    pub fn place(&mut self, slot: usize) -> &mut Value {
        let slots = Arc::make_mut(self.0.get_or_insert_default());
        if slots.len() <= slot {
            slots.resize(slot + 1, None);
        }
        slots[slot].get_or_insert_default()
    }

    /// Whether all of them, with these assigned, are together at most so many times as long as one value may be.
    #[inline]
    pub fn fit_with(&self, assigned: &[(usize, Value)], times: usize, limit: Measure) -> bool {
        let count = self.0.as_ref().map_or(0, |slots| slots.len());
        // None is longer than that.
        count + assigned.len() <= times || self.measured_fit_with(assigned, times, limit)
    }

    #[cold]
    fn measured_fit_with(&self, assigned: &[(usize, Value)], times: usize, limit: Measure) -> bool {
        let is_assigned = |slot: usize| assigned.iter().any(|(other, _)| *other == slot);
        let slots = self.0.iter().flat_map(|slots| slots.iter().enumerate());
        let kept = slots.filter(|(slot, _)| !is_assigned(*slot));
        let all = kept
            .filter_map(|(_, value)| value.as_ref())
            .chain(assigned.iter().map(|(_, value)| value));
        let limit = Measure {
            bytes: limit.bytes.saturating_mul(times),
            ..limit
        };
        Value::fit_together(all, limit)
    }
}
