//! The jsonata set: expressions of the official suite that apply to Step Functions.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use asl_runtime::Timestamp;
use asl_runtime::jsonata::{Data, Environment, Error, Item, NotJson, Query, outermost};
use serde_json::Value;

use super::{Name, Run, both_ways, name_in_group, text_of};
use crate::folder::{Expression, applies, jsonata_groups, sorted};
use crate::matcher::difference;
use crate::tables::{Compiled, Tables};

/// Decides the cases that are marked to apply.
pub(super) fn run(folder: &Path, run: &mut Run<'_>) -> io::Result<()> {
    let mut datasets = HashMap::new();
    for file in sorted(&folder.join("jsonata/datasets"))? {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let (_, dataset) = both_ways(&fs::read_to_string(&file)?).map_err(io::Error::other)?;
        datasets.insert(name, dataset);
    }
    for file in jsonata_groups(folder)? {
        let (cases, ordered) = both_ways(&fs::read_to_string(&file)?).map_err(io::Error::other)?;
        for (index, case) in cases.as_array().into_iter().flatten().enumerate() {
            if !applies(case) {
                continue;
            }
            let group = text_of(case, "group").to_owned();
            let name = Name {
                set: "jsonata",
                name: name_in_group(text_of(case, "name"), &group),
                group,
                jsonata: true,
            };
            let ordered = &ordered[index];
            let root = ordered
                .get("data")
                .or_else(|| datasets.get(text_of(case, "dataset")));
            let bindings = &ordered["bindings"];
            run.case(name, |tables| evaluates(case, root, bindings, tables));
        }
    }
    Ok(())
}

/// What the case starts from.
struct Input {
    root: Option<asl_runtime::Value>,
    variables: Vec<asl_runtime::Value>,
    random: Cell<u64>,
}

impl Environment for Input {
    fn root(&self) -> Option<&asl_runtime::Value> {
        self.root.as_ref()
    }

    fn variable(&self, slot: usize) -> Option<&asl_runtime::Value> {
        self.variables.get(slot)
    }

    fn now(&self) -> Timestamp {
        std::time::SystemTime::now().into()
    }

    fn random(&self) -> u64 {
        // Steps of the golden ratio: spread well enough for what the cases ask of random numbers.
        let next = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(next);
        (next ^ (next >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }
}

fn evaluates(
    case: &Value,
    root: Option<&asl_runtime::Value>,
    bindings: &asl_runtime::Value,
    tables: &Tables,
) -> Result<(), String> {
    let expression = Expression::of_case(case).ok_or("no expression")?;
    let text = &expression.text;
    let code = case.get("code").and_then(Value::as_str);
    let compiled = Compiled::find(tables.expressions, expression.key()).ok_or("not in the table")?;
    let function = match (compiled, code) {
        (Ok(function), _) => function,
        (Err(message), Some(code)) if message.starts_with(&format!("{code}:")) => return Ok(()),
        (Err(message), _) => return Err(format!("`{text}` is refused: {message}")),
    };
    let variables = expression.variables.iter();
    let input = Input {
        root: root.cloned(),
        variables: variables.map(|name| bindings[name.as_str()].clone()).collect(),
        random: Cell::new(1),
    };
    let q = Query::new(&input);
    let root = outermost(q.root());
    let result = function(&q, Item::Data(&root));
    match (result, code) {
        (Err(error), Some(code)) if error.code() == code => Ok(()),
        (Err(error), _) => Err(format!("`{text}` {}", unexpected(&error, code))),
        (Ok(data), Some(code)) => Err(format!("`{text}` expected {code}, got {data:?}")),
        (Ok(data), None) => is_expected(case, data).map_err(|problem| format!("`{text}` {problem}")),
    }
}

fn unexpected(error: &Error, code: Option<&str>) -> String {
    format!("expected {}, got {error}", code.unwrap_or("a result"))
}

fn is_expected(case: &Value, data: Data) -> Result<(), String> {
    let undefined = case.get("undefinedResult") == Some(&Value::Bool(true));
    let actual = match data.into_value() {
        Ok(value) => value,
        Err(NotJson::Undefined) if undefined => return Ok(()),
        Err(why) => return Err(format!("is no JSON: {why:?}")),
    };
    let (Some(mut expected), mut actual) = (case.get("result").cloned(), Value::from(actual)) else {
        return Err("has no expected result".to_owned());
    };
    if undefined {
        return Err(format!("expected nothing, got {actual}"));
    }
    if case.get("unordered") == Some(&Value::Bool(true)) {
        sort(&mut expected);
        sort(&mut actual);
    }
    difference(&expected, &actual).map_or(Ok(()), Err)
}

fn sort(value: &mut Value) {
    if let Value::Array(elements) = value {
        elements.sort_by_key(Value::to_string);
    }
}
