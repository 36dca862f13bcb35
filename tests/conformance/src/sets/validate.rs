//! Definitions that are valid, and definitions that are not.

use std::path::Path;
use std::{fs, io};

use asl_compiler::{Diagnostic, MachineKind, Source, validate};
use serde_json::Value;

use super::{Name, Run, name_in_group, text_of, uses_jsonata};
use crate::folder::{definition_of_case, sorted};

/// Decides the cases that are not of low confidence.
pub(super) fn run(folder: &Path, run: &mut Run<'_>) -> io::Result<()> {
    for file in sorted(folder)? {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&file)?;
        let case: Value = serde_json::from_str(&text)
            .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
        if text_of(&case, "confidence") == "low" {
            continue;
        }
        let full_name = text_of(&case, "name");
        let group = full_name.split('/').next().unwrap_or_default().to_owned();
        let name = Name {
            set: "validate",
            name: name_in_group(full_name, &group),
            group,
            jsonata: case.get("definition").is_some_and(uses_jsonata),
        };
        let definition = definition_of_case(&text).unwrap_or_default();
        run.case(name, |_| {
            let result = check(full_name, &definition, MachineKind::Standard);
            let valid = case["expect"]["valid"] == Value::Bool(true);
            agrees(valid, &result).map_err(|text| {
                let others = &case["expect"]["messages"];
                if others.is_null() {
                    text
                } else {
                    format!("{text}; others say {others}")
                }
            })
        });
    }
    Ok(())
}

/// Decides a validation that was recorded from the service: the verdict, and the code and place of what it names.
pub(super) fn as_the_service(case: &Value, definition: &str) -> Result<(), String> {
    let kind = if text_of(case, "type") == "EXPRESS" {
        MachineKind::Express
    } else {
        MachineKind::Standard
    };
    let expect = &case["expect"];
    let problems = check(text_of(case, "name"), definition, kind);
    agrees(expect["valid"] == Value::Bool(true), &problems)?;
    let Some((code, location)) = named_by(expect) else {
        return Ok(());
    };
    let is_named = |problem: &Diagnostic| {
        problem.code.aws_code() == code && location.is_none_or(|location| problem.location == location)
    };
    if problems.iter().any(is_named) {
        return Ok(());
    }
    let ours: Vec<_> = problems
        .iter()
        .map(|problem| (problem.code.aws_code(), problem.location.as_str()))
        .collect();
    Err(format!("expected {code} at {location:?}, got {ours:?}"))
}

/// The service's code and place: of the first diagnostic, or out of the message of a refused creation.
fn named_by(expect: &Value) -> Option<(&str, Option<&str>)> {
    let is_place = |location: &&str| location.starts_with('/');
    if let Some(diagnostic) = expect["diagnostics"].get(0) {
        let location = diagnostic["location"].as_str().filter(is_place);
        return Some((diagnostic["code"].as_str()?, location));
    }
    let (_, message) = expect["message"].as_str()?.split_once('\'')?;
    let (code, text) = message.trim_end_matches('\'').split_once(':')?;
    let location = text
        .rsplit_once(" at ")
        .map(|(_, location)| location)
        .filter(is_place);
    Some((code, location))
}

fn check(name: &str, definition: &str, kind: MachineKind) -> Vec<Diagnostic> {
    let source = Source {
        path: name.to_owned(),
        text: definition.to_owned(),
    };
    validate(&source, kind)
}

fn agrees(valid: bool, problems: &[Diagnostic]) -> Result<(), String> {
    match (problems, valid) {
        ([], true) | ([_, ..], false) => Ok(()),
        ([], false) => Err("accepted".to_owned()),
        ([..], true) => {
            let texts: Vec<_> = problems
                .iter()
                .map(|problem| format!("{}: {} [{}]", problem.location, problem.message, problem.code))
                .collect();
            Err(format!("refused: {}", texts.join("; ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named_by;
    use serde_json::json;

    #[test]
    fn code_and_place_are_found() {
        let refused = json!({"message": "Invalid State Machine Definition: 'SOME_CODE: Not so at all at /States/A/Next'"});
        assert_eq!(named_by(&refused), Some(("SOME_CODE", Some("/States/A/Next"))));
        let without_place = json!({"message": "Invalid State Machine Definition: 'SOME_CODE: Look at it'"});
        assert_eq!(named_by(&without_place), Some(("SOME_CODE", None)));
        let answer = json!({"diagnostics": [{"code": "SOME_CODE", "location": "[Source: x]"}]});
        assert_eq!(named_by(&answer), Some(("SOME_CODE", None)));
        assert_eq!(named_by(&json!({"valid": true, "diagnostics": []})), None);
    }
}
