//! `#[derive(Shape)]` agrees with `serde`: what a value is written as has the form of the output, and what a type is read
//! from has the form of its input.

mod random;
#[allow(dead_code, reason = "the types are only read")]
mod refused;

use std::collections::BTreeMap;

use asl_runtime::{
    Shape,
    shape::{Form, Object},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Whether a value looks so. Members that a form does not know do not count for inputs.
fn looks(value: &Value, form: &Form, exact: bool) -> bool {
    match form {
        Form::Any => true,
        Form::Null => value.is_null(),
        Form::Boolean => value.is_boolean(),
        Form::Integer => value.is_i64() || value.is_u64(),
        Form::Number => value.is_number(),
        Form::String | Form::Timestamp => value.is_string(),
        Form::Words(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Form::Array(element) => value
            .as_array()
            .is_some_and(|all| all.iter().all(|one| looks(one, element, exact))),
        Form::Tuple(forms) => value.as_array().is_some_and(|all| {
            all.len() == forms.len() && all.iter().zip(*forms).all(|(one, form)| looks(one, form, exact))
        }),
        Form::Map(form) => value
            .as_object()
            .is_some_and(|all| all.values().all(|one| looks(one, form, exact))),
        Form::Object(object) => {
            let mut known = Vec::new();
            value.is_object()
                && has_members(value, object, exact, &mut known)
                && (!exact
                    || value
                        .as_object()
                        .is_some_and(|all| all.keys().all(|key| known.contains(key))))
        }
        Form::Option(form) => value.is_null() || looks(value, form, exact),
        Form::OneOf(forms) => forms.iter().any(|form| looks(value, form, exact)),
        _ => false,
    }
}

fn has_members(value: &Value, object: &Object, exact: bool, known: &mut Vec<String>) -> bool {
    let own = object.fields.iter().all(|field| {
        let names = [field.name].into_iter().chain(field.aliases.iter().copied());
        let found = names.clone().find_map(|name| value.get(name));
        known.extend(names.map(str::to_owned));
        match found {
            Some(member) => looks(member, field.form, exact),
            None => field.optional,
        }
    });
    own && object.flattened.iter().all(|form| match form {
        Form::Object(inner) => has_members(value, inner, exact, known),
        // Of maps and enums the keys are not known.
        _ => {
            known.extend(value.as_object().into_iter().flat_map(|all| all.keys().cloned()));
            true
        }
    })
}

/// What is written looks as it should, and not otherwise.
fn written<T: Serialize + Shape>(value: T) {
    let json = serde_json::to_value(&value).expect("it can be written");
    assert!(looks(&json, T::OUTPUT, true), "{json} is not {:?}", T::OUTPUT);
}

/// What `serde` reads looks as it should; what it does not read does not.
fn read<T: DeserializeOwned + Shape>(json: Value) {
    let reads = serde_json::from_value::<T>(json.clone()).is_ok();
    assert_eq!(reads, looks(&json, T::INPUT, false), "{json} and {:?}", T::INPUT);
}

#[derive(Serialize, Deserialize, Shape, Default)]
#[serde(rename_all = "camelCase")]
struct Plain {
    first_name: String,
    #[serde(rename = "nr")]
    number: u32,
    #[serde(alias = "mail")]
    email_address: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(skip)]
    _hidden: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(rename(serialize = "out", deserialize = "in"))]
    both: bool,
}

#[test]
fn fields() {
    written(Plain::default());
    written(Plain {
        note: Some("n".to_owned()),
        email_address: Some(String::new()),
        ..Plain::default()
    });
    let full = json!({ "firstName": "a", "nr": 1, "in": true });
    read::<Plain>(full.clone());
    for (key, value) in [
        ("nr", json!("1")),
        ("mail", json!("x")),
        ("mail", json!(1)),
        ("emailAddress", json!(null)),
        ("tags", json!(["a"])),
        ("tags", json!([1])),
        ("tags", json!(null)),
        ("in", json!(null)),
        ("note", json!(2)),
    ] {
        let mut changed = full.clone();
        changed[key] = value;
        read::<Plain>(changed);
    }
    for key in ["firstName", "nr", "in"] {
        let mut less = full.clone();
        less.as_object_mut().expect("it is an object").remove(key);
        read::<Plain>(less);
    }
}

#[derive(Serialize, Deserialize, Shape)]
struct Outer<T> {
    #[serde(flatten)]
    inner: Inner,
    generic: Vec<T>,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Serialize, Deserialize, Shape, Clone)]
struct Inner {
    a: (u8, String),
    b: Box<Unit>,
}

#[derive(Serialize, Deserialize, Shape, Clone)]
struct Unit;

#[derive(Serialize, Deserialize, Shape, Clone)]
struct Newtype(f64);

#[derive(Serialize, Deserialize, Shape)]
#[serde(transparent)]
struct Transparent {
    inner: Newtype,
}

#[derive(Serialize, Deserialize, Shape)]
struct Tree {
    value: u8,
    children: Vec<Tree>,
}

#[test]
fn nested() {
    let inner = Inner {
        a: (1, "x".to_owned()),
        b: Box::new(Unit),
    };
    written(Outer {
        inner: inner.clone(),
        generic: vec![Newtype(1.5)],
        rest: BTreeMap::from([("z".to_owned(), 1)]),
    });
    written(Transparent { inner: Newtype(2.0) });
    written(Tree {
        value: 1,
        children: vec![Tree {
            value: 2,
            children: Vec::new(),
        }],
    });
    read::<Outer<bool>>(json!({ "a": [1, "x"], "b": null, "generic": [true] }));
    read::<Outer<bool>>(json!({ "a": [1], "b": null, "generic": [true] }));
    read::<Outer<bool>>(json!({ "a": [1, "x"], "generic": [true] }));
    read::<Outer<bool>>(json!({ "a": [1, "x"], "b": null, "generic": [1] }));
    read::<Transparent>(json!(3));
    read::<Transparent>(json!({ "inner": 3 }));
    read::<Tree>(json!({ "value": 1, "children": [] }));
    read::<Tree>(json!({ "children": [] }));
}

#[derive(Serialize, Shape)]
#[serde(tag = "type", rename = "tagged")]
struct Tagged {
    a: u8,
}

#[derive(Serialize, Shape)]
struct MayLack {
    #[serde(flatten, skip_serializing_if = "is_zero")]
    small: Small,
    b: Vec<Shorter>,
}

#[derive(Serialize, Shape, PartialEq)]
struct Small {
    a: u8,
}

fn is_zero(small: &Small) -> bool {
    small.a == 0
}

#[derive(Serialize, Shape)]
struct Shorter(u8, #[serde(skip_serializing_if = "Option::is_none")] Option<u8>);

/// What is read from nothing else is written as more than its fields, or as less.
#[test]
fn more_or_less_than_fields() {
    written(Tagged { a: 1 });
    for small in [0, 1] {
        let small = Small { a: small };
        let b = vec![Shorter(1, None), Shorter(1, Some(2))];
        written(MayLack { small, b });
    }
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
enum External {
    InTransit,
    #[serde(rename = "gone", alias = "lost")]
    Gone,
    Sent {
        to_whom: String,
    },
    Counted(u32),
    Pair(u8, u8),
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Internal {
    Empty,
    Circle { radius: f64 },
    Wrapped(Inner),
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Empty,
    Circle { radius: f64 },
    Wrapped(Newtype),
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(untagged)]
enum Untagged {
    Text(String),
    Circle { radius: f64 },
    Nothing,
}

#[derive(Serialize, Deserialize, Shape)]
#[serde(rename_all = "kebab-case")]
enum Words {
    OneWord,
    #[serde(other)]
    Others,
}

#[test]
fn enums() {
    written(External::InTransit);
    written(External::Gone);
    written(External::Sent {
        to_whom: "x".to_owned(),
    });
    written(External::Counted(1));
    written(External::Pair(1, 2));
    written(Internal::Empty);
    written(Internal::Circle { radius: 1.0 });
    written(Internal::Wrapped(Inner {
        a: (1, String::new()),
        b: Box::new(Unit),
    }));
    written(Adjacent::Empty);
    written(Adjacent::Circle { radius: 1.0 });
    written(Adjacent::Wrapped(Newtype(1.0)));
    written(Untagged::Text(String::new()));
    written(Untagged::Circle { radius: 1.0 });
    written(Untagged::Nothing);
    written(Words::OneWord);
    written(Words::Others);
    for json in [
        json!("IN_TRANSIT"),
        json!("lost"),
        json!("InTransit"),
        json!({ "SENT": { "toWhom": "x" } }),
        json!({ "SENT": { "to_whom": "x" } }),
        json!({ "COUNTED": 1 }),
        json!({ "PAIR": [1, 2] }),
        json!({ "PAIR": [1] }),
    ] {
        read::<External>(json);
    }
    for json in [
        json!({ "type": "empty" }),
        json!({ "type": "circle", "radius": 1 }),
        json!({ "type": "circle" }),
        json!({ "type": "square" }),
        json!({ "type": "wrapped", "a": [1, "x"], "b": null }),
    ] {
        read::<Internal>(json);
    }
    for json in [
        json!({ "t": "Empty" }),
        json!({ "t": "Circle", "c": { "radius": 1 } }),
        json!({ "t": "Wrapped", "c": "x" }),
        json!({ "t": "Wrapped" }),
    ] {
        read::<Adjacent>(json);
    }
    for json in [json!("x"), json!({ "radius": 1 }), json!(null), json!(1)] {
        read::<Untagged>(json);
    }
    for json in [json!("one-word"), json!("anything"), json!(1)] {
        read::<Words>(json);
    }
}

/// Has no shape.
#[derive(Serialize, Deserialize)]
struct Foreign;

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&number.to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize, Shape)]
struct Custom {
    foreign: Foreign,
    #[serde(with = "as_text")]
    unknown: u32,
    #[serde(with = "as_text")]
    #[asl(as = "String")]
    told: u32,
    #[asl(any)]
    let_be: String,
}

#[derive(Serialize, Deserialize, Shape, Clone)]
#[serde(from = "String", into = "u8")]
struct Converted(u8);

impl From<String> for Converted {
    fn from(text: String) -> Self {
        Self(text.len() as u8)
    }
}

impl From<Converted> for u8 {
    fn from(converted: Converted) -> Self {
        converted.0
    }
}

#[test]
fn what_is_not_derived() {
    written(Custom {
        foreign: Foreign,
        unknown: 1,
        told: 2,
        let_be: String::new(),
    });
    written(Converted(1));
    read::<Converted>(json!("x"));
    read::<Converted>(json!(1));
    let Form::Object(object) = Custom::OUTPUT else {
        panic!("{:?}", Custom::OUTPUT);
    };
    let forms: Vec<_> = object
        .fields
        .iter()
        .map(|field| format!("{:?}", field.form))
        .collect();
    assert_eq!(forms, ["Any", "Any", "String", "Any"]);
}
