//! What the checks refuse as the input of a task, `serde` does not read: for many types, and for values that resemble
//! what these are read from.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    marker::PhantomData,
    net::IpAddr,
    time::Duration,
};

use asl_runtime::{
    Shape,
    shape::{Field, Flow, Form, Found, Judge, Key, Known, Member, Node, NodeId, Object, Rule, TaskForms},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::random::{self, Random};

/// Whether the checks refuse it, as a value of a type that has this value only, and as one that states put together.
fn refused(value: &Value, input: &'static Form) -> bool {
    let of_a_type = is_mistake(vec![Node::Form(leak(form(value)))], input);
    let mut nodes = Vec::new();
    node(value, &mut nodes);
    of_a_type || is_mistake(nodes, input)
}

/// Whether a task cannot be given the last of these values.
fn is_mistake(nodes: Vec<Node>, input: &'static Form) -> bool {
    let last = NodeId::try_from(nodes.len() - 1).expect("random values are small");
    let flow = Flow {
        file: "",
        source: "",
        states: &["S"],
        tasks: &["s"],
        nodes: nodes.leak(),
        rules: vec![Rule::Fits(last, 0)].leak(),
        places: &["0 0 1:1\nParameters\n"],
    };
    let tasks = vec![TaskForms {
        name: "s",
        input,
        output: &Form::Null,
    }];
    let known = Known {
        input: &Form::Any,
        tasks: tasks.leak(),
        unchecked: &[],
        all_unchecked: false,
    };
    let mut found = vec![Found::NOTHING; flow.nodes.len()];
    let judge = Judge::new(&flow, &known, &mut found);
    // The text must be made without a panic too.
    assert!(!judge.report().as_str().is_empty());
    judge.is_broken(0)
}

/// The form of a type that has this value only.
fn form(value: &Value) -> Form {
    match value {
        Value::Null => Form::Null,
        Value::Bool(_) => Form::Boolean,
        Value::Number(number) if number.is_f64() => Form::Number,
        Value::Number(_) => Form::Integer,
        Value::String(text) => Form::Words(vec![&*text.clone().leak()].leak()),
        Value::Array(values) => {
            let forms: Vec<_> = values.iter().map(|value| leak(form(value))).collect();
            Form::Tuple(forms.leak())
        }
        Value::Object(members) => {
            let field = |(key, value): (&String, &Value)| Field::new(key.clone().leak(), leak(form(value)));
            let fields: Vec<_> = members.iter().map(field).collect();
            Form::Object(Object::new("Random", fields.leak()))
        }
    }
}

/// The value as states put it together.
fn node(value: &Value, nodes: &mut Vec<Node>) -> NodeId {
    let made = match value {
        Value::Array(values) if !values.is_empty() => {
            let elements: Vec<_> = values.iter().map(|value| node(value, nodes)).collect();
            Node::Tuple(elements.leak())
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| Member {
                key: Key::new(key.clone().leak()),
                value: node(value, nodes),
                optional: false,
            };
            let members: Vec<_> = members.iter().map(member).collect();
            Node::Object(members.leak(), None)
        }
        value => Node::Form(leak(form(value))),
    };
    nodes.push(made);
    NodeId::try_from(nodes.len() - 1).expect("random values are small")
}

fn leak(form: Form) -> &'static Form {
    Box::leak(Box::new(form))
}

/// Random values for a type. Tells how many of them were read, and how many refused.
fn compare<T: DeserializeOwned + Shape>() -> (usize, usize) {
    let (mut read, mut refusals) = (0, 0);
    for seed in 1..1500 {
        let mut random = Random::new(seed);
        let json = random::value(T::INPUT, &mut random);
        let value: asl_runtime::Value = json.to_string().parse().expect("it is JSON");
        let is_read = value.decode::<T>().is_ok() || serde_json::from_value::<T>(json.clone()).is_ok();
        let is_refused = refused(&json, T::INPUT);
        let name = std::any::type_name::<T>();
        assert!(
            !(is_read && is_refused),
            "{name} is read from {json}: {:?}",
            T::INPUT
        );
        read += usize::from(is_read);
        refusals += usize::from(is_refused);
    }
    (read, refusals)
}

macro_rules! compared {
    ($($type:ty),* $(,)?) => {
        $({
            let (read, refusals) = compare::<$type>();
            let name = stringify!($type);
            assert!(read > 20, "{name}: {read} values are read");
            assert!(refusals > 50, "{name}: {refusals} values are refused");
        })*
    };
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "camelCase")]
struct Plain {
    first_name: String,
    #[serde(rename = "nr")]
    number: u32,
    #[serde(alias = "mail", alias = "e-mail")]
    email_address: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(skip)]
    _hidden: u8,
    #[serde(skip_deserializing)]
    _not_read: u8,
    note: Option<Option<String>>,
    kind: External,
}

#[derive(Deserialize, Shape)]
enum External {
    A,
    #[serde(alias = "b")]
    B,
    Struct {
        a: u8,
    },
    Newtype(Small),
    Optional(Option<u8>),
    Pair(u8, bool),
    Nothing(()),
}

#[derive(Deserialize, Shape, Clone)]
enum Word {
    A,
    B,
}

#[derive(Deserialize, Shape)]
enum WordOr {
    A,
    #[serde(other)]
    Other,
}

#[derive(Deserialize, Shape)]
struct Small {
    a: u8,
    word: Word,
}

#[derive(Deserialize, Shape)]
#[serde(tag = "type")]
enum Internal {
    A,
    Struct {
        a: u8,
        b: Option<u8>,
    },
    Newtype(Small),
    Map(BTreeMap<String, u8>),
    #[serde(other)]
    Other,
}

#[derive(Deserialize, Shape)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A,
    Struct { a: u8 },
    Newtype(u8),
    Optional(Option<u8>),
    Pair(u8, u8),
    Nothing(()),
}

#[derive(Deserialize, Shape)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Pair(u8, u8),
    Struct { a: u8 },
    Nothing,
    Word(Word),
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "lowercase")]
enum PartlyUntagged {
    A,
    Struct {
        a: u8,
    },
    #[serde(untagged)]
    Number(u8),
}

#[derive(Deserialize, Shape)]
struct Defaulted(u8, #[serde(default)] u8);

#[derive(Deserialize, Shape, Default)]
#[serde(default)]
struct AllDefaulted(u8, u8);

#[derive(Deserialize, Shape, Default)]
#[serde(default)]
struct DefaultStruct {
    a: u8,
    b: Word2,
}

#[derive(Deserialize, Shape, Default)]
enum Word2 {
    #[default]
    A,
}

#[derive(Deserialize, Shape)]
struct SkippedInside(#[serde(skip)] PhantomData<u8>, u8);

#[derive(Deserialize, Shape)]
struct Flattened {
    #[serde(flatten)]
    small: Small,
    own: bool,
    #[serde(flatten)]
    internal: Internal,
}

#[derive(Deserialize, Shape)]
struct FlattenedMap {
    a: u8,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[derive(Deserialize, Shape)]
struct FlattenedOption {
    a: u8,
    #[serde(flatten)]
    rest: Option<Small2>,
    #[serde(flatten, default)]
    others: Small3,
}

#[derive(Deserialize, Shape)]
struct Small2 {
    b: u8,
}

#[derive(Deserialize, Shape, Default)]
struct Small3 {
    d: u8,
}

#[derive(Deserialize, Shape)]
#[serde(transparent)]
struct Transparent<T> {
    inner: Option<T>,
    #[serde(skip)]
    marker: PhantomData<T>,
}

#[derive(Deserialize, Shape)]
#[serde(bound(deserialize = "T: Deserialize<'de> + Clone"))]
struct Generic<T: Clone> {
    value: T,
    more: Vec<T>,
    marker: PhantomData<T>,
}

#[derive(Deserialize, Shape)]
struct Standard {
    text: Cow<'static, str>,
    boxed: Box<str>,
    bytes: [u8; 2],
    by_number: HashMap<u8, bool>,
    set: BTreeSet<u8>,
    twice: Option<Option<u8>>,
}

#[derive(Deserialize, Shape)]
struct Others {
    by_word: BTreeMap<Key2, u8>,
    address: IpAddr,
    #[serde(default)]
    time: Duration,
    either: Result<u8, bool>,
    wide: i128,
}

#[derive(Deserialize, Shape, PartialEq, Eq, PartialOrd, Ord)]
enum Key2 {
    A,
}

#[derive(Deserialize, Shape)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Identifier {
    A,
    B,
}

#[derive(Deserialize, Shape)]
#[serde(tag = "type")]
struct Tagged {
    a: u8,
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[serde(alias = "b")]
    a: u8,
    c: Option<u8>,
    #[serde(skip)]
    _hidden: u8,
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
enum StrictExternal {
    A,
    Struct { a: u8 },
    Newtype(Small2),
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields, tag = "type")]
enum StrictInternal {
    A,
    Struct { a: u8 },
    Newtype(Strict),
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields, tag = "t", content = "c")]
enum StrictAdjacent {
    A,
    Struct { a: u8 },
    Newtype(u8),
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields, untagged)]
enum StrictUntagged {
    Struct { a: u8 },
    Other { b: u8 },
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields)]
struct StrictFlattened {
    own: u8,
    #[serde(flatten)]
    inner: Strict,
}

#[derive(Deserialize, Shape)]
#[serde(deny_unknown_fields, tag = "type")]
struct StrictTagged {
    a: u8,
}

#[test]
fn what_is_refused_is_not_read() {
    compared! {
        u8, String, Option<u8>, (u8, bool), Vec<Word>, HashMap<String, Vec<u8>>,
        Plain, External, Word, Small, Internal, Adjacent, Untagged, PartlyUntagged, SkippedInside, Flattened, FlattenedMap,
        Transparent<Small>, Generic<Word>, Standard, Others, char, Tagged, DefaultStruct, Vec<Defaulted>, Vec<AllDefaulted>, WordOr,
        FlattenedOption, Vec<Identifier>, Strict, Vec<Strict>, StrictExternal, StrictInternal, StrictAdjacent, StrictUntagged,
        StrictFlattened, StrictTagged,
    }
}
