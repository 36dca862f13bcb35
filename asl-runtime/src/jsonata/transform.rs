//! `|pattern|update,delete|`: a function that changes a copy of an object.

use std::{collections::HashMap, rc::Rc};

use super::{
    Body, Data, Error, Eval, Function, Item, Query,
    data::non_finite_name,
    signature::{Parameter, Signature},
    stringify,
};
use crate::{
    Value,
    value::{Array, Object},
};

/// A part of a transform, as an expression of the object that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Selects the objects to change.
    Pattern,
    /// The object that is merged into each.
    Update,
    /// The names of the members that are deleted from each; nothing where the transform deletes none.
    Delete,
}

static SIGNATURE: Signature = Signature {
    parameters: &[Parameter {
        types: "oa",
        text: "(oa)",
        optional: false,
        context: false,
        repeated: false,
        elements: None,
    }],
};

/// The function.
pub fn transform(parts: impl Fn(&Query<'_>, Part, Item<'_>) -> Eval + 'static) -> Data {
    Data::Function(Rc::new(Function {
        arity: 1,
        name: smol_str::SmolStr::new_static("transform"),
        body: Body::Closure {
            signature: Some(&SIGNATURE),
            run: Box::new(move |q, _, args| match args.first() {
                None | Some(Data::Undefined) => Ok(Data::Undefined),
                Some(input) => change(q, input, &parts),
            }),
        },
    }))
}

fn change(q: &Query<'_>, input: &Data, parts: &dyn Fn(&Query<'_>, Part, Item<'_>) -> Eval) -> Eval {
    let copy = fresh(q, input)?;
    let matches = parts(q, Part::Pattern, Item::Value(&copy))?;
    let mut edits = Edits {
        q,
        changed: HashMap::new(),
    };
    for found in matches.items() {
        q.spend(1)?;
        let now = match &found {
            Data::Value(value) => Data::Value(edits.view(value)?),
            other => other.clone(),
        };
        let update = parts(q, Part::Update, Item::Data(&now))?;
        if !update.is_undefined() && !update.is_object() {
            let update = stringify::quoted(&update);
            return Err(Error::new(
                "T2011",
                format!(
                    "The insert/update clause of the transform expression must evaluate to an object: {update}"
                ),
            ));
        }
        let object = match &found {
            Data::Value(Value::Object(object)) => Some(object),
            _ => None,
        };
        if let Some(object) = object {
            edits.merge(object, &update)?;
        }
        let names = parts(q, Part::Delete, Item::Data(&now))?;
        if !names.items().all(|name| name.as_str().is_some()) {
            let names = stringify::quoted(&names);
            return Err(Error::new(
                "T2012",
                format!(
                    "The delete clause of the transform expression must evaluate to a string or array of strings: \
                    {names}"
                ),
            ));
        }
        if let Some(object) = object {
            edits.delete(object, &names);
        }
    }
    Ok(Data::Value(edits.view(&copy)?))
}

/// A copy that shares no object or array with the original, so that each of its objects can be told from all others.
fn fresh(q: &Query<'_>, data: &Data) -> Result<Value, Error> {
    q.spend(data.len())?;
    Ok(match data {
        Data::Value(value) => fresh_value(q, value)?,
        Data::Undefined => Value::Null,
        Data::Function(_) => Value::from_static(""),
        Data::NonFinite(number) => {
            let name = non_finite_name(*number);
            return Err(Error::new("D1001", format!("Number out of range: {name}")));
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| fresh(q, item));
            Value::Array(items.collect::<Result<Array, _>>()?)
        }
        Data::Record(record) => {
            let members = record.members.iter();
            let members = members.map(|(key, data)| Ok((key.clone(), fresh(q, data)?)));
            Value::Object(members.collect::<Result<Object, Error>>()?)
        }
    })
}

fn fresh_value(q: &Query<'_>, value: &Value) -> Result<Value, Error> {
    Ok(match value {
        Value::Array(array) => {
            q.spend(array.len())?;
            let items = array.iter().map(|item| fresh_value(q, item));
            Value::Array(items.collect::<Result<Array, _>>()?)
        }
        Value::Object(object) => {
            q.spend(object.len())?;
            let members = object.iter();
            let members = members.map(|(key, value)| Ok((key.clone(), fresh_value(q, value)?)));
            Value::Object(members.collect::<Result<Object, Error>>()?)
        }
        scalar => scalar.clone(),
    })
}

/// Objects of the copy that have been changed, by where they are in memory. The copy holds them all, so they stay
/// where they are.
struct Edits<'q> {
    q: &'q Query<'q>,
    changed: HashMap<usize, (Object, Object)>,
}

impl Edits<'_> {
    fn changed(&mut self, object: &Object) -> &mut Object {
        let entry = self.changed.entry(object.address());
        // The object itself is kept as well, so that no other one takes its place.
        &mut entry.or_insert_with(|| (object.clone(), object.clone())).1
    }

    fn merge(&mut self, object: &Object, update: &Data) -> Result<(), Error> {
        for (key, data) in update.members() {
            let value = fresh(self.q, &data)?;
            self.changed(object).insert(key, value);
        }
        Ok(())
    }

    fn delete(&mut self, object: &Object, names: &Data) {
        for name in names.items() {
            if let Some(name) = name.as_str() {
                self.changed(object).remove(name);
            }
        }
    }

    /// The value as it has become.
    fn view(&self, value: &Value) -> Result<Value, Error> {
        if self.changed.is_empty() {
            return Ok(value.clone());
        }
        Ok(match value {
            Value::Array(array) => {
                self.q.spend(array.len())?;
                let items = array.iter().map(|item| self.view(item));
                Value::Array(items.collect::<Result<Array, _>>()?)
            }
            Value::Object(object) => {
                let now = self.changed.get(&object.address()).map_or(object, |(_, now)| now);
                self.q.spend(now.len())?;
                let members = now.iter();
                let members = members.map(|(key, value)| Ok((key.clone(), self.view(value)?)));
                Value::Object(members.collect::<Result<Object, Error>>()?)
            }
            scalar => scalar.clone(),
        })
    }
}
