//! The variables that each state of a definition reads.

use std::collections::{BTreeMap, BTreeSet};

use asl_compiler::{Source, variable_references};
use serde_json::Value;

/// Decides one case.
pub(super) fn decide(case: &Value, definition: &str) -> Result<(), String> {
    let source = Source {
        path: "case".to_owned(),
        text: definition.to_owned(),
    };
    let actual = variable_references(&source).map_err(|diagnostics| format!("refused: {diagnostics}"))?;
    let expected: BTreeMap<String, BTreeSet<String>> =
        serde_json::from_value(case["expect"]["variableReferences"].clone())
            .map_err(|error| error.to_string())?;
    if actual == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, got {actual:?}"))
    }
}
