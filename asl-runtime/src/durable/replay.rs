//! From what is stored back to an execution in motion.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::archive::Recorder;
use super::record;
use super::store::{ExecutionId, Record, StoredExecution};
use super::text::Text;
use crate::machine::{Effect, Event, Execution, Program, Seed, Settings, StateId, Ticket};
use crate::{Timestamp, Value};

/// Steps of states at once; the history's limit ends endless loops.
const STEPS_AT_ONCE: usize = 100_000;

/// How an execution was started: what a replay needs besides input and journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    pub seed: Seed,
    pub owner: Cow<'static, str>,
    pub express: bool,
    pub payload_limit: usize,
    pub history_limit: u64,
    pub machines: Vec<String>,
    /// Whether workers poll for the tasks of activities.
    pub polled: bool,
    /// Whether the execution that started it waits for its end.
    pub awaited: bool,
    /// Of a child of a Map Run: where it starts, and the label.
    pub child: Option<(StateId, Arc<str>)>,
    /// Number of items in the input of a child of a Map Run.
    pub items: u64,
}

impl Start {
    /// With the service's limits.
    pub fn new(owner: Cow<'static, str>) -> Self {
        Self {
            seed: Seed::fresh(),
            owner,
            express: false,
            payload_limit: Settings::PAYLOAD_LIMIT,
            history_limit: Settings::HISTORY_LIMIT,
            machines: Vec::new(),
            polled: false,
            awaited: false,
            child: None,
            items: 1,
        }
    }

    /// Writes it, without what is as usual.
    pub fn encode(&self) -> String {
        let mut text = Text::with_capacity(128);
        text.push("{\"seed\":\"");
        for half in self.seed.0 {
            text.hex(half);
        }
        text.push("\",\"owner\":").quoted(&self.owner);
        for (name, is_so) in [
            ("express", self.express),
            ("polled", self.polled),
            ("awaited", self.awaited),
        ] {
            if is_so {
                text.push(",\"").push(name).push("\":true");
            }
        }
        if self.payload_limit != Settings::PAYLOAD_LIMIT {
            text.push(",\"payloadLimit\":").number(self.payload_limit);
        }
        if self.history_limit != Settings::HISTORY_LIMIT {
            text.push(",\"historyLimit\":").number(self.history_limit);
        }
        if !self.machines.is_empty() {
            let machines: Vec<Value> = self.machines.iter().map(Value::from).collect();
            text.push(",\"machines\":").value(&Value::from(machines));
        }
        if let Some((state, label)) = &self.child {
            text.push(",\"state\":").number(*state);
            text.push(",\"label\":").quoted(label);
        }
        if self.items != 1 {
            text.push(",\"items\":").number(self.items);
        }
        text.push("}");
        text.into_string()
    }

    /// What is asked of it while it runs.
    fn kind(&self) -> Kind {
        Kind {
            is_express: self.express,
            is_awaited: self.awaited,
            is_child: self.child.is_some(),
        }
    }

    /// Reads what [`encode`](Self::encode) wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let members = Value::from_json(text).ok()?;
        let seed = members
            .get("seed")?
            .as_str()
            .filter(|seed| seed.is_ascii() && seed.len() == 32)?;
        let half = |range| u64::from_str_radix(&seed[range], 16).ok();
        let owner = members.get("owner")?.as_str()?;
        let mut start = Self::new(Cow::Owned(owner.to_owned()));
        start.seed = Seed([half(0..16)?, half(16..32)?]);
        let is_so = |name| members.get(name).and_then(Value::as_bool).unwrap_or(false);
        start.express = is_so("express");
        start.polled = is_so("polled");
        start.awaited = is_so("awaited");
        if let Some(limit) = members.get("payloadLimit") {
            start.payload_limit = usize::try_from(limit.as_u64()?).ok()?;
        }
        if let Some(limit) = members.get("historyLimit") {
            start.history_limit = limit.as_u64()?;
        }
        if let Some(machines) = members.get("machines") {
            let machines = machines.as_array()?.iter();
            start.machines = machines
                .map(|name| name.as_str().map(str::to_owned))
                .collect::<Option<_>>()?;
        }
        if let Some(state) = members.get("state") {
            let state = StateId::try_from(state.as_u64()?).ok()?;
            start.child = Some((state, Arc::from(members.get("label")?.as_str()?)));
        }
        if let Some(items) = members.get("items") {
            start.items = items.as_u64()?;
        }
        Some(start)
    }

    /// A name for an execution that was given none.
    pub fn fresh_name(&self) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.seed.0[0].to_le_bytes());
        bytes[8..].copy_from_slice(&Seed::fresh().0[1].to_le_bytes());
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// The execution at its beginning.
    fn execution(
        self,
        program: &'static Program,
        (id, name): (ExecutionId, &str),
        input: Value,
        at: Timestamp,
        recorder: Recorder,
    ) -> Execution {
        let settings = Settings {
            name: Some(name.to_owned()),
            express: self.express,
            owner: self.owner,
            seed: self.seed,
            payload_limit: self.payload_limit,
            history_limit: (!self.express).then_some(self.history_limit),
            observer: Some(Box::new(recorder)),
            polled_activities: self.polled,
            machines: self.machines,
            number: Some(id),
            redrivable: true,
        };
        match self.child {
            Some(child) => Execution::start_child(program, settings, input, child, at),
            None => Execution::start(program, settings, input, at),
        }
    }
}

/// What [`Start`] tells about an execution that runs.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub is_express: bool,
    /// The execution that started it waits for its end.
    pub is_awaited: bool,
    /// It is one of a Map Run.
    pub is_child: bool,
}

/// The execution that a token is of; nothing where the text is no token of an engine.
pub fn execution_of(token: &str) -> Option<ExecutionId> {
    let (uuid, id) = token.split_once('.')?;
    uuid::Uuid::try_parse(uuid).ok()?;
    ExecutionId::from_str_radix(id, 16).ok()
}

/// The execution that a Map Run is in; nothing where the text is no ARN of a Map Run.
pub fn execution_of_map_run(arn: &str) -> Option<ExecutionId> {
    let (_, uuid) = arn
        .strip_prefix("arn:")?
        .split_once(":mapRun:")?
        .1
        .split_once(':')?;
    let bytes = uuid::Uuid::try_parse(uuid).ok()?.into_bytes();
    let last = bytes.last_chunk::<6>()?;
    Some(last.iter().fold(0, |id, byte| id << 8 | u64::from(*byte)))
}

/// What an execution asked for and has no answer to.
#[derive(Debug)]
pub struct Asked {
    pub effect: Effect,
    pub at: Timestamp,
}

/// An execution in motion, with what it waits for.
#[derive(Debug)]
pub struct Replayed {
    pub execution: Execution,
    pub kind: Kind,
    /// In boxes, because a node of the map has space for many.
    pub asked: BTreeMap<Ticket, Box<Asked>>,
    /// Number of the next record.
    pub next_record: u64,
    /// When the last record was written.
    pub at: Timestamp,
}

/// Why an execution cannot be brought back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    #[error("the journal is damaged: {0}")]
    Damaged(String),
    #[error(
        "record {record} of the journal tells of {event}, for which the definition does not ask there: the journal is that \
         of another definition, or of another version of this library"
    )]
    Mismatch { record: u64, event: String },
}

impl Replayed {
    /// An execution that begins. It has the number and the name.
    pub fn begin(
        start: Start,
        program: &'static Program,
        owner: (ExecutionId, &str),
        input: Value,
        at: Timestamp,
        mut recorder: Recorder,
    ) -> Self {
        let kind = start.kind();
        recorder.journal(&input);
        let execution = start.execution(program, owner, input, at, recorder);
        let mut replayed = Self {
            execution,
            kind,
            asked: BTreeMap::new(),
            next_record: 1,
            at,
        };
        replayed.advance(at);
        replayed
    }

    /// What records it, which it was begun with.
    pub fn recorder(&mut self) -> Option<&mut Recorder> {
        self.execution.observer_mut()
    }

    /// Gives the text of its history so far, and the documents of its journal. There is nothing to record after that.
    pub fn finish_history(&mut self) -> (String, Vec<Value>) {
        self.recorder().map(Recorder::finish).unwrap_or_default()
    }

    /// Runs the machine as far as it gets, and gives what it newly asks for.
    pub fn advance(&mut self, at: Timestamp) -> SmallVec<[Change; 2]> {
        while self.execution.advance(STEPS_AT_ONCE) {}
        let mut changes = SmallVec::new();
        while let Some(effect) = self.execution.next_effect() {
            let ticket = effect.ticket();
            if let Effect::Cancel(_) = effect {
                changes.push(Change::Cancelled(ticket, self.asked.remove(&ticket)));
            } else {
                self.asked.insert(ticket, Box::new(Asked { effect, at }));
                changes.push(Change::Asked(ticket));
            }
        }
        self.at = at;
        changes
    }

    /// Whether something that happened is waited for.
    pub fn awaits(&mut self, event: &Event) -> bool {
        match (event, record::ticket_of(event)) {
            (_, Some(ticket)) => self.asked.contains_key(&ticket),
            (Event::TaskAnswered { token, .. } | Event::ActivityStarted { token, .. }, None) => {
                self.execution.takes_answer(token)
            }
            (Event::Redriven, None) => self.execution.outcome().is_some(),
            _ => self.execution.outcome().is_none(),
        }
    }

    /// Tells it what happened.
    pub fn feed(&mut self, event: Event, at: Timestamp) {
        if let Some(ticket) = record::ticket_of(&event) {
            self.asked.remove(&ticket);
        }
        if let Some(document) = record::document_of(&event)
            && let Some(recorder) = self.recorder()
        {
            recorder.journal(document);
        }
        self.execution.feed(event, at);
    }

    /// Feeds the events of an instant.
    fn repeat(&mut self, record: &Record) -> Result<(), ReplayError> {
        let number = record.number;
        let events = record::decode(&record.events)
            .ok_or_else(|| ReplayError::Damaged(format!("record {number} is no record")))?;
        for event in events {
            if !self.awaits(&event) {
                let name = record::encode(&[event]);
                let end = name.char_indices().nth(80).map_or(name.len(), |(end, _)| end);
                return Err(ReplayError::Mismatch {
                    record: number,
                    event: name[..end].to_owned(),
                });
            }
            self.feed(event, record.at);
        }
        self.advance(record.at);
        self.next_record = number + 1;
        Ok(())
    }
}

/// A change of what is asked for.
#[derive(Debug)]
pub enum Change {
    Asked(Ticket),
    /// It is no longer asked for; this was.
    Cancelled(Ticket, Option<Box<Asked>>),
}

/// Brings an execution back to where its journal ends.
pub fn replay(
    program: &'static Program,
    stored: &StoredExecution,
    journal: &[Record],
) -> Result<Replayed, ReplayError> {
    let id = stored.id;
    let damaged = |what: &str| ReplayError::Damaged(format!("execution {id} has {what}"));
    let (first, rest) = journal.split_first().ok_or_else(|| damaged("no input"))?;
    let input = Value::from_json(&first.events).map_err(|_| damaged("an input that is no JSON"))?;
    let start = Start::decode(&stored.settings).ok_or_else(|| damaged("settings that are none"))?;
    let owner = (id, &*stored.name);
    let recorder = Recorder::default();
    let mut replayed = Replayed::begin(start, program, owner, input, stored.started_at, recorder);
    for record in rest {
        replayed.repeat(record)?;
    }
    if let Some(recorder) = replayed.recorder() {
        recorder.replayed();
    }
    Ok(replayed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_read_as_it_was_written() {
        let plain = Start::new(Cow::Borrowed("local:000000000000"));
        let full = Start {
            seed: Seed([1, u64::MAX]),
            express: true,
            polled: true,
            awaited: true,
            payload_limit: 1,
            history_limit: 2,
            machines: vec!["a".to_owned()],
            child: Some((3, Arc::from("label"))),
            items: 2,
            ..plain.clone()
        };
        for start in [plain, full] {
            assert_eq!(Start::decode(&start.encode()), Some(start));
        }
        assert_eq!(Start::decode("{}"), None);
    }

    #[test]
    fn a_token_names_its_execution() {
        let token = "67e55044-10b1-426f-9247-bb680e5fe0c8.f4240";
        assert_eq!(execution_of(token), Some(1_000_000));
        for other in ["", "x.1", "67e55044-10b1-426f-9247-bb680e5fe0c8.order-1"] {
            assert_eq!(execution_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_map_run_names_its_execution() {
        let arn = |uuid: &str| format!("arn:aws:states:local:000000000000:mapRun:batch/Each:{uuid}");
        let of_it = arn("67e55044-10b1-426f-9247-0000000f4240");
        assert_eq!(execution_of_map_run(&of_it), Some(1_000_000));
        for other in [arn("x"), of_it.replace("mapRun", "execution"), String::new()] {
            assert_eq!(execution_of_map_run(&other), None, "{other}");
        }
    }
}
