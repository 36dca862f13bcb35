//! A JSONata expression parses or is refused at a place in it, and so do the checks of one that parses.

#![no_main]

use asl_compiler::jsonata::{Problem, Surroundings, check, parse, variables};
use libfuzzer_sys::fuzz_target;

fn assert_within(text: &str, problem: &Problem) {
    assert!(text.get(problem.range.clone()).is_some(), "{problem:?}");
}

fuzz_target!(|text: &str| {
    let tree = match parse(text) {
        Ok(tree) => tree,
        Err(problem) => return assert_within(text, &problem),
    };
    let names: Vec<_> = variables(&tree).into_iter().collect();
    for context in [false, true] {
        let surroundings = Surroundings { states: &["input", "context"], variables: &names, context };
        for problem in check(&tree, &surroundings) {
            assert_within(text, &problem);
            assert_ne!(problem.diagnostic.as_str(), "ASL196", "{problem:?}");
        }
    }
});
