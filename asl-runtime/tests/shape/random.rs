//! Random JSON that resembles what a form says, and often is a little off.

use asl_runtime::shape::{Form, Object};
use serde_json::{Map, Value, json};

/// A generator of random numbers (xorshift).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap_or_default()
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// A value that looks so, unless chance has it otherwise.
pub fn value(form: &Form, random: &mut Random) -> Value {
    if random.chance(12) {
        return anything(random, 2);
    }
    match form {
        Form::Null => Value::Null,
        Form::Boolean => json!(random.chance(2)),
        Form::Integer => json!(random.below(4)),
        Form::Number => json!(random.below(40) as f64 / 4.0),
        Form::String => json!(["x", "A", "10.0.0.1", "2030-01-01T00:00:00Z"][random.below(4)]),
        Form::Timestamp => json!("2030-01-01T00:00:00Z"),
        Form::Words(words) if !words.is_empty() => word(words[random.below(words.len())], random),
        Form::Array(form) => (0..random.below(3)).map(|_| value(form, random)).collect(),
        Form::Tuple(forms) => {
            let mut values: Vec<_> = forms.iter().map(|form| value(form, random)).collect();
            if random.chance(8) {
                values.pop();
            }
            values.into()
        }
        Form::Map(form) => {
            let members = (0..random.below(3)).map(|key| (key.to_string(), value(form, random)));
            Value::Object(members.collect())
        }
        Form::Object(object) => {
            let mut members = Map::new();
            add_members(object, &mut members, random);
            if random.chance(12) {
                // `serde` reads structs from arrays too.
                return members.into_iter().map(|(_, value)| value).collect();
            }
            members.into()
        }
        Form::Option(form) if random.chance(2) => value(form, random),
        Form::Option(_) => Value::Null,
        Form::OneOf(forms) if !forms.is_empty() => value(forms[random.below(forms.len())], random),
        _ => anything(random, 2),
    }
}

/// A word, or another way to name the variant of an enum.
fn word(word: &str, random: &mut Random) -> Value {
    match random.below(10) {
        0 => json!({ word: null }),
        1 => json!(random.below(3)),
        _ => json!(word),
    }
}

fn add_members(object: &Object, members: &mut Map<String, Value>, random: &mut Random) {
    for field in object.fields {
        let needed = if field.optional { 2 } else { 12 };
        if random.chance(needed) {
            continue;
        }
        let names: Vec<_> = [field.name].iter().chain(field.aliases).copied().collect();
        let name = names[random.below(names.len())];
        members.insert(name.to_owned(), value(field.form, random));
    }
    for form in object.flattened {
        if let Value::Object(inner) = value(form, random) {
            members.extend(inner);
        }
    }
    if random.chance(8) {
        let name = ["surplus", "type", "t"][random.below(3)];
        members.entry(name).or_insert_with(|| anything(random, 1));
    }
}

fn anything(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(random.below(3)),
        3 => json!(0.5),
        4 => json!("x"),
        5 => (0..random.below(3))
            .map(|_| anything(random, depth - 1))
            .collect(),
        _ => {
            let keys = ["a", "type", "A"];
            let members = (0..random.below(3)).map(|key| (keys[key].to_owned(), anything(random, depth - 1)));
            Value::Object(members.collect())
        }
    }
}
