//! The recorded executions on the durable engine.

mod execution;
mod tasks;

use std::path::Path;
use std::{env, fs, io};

use serde_json::Value;

use crate::folder::{definition_of_case, key, sorted};
use crate::guard::guarded;
use crate::report::{Verdict, report};
use crate::run::known;
use crate::sets::{both_ways, name_in_group, text_of, uses_jsonata};
use crate::tables::{Compiled, Tables};

/// Groups whose cases are no executions.
const NO_EXECUTIONS: [&str; 3] = ["test_state", "validation", "variable_references"];

/// Runs the recorded Standard executions on the durable engine. It comes and goes with every record of the journal if
/// `reopened`.
pub fn run_durably(tables: &'static Tables, reopened: bool) -> Result<(), String> {
    let Some(folder) = tables.folder else {
        println!("SKIPPED: there is no folder of conformance cases (set ASL_CASES to have one)");
        return Ok(());
    };
    let known = known(tables)?;
    let filter = env::var("ASL_FILTER").unwrap_or_default();
    let verdicts = verdicts(&Path::new(folder).join("aws"), tables, reopened, &filter)
        .map_err(|error| format!("cannot read the cases: {error}"))?;
    let how = if reopened { ", which comes and goes" } else { "" };
    println!("\nRecorded executions on the durable engine{how}");
    print!(
        "{}",
        report(&verdicts, &known, env::var_os("ASL_VERBOSE").is_some())
    );
    let problems: Vec<String> = verdicts
        .iter()
        .filter(|verdict| verdict.result.is_err() && !known.contains(&verdict.full_name()))
        .map(Verdict::full_name)
        .collect();
    if problems.is_empty() {
        return Ok(());
    }
    Err(format!("{} cases fail: {}", problems.len(), problems.join(", ")))
}

fn verdicts(
    folder: &Path,
    tables: &'static Tables,
    reopened: bool,
    filter: &str,
) -> io::Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for directory in sorted(folder)? {
        let group = directory
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !directory.is_dir() || NO_EXECUTIONS.contains(&group.as_str()) {
            continue;
        }
        for file in sorted(&directory)? {
            let text = fs::read_to_string(&file)?;
            let (case, ordered) =
                both_ways(&text).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
            // An Express execution is never durable.
            if text_of(&case, "type") == "EXPRESS" {
                continue;
            }
            let mut verdict = Verdict {
                set: "aws",
                group: group.clone(),
                name: name_in_group(text_of(&case, "name"), &group),
                jsonata: case.get("definition").is_some_and(uses_jsonata),
                result: Ok(()),
            };
            if verdict.full_name().contains(filter) {
                let definition = definition_of_case(&text).unwrap_or_default();
                verdict.result = decide(case, ordered, &definition, tables, reopened);
                verdicts.push(verdict);
            }
        }
    }
    Ok(verdicts)
}

fn decide(
    case: Value,
    ordered: asl_runtime::Value,
    definition: &str,
    tables: &Tables,
    reopened: bool,
) -> Result<(), String> {
    let program = *Compiled::find(tables.machines, key(definition))
        .ok_or("not in the table")?
        .map_err(|message| format!("refused: {message}"))?;
    guarded(move || {
        let (outcome, history) = execution::execute(&ordered, program, reopened)?;
        crate::sets::execution::agrees(&case, &outcome, &history)
    })
}
