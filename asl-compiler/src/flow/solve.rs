//! The fixed point: what the input of each state can be, over all routes to it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    Check, Flow,
    state::Exit,
    surroundings::Surroundings,
    symbols::{Meaning, Symbols},
    types::Type,
};
use crate::ir::{Kind, Machine, Next, StateIndex, Text};

/// The analysis of a machine.
pub(super) struct Analysis<'m> {
    pub machine: &'m Machine,
    pub symbols: Symbols,
    /// What is asked of each state. A state that is visited again is asked anew.
    pub checks: BTreeMap<StateIndex, Vec<Check>>,
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
            checks: BTreeMap::new(),
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
            checks: self.checks.into_values().flatten().collect(),
            output,
            symbols: self.symbols,
        }
    }

    /// What a scope gives that is entered so.
    pub fn scope(&mut self, start: StateIndex, entry: Entry, surroundings: &Surroundings) -> Type {
        let order = self.order(start);
        let rank: BTreeMap<StateIndex, usize> = order
            .iter()
            .enumerate()
            .map(|(rank, state)| (*state, rank))
            .collect();
        let mut entries = BTreeMap::from([(start, entry)]);
        let mut visits: BTreeMap<StateIndex, usize> = BTreeMap::new();
        let mut outputs: BTreeMap<StateIndex, Type> = BTreeMap::new();
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
            self.checks.remove(&state);
            for Exit { next, entry } in self.state(state, &entry, surroundings) {
                let next = match next {
                    Next::State(next) if self.reads_nothing(next) => continue,
                    Next::State(next) => next,
                    Next::End => {
                        outputs.insert(state, entry.input);
                        continue;
                    }
                };
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
        outputs.values().fold(Type::never(), |all, output| all.or(output))
    }

    /// Whether nothing is asked of a state's input. Such a state is the target of many catchers.
    fn reads_nothing(&self, state: StateIndex) -> bool {
        match &self.machine.states[state].kind {
            Kind::Fail { error, cause } => [error, cause]
                .into_iter()
                .all(|text| matches!(text, None | Some(Text::Literal(_)))),
            _ => false,
        }
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
