//! Random JSONata expressions.

mod evaluate;
mod states;

use std::fmt;

use serde_json::Value;

use crate::machines::{KEYS, Random, WORDS};

/// An expression.
#[derive(Debug, Clone)]
pub enum Expr {
    /// What it starts from, and its steps; `[]` at its end.
    Path(&'static str, Vec<Step>, bool),
    Word(&'static str),
    Number(usize),
    Boolean(bool),
    Object(Vec<(&'static str, Expr)>),
    Array(Vec<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `(a ? b : c)`
    If(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    /// `($x := a; b)`
    Let(Box<Expr>, Box<Expr>),
    Call(&'static str, Vec<Expr>),
    /// `$map(a, function($i) { b })`
    Map(Box<Expr>, Box<Expr>),
}

/// A step of a path.
#[derive(Debug, Clone)]
pub enum Step {
    Name(&'static str),
    Index(usize),
    Filter(Expr),
    Object(Expr),
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(root, steps, keep) => {
                f.write_str(root)?;
                for (number, step) in steps.iter().enumerate() {
                    match step {
                        Step::Name(name) if number == 0 && root.is_empty() => f.write_str(name)?,
                        step => write!(f, "{step}")?,
                    }
                }
                f.write_str(if *keep { "[]" } else { "" })
            }
            Self::Word(word) => write!(f, "'{word}'"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Object(members) => {
                let members = members.iter().map(|(key, value)| format!("'{key}': {value}"));
                write!(f, "{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            Self::Array(elements) => write!(f, "[{}]", list(elements)),
            Self::Binary(operator, left, right) => write!(f, "({left} {operator} {right})"),
            Self::If(condition, then, Some(otherwise)) => write!(f, "({condition} ? {then} : {otherwise})"),
            Self::If(condition, then, None) => write!(f, "({condition} ? {then})"),
            Self::Let(value, body) => write!(f, "($x := {value}; {body})"),
            Self::Call(name, arguments) => write!(f, "${name}({})", list(arguments)),
            Self::Map(array, body) => write!(f, "$map({array}, function($i) {{ {body} }})"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Filter(predicate) => write!(f, "[{predicate}]"),
            Self::Object(object) => write!(f, ".{object}"),
        }
    }
}

fn list(expressions: &[Expr]) -> String {
    let texts = expressions.iter().map(ToString::to_string);
    texts.collect::<Vec<_>>().join(", ")
}

impl Expr {
    /// A random one that starts from one of these.
    pub fn random(random: &mut Random, roots: &[&'static str], depth: usize) -> Self {
        let inner = |random: &mut Random| Box::new(Self::random(random, roots, depth.saturating_sub(1)));
        match random.below(if depth == 0 { 9 } else { 22 }) {
            0 => Self::Word(random.one(WORDS)),
            1 => Self::Number(random.below(3)),
            2..9 => Self::path(random, roots, depth),
            9 | 10 => {
                let keys = random.some(KEYS);
                Self::Object(keys.into_iter().map(|key| (key, *inner(random))).collect())
            }
            11 => Self::Array((0..=random.below(2)).map(|_| *inner(random)).collect()),
            12 => {
                let operator = random.one(&["+", "-", "*", "&", "<", ">="]);
                let operand = |random: &mut Random| {
                    Box::new(match random.below(4) {
                        0 => Self::Number(random.below(3)),
                        1 => Self::Call("count", vec![Self::path(random, roots, 0)]),
                        _ => Self::path(random, roots, depth - 1),
                    })
                };
                Self::Binary(operator, operand(random), operand(random))
            }
            13 | 14 => Self::test(random, roots, depth),
            15 => Self::If(
                Box::new(Self::test(random, roots, depth - 1)),
                inner(random),
                random.chance(2).then(|| inner(random)),
            ),
            16 => {
                let mut inside = roots.to_vec();
                inside.push("$x");
                let value = inner(random);
                Self::Let(value, Box::new(Self::random(random, &inside, depth - 1)))
            }
            17 => {
                let mut inside = roots.to_vec();
                inside.extend(["$i", "$i"]);
                let array = Box::new(Self::path(random, roots, 0));
                Self::Map(array, Box::new(Self::random(random, &inside, depth - 1)))
            }
            18 => {
                let object = Self::Object(vec![(random.one(KEYS), *inner(random))]);
                let objects = match random.below(3) {
                    0 => vec![Self::path(random, roots, 0), Self::path(random, roots, 0)],
                    1 => vec![object, Self::path(random, roots, 0)],
                    _ => vec![Self::path(random, roots, 0), object],
                };
                Self::Call("merge", vec![Self::Array(objects)])
            }
            19 => Self::Call("append", vec![*inner(random), *inner(random)]),
            _ => {
                let function = random.one(&[
                    "count",
                    "exists",
                    "sum",
                    "uppercase",
                    "type",
                    "not",
                    "distinct",
                    "reverse",
                    "keys",
                    "lookup",
                ]);
                let mut arguments = vec![Self::path(random, roots, 0)];
                if function == "lookup" {
                    arguments.push(Self::Word(random.one(KEYS)));
                }
                Self::Call(function, arguments)
            }
        }
    }

    /// One that is true or false.
    pub fn test(random: &mut Random, roots: &[&'static str], depth: usize) -> Self {
        let path = |random: &mut Random| Box::new(Self::path(random, roots, 0));
        match random.below(9) {
            0 | 1 if depth > 0 => Self::Binary(
                random.one(&["and", "or"]),
                Box::new(Self::test(random, roots, depth - 1)),
                Box::new(Self::test(random, roots, depth - 1)),
            ),
            2 => Self::Call("exists", vec![*path(random)]),
            3 => Self::Binary("<", path(random), Box::new(Self::Number(random.below(4)))),
            4 => Self::Binary("=", path(random), Box::new(Self::Number(random.below(3)))),
            5 => Self::Binary("=", path(random), Box::new(Self::Boolean(random.chance(2)))),
            6 => {
                let words = random.some(WORDS).into_iter().map(Self::Word);
                Self::Binary("in", path(random), Box::new(Self::Array(words.collect())))
            }
            7 => Self::Binary("=", path(random), path(random)),
            _ => Self::Binary("=", path(random), Box::new(Self::Word(random.one(WORDS)))),
        }
    }

    fn path(random: &mut Random, roots: &[&'static str], depth: usize) -> Self {
        let root = random.one(roots);
        let mut steps = Vec::new();
        if root.contains("put") && random.chance(2) {
            for step in random
                .known()
                .replace('[', ".[")
                .split('.')
                .filter(|step| !step.is_empty())
            {
                steps.push(match KEYS.iter().find(|key| **key == step) {
                    Some(key) => Step::Name(key),
                    None => Step::Index(0),
                });
            }
        }
        for _ in 0..random.below(3) {
            steps.push(match random.below(8) {
                0 => Step::Index(random.below(2)),
                1 if depth > 0 => Step::Filter(Self::test(random, &[""], 0)),
                2 if depth > 0 => Step::Object(Self::Object(vec![(
                    random.one(KEYS),
                    Self::random(random, &["", roots[0]], 0),
                )])),
                _ => Step::Name(random.one(KEYS)),
            });
        }
        if root.is_empty() && !matches!(steps.first(), Some(Step::Name(_))) {
            steps.insert(0, Step::Name(random.one(KEYS)));
        }
        let keep = random.chance(8) && matches!(steps.last(), Some(Step::Name(_)));
        Self::Path(root, steps, keep)
    }
}

/// The kind of a value, as a bit.
pub fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 4,
        Value::String(_) => 8,
        Value::Array(_) => 16,
        Value::Object(_) => 32,
    }
}
