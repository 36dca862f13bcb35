//! The whole run.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::known::KnownFailures;
use crate::report::report;
use crate::sets;
use crate::tables::Tables;

/// The report names all failing cases, so a few lines are enough to tell how they differ from the list.
const PROBLEMS_SHOWN: usize = 30;

/// Runs all cases and prints the figures; what is wrong is the error.
pub fn run(tables: &'static Tables) -> Result<(), String> {
    let Some(folder) = tables.folder else {
        println!("SKIPPED: there is no folder of conformance cases (set ASL_CASES to have one)");
        return Ok(());
    };
    let filter = env::var("ASL_FILTER").unwrap_or_default();
    let verdicts = sets::all(Path::new(folder), tables, &filter)
        .map_err(|error| format!("cannot read the cases: {error}"))?;

    let list = list();
    let known = known(tables)?;
    println!("\nConformance cases of {folder}");
    print!(
        "{}",
        report(&verdicts, &known, env::var_os("ASL_VERBOSE").is_some())
    );

    if !tables.is_default || !filter.is_empty() {
        return Ok(());
    }
    if env::var_os("UPDATE_KNOWN").is_some() {
        return fs::write(&list, known.updated(&verdicts))
            .map_err(|error| format!("{}: {error}", list.display()));
    }
    let problems = known.problems(&verdicts);
    if problems.is_empty() {
        return Ok(());
    }
    let shown = problems
        .iter()
        .take(PROBLEMS_SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n");
    Err(format!(
        "{} differences from {}, the list of known failures:\n{shown}\n\
        After a look at each, UPDATE_KNOWN=1 rewrites the list",
        problems.len(),
        list.display()
    ))
}

/// The list of known failures, which belongs to the default folder.
pub(crate) fn known(tables: &Tables) -> Result<KnownFailures, String> {
    if tables.is_default {
        read_list(&list())
    } else {
        Ok(KnownFailures::default())
    }
}

fn list() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("known-failures.txt")
}

fn read_list(list: &PathBuf) -> Result<KnownFailures, String> {
    match fs::read_to_string(list) {
        Ok(text) => Ok(KnownFailures::parse(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(KnownFailures::default()),
        Err(error) => Err(format!("{}: {error}", list.display())),
    }
}
