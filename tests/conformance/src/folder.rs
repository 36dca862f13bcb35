//! The folder of cases, as the build script and the test both read it.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;
use serde_json::value::RawValue;

/// A state machine definition of a case.
pub struct Definition {
    /// Name of the case, as messages show it.
    pub name: String,
    /// The definition's text.
    pub text: String,
}

/// Every state machine definition below the folder: those of executions and validations, and the workflows.
pub fn definitions(folder: &Path) -> io::Result<Vec<Definition>> {
    let mut found = Vec::new();
    for group in sorted(&folder.join("aws"))? {
        if group.is_dir() {
            add_cases(&group, &mut found)?;
        }
    }
    add_cases(&folder.join("validate"), &mut found)?;
    for (name, text) in workflows(folder)? {
        found.push(Definition {
            name: format!("workflows/{name}"),
            text,
        });
    }
    Ok(found)
}

/// The workflows: file name and text.
pub fn workflows(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for file in sorted(&folder.join("workflows"))? {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".asl.json") {
            found.push((name, fs::read_to_string(&file)?));
        }
    }
    Ok(found)
}

/// The paths of the jsonpath set that are evaluated, each once, in order.
pub fn paths(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for file in sorted(&folder.join("jsonpath"))? {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        for case in read_json(&file)?.as_array().into_iter().flatten() {
            if case.get("document").is_some()
                && let Some(path) = case.get("path").and_then(Value::as_str)
            {
                found.push(path.to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// A JSONata expression with the names of the variables around it, in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression {
    /// Its text, without `{% %}`.
    pub text: String,
    /// The variables.
    pub variables: Vec<String>,
}

impl Expression {
    /// The expression of a case.
    pub fn of_case(case: &Value) -> Option<Self> {
        let text = case.get("expr")?.as_str()?.to_owned();
        let bindings = case.get("bindings").and_then(Value::as_object);
        let mut variables: Vec<String> = bindings
            .into_iter()
            .flat_map(|bindings| bindings.keys().cloned())
            .collect();
        variables.sort();
        Some(Self { text, variables })
    }

    /// What tells it from others.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        self.variables.hash(&mut hasher);
        hasher.finish()
    }
}

/// The files with the cases of the jsonata set.
pub fn jsonata_groups(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = sorted(&folder.join("jsonata/groups"))?;
    // No text of Rust can hold these, and none of them applies to Step Functions.
    files.retain(|file| !file.ends_with("_lone-surrogates.json"));
    Ok(files)
}

/// Whether a case of the jsonata set applies to Step Functions.
pub fn applies(case: &Value) -> bool {
    case.get("aws") == Some(&Value::Bool(true))
}

/// The expressions of those cases, each once, in order.
pub fn expressions(folder: &Path) -> io::Result<Vec<Expression>> {
    let mut found = Vec::new();
    for file in jsonata_groups(folder)? {
        let cases = read_json(&file)?;
        let cases = cases.as_array().into_iter().flatten();
        found.extend(cases.filter(|case| applies(case)).filter_map(Expression::of_case));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The text of a case's definition: as it stands in the file, or what a string holds where it is no JSON object.
pub fn definition_of_case(case: &str) -> Option<String> {
    let members: HashMap<String, &RawValue> = serde_json::from_str(case).ok()?;
    let raw = members.get("definition").or_else(|| members.get("text"))?.get();
    Some(match serde_json::from_str(raw) {
        Ok(Value::String(text)) => text,
        _ => raw.to_owned(),
    })
}

/// What the service calls a state that it is given without a machine.
pub const LONE_STATE: &str = "StateName";

/// A machine around a definition that is one state; the states that it leads to end at once.
pub fn whole_machine(definition: &str) -> String {
    let state: Value = serde_json::from_str(definition).unwrap_or_default();
    if state.get("States").is_some() || !state.is_object() {
        return definition.to_owned();
    }
    let stubs: String = targets(&state)
        .into_iter()
        .map(|name| format!(", {}: {{\"Type\": \"Succeed\"}}", Value::from(name)))
        .collect();
    format!(r#"{{"StartAt": "{LONE_STATE}", "States": {{"{LONE_STATE}": {definition}{stubs}}}}}"#)
}

/// What equal definitions have in common: a fingerprint that white space and the order of members do not change.
pub fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    match serde_json::from_str(text) {
        Ok(value) => hash_sorted(&value, &mut hasher),
        Err(_) => text.hash(&mut hasher),
    }
    hasher.finish()
}

/// What tells a path from others.
pub fn key_of_path(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The entries of a folder in order of their names; none if there is no such folder.
pub fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    entries.sort();
    Ok(entries)
}

/// Reads a file that must hold JSON.
pub fn read_json(file: &Path) -> io::Result<Value> {
    let text = fs::read_to_string(file)?;
    serde_json::from_str(&text).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))
}

fn add_cases(folder: &Path, found: &mut Vec<Definition>) -> io::Result<()> {
    for file in sorted(folder)? {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        if let Some(text) = definition_of_case(&fs::read_to_string(&file)?) {
            let name = [folder, &file]
                .map(|path| path.file_stem().unwrap_or_default().to_string_lossy())
                .join("/");
            let text = match folder.file_name() {
                Some(group) if group == "test_state" => whole_machine(&text),
                _ => text,
            };
            found.push(Definition { name, text });
        }
    }
    Ok(())
}

/// The states that a state leads to.
fn targets(state: &Value) -> BTreeSet<&str> {
    let rules = ["Catch", "Choices"]
        .into_iter()
        .filter_map(|name| state[name].as_array());
    let inner = rules.flatten().filter_map(|rule| rule["Next"].as_str());
    let own = ["Next", "Default"]
        .into_iter()
        .filter_map(|name| state[name].as_str());
    own.chain(inner).collect()
}

fn hash_sorted(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            '{'.hash(hasher);
            for (key, value) in members {
                key.hash(hasher);
                hash_sorted(value, hasher);
            }
            '}'.hash(hasher);
        }
        Value::Array(elements) => {
            '['.hash(hasher);
            for element in elements {
                hash_sorted(element, hasher);
            }
            ']'.hash(hasher);
        }
        scalar => scalar.to_string().hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::{definition_of_case, key};

    #[test]
    fn equal_definitions_have_one_key() {
        let one = key(r#"{"a": [1, {"b": null, "c": "x"}], "d": true}"#);
        assert_eq!(one, key(r#"{"d":true,"a":[1,{"c":"x","b":null}]}"#));
        for other in [
            r#"{"a": [{"b": null, "c": "x"}, 1], "d": true}"#,
            r#"{"a": [1, {"b": null, "c": "x", "d": true}]}"#,
            r#"{"a": [1, {"b": null, "c": "y"}], "d": true}"#,
            "no JSON",
        ] {
            assert_ne!(one, key(other), "{other}");
        }
    }

    #[test]
    fn a_definition_is_taken_as_it_stands() {
        let text = |case| definition_of_case(case).unwrap_or_default();
        assert_eq!(
            text(r#"{"name": "x", "definition": {"b": 1, "a": 2, "a": 3}}"#),
            r#"{"b": 1, "a": 2, "a": 3}"#
        );
        assert_eq!(text(r#"{"definition": "not\nJSON"}"#), "not\nJSON");
        assert_eq!(text(r#"{"text": "{\"a\": "}"#), "{\"a\": ");
        assert_eq!(definition_of_case(r#"{"name": "x"}"#), None);
    }
}
