//! The jsonpath set: paths over documents, and which strings are a path of which kind.

use std::path::Path as Folder;
use std::{fs, io};

use asl_compiler::syntax::{intrinsic, path};
use asl_runtime::path::find;
use serde_json::Value;

use super::{Name, Run, both_ways, name_in_group, text_of};
use crate::folder::{key_of_path, sorted};
use crate::matcher::difference;
use crate::tables::{Compiled, Tables};

/// Decides the cases of high and medium confidence, and those that nothing contradicts.
pub(super) fn run(folder: &Folder, run: &mut Run<'_>) -> io::Result<()> {
    for file in sorted(folder)? {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let group = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&file)?;
        let (cases, ordered) = both_ways(&text).map_err(io::Error::other)?;
        for (index, case) in cases.as_array().into_iter().flatten().enumerate() {
            if text_of(case, "confidence") == "low" || case.get("disputed").is_some() {
                continue;
            }
            let name = Name {
                set: "jsonpath",
                name: name_in_group(text_of(case, "name"), &group),
                group: group.clone(),
                jsonata: false,
            };
            // Invalid by the RFC, let through by the library: both are right.
            let lenient = group == "cts-lenient";
            let document = ordered.get_index(index).and_then(|case| case.get("document"));
            run.case(name, |tables| match document {
                Some(document) => evaluates(case, document, lenient, tables),
                None => is_path(case),
            });
        }
    }
    Ok(())
}

/// What the path is expected to come to.
enum Expected<'a> {
    Result(&'a Value),
    Refused,
    NotFound,
    AnyError,
}

fn evaluates(
    case: &Value,
    document: &asl_runtime::Value,
    lenient: bool,
    tables: &Tables,
) -> Result<(), String> {
    let text = text_of(case, "path");
    let expected = match (case.get("result"), text_of(case, "error")) {
        _ if case.get("asl_path") == Some(&Value::Bool(false)) => Expected::Refused,
        (Some(result), _) => Expected::Result(result),
        (None, "invalid-path") => Expected::Refused,
        (None, "not-found") => Expected::NotFound,
        (None, _) => Expected::AnyError,
    };
    let compiled = Compiled::find(tables.paths, key_of_path(text)).ok_or("not in the table")?;
    let path = match (compiled, &expected) {
        (Err(_), Expected::Refused | Expected::AnyError) => return Ok(()),
        (Err(_), _) if lenient => return Ok(()),
        (Err(message), _) => return Err(format!("`{text}` is refused: {message}")),
        (Ok(path), _) => path,
    };
    match (find(document, path), &expected) {
        (Ok(found), Expected::Result(result)) => match difference(result, &Value::from(found.into_owned())) {
            Some(text_of_difference) => Err(format!("`{text}` {text_of_difference}")),
            None => Ok(()),
        },
        (Ok(found), Expected::Refused) => Err(format!("`{text}` is not refused, but gives {found}")),
        (Ok(found), _) => Err(format!("`{text}` expected an error, got {found}")),
        (Err(_), Expected::AnyError) => Ok(()),
        (Err(error), Expected::NotFound) if !is_misfit(&error.to_string()) => Ok(()),
        (Err(error), Expected::Refused) if is_misfit(&error.to_string()) => Ok(()),
        (Err(error), Expected::NotFound) => Err(format!("`{text}` does not lead nowhere, but: {error}")),
        (Err(error), Expected::Refused) => Err(format!("`{text}` is not refused, but gives {error}")),
        (Err(error), Expected::Result(result)) => Err(format!("`{text}` expected {result}, got {error}")),
    }
}

/// Whether an evaluation found that the path does not fit the document, rather than nothing: the library refuses
/// some paths only when it comes to that.
fn is_misfit(message: &str) -> bool {
    message.starts_with("Filter: ")
}

fn is_path(case: &Value) -> Result<(), String> {
    let text = text_of(case, "path");
    let kind = text_of(case, "kind");
    let parsed = match kind {
        "path" => path::parse_path(text).map(drop),
        "reference" => path::parse_single_node_path(text).map(drop),
        "result_path" => path::parse_result_path(text).map(drop),
        "payload" if text.starts_with('$') => path::parse_path(text).map(drop),
        "payload" => intrinsic::parse_intrinsic(text).map(drop),
        other => return Err(format!("unknown kind {other}")),
    };
    match (parsed, case.get("valid").and_then(Value::as_bool)) {
        (Ok(()), Some(true)) | (Err(_), Some(false)) => Ok(()),
        (Ok(()), _) => Err(format!("`{text}` is taken as a {kind}")),
        (Err(error), _) => Err(format!("`{text}` is refused as a {kind}: {}", error.message)),
    }
}
