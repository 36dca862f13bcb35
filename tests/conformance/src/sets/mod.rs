//! The sets of cases.

mod aws;
pub(crate) mod execution;
mod jsonata;
mod jsonpath;
mod references;
mod test_state;
mod validate;
mod workflows;

use std::io;
use std::path::Path;

use serde_json::Value;

use crate::guard::caught;
use crate::report::Verdict;
use crate::tables::Tables;

/// Runs every case that counts and whose name has `filter` in it.
pub fn all(folder: &Path, tables: &'static Tables, filter: &str) -> io::Result<Vec<Verdict>> {
    let mut run = Run {
        tables,
        filter,
        verdicts: Vec::new(),
    };
    aws::run(&folder.join("aws"), &mut run)?;
    jsonata::run(folder, &mut run)?;
    jsonpath::run(&folder.join("jsonpath"), &mut run)?;
    validate::run(&folder.join("validate"), &mut run)?;
    workflows::run(folder, &mut run)?;
    Ok(run.verdicts)
}

/// A run under way.
struct Run<'a> {
    tables: &'static Tables,
    filter: &'a str,
    verdicts: Vec<Verdict>,
}

/// What a case is called.
struct Name {
    set: &'static str,
    group: String,
    name: String,
    jsonata: bool,
}

impl Run<'_> {
    /// Decides one case, unless it is filtered out.
    fn case(&mut self, name: Name, decide: impl FnOnce(&'static Tables) -> Result<(), String>) {
        let mut verdict = Verdict {
            set: name.set,
            group: name.group,
            name: name.name,
            jsonata: name.jsonata,
            result: Ok(()),
        };
        if verdict.full_name().contains(self.filter) {
            let tables = self.tables;
            verdict.result = caught(|| decide(tables));
            self.verdicts.push(verdict);
        }
    }
}

/// The case's own name without the group's in front.
pub(crate) fn name_in_group(name: &str, group: &str) -> String {
    let rest = name.strip_prefix(group).and_then(|rest| rest.strip_prefix('/'));
    rest.unwrap_or(name).to_owned()
}

/// Whether a definition uses JSONata anywhere.
pub(crate) fn uses_jsonata(definition: &Value) -> bool {
    match definition {
        Value::Object(members) => members.iter().any(|(key, value)| {
            (key == "QueryLanguage" && value.as_str() == Some("JSONata")) || uses_jsonata(value)
        }),
        Value::Array(elements) => elements.iter().any(uses_jsonata),
        _ => false,
    }
}

/// The JSON as the tests work with it, and with its members in order, as machines and paths are to see it.
pub(crate) fn both_ways(text: &str) -> Result<(Value, asl_runtime::Value), String> {
    let unordered = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let ordered = asl_runtime::Value::from_json(text).map_err(|error| error.to_string())?;
    Ok((unordered, ordered))
}

pub(crate) fn text_of<'a>(case: &'a Value, member: &str) -> &'a str {
    case.get(member).and_then(Value::as_str).unwrap_or_default()
}
