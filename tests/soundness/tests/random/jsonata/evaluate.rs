//! An interpreter of the expressions, after the algorithm of the language's reference implementation.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Expr, Step, kind};
use crate::{Asked, Question, machines::WORDS, run::Failed};

/// A value, or undefined.
pub type Evaluated = Result<Option<Value>, Failed>;

/// What an expression is evaluated with.
pub struct Evaluation<'a> {
    pub state: &'a str,
    pub field: &'a str,
    pub found: &'a mut BTreeSet<Question>,
    /// By how they are written: `$states.input`, `$v`.
    pub roots: Vec<(&'static str, Option<Value>)>,
    /// Functions of the expression, the innermost last.
    pub functions: Vec<Own>,
}

/// A function, and what there is around it.
#[derive(Clone)]
pub struct Own {
    body: Expr,
    item: Option<Value>,
    roots: Vec<(&'static str, Option<Value>)>,
    functions: usize,
}

impl Evaluation<'_> {
    /// Evaluates an expression. `item` is the context.
    pub fn expression(&mut self, expression: &Expr, item: Option<&Value>) -> Evaluated {
        let value = self.value(expression, item)?;
        if let Some(value) = &value {
            self.note(&expression.to_string(), Asked::Is(kind(value)));
        }
        Ok(value)
    }

    fn note(&mut self, text: &str, asked: Asked) {
        let question = (
            self.state.to_owned(),
            self.field.to_owned(),
            text.to_owned(),
            asked,
        );
        self.found.insert(question);
    }

    fn value(&mut self, expression: &Expr, item: Option<&Value>) -> Evaluated {
        Ok(Some(match expression {
            Expr::Path(root, steps, keep) => return self.path(root, steps, *keep, item),
            Expr::Word(word) => json!(word),
            Expr::Number(number) => json!(number),
            Expr::Boolean(value) => json!(value),
            Expr::Object(members) => {
                let mut object = Map::new();
                for (key, value) in members {
                    if let Some(value) = self.expression(value, item)? {
                        object.insert((*key).to_owned(), value);
                    }
                }
                Value::Object(object)
            }
            Expr::Array(elements) => {
                let mut array = Vec::new();
                for element in elements {
                    match self.expression(element, item)? {
                        Some(Value::Array(items)) if !matches!(element, Expr::Array(_)) => {
                            array.extend(items)
                        }
                        value => array.extend(value),
                    }
                }
                Value::Array(array)
            }
            Expr::Binary(operator, left, right) => return self.binary(operator, left, right, item),
            Expr::If(condition, then, otherwise) => {
                let holds = self
                    .expression(condition, item)?
                    .is_some_and(|value| truth(&value));
                return match otherwise {
                    _ if holds => self.expression(then, item),
                    Some(otherwise) => self.expression(otherwise, item),
                    None => Ok(None),
                };
            }
            Expr::Let(name, value, body) => {
                let value = self.expression(value, item)?;
                return self.with(name, value, |inside| inside.expression(body, item));
            }
            Expr::Each(name, of, body) => {
                let Some(of) = self.expression(of, item)? else {
                    return Ok(None);
                };
                let of = match (*name, of) {
                    ("each", Value::Object(members)) => {
                        let members = members.into_iter();
                        members.map(|(key, value)| (Some(json!(key)), value)).collect()
                    }
                    ("each", _) => return Err(Failed),
                    (_, of) => array(of).into_iter().map(|one| (None, one)).collect::<Vec<_>>(),
                };
                let mut results = Vec::new();
                for (key, each) in of {
                    let result = self.with("$k", key, |inside| {
                        inside.with("$i", Some(each.clone()), |inside| inside.expression(body, item))
                    })?;
                    match *name {
                        "single" => results.extend(result.filter(truth).map(|_| each)),
                        _ => results.extend(result),
                    }
                }
                if *name == "single" && results.len() != 1 {
                    return Err(Failed);
                }
                return Ok(collapsed(results));
            }
            Expr::Reduce(of, body, start) => {
                let Some(of) = self.expression(of, item)? else {
                    return Ok(None);
                };
                let mut items = array(of).into_iter();
                let start = match start {
                    Some(start) => self.expression(start, item)?,
                    None => None,
                };
                let mut before = start.or_else(|| items.next());
                for each in items {
                    before = self.with("$a", before, |inside| {
                        inside.with("$i", Some(each), |inside| inside.expression(body, item))
                    })?;
                }
                return Ok(before);
            }
            Expr::Own(body, calls) => {
                let own = Own {
                    body: Expr::clone(body),
                    item: item.cloned(),
                    roots: self.roots.clone(),
                    functions: self.functions.len(),
                };
                self.functions.push(own);
                let result = self.expression(calls, item);
                self.functions.pop();
                return result;
            }
            Expr::CallOwn(argument) => {
                let argument = self.expression(argument, item)?;
                return self.call_own(argument);
            }
            Expr::MapOwn(of) => {
                let Some(of) = self.expression(of, item)? else {
                    return Ok(None);
                };
                let mut mapped = Vec::new();
                for each in array(of) {
                    mapped.extend(self.call_own(Some(each))?);
                }
                return Ok(collapsed(mapped));
            }
            Expr::Group(of, members) => {
                let items = self.expression(of, item)?.map_or_else(Vec::new, array);
                // Items that are arrays become one.
                let all = items.into_iter().reduce(|all, one| {
                    let mut all = array(all);
                    all.extend(array(one));
                    Value::Array(all)
                });
                let mut object = Map::new();
                for (key, value) in members {
                    if let Some(value) = self.expression(value, all.as_ref())? {
                        object.insert((*key).to_owned(), value);
                    }
                }
                Value::Object(object)
            }
            Expr::Call(name, arguments) => {
                let mut values = Vec::new();
                for argument in arguments {
                    values.push(self.expression(argument, item)?);
                }
                return call(name, values);
            }
        }))
    }

    /// Calls the innermost function of the expression.
    fn call_own(&mut self, argument: Option<Value>) -> Evaluated {
        let own = self.functions.last().cloned().ok_or(Failed)?;
        let functions = self.functions.split_off(own.functions);
        let roots = std::mem::replace(&mut self.roots, own.roots);
        let result = self.with("$p", argument, |inside| {
            inside.expression(&own.body, own.item.as_ref())
        });
        self.roots = roots;
        self.functions.extend(functions);
        result
    }

    fn with<T>(
        &mut self,
        name: &'static str,
        value: Option<Value>,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.roots.push((name, value));
        let result = inside(self);
        self.roots.pop();
        result
    }

    fn binary(&mut self, operator: &str, left: &Expr, right: &Expr, item: Option<&Value>) -> Evaluated {
        let one = self.expression(left, item)?;
        if operator == "and" || operator == "or" {
            let one = one.is_some_and(|value| truth(&value));
            if one == (operator == "or") {
                return Ok(Some(json!(one)));
            }
            let other = self.expression(right, item)?.is_some_and(|value| truth(&value));
            return Ok(Some(json!(other)));
        }
        let other = self.expression(right, item)?;
        let result = match (operator, one, other) {
            ("=", Some(one), Some(other)) => {
                self.equal(left, &one, &other);
                self.equal(right, &other, &one);
                json!(one == other)
            }
            ("in", Some(one), Some(other)) => {
                let others = match other {
                    Value::Array(others) => others,
                    other => vec![other],
                };
                for other in &others {
                    self.equal(left, &one, other);
                }
                json!(!one.is_object() && !one.is_array() && others.contains(&one))
            }
            ("=" | "in", ..) => json!(false),
            ("&", one, other) => json!(format!("{one:?}{other:?}")),
            ("<" | ">=", one, other) => {
                let fits = |value: &Option<Value>| {
                    value
                        .as_ref()
                        .is_none_or(|value| value.is_number() || value.is_string())
                };
                if !fits(&one) || !fits(&other) {
                    return Err(Failed);
                }
                let less = match (one, other) {
                    (Some(Value::Number(one)), Some(Value::Number(other))) => one.as_f64() < other.as_f64(),
                    (Some(Value::String(one)), Some(Value::String(other))) => one < other,
                    (None, _) | (_, None) => return Ok(None),
                    _ => return Err(Failed),
                };
                json!(less == (operator == "<"))
            }
            (operator, one, other) => {
                let number = |value: Option<Value>| match value {
                    Some(Value::Number(number)) => Ok(number.as_i64()),
                    Some(_) => Err(Failed),
                    None => Ok(None),
                };
                match (number(one)?, number(other)?) {
                    (Some(one), Some(other)) => json!(match operator {
                        "+" => one.wrapping_add(other),
                        "-" => one.wrapping_sub(other),
                        _ => one.wrapping_mul(other),
                    }),
                    _ => return Ok(None),
                }
            }
        };
        Ok(Some(result))
    }

    fn equal(&mut self, side: &Expr, value: &Value, other: &Value) {
        if value == other
            && let Some(word) = WORDS.iter().find(|word| value == **word)
        {
            self.note(&side.to_string(), Asked::Equals(word));
        }
    }

    fn path(&mut self, root: &'static str, steps: &[Step], keep: bool, item: Option<&Value>) -> Evaluated {
        let mut steps = steps.iter().peekable();
        let mut text = root.to_owned();
        let first = if root.is_empty() {
            item.cloned()
        } else {
            let known = self.roots.iter().rev().find(|(name, _)| *name == root);
            known.and_then(|(_, value)| value.clone())
        };
        let Some(first) = first else { return Ok(None) };
        let mut values = vec![first];
        let mut is_first = !root.is_empty();
        loop {
            // A step with the filters that follow it.
            let mut of_items: Vec<(Vec<Value>, bool)> = Vec::new();
            let step = if is_first { None } else { steps.next() };
            if !is_first && step.is_none() {
                break;
            }
            is_first = false;
            let mut filters = Vec::new();
            while let Some(filter) = steps.next_if(|step| matches!(step, Step::Index(_) | Step::Filter(_))) {
                filters.push(filter);
            }
            for value in &values {
                let result = match step {
                    None => Some(value.clone()),
                    Some(Step::Name(name)) => named(value, name),
                    Some(Step::Object(object)) => self.expression(object, Some(value))?,
                    Some(Step::Index(_) | Step::Filter(_)) => Some(value.clone()),
                };
                let Some(result) = result else { continue };
                let mut text = text.clone() + &step.map(ToString::to_string).unwrap_or_default();
                self.note(&text, Asked::Exists);
                let mut result = match result {
                    Value::Array(items) => (items, true),
                    value => (vec![value], false),
                };
                for filter in &filters {
                    result = self.filtered(result.0, filter)?;
                    text += &filter.to_string();
                    if !result.0.is_empty() {
                        self.note(&text, Asked::Exists);
                    }
                }
                of_items.push(result);
            }
            text += &step.map(ToString::to_string).unwrap_or_default();
            for filter in &filters {
                text += &filter.to_string();
            }
            if steps.peek().is_none()
                && let [(items, true)] = of_items.as_slice()
            {
                return Ok(Some(Value::Array(items.clone())));
            }
            values = of_items.into_iter().flat_map(|(items, _)| items).collect();
            if values.is_empty() {
                return Ok(None);
            }
        }
        Ok(if keep {
            Some(Value::Array(values))
        } else {
            collapsed(values)
        })
    }

    /// What is left, and whether it is an array of the data.
    fn filtered(&mut self, items: Vec<Value>, filter: &Step) -> Result<(Vec<Value>, bool), Failed> {
        let mut kept = Vec::new();
        match filter {
            Step::Index(index) => match items.into_iter().nth(*index) {
                Some(Value::Array(items)) => return Ok((items, true)),
                item => kept.extend(item),
            },
            Step::Filter(predicate) => {
                for item in items {
                    if self
                        .expression(predicate, Some(&item))?
                        .is_some_and(|value| truth(&value))
                    {
                        kept.push(item);
                    }
                }
            }
            Step::Name(_) | Step::Object(_) => {}
        }
        Ok((kept, false))
    }
}

/// The member of an object, or those of all elements of an array.
fn named(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(object) => object.get(name).cloned(),
        Value::Array(elements) => {
            let mut found = Vec::new();
            for element in elements {
                match named(element, name) {
                    Some(Value::Array(items)) => found.extend(items),
                    value => found.extend(value),
                }
            }
            collapsed(found)
        }
        _ => None,
    }
}

fn collapsed(mut items: Vec<Value>) -> Option<Value> {
    match items.len() {
        0 => None,
        1 => items.pop(),
        _ => Some(Value::Array(items)),
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(truth),
        Value::Object(object) => !object.is_empty(),
    }
}

fn array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        value => vec![value],
    }
}

fn call(name: &str, arguments: Vec<Option<Value>>) -> Evaluated {
    let mut arguments = arguments.into_iter();
    let first = arguments.next().flatten();
    let second = arguments.next().flatten();
    if name == "append" {
        return Ok(match (first, second) {
            (Some(first), Some(second)) => {
                let mut all = array(first);
                all.extend(array(second));
                Some(Value::Array(all))
            }
            (first, second) => first.or(second),
        });
    }
    let Some(first) = first else {
        return Ok(match name {
            "count" => Some(json!(0)),
            "exists" => Some(json!(false)),
            _ => None,
        });
    };
    Ok(match name {
        "count" => Some(json!(array(first).len())),
        "exists" => Some(json!(true)),
        "sum" => {
            let numbers = array(first).into_iter().map(|value| value.as_i64().ok_or(Failed));
            Some(json!(numbers.sum::<Result<i64, Failed>>()?))
        }
        "uppercase" => Some(json!(first.as_str().ok_or(Failed)?.to_uppercase())),
        "type" => Some(json!("type")),
        "not" => Some(json!(!truth(&first))),
        "distinct" => match first {
            Value::Array(items) => {
                let mut kept: Vec<Value> = Vec::new();
                for item in items {
                    if !kept.contains(&item) {
                        kept.push(item);
                    }
                }
                Some(Value::Array(kept))
            }
            value => Some(value),
        },
        "reverse" => Some(array(first).into_iter().rev().collect()),
        "keys" => {
            let mut keys = BTreeSet::new();
            for object in array(first) {
                keys.extend(
                    object
                        .as_object()
                        .into_iter()
                        .flat_map(|object| object.keys().cloned()),
                );
            }
            collapsed(keys.into_iter().map(Value::String).collect())
        }
        "lookup" => named(&first, second.as_ref().and_then(Value::as_str).ok_or(Failed)?),
        "merge" => {
            let mut merged = Map::new();
            for object in array(first) {
                match object {
                    Value::Object(object) => merged.extend(object),
                    _ => return Err(Failed),
                }
            }
            Some(Value::Object(merged))
        }
        _ => return Err(Failed),
    })
}
