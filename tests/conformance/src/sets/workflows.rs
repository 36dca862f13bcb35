//! The workflows set: definitions as people publish them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::{Name, Run, uses_jsonata};
use crate::folder;
use crate::tables::Compiled;

/// Workflows that AWS would refuse: file name, and the reason.
const REFUSED: &str = include_str!("../../refused-workflows.txt");

/// Decides every file: it compiles, or is refused for a reason AWS would give.
pub(super) fn run(directory: &Path, run: &mut Run<'_>) -> io::Result<()> {
    let refused = refused_by_aws(REFUSED);
    for (file, text) in folder::workflows(directory)? {
        let jsonata = serde_json::from_str::<Value>(&text).is_ok_and(|definition| uses_jsonata(&definition));
        let name = Name {
            set: "workflows",
            group: if jsonata { "jsonata" } else { "jsonpath" }.to_owned(),
            name: file.clone(),
            jsonata,
        };
        run.case(name, |tables| {
            let result = Compiled::find(tables.machines, folder::key(&text)).ok_or("not in the table")?;
            match (result, refused.get(file.as_str())) {
                (Ok(_), None) => Ok(()),
                (Ok(_), Some(reason)) => Err(format!("compiled, though AWS would refuse it: {reason}")),
                (Err(message), None) => Err(message.to_owned()),
                (Err(message), Some(reason)) if message.contains(reason) => Ok(()),
                (Err(message), Some(reason)) => {
                    Err(format!("refused for another reason than `{reason}`: {message}"))
                }
            }
        });
    }
    Ok(())
}

/// A file name and a part of the diagnostic a line, set apart by a colon; `#` begins a comment line.
fn refused_by_aws(list: &str) -> BTreeMap<&str, &str> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::refused_by_aws;

    #[test]
    fn the_list_is_read() {
        let list = refused_by_aws("# why\n\na.asl.json: `X` is: wrong\n");
        assert_eq!(
            list.into_iter().collect::<Vec<_>>(),
            [("a.asl.json", "`X` is: wrong")]
        );
    }
}
