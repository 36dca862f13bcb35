//! The timers of an execution: waits, time limits, heartbeats.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::super::engine::Inner;
use super::super::replay::Kind;
use super::super::store::StoredExecution;
use super::{Confirm, Runner};
use crate::machine::{Effect, Event, Program, Ticket};
use crate::value::array;
use crate::{Timestamp, Value};

/// Longest an Express execution takes.
const EXPRESS: Duration = Duration::from_secs(300);

pub struct Timers {
    /// When to look at which ticket.
    set: BTreeSet<(Timestamp, Ticket)>,
    /// When the next heartbeat is missed.
    heartbeats: BTreeMap<Ticket, Timestamp>,
    /// When heartbeats are missed, as they were when the execution was parked.
    parked: BTreeMap<Ticket, Timestamp>,
    /// When the execution's time is over.
    deadline: Option<Timestamp>,
}

impl Timers {
    pub fn new(engine: &Inner, program: &Program, stored: &StoredExecution, kind: Kind) -> Self {
        Self {
            set: BTreeSet::new(),
            heartbeats: BTreeMap::new(),
            parked: decode(&stored.timers).unwrap_or_default(),
            deadline: deadline(engine, program, stored, kind),
        }
    }

    /// The next time at which there is something to do.
    pub fn next(&self) -> Option<Timestamp> {
        let first = self.set.first().map(|(at, _)| *at);
        first.into_iter().chain(self.deadline).min()
    }

    /// Whether there is nothing but the time limit of the whole execution.
    pub fn are_limit_only(&self) -> bool {
        self.set.is_empty()
    }

    /// The heartbeats, for the time that the execution is parked.
    pub fn encode(&self) -> String {
        if self.heartbeats.is_empty() {
            return String::new();
        }
        let entries = self.heartbeats.iter().map(|(ticket, at)| {
            let (number, index, generation) = ticket.into_parts();
            array([
                number.into(),
                index.into(),
                generation.into(),
                at.as_millis().into(),
            ])
        });
        Value::from(entries.collect::<Vec<_>>()).to_string()
    }

    pub fn forget(&mut self, ticket: Ticket) {
        self.heartbeats.remove(&ticket);
    }
}

fn decode(text: &str) -> Option<BTreeMap<Ticket, Timestamp>> {
    if text.is_empty() {
        return None;
    }
    let entries = Value::from_json(text).ok()?;
    let entries = entries.as_array()?.iter().map(|entry| {
        let [number, index, generation, at] = entry.as_array()? else {
            return None;
        };
        let small = |value: &Value| u32::try_from(value.as_u64()?).ok();
        let ticket = Ticket::from_parts((number.as_u64()?, small(index)?, small(generation)?));
        Some((ticket, Timestamp::from_millis(at.as_i64()?)))
    });
    entries.collect()
}

/// When the time of an execution is over. That of its machine begins anew with a redrive.
fn deadline(engine: &Inner, program: &Program, stored: &StoredExecution, kind: Kind) -> Option<Timestamp> {
    let began = stored.redriven_at.unwrap_or(stored.started_at);
    let own = program.timeout_seconds.filter(|_| !kind.is_child);
    let own = own.map(|seconds| began + Duration::from_secs(seconds.into()));
    let longest = if kind.is_express {
        began + EXPRESS
    } else {
        stored.started_at + engine.options.limits.execution_time
    };
    own.into_iter().chain(Some(longest)).min()
}

impl Runner {
    /// Arms the timers of something that was asked for.
    pub(super) fn arm(&mut self, ticket: Ticket) {
        let Some(asked) = self.state.asked.get(&ticket) else {
            return;
        };
        let at = match &asked.effect {
            Effect::Wait { until, .. } => Some(*until),
            Effect::Activity(call) => {
                let timeout = call.timeout_seconds;
                timeout.map(|seconds| asked.at + Duration::from_secs(seconds.into()))
            }
            Effect::Await(awaited) => {
                let missed = awaited.heartbeat_seconds.map(|seconds| {
                    let parked = self.timers.parked.remove(&ticket);
                    let fresh = || self.engine.clock.now() + Duration::from_secs(seconds.into());
                    let missed = parked.unwrap_or_else(fresh);
                    *self.timers.heartbeats.entry(ticket).or_insert(missed)
                });
                awaited.until.into_iter().chain(missed).min()
            }
            _ => None,
        };
        self.timers.set.extend(at.map(|at| (at, ticket)));
    }

    /// Gives what the time has come for.
    pub(super) fn ring(&mut self, now: Timestamp, events: &mut Vec<(Event, Option<Confirm>)>) {
        while let Some((at, ticket)) = self.timers.set.first().copied()
            && at <= now
        {
            self.timers.set.pop_first();
            let Some(asked) = self.state.asked.get(&ticket) else {
                continue;
            };
            let heartbeat = match &asked.effect {
                Effect::Wait { .. } => {
                    events.push((Event::Woke(ticket), None));
                    continue;
                }
                Effect::Await(awaited) => {
                    let missed = self.timers.heartbeats.get(&ticket).copied();
                    let end = awaited.until.filter(|until| *until <= now);
                    match (missed.filter(|missed| *missed <= now), end) {
                        (Some(missed), Some(end)) => missed < end,
                        (Some(_), None) => true,
                        (None, Some(_)) => false,
                        (None, None) => {
                            self.arm(ticket);
                            continue;
                        }
                    }
                }
                _ => false,
            };
            events.push((Event::TaskTimedOut { ticket, heartbeat }, None));
        }
        if self.timers.deadline.is_some_and(|deadline| deadline <= now) {
            self.timers.deadline = None;
            events.push((Event::TimedOut, None));
        }
    }

    /// A heartbeat came by token: that of a call under way, or of one whose answer is waited for.
    pub(super) fn beat(&mut self, token: &str) {
        let now = self.engine.clock.now();
        for (ticket, asked) in &self.state.asked {
            match &asked.effect {
                Effect::Task(call) if call.token.as_deref() == Some(token) => {
                    if let Some(signals) = self.signals.get(ticket) {
                        signals.heartbeat();
                    }
                }
                Effect::Await(awaited) if awaited.token.as_deref() == Some(token) => {
                    if let Some(seconds) = awaited.heartbeat_seconds {
                        let missed = now + Duration::from_secs(seconds.into());
                        self.timers.heartbeats.insert(*ticket, missed);
                    }
                }
                _ => {}
            }
        }
    }
}
