//! Random types, their values, and what they read.

use asl_runtime::shape::{Field, Form, Object};
use serde_json::{Map, Value, json};

use crate::machines::{KEYS, Random, WORDS};

/// A type.
#[derive(Debug, Clone)]
pub enum Shape {
    Any,
    Boolean,
    Number,
    String,
    Words(Vec<&'static str>),
    Array(Box<Shape>),
    Map(Box<Shape>),
    /// Key, type, and whether it may be left out.
    Object(Vec<(&'static str, Shape, bool)>),
    /// The same, read from objects without other members only.
    Strict(Vec<(&'static str, Shape, bool)>),
    Option(Box<Shape>),
    OneOf(Vec<Shape>),
}

impl Shape {
    pub fn random(random: &mut Random, depth: usize) -> Self {
        let inner = |random: &mut Random| Box::new(Self::random(random, depth.saturating_sub(1)));
        match random.below(if depth == 0 { 5 } else { 14 }) {
            0 => Self::Boolean,
            1 => Self::Number,
            2 => Self::String,
            3 => Self::Words(random.some(WORDS)),
            4 if random.chance(3) => Self::Any,
            4 => Self::Number,
            5 => Self::Array(inner(random)),
            6 if random.chance(2) => Self::Map(inner(random)),
            6 => Self::Option(inner(random)),
            7 if random.chance(2) => Self::OneOf(vec![*inner(random), *inner(random)]),
            _ => Self::object(random, depth),
        }
    }

    pub fn object(random: &mut Random, depth: usize) -> Self {
        let keys = random.some(KEYS);
        let member = |key| {
            let shape = Self::random(random, depth.saturating_sub(1));
            let optional = random.chance(4);
            (key, shape, optional)
        };
        let members = keys.into_iter().map(member).collect();
        if random.chance(4) {
            Self::Strict(members)
        } else {
            Self::Object(members)
        }
    }

    /// Paths that lead somewhere in it.
    pub fn paths(&self) -> Vec<String> {
        let below = |step: &str, shape: &Self| {
            let inner = shape.paths().into_iter().map(|path| format!("{step}{path}"));
            inner.collect::<Vec<_>>()
        };
        let mut paths = vec![String::new()];
        match self {
            Self::Object(members) | Self::Strict(members) => {
                for (key, shape, _) in members {
                    paths.extend(below(&format!(".{key}"), shape));
                }
            }
            Self::Array(element) => {
                paths.extend(below("[0]", element));
                paths.extend(below("[-1]", element));
            }
            Self::Option(shape) => paths = shape.paths(),
            _ => {}
        }
        paths
    }

    /// A value of the type.
    pub fn value(&self, random: &mut Random) -> Value {
        match self {
            Self::Any => Self::random(random, 2).value(random),
            Self::Boolean => json!(random.chance(2)),
            Self::Number => json!(random.below(5)),
            Self::String => json!(random.one(WORDS)),
            Self::Words(words) => json!(words[random.below(words.len())]),
            Self::Array(element) => (0..random.below(3)).map(|_| element.value(random)).collect(),
            Self::Map(value) => {
                let keys = random.some(KEYS);
                let members = keys.into_iter().map(|key| (key.to_owned(), value.value(random)));
                Value::Object(members.collect())
            }
            Self::Object(members) | Self::Strict(members) => {
                let mut object = Map::new();
                for (key, shape, optional) in members {
                    if !optional || random.chance(2) {
                        object.insert((*key).to_owned(), shape.value(random));
                    }
                }
                Value::Object(object)
            }
            Self::Option(shape) if random.chance(2) => shape.value(random),
            Self::Option(_) => Value::Null,
            Self::OneOf(shapes) => shapes[random.below(shapes.len())].value(random),
        }
    }

    /// Whether a value can be read as the type, as `serde` would.
    pub fn reads(&self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::String => value.is_string(),
            Self::Words(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Self::Array(element) => value
                .as_array()
                .is_some_and(|all| all.iter().all(|one| element.reads(one))),
            Self::Map(shape) => value
                .as_object()
                .is_some_and(|all| all.values().all(|one| shape.reads(one))),
            Self::Strict(members) => value.as_object().is_some_and(|object| {
                let is_known = |key: &String| members.iter().any(|(known, ..)| known == key);
                object.keys().all(is_known) && Self::Object(members.clone()).reads(value)
            }),
            Self::Object(members) => value.as_object().is_some_and(|object| {
                members
                    .iter()
                    .all(|(key, shape, optional)| match object.get(*key) {
                        Some(value) => shape.reads(value),
                        None => *optional || matches!(shape, Self::Option(_) | Self::Any),
                    })
            }),
            Self::Option(shape) => value.is_null() || shape.reads(value),
            Self::OneOf(shapes) => shapes.iter().any(|shape| shape.reads(value)),
        }
    }

    /// As the runtime has it: what is written, or what can be read.
    pub fn form(&self, reads: bool) -> &'static Form {
        let form = match self {
            Self::Any => Form::Any,
            Self::Boolean => Form::Boolean,
            Self::Number => Form::Number,
            Self::String => Form::String,
            Self::Words(words) => Form::Words(words.clone().leak()),
            Self::Array(element) => Form::Array(element.form(reads)),
            Self::Map(value) => Form::Map(value.form(reads)),
            Self::Object(members) | Self::Strict(members) => {
                let field = |(key, shape, optional): &(&'static str, Self, bool)| {
                    let form = shape.form(reads);
                    let field = if reads {
                        Field::read(key, form)
                    } else {
                        Field::new(key, form)
                    };
                    if *optional { field.optional() } else { field }
                };
                let fields: Vec<Field> = members.iter().map(field).collect();
                let object = Object::new("Random", fields.leak());
                Form::Object(match self {
                    Self::Strict(_) => object.deny_unknown_fields(),
                    _ => object,
                })
            }
            Self::Option(shape) => Form::Option(shape.form(reads)),
            Self::OneOf(shapes) => {
                let forms: Vec<_> = shapes.iter().map(|shape| shape.form(reads)).collect();
                Form::OneOf(forms.leak())
            }
        };
        Box::leak(Box::new(form))
    }
}
