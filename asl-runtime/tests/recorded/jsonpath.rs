//! The JSONPath dialect against recorded outcomes of the library that the service uses.

use crate::{read, statics};
use asl_compiler::syntax::{
    intrinsic::parse_intrinsic,
    path::{self as syntax, parse_path, parse_result_path, parse_single_node_path},
};
use asl_runtime::{Value, path::find};

fn cases(file: &str) -> Option<Vec<Value>> {
    let cases = read(&format!("jsonpath/{file}"))?;
    Some(cases.as_array().unwrap().to_vec())
}

/// Why an outcome is not the expected one.
fn disagreement(case: &Value) -> Option<String> {
    let text = case["path"].as_str().unwrap();
    let expected_error = case.get("error").and_then(Value::as_str);
    let path = match parse_path(text) {
        Ok(path) => path,
        Err(error) => {
            return match expected_error {
                Some("invalid-path" | "other") => None,
                _ => Some(format!("refused: {error}")),
            };
        }
    };
    if let syntax::Root::Variable(_) = path.root {
        return (expected_error != Some("invalid-path")).then(|| "read as a variable".to_owned());
    }
    if let Some(definite) = case.get("definite").and_then(Value::as_bool)
        && definite != path.is_definite()
    {
        return Some(format!("definite: {}", path.is_definite()));
    }
    match (
        find(&case["document"], &statics::path(&path)),
        case.get("result"),
        expected_error,
    ) {
        (Ok(found), Some(expected), _) if *found == *expected => None,
        (Ok(found), ..) => Some(format!("found {found}")),
        (Err(_), None, Some(_)) => None,
        (Err(missing), ..) => Some(format!("missing: {missing}")),
    }
}

/// Compares the cases of a file, and tells how many of high and medium confidence there are and which disagree.
fn compare(file: &str) {
    let Some(cases) = cases(file) else { return };
    let (mut certain, mut uncertain, mut agreeing) = (0, 0, 0);
    let mut disagreeing = Vec::new();
    for case in &cases {
        // Not a path of the Amazon States Language.
        if !case["path"].as_str().unwrap().starts_with('$') {
            continue;
        }
        let low = case["confidence"] == *"low";
        let disagreement = disagreement(case);
        if low {
            uncertain += 1;
            agreeing += usize::from(disagreement.is_none());
        } else {
            certain += 1;
        }
        if let Some(found) = disagreement {
            let expected = case.get("result").or(case.get("error")).unwrap();
            let line = format!(
                "{} {}: expected {expected}, {found}",
                case["confidence"], case["path"]
            );
            if low {
                eprintln!("{line}");
            } else {
                disagreeing.push(line);
            }
        }
    }
    eprintln!(
        "{file}: {certain} certain cases, {} disagree; {agreeing} of {uncertain} others agree",
        disagreeing.len()
    );
    assert!(disagreeing.is_empty(), "{}", disagreeing.join("\n"));
}

#[test]
fn paths_over_workflow_data() {
    compare("asl.json");
}

#[test]
fn the_tests_of_the_library() {
    compare("jayway.json");
}

#[test]
fn the_compliance_suite() {
    compare("cts.json");
}

#[test]
fn what_the_compliance_suite_calls_invalid() {
    compare("cts-invalid.json");
}

#[test]
fn what_only_the_rfc_has() {
    compare("cts-rfc-only.json");
}

#[test]
fn observations_of_the_service() {
    compare("evidence.json");
}

#[test]
fn kinds_of_paths() {
    let Some(cases) = cases("paths.json") else { return };
    let mut disagreeing = Vec::new();
    let mut count = 0;
    for case in cases.iter().filter(|case| case.get("disputed").is_none()) {
        let path = case["path"].as_str().unwrap();
        let kind = case["kind"].as_str().unwrap();
        // Names in double quotes are in the specification's reference paths, but the library refuses them in paths.
        if matches!(kind, "path" | "payload") && path.starts_with('$') && path.contains("[\"") {
            continue;
        }
        count += 1;
        let result = match kind {
            "path" => parse_path(path).map(drop),
            "reference" => parse_single_node_path(path).map(drop),
            "result_path" => parse_result_path(path).map(drop),
            "payload" if path.starts_with('$') => parse_path(path).map(drop),
            _ => parse_intrinsic(path).map(drop),
        };
        if case["valid"] != result.is_ok() {
            disagreeing.push(format!("{} {}: {result:?}", case["name"], case["path"]));
        }
    }
    eprintln!("paths.json: {count} cases, {} disagree", disagreeing.len());
    assert!(disagreeing.is_empty(), "{}", disagreeing.join("\n"));
}
