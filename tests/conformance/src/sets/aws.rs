//! The aws set: what was recorded from the service.

use std::path::Path;
use std::{fs, io};

use super::{
    Name, Run, both_ways, execution, name_in_group, references, test_state, text_of, uses_jsonata, validate,
};
use crate::folder::{definition_of_case, sorted};

/// Decides every case.
pub(super) fn run(folder: &Path, run: &mut Run<'_>) -> io::Result<()> {
    for directory in sorted(folder)? {
        if !directory.is_dir() {
            continue;
        }
        let group = directory
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for file in sorted(&directory)? {
            let text = fs::read_to_string(&file)?;
            let (case, ordered) =
                both_ways(&text).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
            let name = Name {
                set: "aws",
                group: group.clone(),
                name: name_in_group(text_of(&case, "name"), &group),
                jsonata: case.get("definition").is_some_and(uses_jsonata),
            };
            let definition = definition_of_case(&text).unwrap_or_default();
            match group.as_str() {
                "test_state" => run.case(name, |tables| {
                    test_state::decide(case, ordered, &definition, tables)
                }),
                "variable_references" => run.case(name, |_| references::decide(&case, &definition)),
                "validation" => run.case(name, |_| validate::as_the_service(&case, &definition)),
                _ => run.case(name, |tables| {
                    execution::decide(case, ordered, &definition, tables)
                }),
            }
        }
    }
    Ok(())
}
