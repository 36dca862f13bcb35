//! What an execution knows about itself: its names, its randomness, the
//! [context object](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html).

use std::borrow::Cow;
use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Program;
use crate::value::{Array, Object, object};
use crate::{Timestamp, Value};

/// The identity of an execution, shared with its tasks.
#[derive(Debug, Clone)]
pub struct ExecutionInfo {
    pub(crate) program: &'static Program,
    pub(crate) express: bool,
    owner: Cow<'static, str>,
    pub(crate) start_time: Timestamp,
    pub(crate) input: Value,
    seed: Seed,
    name: OnceLock<String>,
    /// Label of the Map Run that it is a child of.
    label: Option<Arc<str>>,
    /// How often it was redriven, and when it last was.
    redriven: (u32, Option<Timestamp>),
}

/// Seed of an execution's random numbers: the same seed and the same events give the same execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u64; 2]);

impl Seed {
    /// A seed that no other execution of this process has.
    pub fn fresh() -> Self {
        thread_local! {
            // Hashing is slow beside a short execution: the hasher's own randomness is asked for once a thread.
            static FIRST: [u64; 2] = {
                let state = RandomState::new();
                [state.hash_one(0), state.hash_one(1)]
            };
            static COUNT: Cell<u64> = const { Cell::new(0) };
        }
        let count = COUNT.replace(COUNT.get().wrapping_add(1));
        let [first, second] = FIRST.with(|first| *first);
        Self([
            mix(first.wrapping_add(count.wrapping_mul(STEP))),
            mix(second ^ count),
        ])
    }
}

/// An odd number without a pattern: the golden ratio's fraction.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Spreads what numbers differ in over all bits
/// ([splitmix64](https://prng.di.unimi.it/splitmix64.c)). Different numbers stay different.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl ExecutionInfo {
    pub(crate) fn new(
        program: &'static Program,
        express: bool,
        owner: Cow<'static, str>,
        name: Option<String>,
        seed: Seed,
        start_time: Timestamp,
        input: Value,
    ) -> Self {
        let name = name.map(OnceLock::from).unwrap_or_default();
        Self {
            program,
            express,
            owner,
            start_time,
            input,
            seed,
            name,
            label: None,
            redriven: (0, None),
        }
    }

    /// Counts a redrive.
    pub(super) fn redrive(&mut self, at: Timestamp) -> u32 {
        self.redriven = (self.redriven.0 + 1, Some(at));
        self.redriven.0
    }

    /// How often it was redriven.
    pub fn redrive_count(&self) -> u32 {
        self.redriven.0
    }

    /// A text that is the same whenever the same call is made again, and that no other call has.
    pub(crate) fn key_of_call(&self, number: u64) -> String {
        // The streams below are those of the names and of what states compute.
        Random::new(self.seed, number.wrapping_add(8)).uuid()
    }

    /// The same as a child of a Map Run.
    pub(crate) fn labelled(mut self, label: Arc<str>) -> Self {
        self.label = Some(label);
        self
    }

    /// Name of the execution: as given, else a UUID.
    pub fn name(&self) -> &str {
        self.name.get_or_init(|| fresh_name(self.seed))
    }

    /// The same for one use: a name that was not given is not kept, for many executions may wait at once.
    pub(super) fn fleeting_name(&self) -> Cow<'_, str> {
        match self.name.get() {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(fresh_name(self.seed)),
        }
    }

    /// ARN of the execution. Region and account are `local` and zeroes, unless a test gave others.
    pub fn id(&self) -> String {
        let (owner, machine, name) = (&self.owner, self.program.name, self.name());
        if let Some(label) = &self.label {
            return child_id(owner, machine, label, self.express, name);
        }
        if self.express {
            let run = Random::new(self.seed, 2).uuid();
            format!("arn:aws:states:{owner}:express:{machine}:{name}:{run}")
        } else {
            format!("arn:aws:states:{owner}:execution:{machine}:{name}")
        }
    }

    /// ARN of the machine.
    pub(crate) fn machine_id(&self) -> String {
        match &self.label {
            Some(label) => self.child_machine_id(label),
            None => format!("arn:aws:states:{}:stateMachine:{}", self.owner, self.program.name),
        }
    }

    /// Name of the machine.
    pub fn machine(&self) -> &'static str {
        self.program.name
    }

    /// When the execution started.
    pub fn start_time(&self) -> Timestamp {
        self.start_time
    }

    /// Input of the execution.
    pub fn input(&self) -> &Value {
        &self.input
    }

    /// Region and account in ARNs.
    pub(crate) fn owner(&self) -> &Cow<'static, str> {
        &self.owner
    }

    /// ARN of a child execution of one of its Map Runs.
    pub(crate) fn child_id(&self, label: &str, express: bool, name: &str) -> String {
        child_id(&self.owner, self.program.name, label, express, name)
    }

    /// ARN of the machine that the children of one of its Map Runs are executions of.
    pub(crate) fn child_machine_id(&self, label: &str) -> String {
        let (owner, machine) = (&self.owner, self.program.name);
        format!("arn:aws:states:{owner}:stateMachine:{machine}/{label}")
    }

    pub(crate) fn random(&self) -> Random {
        Random::new(self.seed, 0)
    }

    /// The members of the context object that are the same in every state.
    fn context_execution(&self) -> Value {
        let role = "arn:aws:iam::000000000000:role/local";
        let members = [
            ("Id", Value::from(self.id())),
            ("Input", self.input.clone()),
            ("StartTime", Value::from(self.start_time.to_string())),
            ("Name", Value::from(self.name())),
            ("RoleArn", Value::from(role)),
        ];
        let mut execution = object(members);
        if !self.express
            && let Value::Object(members) = &mut execution
        {
            members.insert("RedriveCount", Value::from(self.redriven.0));
            if let Some(at) = self.redriven.1 {
                members.insert("RedriveTime", Value::from(at.to_string()));
            }
        }
        execution
    }
}

/// Name of an execution that was given none.
pub(super) fn fresh_name(seed: Seed) -> String {
    Random::new(seed, 1).uuid()
}

pub(super) fn child_id(owner: &str, machine: &str, label: &str, express: bool, name: &str) -> String {
    let kind = if express { "express" } else { "execution" };
    format!("arn:aws:states:{owner}:{kind}:{machine}/{label}:{name}")
}

/// What the context object says about the present state.
pub(crate) struct StateContext<'a> {
    pub name: &'static str,
    pub entered_time: Timestamp,
    /// Absent for states that cannot retry.
    pub retry_count: Option<u32>,
    pub token: Option<&'a str>,
    pub item: Option<&'a Item>,
}

/// The item of a Map iteration, or of a child execution about to start.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub index: usize,
    place: ItemPlace,
}

/// Where an item is.
#[derive(Debug, Clone)]
enum ItemPlace {
    /// In this array, at its index.
    Among(Array),
    /// On its own, as those of distributed Maps are.
    Alone(Arc<(Value, Origin)>),
}

/// Where the item of a distributed Map comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    /// Where the items are the members of an object.
    pub key: Option<String>,
    /// The object that it was read from, or `STATE_DATA`.
    pub source: Arc<str>,
}

impl Item {
    /// The item at this index of an array.
    pub fn among(items: Array, index: usize) -> Self {
        let place = ItemPlace::Among(items);
        Self { index, place }
    }

    /// The item of a distributed Map.
    pub fn from_origin(index: usize, value: Value, origin: Origin) -> Self {
        let place = ItemPlace::Alone(Arc::new((value, origin)));
        Self { index, place }
    }

    /// The item itself.
    pub fn value(&self) -> &Value {
        match &self.place {
            ItemPlace::Among(items) => items.get(self.index).unwrap_or(&Value::Null),
            ItemPlace::Alone(alone) => &alone.0,
        }
    }

    /// Where the item of a distributed Map comes from.
    pub fn origin(&self) -> Option<&Origin> {
        match &self.place {
            ItemPlace::Among(_) => None,
            ItemPlace::Alone(alone) => Some(&alone.1),
        }
    }

    /// What an iteration without `ItemSelector` gets.
    pub fn input(&self) -> Value {
        match self.origin().and_then(|origin| origin.key.as_deref()) {
            Some(key) => object([("Key", Value::from(key)), ("Value", self.value().clone())]),
            None => self.value().clone(),
        }
    }

    /// What the context object says of it.
    pub fn context(&self) -> Value {
        let index = Value::from(i64::try_from(self.index).unwrap_or(i64::MAX));
        let mut item = object([("Index", index), ("Value", self.value().clone())]);
        if let (Value::Object(members), Some(origin)) = (&mut item, self.origin()) {
            for (name, text) in [("Key", origin.key.as_deref()), ("Source", Some(&*origin.source))] {
                if let Some(text) = text {
                    members.insert(name, Value::from(text));
                }
            }
        }
        object([("Item", item)])
    }
}

/// The context object, or of its members this one only.
pub(crate) fn context_object(info: &ExecutionInfo, state: &StateContext<'_>, only: Option<&str>) -> Value {
    let mut context = Object::new();
    let mut add = |name, value: &dyn Fn() -> Option<Value>| {
        if only.is_none_or(|only| only == name)
            && let Some(value) = value()
        {
            context.insert(name, value);
        }
    };
    add("Execution", &|| Some(info.context_execution()));
    add("StateMachine", &|| {
        let (id, name) = (Value::from(info.machine_id()), Value::from(info.program.name));
        Some(object([("Id", id), ("Name", name)]))
    });
    add("State", &|| Some(state.about()));
    add("Task", &|| Some(object([("Token", Value::from(state.token?))])));
    add("Map", &|| state.item.map(Item::context));
    Value::Object(context)
}

impl StateContext<'_> {
    fn about(&self) -> Value {
        let mut about = object([
            ("Name", Value::from(self.name)),
            ("EnteredTime", Value::from(self.entered_time.to_string())),
        ]);
        if let (Some(count), Value::Object(members)) = (self.retry_count, &mut about) {
            members.insert("RetryCount", Value::from(i64::from(count)));
        }
        about
    }
}

/// The random numbers of an execution, made when first asked for.
pub(crate) struct Random {
    seed: Seed,
    stream: u64,
    generator: Cell<Option<Box<ChaCha8Rng>>>,
    /// How far the generator was when it was let go, in words.
    position: u64,
}

impl Random {
    pub fn new(seed: Seed, stream: u64) -> Self {
        Self {
            seed,
            stream,
            generator: Cell::new(None),
            position: 0,
        }
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut ChaCha8Rng) -> T) -> T {
        let mut generator = self.generator.take().unwrap_or_else(|| Box::new(self.fresh()));
        let result = use_it(&mut generator);
        self.generator.set(Some(generator));
        result
    }

    fn fresh(&self) -> ChaCha8Rng {
        let mut bytes = [0; 32];
        let (first, rest) = bytes.split_at_mut(8);
        first.copy_from_slice(&self.seed.0[0].to_le_bytes());
        rest[..8].copy_from_slice(&self.seed.0[1].to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(bytes);
        generator.set_stream(self.stream);
        generator.set_word_pos(self.position.into());
        generator
    }

    /// Lets go of the generator, which is large, until it is used again. The numbers are the same.
    pub fn rest(&mut self) {
        if let Some(generator) = self.generator.get_mut().take() {
            // No execution takes 2^64 of them.
            self.position = u64::try_from(generator.get_word_pos()).unwrap_or(u64::MAX);
        }
    }

    pub fn next(&self) -> u64 {
        self.with(|generator| generator.random())
    }

    /// Uniform in `[0, 1)`.
    pub fn uniform(&self) -> f64 {
        self.with(|generator| generator.random())
    }

    /// A version 4 UUID.
    pub fn uuid(&self) -> String {
        uuid(self.with(|generator| generator.random()))
    }

    /// One whose last 48 bits are this number, where it is no larger.
    pub fn uuid_with(&self, number: u64) -> String {
        let mut bytes: [u8; 16] = self.with(|generator| generator.random());
        if let [0, 0, number @ ..] = number.to_be_bytes() {
            bytes[10..].copy_from_slice(&number);
        }
        uuid(bytes)
    }
}

fn uuid(bytes: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Random")
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}
