//! Random definitions, with types for their tasks.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{jsonata::Expr, shapes::Shape};

/// Few keys, so that paths often find something.
pub const KEYS: &[&str] = &["a", "b", "c", "d"];
/// Few strings, so that they are often equal.
pub const WORDS: &[&str] = &["x", "y", "z"];

/// A definition with types.
#[derive(Debug)]
pub struct Machine {
    pub definition: Value,
    pub input: Shape,
    /// What each task takes and gives.
    pub tasks: BTreeMap<String, (Shape, Shape)>,
    /// The JSONata expressions, by the strings that they stand in.
    pub expressions: BTreeMap<String, Expr>,
}

/// Numbers that follow from a seed.
pub struct Random {
    state: u64,
    /// Where the input of the machine has something: a good part of the paths lead there.
    known: Vec<String>,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed,
            known: Vec::new(),
        }
    }

    /// A path that leads somewhere in the input of the machine.
    pub fn known(&mut self) -> String {
        match self.known.len() {
            0 => String::new(),
            count => {
                let chosen = self.below(count);
                self.known[chosen].clone()
            }
        }
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit
    }

    /// True once in so many times.
    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// At least one of them, in their order.
    pub fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        let first = self.below(of.len());
        let chosen = of
            .iter()
            .enumerate()
            .filter(|(index, _)| *index == first || self.chance(2));
        chosen.map(|(_, one)| *one).collect()
    }
}

/// A random machine.
pub fn machine(random: &mut Random) -> Machine {
    let mut builder = Builder {
        states: 0,
        tasks: BTreeMap::new(),
        expressions: BTreeMap::new(),
    };
    let states = 2 + random.below(6);
    let input = Shape::object(random, 3);
    random.known = input.paths();
    let definition = builder.scope(random, states, 0);
    Machine {
        definition,
        input,
        tasks: builder.tasks,
        expressions: builder.expressions,
    }
}

pub struct Builder {
    states: usize,
    pub tasks: BTreeMap<String, (Shape, Shape)>,
    pub expressions: BTreeMap<String, Expr>,
}

impl Builder {
    pub fn scope(&mut self, random: &mut Random, count: usize, depth: usize) -> Value {
        let names: Vec<String> = (0..count)
            .map(|index| format!("S{}", self.states + index))
            .collect();
        self.states += count;
        let mut states = Map::new();
        for (index, name) in names.iter().enumerate() {
            let next = names.get(index + 1).map(String::as_str);
            let mut state = if random.chance(2) {
                self.query_state(random, name, next, &names, depth)
            } else {
                self.state(random, name, next, &names, depth)
            };
            if index == 0 && depth == 0 {
                state["Assign"] = if state.get("QueryLanguage").is_some() {
                    json!({ "v": self.input(), "w": 1 })
                } else {
                    json!({ "v.$": "$", "w": 1 })
                };
            }
            states.insert(name.clone(), state);
        }
        json!({ "StartAt": names[0], "States": states })
    }

    fn state(
        &mut self,
        random: &mut Random,
        name: &str,
        next: Option<&str>,
        names: &[String],
        depth: usize,
    ) -> Value {
        let mut state = Map::new();
        let mut set = |key: &str, value: Value| state.insert(key.to_owned(), value);
        if random.chance(6) {
            set("InputPath", any_path(random));
        }
        if random.chance(6) {
            set("OutputPath", any_path(random));
        }
        let kind = match (random.below(12), next) {
            (0..=2, Some(next)) => {
                set("Type", json!("Choice"));
                let rule = |random: &mut Random| {
                    let mut rule = test(random, 2);
                    rule["Next"] = json!(names[random.below(names.len())]);
                    rule
                };
                set("Choices", (0..=random.below(2)).map(|_| rule(random)).collect());
                set("Default", json!(next));
                return Value::Object(state);
            }
            (3, _) if depth < 2 => {
                set("Type", json!("Parallel"));
                let mut branch = |random: &mut Random| {
                    let count = 1 + random.below(2);
                    self.scope(random, count, depth + 1)
                };
                set(
                    "Branches",
                    (0..=random.below(2)).map(|_| branch(random)).collect(),
                );
                "Parallel"
            }
            (4, _) if depth < 2 => {
                set("Type", json!("Map"));
                if random.chance(2) {
                    set("ItemsPath", any_path(random));
                }
                if random.chance(3) {
                    set("ItemSelector", template(random, 2, true));
                }
                let count = 1 + random.below(2);
                set("ItemProcessor", self.scope(random, count, depth + 1));
                "Map"
            }
            (5, _) if random.chance(3) => {
                set("Type", json!("Wait"));
                set("SecondsPath", any_path(random));
                "Wait"
            }
            (6..=8, _) => {
                set("Type", json!("Pass"));
                if random.chance(4) {
                    set("Result", Shape::random(random, 2).value(random));
                }
                "Pass"
            }
            _ => {
                set("Type", json!("Task"));
                set("Resource", json!("task"));
                let input = Shape::object(random, 2);
                let output = Shape::random(random, 3);
                self.tasks.insert(name.to_owned(), (input, output));
                "Task"
            }
        };
        if matches!(kind, "Task" | "Pass" | "Parallel") && random.chance(2) {
            set("Parameters", template(random, 2, false));
        }
        if matches!(kind, "Task" | "Parallel" | "Map") && random.chance(3) {
            set("ResultSelector", template(random, 2, false));
        }
        if kind != "Wait" && random.chance(2) {
            set("ResultPath", reference(random));
        }
        if depth == 0 && random.chance(4) {
            set("Assign", json!({ "w.$": path(random, "$") }));
        }
        if matches!(kind, "Task" | "Parallel" | "Map") && random.chance(2) {
            let target = &names[random.below(names.len())];
            let mut catcher = json!({ "ErrorEquals": ["States.ALL"], "Next": target });
            if random.chance(2) {
                catcher["ResultPath"] = reference(random);
            }
            set("Catch", json!([catcher]));
        }
        match next {
            Some(next) => set("Next", json!(next)),
            None => set("End", json!(true)),
        };
        Value::Object(state)
    }
}

fn reference(random: &mut Random) -> Value {
    match random.below(6) {
        0 => Value::Null,
        1 => json!(format!("$.{}.{}", random.one(KEYS), random.one(KEYS))),
        2 | 3 => json!(format!("$.{}", random.one(&["e", "f"]))),
        _ => json!(format!("$.{}", random.one(KEYS))),
    }
}

fn any_path(random: &mut Random) -> Value {
    let root = match random.below(8) {
        0 => "$$.Execution.Input",
        1 => "$v",
        _ => "$",
    };
    json!(definite(random, root, 3))
}

/// A path that may give several values.
fn path(random: &mut Random, root: &str) -> String {
    let path = definite(random, root, 3);
    if random.chance(6) {
        let wildcard = path + "[*]";
        if random.chance(2) {
            wildcard
        } else {
            definite(random, &wildcard, 1)
        }
    } else {
        path
    }
}

fn definite(random: &mut Random, root: &str, steps: usize) -> String {
    let mut path = root.to_owned();
    if steps > 1 && random.chance(2) {
        return path + &random.known();
    }
    for _ in 0..random.below(steps + 1) {
        if random.chance(6) {
            path += &format!("[{}]", random.below(2));
        } else {
            path += &format!(".{}", random.one(KEYS));
        }
    }
    path
}

fn template(random: &mut Random, depth: usize, in_map: bool) -> Value {
    let mut object = Map::new();
    for key in random.some(KEYS) {
        match random.below(8) {
            0 if depth > 0 => object.insert(key.to_owned(), template(random, depth - 1, in_map)),
            1 => object.insert(key.to_owned(), Shape::random(random, 1).value(random)),
            2 => object.insert(format!("{key}.$"), json!(call(random))),
            3 if in_map => object.insert(
                format!("{key}.$"),
                json!(definite(random, "$$.Map.Item.Value", 2)),
            ),
            4 => object.insert(format!("{key}.$"), any_path(random)),
            _ => object.insert(format!("{key}.$"), json!(path(random, "$"))),
        };
    }
    Value::Object(object)
}

fn call(random: &mut Random) -> String {
    let mut path = || definite(random, "$", 2);
    let (first, second) = (path(), path());
    match random.below(4) {
        0 => format!("States.Array({first}, {second})"),
        1 => format!("States.ArrayGetItem({first}, 0)"),
        2 => format!("States.ArrayLength({first})"),
        _ => format!("States.JsonMerge({first}, {second}, false)"),
    }
}

fn test(random: &mut Random, depth: usize) -> Value {
    match random.below(9) {
        0 if depth > 0 => json!({ "And": [test(random, depth - 1), test(random, depth - 1)] }),
        1 if depth > 0 => json!({ "Or": [test(random, depth - 1), test(random, depth - 1)] }),
        2 if depth > 0 => json!({ "Not": test(random, depth - 1) }),
        3 | 4 => json!({ "Variable": any_path(random), "IsPresent": random.chance(2) }),
        5 => json!({ "Variable": any_path(random), "IsString": true }),
        6 => json!({ "Variable": any_path(random), "NumericEquals": random.below(3) }),
        7 => json!({ "Variable": any_path(random), "BooleanEquals": true }),
        _ => json!({ "Variable": any_path(random), "StringEquals": random.one(WORDS) }),
    }
}
