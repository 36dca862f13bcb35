//! Child executions, and what is asked of a driver for a Map Run.

use std::borrow::Cow;
use std::sync::Arc;

use super::definition::ItemReader;
#[cfg(feature = "tracing")]
use crate::machine::context::child_id;
use crate::machine::{Execution, ExecutionInfo, Observer, Outcome, Program, Seed, Settings, StateId, Ticket};
use crate::{Timestamp, Value};

/// A child execution to start: it runs the processor of a distributed Map on one item or batch.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChildExecution {
    /// Whose it is: its outcome is fed as [`Event::ChildEnded`](crate::machine::Event::ChildEnded).
    pub ticket: Ticket,
    /// The machine.
    pub program: &'static Program,
    /// Where it starts.
    pub start: StateId,
    /// Its input.
    pub input: Value,
    /// Number of items in its input: more than one where items are batched.
    pub items: u64,
    /// Its name.
    pub name: String,
    /// Label of the Map Run.
    pub label: Arc<str>,
    /// ARN of the Map Run.
    pub map_run_arn: Arc<str>,
    /// Region and account in ARNs.
    pub owner: Cow<'static, str>,
    /// Whether it is an Express execution.
    pub express: bool,
    /// Whether it ended without success before: a Standard execution of that name is to be redriven, an Express one
    /// is to be started once more.
    pub redriven: bool,
    /// Seed of its random numbers.
    pub seed: Seed,
    /// Largest result of a task and output of a state, in bytes of JSON.
    pub payload_limit: usize,
    /// As [`Settings::polled_activities`].
    pub polled_activities: bool,
    /// As [`Settings::machines`].
    pub machines: Vec<String>,
}

impl ChildExecution {
    /// Its ARN.
    #[cfg(feature = "tracing")]
    pub(crate) fn arn(&self) -> String {
        child_id(
            &self.owner,
            self.program.name,
            &self.label,
            self.express,
            &self.name,
        )
    }

    /// Name of its machine, as ARNs have it.
    #[cfg(feature = "durable")]
    pub(crate) fn machine(&self) -> String {
        format!("{}/{}", self.program.name, self.label)
    }

    /// Starts it: an execution of its own, which is driven as any other.
    pub fn execution(&self, observer: Option<Box<dyn Observer>>, at: Timestamp) -> Execution {
        let settings = Settings {
            name: Some(self.name.clone()),
            owner: self.owner.clone(),
            seed: self.seed,
            payload_limit: self.payload_limit,
            observer,
            polled_activities: self.polled_activities,
            machines: self.machines.clone(),
            ..if self.express {
                Settings::express()
            } else {
                Settings::standard()
            }
        };
        Execution::start_child(
            self.program,
            settings,
            self.input.clone(),
            (self.start, Arc::clone(&self.label)),
            at,
        )
    }
}

/// Items to read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ReadItems {
    /// Whose it is: what was read is fed as [`Event::ItemsRead`](crate::machine::Event::ItemsRead).
    pub ticket: Ticket,
    /// The same for all reads of one Map Run: a driver may keep what it opened under it, until it is cancelled.
    pub reader: Ticket,
    /// Where the items are.
    pub source: Arc<ItemSource>,
    /// Number of items that were read before.
    pub offset: u64,
    /// Number of items to read at most. It may be fewer as long as there are any.
    pub limit: usize,
}

/// Where a distributed Map reads its items.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemSource {
    /// What is read.
    pub reader: ItemReader,
    /// `Bucket`.
    pub bucket: String,
    /// `Key`, or for a listing `Prefix`.
    pub key: String,
    /// `VersionId`: which version of the object.
    pub version: Option<String>,
    /// Whether it is read for a JSONata state, which gets the times in a listing as whole numbers.
    pub jsonata: bool,
}

/// Some of the items of a Map Run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Items {
    /// The items, in order.
    pub items: Vec<ReadItem>,
    /// Whether there are no more.
    pub end: bool,
}

/// An item that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadItem {
    /// The item; of a member of an object its value.
    pub value: Value,
    /// The key, where the items are the members of an object.
    pub key: Option<String>,
    /// Where it comes from: `S3://bucket` or `S3://bucket/key`.
    pub source: Arc<str>,
}

/// An object to write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteObject {
    /// Whose it is: [`Event::ObjectWritten`](crate::machine::Event::ObjectWritten) tells how it went.
    pub ticket: Ticket,
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// What is to be in it.
    pub content: Arc<str>,
}

/// A child under way, or one that a redrive can run again.
#[derive(Debug)]
pub(crate) struct Child {
    /// Which one it is, from 0.
    pub index: usize,
    pub input: Value,
    /// Number of items in its input.
    pub items: u64,
    pub name: String,
    pub start: Timestamp,
    pub redrive_count: u32,
    /// How it ended, of one that did not succeed.
    pub end: Option<End>,
}

/// The end of a child that did not succeed.
#[derive(Debug)]
pub(crate) struct End {
    pub outcome: Outcome,
    pub at: Timestamp,
    /// It cannot be redriven.
    pub is_final: bool,
}

impl Child {
    /// The record of a child execution, as result files have it.
    pub fn record(
        &self,
        info: &ExecutionInfo,
        label: &str,
        express: bool,
        outcome: &Outcome,
        stop: Timestamp,
    ) -> Value {
        let mut record = super::results::Record::new(info, label, express, &self.name, &self.input);
        record.set("StartDate", self.start.to_string());
        record.set("StopDate", stop.to_string());
        record.ended(outcome, self.redrive_count);
        record.into_value()
    }
}
