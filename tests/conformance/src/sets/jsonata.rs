//! The jsonata set: expressions of the official suite that apply to Step Functions.

use std::io;
use std::path::Path;

use serde_json::Value;

use super::{Name, Run, name_in_group, text_of};
use crate::folder::{read_json, sorted};

/// Decides the cases that are marked to apply.
pub(super) fn run(folder: &Path, run: &mut Run<'_>) -> io::Result<()> {
    for file in sorted(&folder.join("groups"))? {
        // No text of Rust can hold these, and none of them applies to Step Functions.
        if file.ends_with("_lone-surrogates.json") {
            continue;
        }
        for case in read_json(&file)?.as_array().into_iter().flatten() {
            if case.get("aws") != Some(&Value::Bool(true)) {
                continue;
            }
            let group = text_of(case, "group").to_owned();
            let name = Name {
                set: "jsonata",
                name: name_in_group(text_of(case, "name"), &group),
                group,
                jsonata: true,
            };
            run.case(name, |_| Err("JSONata is not supported yet".to_owned()));
        }
    }
    Ok(())
}
