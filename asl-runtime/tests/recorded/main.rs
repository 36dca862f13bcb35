//! Paths, intrinsic functions and choice comparators against recorded outcomes.
//!
//! Reads the folder that `ASL_CASES` names, `../shared/conformance` beside the workspace if it is not set, and says
//! `SKIPPED` where there is none.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod choice;
mod intrinsic;
mod jsonpath;
mod statics;

use asl_runtime::Value;
use std::path::PathBuf;

fn folder() -> PathBuf {
    std::env::var_os("ASL_CASES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance"),
        PathBuf::from,
    )
}

/// The JSON in a file.
fn read(file: &str) -> Option<Value> {
    let path = folder().join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: there is no {}", path.display());
        return None;
    };
    Some(Value::from_json(&text).unwrap_or_else(|error| panic!("{file}: {error}")))
}

/// The JSON in all files of a folder.
fn read_all(group: &str) -> Vec<Value> {
    let path = folder().join(group);
    let Ok(entries) = std::fs::read_dir(&path) else {
        eprintln!("SKIPPED: there is no {}", path.display());
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json")).collect();
    names.sort();
    names
        .iter()
        .filter_map(|name| read(&format!("{group}/{name}")))
        .collect()
}
