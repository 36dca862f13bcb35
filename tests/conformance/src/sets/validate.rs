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

/// Decides a validation that was recorded from the service: the verdict, and the code of the first problem.
pub(super) fn as_the_service(case: &Value, definition: &str) -> Result<(), String> {
    let kind = if text_of(case, "type") == "EXPRESS" {
        MachineKind::Express
    } else {
        MachineKind::Standard
    };
    let expect = &case["expect"];
    let result = check(text_of(case, "name"), definition, kind);
    agrees(expect["valid"] == Value::Bool(true), &result)?;
    let Some(code) = code_of(expect) else {
        return Ok(());
    };
    let codes: Vec<&str> = result
        .iter()
        .map(|diagnostic| diagnostic.code.aws_code())
        .collect();
    if codes.contains(&code) {
        Ok(())
    } else {
        Err(format!("expected the code {code}, got {codes:?}"))
    }
}

/// The service's code: of the first diagnostic, or out of the message of a refused creation.
fn code_of(expect: &Value) -> Option<&str> {
    if let Some(diagnostic) = expect["diagnostics"].get(0) {
        return diagnostic["code"].as_str();
    }
    let message = expect["message"].as_str()?.split_once('\'')?.1;
    Some(message.split_once(':')?.0)
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
