//! The fixed point: what the input of each state can be, over all routes to it.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    mem,
};

use super::{
    Check, Flow,
    state::{Exit, Surroundings},
    symbols::{Meaning, Symbols},
    types::Type,
};
use crate::ir::{Kind, Machine, Next, StateIndex};

/// The analysis of a machine.
pub(super) struct Analysis<'m> {
    pub machine: &'m Machine,
    pub symbols: Symbols,
    pub checks: Vec<Check>,
    /// Whether what the input of the states can be is known, so that questions can be asked about it.
    pub recording: bool,
}

/// What a state is entered with.
#[derive(Clone, PartialEq)]
pub(super) struct Entry {
    pub input: Type,
    /// Variables by slot; those not assigned on any route are nothing.
    pub variables: Vec<Type>,
}

/// A state that is visited more often than this is in a loop that makes its data grow.
const VISITS: usize = 12;

impl<'m> Analysis<'m> {
    pub fn new(machine: &'m Machine) -> Self {
        Self {
            machine,
            symbols: Symbols::default(),
            checks: Vec::new(),
            recording: true,
        }
    }

    pub fn run(mut self) -> Flow {
        let input = Type::symbol(self.symbols.of(Meaning::Input));
        let entry = Entry {
            input: input.clone(),
            variables: vec![Type::never(); self.machine.variables.len()],
        };
        let surroundings = Surroundings {
            execution_input: input,
            item: None,
        };
        let output = self.scope(self.machine.start, entry, &surroundings);
        Flow {
            checks: self.checks,
            output,
            symbols: self.symbols,
        }
    }

    /// What a scope gives that is entered so. Its questions are asked if those of the scope around it are.
    pub fn scope(&mut self, start: StateIndex, entry: Entry, surroundings: &Surroundings) -> Type {
        let recording = mem::replace(&mut self.recording, false);
        let order = self.order(start);
        let entries = self.entries(start, entry, &order, surroundings);
        self.recording = recording;
        let mut output = Type::never();
        for state in order {
            let Some(entry) = entries.get(&state) else {
                continue;
            };
            for exit in self.state(state, entry, surroundings) {
                if exit.next == Next::End {
                    output = output.or(&exit.entry.input);
                }
            }
        }
        output
    }

    /// What each state of a scope can be entered with, for those that can be reached.
    fn entries(
        &mut self,
        start: StateIndex,
        entry: Entry,
        order: &[StateIndex],
        surroundings: &Surroundings,
    ) -> BTreeMap<StateIndex, Entry> {
        let rank: BTreeMap<StateIndex, usize> = order
            .iter()
            .enumerate()
            .map(|(rank, state)| (*state, rank))
            .collect();
        let mut entries = BTreeMap::from([(start, entry)]);
        let mut visits: BTreeMap<StateIndex, usize> = BTreeMap::new();
        let mut waiting = BTreeSet::from([(0, start)]);
        while let Some((_, state)) = waiting.pop_first() {
            let Some(entry) = entries.get_mut(&state) else {
                continue;
            };
            let visits = visits.entry(state).or_default();
            *visits += 1;
            if *visits > VISITS {
                entry.input = Type::any();
                entry.variables.fill(Type::any());
            }
            let entry = entry.clone();
            for Exit { next, entry } in self.state(state, &entry, surroundings) {
                let Next::State(next) = next else { continue };
                let changed = match entries.get_mut(&next) {
                    Some(known) => known.join(&entry),
                    None => {
                        entries.insert(next, entry);
                        true
                    }
                };
                if changed {
                    waiting.insert((rank.get(&next).copied().unwrap_or(usize::MAX), next));
                }
            }
        }
        entries
    }

    /// The states that can be reached from a start, each as far as possible after those that lead to it, so that most are
    /// visited once.
    fn order(&self, start: StateIndex) -> Vec<StateIndex> {
        let mut order = Vec::new();
        let mut seen = HashSet::from([start]);
        let mut stack = vec![(start, self.targets(start))];
        while let Some((state, targets)) = stack.last_mut() {
            match targets.pop() {
                Some(target) if seen.insert(target) => stack.push((target, self.targets(target))),
                Some(_) => {}
                None => {
                    order.push(*state);
                    stack.pop();
                }
            }
        }
        order.reverse();
        order
    }

    fn targets(&self, state: StateIndex) -> Vec<StateIndex> {
        let state = &self.machine.states[state];
        let mut targets: Vec<_> = state.catch.iter().map(|catcher| catcher.next).collect();
        match &state.kind {
            Kind::Choice { rules, default } => {
                targets.extend(rules.iter().map(|rule| rule.next));
                targets.extend(default);
            }
            _ => targets.extend(match state.next {
                Next::State(next) => Some(next),
                Next::End => None,
            }),
        }
        targets
    }
}

impl Entry {
    /// Becomes what either of two routes brings. Tells whether that is more than before.
    fn join(&mut self, other: &Self) -> bool {
        let mut joined = self.clone();
        joined.input = joined.input.or(&other.input);
        for (variable, theirs) in joined.variables.iter_mut().zip(&other.variables) {
            *variable = variable.or(theirs);
        }
        let changed = joined != *self;
        *self = joined;
        changed
    }
}
