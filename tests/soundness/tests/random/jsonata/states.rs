//! JSONata states: random ones, and how they run.

use serde_json::{Map, Value, json};

use super::{Expr, evaluate::Evaluation, kind};
use crate::{
    Asked,
    machines::{Builder, KEYS, Random},
    run::{Failed, Ran, Run},
    shapes::Shape,
};

/// What all fields can refer to.
const ROOTS: &[&str] = &[
    "$states.input",
    "$states.input",
    "$states.input",
    "$states.context.Execution.Input",
    "$v",
    "$w",
];

impl Builder {
    /// A random state.
    pub fn query_state(
        &mut self,
        random: &mut Random,
        name: &str,
        next: Option<&str>,
        names: &[String],
        depth: usize,
    ) -> Value {
        let mut state = Map::new();
        let mut set = |key: &str, value: Value| state.insert(key.to_owned(), value);
        set("QueryLanguage", json!("JSONata"));
        let kind = match (random.below(10), next) {
            (0..=2, Some(next)) => {
                set("Type", json!("Choice"));
                let mut rules = Vec::new();
                for _ in 0..=random.below(2) {
                    let condition = Expr::test(random, ROOTS, 2);
                    let mut rule = json!({ "Next": names[random.below(names.len())] });
                    rule["Condition"] = self.expression(condition);
                    if random.chance(4) {
                        rule["Output"] = self.json(random, ROOTS);
                    }
                    rules.push(rule);
                }
                set("Choices", Value::Array(rules));
                set("Default", json!(next));
                if random.chance(6) {
                    set("Output", self.json(random, ROOTS));
                }
                return Value::Object(state);
            }
            (3, _) if depth < 2 => {
                if random.chance(2) {
                    let items = Expr::random(random, ROOTS, 1);
                    set("Items", self.expression(items));
                }
                if random.chance(3) {
                    set(
                        "ItemSelector",
                        self.json(random, &["$states.context.Map.Item.Value", ROOTS[0]]),
                    );
                }
                let count = 1 + random.below(2);
                set("ItemProcessor", self.scope(random, count, depth + 1));
                "Map"
            }
            (4, _) if random.chance(2) => {
                let seconds = Expr::random(random, ROOTS, 1);
                set("Seconds", self.expression(seconds));
                "Wait"
            }
            (5, _) if depth < 2 => {
                let branches = (0..=random.below(2)).map(|_| {
                    let count = 1 + random.below(2);
                    self.scope(random, count, depth + 1)
                });
                set("Branches", branches.collect());
                "Parallel"
            }
            (6 | 7, _) => "Pass",
            _ => {
                set("Resource", json!("task"));
                let types = (Shape::object(random, 2), Shape::random(random, 3));
                self.tasks.insert(name.to_owned(), types);
                "Task"
            }
        };
        set("Type", json!(kind));
        if matches!(kind, "Task" | "Parallel") && random.chance(2) {
            set("Arguments", self.json(random, ROOTS));
        }
        let works = matches!(kind, "Task" | "Parallel" | "Map");
        let mut roots = ROOTS.to_vec();
        if works {
            roots.extend(["$states.result"; 4]);
        }
        if random.chance(2) {
            set("Output", self.json(random, &roots));
        }
        if depth == 0 && random.chance(4) {
            set("Assign", json!({ "w": self.json(random, &roots) }));
        }
        if works && random.chance(2) {
            let mut catcher =
                json!({ "ErrorEquals": ["States.ALL"], "Next": names[random.below(names.len())] });
            if random.chance(2) {
                catcher["Output"] = self.json(random, &["$states.errorOutput", "$states.input"]);
            }
            set("Catch", json!([catcher]));
        }
        match next {
            Some(next) => set("Next", json!(next)),
            None => set("End", json!(true)),
        };
        Value::Object(state)
    }

    /// `$states.input`
    pub fn input(&mut self) -> Value {
        self.expression(Expr::Path("$states.input", Vec::new(), false))
    }

    fn json(&mut self, random: &mut Random, roots: &[&'static str]) -> Value {
        if random.chance(3) {
            let expression = Expr::random(random, roots, 2);
            return self.expression(expression);
        }
        let mut object = Map::new();
        for key in random.some(KEYS) {
            let value = if random.chance(6) {
                json!([self.expression(Expr::random(random, roots, 1))])
            } else {
                self.expression(Expr::random(random, roots, 2))
            };
            object.insert(key.to_owned(), value);
        }
        Value::Object(object)
    }

    fn expression(&mut self, expression: Expr) -> Value {
        let text = format!("{{% {expression} %}}");
        self.expressions.insert(text.clone(), expression);
        Value::String(text)
    }
}

/// What the fields of a state refer to.
#[derive(Clone, Copy)]
struct Data<'a> {
    input: &'a Value,
    variables: &'a Map<String, Value>,
    item: Option<&'a Value>,
    result: Option<&'a Value>,
    error: Option<&'a Value>,
}

impl Run<'_> {
    pub fn query_state<'d>(
        &mut self,
        name: &str,
        state: &'d Value,
        input: Value,
        variables: &mut Map<String, Value>,
        item: Option<&Value>,
    ) -> Ran<(Value, Option<&'d str>)> {
        let before = variables.clone();
        let data = Data {
            input: &input,
            variables: &before,
            item,
            result: None,
            error: None,
        };
        let next = state["Next"].as_str();
        let of = |data: Data<'_>, run: &mut Self, block: &Value, field: &str, plain: Value| match &block["Output"]
        {
            Value::Null => Ok(plain),
            output => run.query(name, output, data, field),
        };
        let result = match state["Type"].as_str().unwrap_or_default() {
            "Choice" => {
                for (number, rule) in state["Choices"].as_array().ok_or(Failed)?.iter().enumerate() {
                    let field = format!("Choices[{number}].Condition");
                    let holds = self.query(name, &rule["Condition"], data, &field)?;
                    if holds.as_bool().ok_or(Failed)? {
                        let field = format!("Choices[{number}].Output");
                        return Ok((
                            of(data, self, rule, &field, input.clone())?,
                            rule["Next"].as_str(),
                        ));
                    }
                }
                return Ok((
                    of(data, self, state, "Output", input.clone())?,
                    state["Default"].as_str(),
                ));
            }
            kind @ ("Pass" | "Wait") => {
                if kind == "Wait" && !self.query(name, &state["Seconds"], data, "Seconds")?.is_number() {
                    return Err(Failed);
                }
                if let Value::Object(assign) = self.query(name, &state["Assign"], data, "Assign")? {
                    variables.extend(assign);
                }
                return Ok((of(data, self, state, "Output", input.clone())?, next));
            }
            _ => self.query_work(name, state, data),
        };
        match result {
            Ok(result) => {
                let data = Data {
                    result: Some(&result),
                    ..data
                };
                if let Value::Object(assign) = self.query(name, &state["Assign"], data, "Assign")? {
                    variables.extend(assign);
                }
                Ok((of(data, self, state, "Output", result.clone())?, next))
            }
            Err(Failed) => {
                let catcher = &state["Catch"][0];
                let next = catcher["Next"].as_str().ok_or(Failed)?;
                let error = json!({ "Error": "E", "Cause": "C" });
                let data = Data {
                    error: Some(&error),
                    ..data
                };
                Ok((
                    of(data, self, catcher, "Catch[0].Output", error.clone())?,
                    Some(next),
                ))
            }
        }
    }

    fn query_work(&mut self, name: &str, state: &Value, data: Data<'_>) -> Ran<Value> {
        let effective = match &state["Arguments"] {
            Value::Null => data.input.clone(),
            arguments => self.query(name, arguments, data, "Arguments")?,
        };
        match state["Type"].as_str() {
            Some("Parallel") => {
                let branches = state["Branches"].as_array().ok_or(Failed)?.iter();
                let outputs = branches.map(|branch| {
                    self.scope(branch, effective.clone(), &mut data.variables.clone(), data.item)
                });
                outputs.collect::<Ran<Vec<_>>>().map(Value::Array)
            }
            Some("Map") => {
                let items = match &state["Items"] {
                    Value::Null => {
                        self.note(name, "", "$states.input", Asked::Is(kind(data.input)), true);
                        data.input.clone()
                    }
                    items => self.query(name, items, data, "Items")?,
                };
                let mut outputs = Vec::new();
                for item in items.as_array().ok_or(Failed)? {
                    let data = Data {
                        item: Some(item),
                        ..data
                    };
                    let input = match &state["ItemSelector"] {
                        Value::Null => item.clone(),
                        selector => self.query(name, selector, data, "ItemSelector")?,
                    };
                    let variables = &mut data.variables.clone();
                    outputs.push(self.scope(&state["ItemProcessor"], input, variables, Some(item))?);
                }
                Ok(Value::Array(outputs))
            }
            _ => {
                let field = if state.get("Arguments").is_some() {
                    "Arguments"
                } else {
                    ""
                };
                self.work(name, field, &effective)
            }
        }
    }

    /// A field of JSON with expressions. What is undefined fails.
    fn query(&mut self, state: &str, template: &Value, data: Data<'_>, field: &str) -> Ran<Value> {
        let machine = self.machine;
        Ok(match template {
            Value::String(text) => match machine.expressions.get(text) {
                Some(expression) => {
                    let variable = |name: &str| data.variables.get(name).cloned();
                    let mut evaluation = Evaluation {
                        state,
                        field,
                        roots: vec![
                            ("$states.input", Some(data.input.clone())),
                            ("$states.context.Execution.Input", Some(self.input.clone())),
                            ("$states.context.Map.Item.Value", data.item.cloned()),
                            ("$states.result", data.result.cloned()),
                            ("$states.errorOutput", data.error.cloned()),
                            ("$v", variable("v")),
                            ("$w", variable("w")),
                        ],
                        functions: Vec::new(),
                        found: self.found,
                    };
                    let value = evaluation.expression(expression, None)?.ok_or(Failed)?;
                    self.note(state, field, "", Asked::Evaluates, true);
                    value
                }
                None => template.clone(),
            },
            Value::Array(elements) => {
                let elements = elements.iter().enumerate();
                let elements = elements
                    .map(|(index, element)| self.query(state, element, data, &format!("{field}[{index}]")));
                Value::Array(elements.collect::<Ran<_>>()?)
            }
            Value::Object(members) => {
                let mut object = Map::new();
                for (key, value) in members {
                    let value = self.query(state, value, data, &format!("{field}.{key}"))?;
                    object.insert(key.clone(), value);
                }
                Value::Object(object)
            }
            constant => constant.clone(),
        })
    }
}
