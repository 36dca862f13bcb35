//! The branches of a Parallel state or the iterations of a Map state under way: what is known of each.

use std::collections::VecDeque;
use std::iter;
use std::ops::Range;

use super::run::RunId;
use crate::Value;
use crate::value::Array;

/// The branches of a Parallel state or the iterations of a Map state under way.
#[derive(Debug, Clone)]
pub(crate) struct Fan {
    /// The event that they started with, which tells them from those of another try of the state.
    pub started: u64,
    pub inputs: Inputs,
    /// Each branch or iteration, by index.
    pub places: Vec<Place>,
    /// Their outputs, by index: `null` of those that have not ended.
    pub outputs: Vec<Value>,
    /// Index of the next one to start.
    pub next: usize,
    /// How many have started and not ended.
    pub running: usize,
}

/// What branches or iterations get.
#[derive(Debug, Clone)]
pub(crate) enum Inputs {
    /// Each branch the same.
    Branches(Value),
    /// Each iteration its item as it is.
    Items(Array),
    /// Each iteration what the state makes of its item. Those of the iterations that have started and not yet had their
    /// turn, in order.
    Selected(Array, VecDeque<Value>),
}

/// Branches or iterations that have started, whose turns come one after the other.
#[derive(Debug)]
pub(crate) struct Turns {
    pub parent: RunId,
    /// What tells their [`Fan`].
    pub started: u64,
    /// Their indices.
    pub indices: Range<usize>,
}

/// How far a branch or an iteration is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// It has to wait for others to end.
    Waiting,
    /// It has started, with this event, and has its turn soon. Most are through in one turn, and need no run of their
    /// own.
    Started(u64),
    Running(RunId),
    /// It has ended, and its output stands with those of the others.
    Done,
}

impl Fan {
    /// The runs of those that have not ended.
    pub fn runs(&self) -> impl Iterator<Item = RunId> {
        self.places.iter().filter_map(|place| match place {
            Place::Running(run) => Some(*run),
            Place::Waiting | Place::Started(_) | Place::Done => None,
        })
    }

    /// So many of them, of which none has started.
    pub fn new(started: u64, inputs: Inputs, length: usize) -> Self {
        Self {
            started,
            inputs,
            places: vec![Place::Waiting; length],
            outputs: nulls(length),
            next: 0,
            running: 0,
        }
    }

    /// So many of them, which have all started.
    pub fn all_started(started: u64, inputs: Inputs, length: usize) -> Self {
        Self {
            started,
            inputs,
            places: vec![Place::Started(started); length],
            outputs: nulls(length),
            next: length,
            running: length,
        }
    }

    /// One has ended, and its output is in its place.
    #[inline]
    pub fn ended(&mut self, index: usize) {
        self.places[index] = Place::Done;
        self.running -= 1;
    }

    /// Whether there is one to start.
    pub fn has_more(&self) -> bool {
        self.next < self.places.len()
    }

    /// Whether these are iterations.
    pub fn is_map(&self) -> bool {
        self.items().is_some()
    }

    /// What a Map goes through.
    pub fn items(&self) -> Option<&Array> {
        match &self.inputs {
            Inputs::Branches(_) => None,
            Inputs::Items(items) | Inputs::Selected(items, _) => Some(items),
        }
    }

    /// Puts the input of the branch or iteration that has its turn into its place.
    pub fn next_input(&mut self, index: usize, place: &mut Value) {
        match &mut self.inputs {
            Inputs::Branches(input) => input.copy_to(place),
            Inputs::Items(items) => items.get(index).unwrap_or(&Value::Null).copy_to(place),
            Inputs::Selected(_, inputs) => *place = inputs.pop_front().unwrap_or_default(),
        }
    }

    /// Those that have started and not ended, by index.
    pub fn under_way(&self) -> impl Iterator<Item = (usize, &Place)> {
        let places = self.places.iter().enumerate();
        places.filter(|(_, place)| matches!(place, Place::Started(_) | Place::Running(_)))
    }
}

/// So many places for values. Each is written at once: one that is put together elsewhere is moved in pieces, which the
/// processor has to wait for.
fn nulls(length: usize) -> Vec<Value> {
    iter::repeat_with(|| Value::Null).take(length).collect()
}
