//! The executions of other machines that were started in a run.

use std::collections::BTreeMap;

use super::record::{NestedRun, Record};
use crate::machine::{Outcome, Ticket};

/// All of them, in the order of their start.
#[derive(Default)]
pub(super) struct Nested {
    entries: Vec<Entry>,
    by_arn: BTreeMap<String, usize>,
}

struct Entry {
    run: NestedRun,
    /// Its number among all executions.
    id: usize,
    /// Who waits for its end.
    waiter: Option<Waiter>,
}

/// An execution that waits for the end of another one.
#[derive(Clone, Copy)]
pub(super) struct Waiter {
    pub id: usize,
    /// What it waits with, from when it does; before that it is about to.
    pub ticket: Option<Ticket>,
}

impl Nested {
    pub fn has(&self, arn: &str) -> bool {
        self.by_arn.contains_key(arn)
    }

    /// One was started, for this execution to wait for it if there is one. Gives its number here.
    pub fn start(&mut self, arn: String, id: usize, run: NestedRun, waiter: Option<usize>) -> usize {
        let number = self.entries.len();
        self.by_arn.insert(arn, number);
        let waiter = waiter.map(|id| Waiter { id, ticket: None });
        self.entries.push(Entry { run, id, waiter });
        number
    }

    /// An execution waits for the end of one. Gives that, if it has ended.
    pub fn wait(&mut self, arn: &str, id: usize, ticket: Ticket) -> Option<Outcome> {
        let number = *self.by_arn.get(arn)?;
        let entry = self.entries.get_mut(number)?;
        if entry.run.outcome.is_none() {
            let ticket = Some(ticket);
            entry.waiter = Some(Waiter { id, ticket });
        }
        entry.run.outcome.clone()
    }

    /// One has ended. Gives who waits for that.
    pub fn end(&mut self, number: usize, outcome: Outcome, record: Record) -> Option<(usize, Ticket)> {
        let entry = self.entries.get_mut(number)?;
        entry.run.outcome = Some(outcome);
        entry.run.history = record.history;
        entry.run.map_runs = record.map_runs;
        entry.run.children = record.children;
        let Waiter { id, ticket } = entry.waiter.take()?;
        Some((id, ticket?))
    }

    /// Nobody waits any more where this is so. Gives the executions that were waited for.
    pub fn give_up(&mut self, is_over: impl Fn(Waiter) -> bool) -> Vec<usize> {
        let awaited = self
            .entries
            .iter_mut()
            .filter(|entry| entry.waiter.is_some_and(&is_over));
        let given_up = awaited.map(|entry| {
            entry.waiter = None;
            entry.id
        });
        given_up.collect()
    }

    pub fn into_runs(self) -> Vec<NestedRun> {
        self.entries.into_iter().map(|entry| entry.run).collect()
    }
}
