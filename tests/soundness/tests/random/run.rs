//! Runs a definition on JSON, and notes what is found.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{
    Asked, Question,
    machines::{Machine, Random},
};

/// Why an execution ends without an output.
#[derive(Debug)]
pub struct Failed;

pub type Ran<T> = Result<T, Failed>;

/// Runs a machine once.
pub fn run(machine: &Machine, input: Value, random: &mut Random, found: &mut BTreeSet<Question>) {
    let mut run = Run {
        machine,
        input: input.clone(),
        random,
        found,
        steps: 0,
    };
    let _ = run.scope(&machine.definition, input, &mut Map::new(), None);
}

pub struct Run<'a> {
    pub machine: &'a Machine,
    pub input: Value,
    random: &'a mut Random,
    pub found: &'a mut BTreeSet<Question>,
    steps: usize,
}

/// What paths start from.
struct Around<'a> {
    state: &'a str,
    document: &'a Value,
    variables: &'a Map<String, Value>,
    item: Option<&'a Value>,
}

impl<'a> Around<'a> {
    fn of(
        state: &'a str,
        document: &'a Value,
        variables: &'a Map<String, Value>,
        item: Option<&'a Value>,
    ) -> Self {
        Self {
            state,
            document,
            variables,
            item,
        }
    }
}

impl Run<'_> {
    pub fn scope(
        &mut self,
        scope: &Value,
        mut input: Value,
        variables: &mut Map<String, Value>,
        item: Option<&Value>,
    ) -> Ran<Value> {
        let mut name = scope["StartAt"].as_str().ok_or(Failed)?;
        loop {
            self.steps += 1;
            // Loops make some documents twice as large each time.
            if self.steps > 40 || input.to_string().len() > 4000 {
                return Err(Failed);
            }
            let state = &scope["States"][name];
            let (output, next) = self.state(name, state, input, variables, item)?;
            input = output;
            match next {
                Some(next) => name = next,
                None => return Ok(input),
            }
        }
    }

    fn state<'d>(
        &mut self,
        name: &str,
        state: &'d Value,
        raw: Value,
        variables: &mut Map<String, Value>,
        item: Option<&Value>,
    ) -> Ran<(Value, Option<&'d str>)> {
        if state.get("QueryLanguage").is_some() {
            return self.query_state(name, state, raw, variables, item);
        }
        let before = variables.clone();
        let input = match &state["InputPath"] {
            Value::String(path) => self.path(path, &Around::of(name, &raw, &before, item), "InputPath")?,
            _ => raw.clone(),
        };
        let effective = match &state["Parameters"] {
            Value::Null => input.clone(),
            template => self.template(template, &Around::of(name, &input, &before, item), "Parameters")?,
        };
        let next = state["Next"].as_str();
        let kind = state["Type"].as_str().unwrap_or_default();
        let result = match kind {
            "Choice" => {
                let rules = state["Choices"].as_array().ok_or(Failed)?;
                let mut next = state["Default"].as_str();
                for (index, rule) in rules.iter().enumerate() {
                    if self.test(
                        rule,
                        &Around::of(name, &input, &before, item),
                        &format!("Choices[{index}]"),
                    )? {
                        next = rule["Next"].as_str();
                        break;
                    }
                }
                let output = self.output(state, input, &Around::of(name, &Value::Null, &before, item))?;
                return Ok((output, next));
            }
            "Wait" => {
                let path = state["SecondsPath"].as_str().ok_or(Failed)?;
                let seconds = self.path(path, &Around::of(name, &input, &before, item), "SecondsPath")?;
                self.note(name, "SecondsPath", path, Asked::Kind, seconds.is_number());
                if !seconds.is_number() {
                    return Err(Failed);
                }
                self.assign(state, &Around::of(name, &input, &before, item), variables)?;
                let output = self.output(state, input, &Around::of(name, &Value::Null, &before, item))?;
                return Ok((output, next));
            }
            "Pass" => Ok(match &state["Result"] {
                Value::Null if state.get("Result").is_none() => effective,
                result => result.clone(),
            }),
            "Parallel" => {
                let branches = state["Branches"].as_array().ok_or(Failed)?;
                let outputs = branches
                    .iter()
                    .map(|branch| self.scope(branch, effective.clone(), &mut before.clone(), item));
                outputs.collect::<Ran<Vec<_>>>().map(Value::Array)
            }
            "Map" => self.map(state, &input, &Around::of(name, &input, &before, item)),
            _ => {
                let field = if state.get("Parameters").is_some() {
                    "Parameters"
                } else {
                    ""
                };
                self.work(name, field, &effective)
            }
        };
        let result = match result {
            Ok(result) => result,
            Err(Failed) => {
                let catcher = &state["Catch"][0];
                let next = catcher["Next"].as_str().ok_or(Failed)?;
                let error = json!({ "Error": "E", "Cause": "C" });
                let output = self.put(raw, catcher, error, name, "Catch[0].ResultPath")?;
                return Ok((output, Some(next)));
            }
        };
        self.assign(state, &Around::of(name, &result, &before, item), variables)?;
        let selected = match &state["ResultSelector"] {
            Value::Null => result,
            template => self.template(
                template,
                &Around::of(name, &result, &before, item),
                "ResultSelector",
            )?,
        };
        let combined = self.put(raw, state, selected, name, "ResultPath")?;
        let output = self.output(state, combined, &Around::of(name, &Value::Null, &before, item))?;
        Ok((output, next))
    }

    /// What a task does.
    pub fn work(&mut self, name: &str, field: &str, input: &Value) -> Ran<Value> {
        let (reads, _) = &self.machine.tasks[name];
        let fits = reads.reads(input);
        self.note(name, field, "", Asked::Fits, fits);
        match self.machine.shape_of_output(name) {
            Some(shape) if fits && !self.random.chance(6) => Ok(shape.value(self.random)),
            _ => Err(Failed),
        }
    }

    fn map(&mut self, state: &Value, input: &Value, around: &Around<'_>) -> Ran<Value> {
        let (items, path, field) = match &state["ItemsPath"] {
            Value::String(path) => (self.path(path, around, "ItemsPath")?, path.as_str(), "ItemsPath"),
            _ => (input.clone(), "$", ""),
        };
        self.note(around.state, field, path, Asked::Kind, items.is_array());
        let mut outputs = Vec::new();
        for item in items.as_array().ok_or(Failed)? {
            let input = match &state["ItemSelector"] {
                Value::Null => item.clone(),
                template => {
                    let around = Around {
                        item: Some(item),
                        ..*around
                    };
                    self.template(template, &around, "ItemSelector")?
                }
            };
            let variables = &mut around.variables.clone();
            outputs.push(self.scope(&state["ItemProcessor"], input, variables, Some(item))?);
        }
        Ok(Value::Array(outputs))
    }

    fn output(&mut self, state: &Value, output: Value, around: &Around<'_>) -> Ran<Value> {
        match &state["OutputPath"] {
            Value::String(path) => {
                let around = Around {
                    document: &output,
                    ..*around
                };
                self.path(path, &around, "OutputPath")
            }
            _ => Ok(output),
        }
    }

    fn assign(&mut self, state: &Value, around: &Around<'_>, variables: &mut Map<String, Value>) -> Ran<()> {
        if let Value::Object(assign) = self.template(&state["Assign"], around, "Assign")? {
            variables.extend(assign);
        }
        Ok(())
    }

    fn put(&mut self, raw: Value, at: &Value, result: Value, name: &str, field: &str) -> Ran<Value> {
        let path = match at.get("ResultPath") {
            None => return Ok(result),
            Some(Value::String(path)) => path,
            Some(_) => return Ok(raw),
        };
        let mut output = raw;
        let mut place = &mut output;
        for key in path.trim_start_matches("$.").split('.') {
            place = match place {
                Value::Object(object) => object.entry(key).or_insert_with(|| json!({})),
                _ => return Err(Failed),
            };
        }
        *place = result;
        self.note(name, field, path, Asked::Kind, true);
        Ok(output)
    }

    fn template(&mut self, template: &Value, around: &Around<'_>, field: &str) -> Ran<Value> {
        let Value::Object(members) = template else {
            return Ok(template.clone());
        };
        let mut object = Map::new();
        for (key, value) in members {
            let field = format!("{field}.{key}");
            match (key.strip_suffix(".$"), value) {
                (Some(key), Value::String(text)) => {
                    let value = match text.strip_prefix("States.") {
                        Some(call) => self.call(call, around, &field)?,
                        None => self.path(text, around, &field)?,
                    };
                    object.insert(key.to_owned(), value);
                }
                _ => {
                    object.insert(key.clone(), self.template(value, around, &field)?);
                }
            }
        }
        Ok(Value::Object(object))
    }

    fn call(&mut self, call: &str, around: &Around<'_>, field: &str) -> Ran<Value> {
        let (function, arguments) = call.trim_end_matches(')').split_once('(').ok_or(Failed)?;
        let arguments: Vec<&str> = arguments.split(", ").collect();
        let mut values = Vec::new();
        for argument in arguments.iter().filter(|argument| argument.starts_with('$')) {
            let value = self.path(argument, around, field)?;
            let fits = match function {
                "ArrayGetItem" | "ArrayLength" => value.is_array(),
                "JsonMerge" => value.is_object(),
                _ => true,
            };
            self.note(around.state, field, argument, Asked::Kind, fits);
            values.push(value);
        }
        match (function, values.as_slice()) {
            ("Array", _) => Ok(Value::Array(values)),
            ("ArrayGetItem", [Value::Array(array)]) => array.first().cloned().ok_or(Failed),
            ("ArrayLength", [Value::Array(array)]) => Ok(json!(array.len())),
            ("JsonMerge", [Value::Object(first), Value::Object(second)]) => {
                let mut merged = first.clone();
                merged.extend(second.clone());
                Ok(Value::Object(merged))
            }
            _ => Err(Failed),
        }
    }

    fn test(&mut self, test: &Value, around: &Around<'_>, field: &str) -> Ran<bool> {
        for (name, stops_at) in [("And", false), ("Or", true)] {
            if let Some(tests) = test[name].as_array() {
                for (index, test) in tests.iter().enumerate() {
                    if self.test(test, around, &format!("{field}.{name}[{index}]"))? == stops_at {
                        return Ok(stops_at);
                    }
                }
                return Ok(!stops_at);
            }
        }
        if let Some(negated) = test.get("Not") {
            return Ok(!self.test(negated, around, &format!("{field}.Not"))?);
        }
        let path = test["Variable"].as_str().ok_or(Failed)?;
        if let Some(wanted) = test["IsPresent"].as_bool() {
            return Ok(self.find(path, around).is_some() == wanted);
        }
        let at = format!("{field}.Variable");
        let value = self.path(path, around, &at)?;
        if test.get("IsString").is_some() {
            return Ok(value.is_string());
        }
        let mut is = |known: &str, of_kind: bool| {
            self.note(around.state, &at, path, Asked::Kind, of_kind);
            test.get(known) == Some(&value)
        };
        Ok(match &value {
            Value::Number(_) => is("NumericEquals", test.get("NumericEquals").is_some()),
            Value::Bool(_) => is("BooleanEquals", test.get("BooleanEquals").is_some()),
            Value::String(_) => {
                let equal = is("StringEquals", test.get("StringEquals").is_some());
                self.note(
                    around.state,
                    &format!("{field}.StringEquals"),
                    path,
                    Asked::Word,
                    equal,
                );
                equal
            }
            _ => false,
        })
    }

    /// What a path gives; that it gives something is noted.
    fn path(&mut self, path: &str, around: &Around<'_>, field: &str) -> Ran<Value> {
        let value = self.find(path, around).ok_or(Failed)?;
        let is_something = !path.contains("[*]") || value.as_array().is_some_and(|all| !all.is_empty());
        self.note(around.state, field, path, Asked::Exists, is_something);
        Ok(value)
    }

    pub fn note(&mut self, state: &str, field: &str, path: &str, asked: Asked, is_so: bool) {
        if is_so {
            self.found
                .insert((state.to_owned(), field.to_owned(), path.to_owned(), asked));
        }
    }

    fn find(&self, path: &str, around: &Around<'_>) -> Option<Value> {
        let (start, rest) = if let Some(rest) = path.strip_prefix("$$.Execution.Input") {
            (&self.input, rest)
        } else if let Some(rest) = path.strip_prefix("$$.Map.Item.Value") {
            (around.item?, rest)
        } else if let Some(rest) = path.strip_prefix("$v") {
            (around.variables.get("v")?, rest)
        } else {
            (around.document, path.strip_prefix('$')?)
        };
        let mut values = vec![start];
        let mut is_list = false;
        for step in rest.replace('[', ".[").split('.').filter(|step| !step.is_empty()) {
            let mut next = Vec::new();
            for value in values {
                match (step, value) {
                    ("[*]", Value::Array(elements)) => next.extend(elements),
                    ("[*]", Value::Object(members)) => next.extend(members.values()),
                    ("[*]", _) => {}
                    (index, Value::Array(elements)) if index.starts_with('[') => {
                        let index: isize = index.trim_matches(['[', ']']).parse().ok()?;
                        let from = if index < 0 { elements.len() } else { 0 };
                        next.extend(from.checked_add_signed(index).and_then(|at| elements.get(at)));
                    }
                    (key, Value::Object(members)) => next.extend(members.get(key)),
                    _ => {}
                }
            }
            is_list |= step == "[*]";
            if next.is_empty() && !is_list {
                return None;
            }
            values = next;
        }
        if is_list {
            return Some(values.into_iter().cloned().collect());
        }
        values.first().map(|value| (*value).clone())
    }
}
