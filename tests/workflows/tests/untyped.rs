//! All workflows compile with tasks of any JSON.

#[cfg(not(workflows))]
#[test]
fn skipped() {
    eprintln!("SKIPPED: there are no published workflows to compile");
}

#[cfg(workflows)]
mod untyped {
    use std::collections::HashMap;

    use asl_runtime::{Shape, TaskError, Value};
    use serde::Serialize;

    include!(concat!(env!("OUT_DIR"), "/untyped.rs"));

    /// Any JSON but a scalar. A machine is only checked when one of its types has a shape.
    #[derive(Serialize, Shape)]
    #[serde(untagged)]
    #[allow(dead_code, reason = "only what it looks like counts")]
    enum Document {
        Array(Vec<Value>),
        Object(HashMap<String, Value>),
    }

    /// Tasks that give back what they are called with.
    struct Any;

    /// That the machines above compile with their tasks shows it; none is left out but those that the service refuses.
    #[test]
    fn every_workflow_compiles() {
        let expected = include_str!("../../conformance/refused-workflows.txt");
        let expected = expected.lines().filter(|line| !line.starts_with('#'));
        let mut expected: Vec<&str> = expected
            .filter_map(|line| Some(line.split_once(": ")?.0))
            .collect();
        expected.sort_unstable();
        assert_eq!(REFUSED, expected);
        assert!(COMPILED > expected.len(), "only {COMPILED}");
    }
}
