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
    /// `($x := a; b)`. No two variables of a machine have the same name, so that each path has one meaning.
    Let(&'static str, Box<Expr>, Box<Expr>),
    Call(&'static str, Vec<Expr>),
    /// `$map(a, function($i) { b })`, or another function that is called with each item or member, and its key.
    Each(&'static str, Box<Expr>, Box<Expr>),
    /// `$reduce(a, function($a, $i) { b }, c)`
    Reduce(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    /// `($f := function($p) { a }; b)`
    Own(Box<Expr>, Box<Expr>),
    /// `$f(a)`
    CallOwn(Box<Expr>),
    /// `$map(a, $f)`
    MapOwn(Box<Expr>),
    /// `a{'key': b}`
    Group(Box<Expr>, Vec<(&'static str, Expr)>),
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
            Self::Let(name, value, body) => write!(f, "({name} := {value}; {body})"),
            Self::Call(name, arguments) => write!(f, "${name}({})", list(arguments)),
            Self::Each(name, of, body) => {
                let key = if *name == "each" { ", $k" } else { "" };
                write!(f, "${name}({of}, function($i{key}) {{ {body} }})")
            }
            Self::Reduce(array, body, start) => {
                write!(f, "$reduce({array}, function($a, $i) {{ {body} }}")?;
                match start {
                    Some(start) => write!(f, ", {start})"),
                    None => f.write_str(")"),
                }
            }
            Self::Own(body, calls) => write!(f, "($f := function($p) {{ {body} }}; {calls})"),
            Self::CallOwn(argument) => write!(f, "$f({argument})"),
            Self::MapOwn(array) => write!(f, "$map({array}, $f)"),
            Self::Group(of, members) => {
                let members = members.iter().map(|(key, value)| format!("'{key}': {value}"));
                write!(f, "{of}{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
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
        match random.below(if depth == 0 { 9 } else { 27 }) {
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
                let name = variable(random);
                inside.push(name);
                let value = inner(random);
                Self::Let(name, value, Box::new(Self::random(random, &inside, depth - 1)))
            }
            17 | 22 => {
                let mut inside = roots.to_vec();
                inside.extend(["$i", "$i"]);
                let of = Box::new(Self::path(random, roots, 0));
                let name = random.one(&["map", "each", "single"]);
                let body = match name {
                    "single" => Self::test(random, &inside, depth - 1),
                    "each" => {
                        inside.push("$k");
                        Self::random(random, &inside, depth - 1)
                    }
                    _ => Self::random(random, &inside, depth - 1),
                };
                Self::Each(name, of, Box::new(body)).perhaps_in_capitals(random)
            }
            23 => {
                let mut inside = roots.to_vec();
                inside.extend(["$a", "$a", "$i", "$i"]);
                let array = Box::new(Self::path(random, roots, 0));
                let body = Box::new(Self::random(random, &inside, depth - 1));
                let start = random.chance(2).then(|| inner(random));
                Self::Reduce(array, body, start).perhaps_in_capitals(random)
            }
            24 => {
                let mut inside = roots.to_vec();
                inside.extend(["$p", "$p"]);
                let body = Box::new(Self::random(random, &inside, depth - 1));
                let call = |random: &mut Random| Self::CallOwn(Box::new(Self::path(random, roots, 0)));
                let calls = match random.below(4) {
                    0 => Self::MapOwn(Box::new(Self::path(random, roots, 0))),
                    1 => {
                        let keys = random.some(KEYS);
                        Self::Object(keys.into_iter().map(|key| (key, call(random))).collect())
                    }
                    2 => Self::Call("uppercase", vec![call(random)]),
                    _ => call(random),
                };
                Self::Own(body, Box::new(calls))
            }
            25 | 26 => {
                let of = Box::new(Self::path(random, roots, 0));
                let keys = random.some(KEYS);
                let mut inside = roots.to_vec();
                inside.extend(["", ""]);
                let value = |key| (key, Self::random(random, &inside, depth - 1));
                let group = Self::Group(of, keys.into_iter().map(value).collect());
                if random.chance(2) {
                    return group;
                }
                // What a member of it is, is asked.
                let name = variable(random);
                let member = Self::Path(name, vec![Step::Name(random.one(KEYS))], false);
                Self::Let(
                    name,
                    Box::new(group),
                    Box::new(Self::Call("uppercase", vec![member])),
                )
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

    /// Its kind matters, then.
    fn perhaps_in_capitals(self, random: &mut Random) -> Self {
        if random.chance(2) {
            Self::Call("uppercase", vec![self])
        } else {
            self
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

/// A name for a variable that no other one has.
fn variable(random: &mut Random) -> &'static str {
    format!("$x{}", random.below(1_000_000)).leak()
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
