//! Random machines over random types are run by a simple interpreter. What a run finds, the checks must not refuse: they
//! may only say "never" of what never is.
//!
//! The interpreter knows of data what the specification says, and shares no code with the checks: paths over JSON,
//! templates, `ResultPath`, choices, catchers, variables, branches and iterations.

mod machines;
mod run;
mod shapes;
mod tables;

use std::collections::BTreeSet;

use asl_compiler::{Source, compile, flow};
use proptest::prelude::*;

use machines::Random;
use shapes::Shape;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_a_run_finds_is_not_refused(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let machine = machines::machine(&mut random);
        let source = Source {
            path: "random.asl.json".to_owned(),
            text: serde_json::to_string_pretty(&machine.definition).expect("JSON can be written"),
        };
        let compiled = match compile(&source) {
            Ok(compiled) => compiled,
            Err(diagnostics) => return Err(TestCaseError::fail(format!("{}\n{diagnostics}", source.text))),
        };
        let refused = tables::refused(&flow::analyse(&compiled), &compiled, &machine);
        let mut found = BTreeSet::new();
        for _ in 0..12 {
            let input = machine.input.value(&mut random);
            run::run(&machine, input, &mut random, &mut found);
        }
        for mistake in &refused {
            prop_assert!(
                !found.contains(mistake),
                "{mistake:?} is refused, but a run found it in\n{}\ninput: {:?}\ntasks: {:#?}",
                source.text, machine.input, machine.tasks
            );
        }
    }
}

/// The test above would pass if nothing was ever refused, or nothing ever found.
#[test]
fn there_is_something_to_refuse_and_to_find() {
    let (mut refusals, mut findings, mut both) = (0, 0, 0);
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let machine = machines::machine(&mut random);
        let source = Source {
            path: String::new(),
            text: machine.definition.to_string(),
        };
        let compiled = compile(&source).expect("random definitions are right");
        let refused = tables::refused(&flow::analyse(&compiled), &compiled, &machine);
        let mut found = BTreeSet::new();
        for _ in 0..12 {
            let input = machine.input.value(&mut random);
            run::run(&machine, input, &mut random, &mut found);
        }
        refusals += refused.len();
        findings += found.len();
        both += usize::from(!refused.is_empty() && !found.is_empty());
    }
    assert!(refusals > 150, "{refusals}");
    assert!(findings > 300, "{refusals} {findings} {both}");
    assert!(both > 60, "{both}");
}

/// What is asked in a definition: state, field, path, and what of it.
type Question = (String, String, String, Asked);

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// That the path finds something.
    Exists,
    /// That it is of the kind.
    Kind,
    /// That it is the string.
    Word,
    /// That a task can read its input.
    Fits,
}

impl Machine {
    fn shape_of_output(&self, task: &str) -> Option<&Shape> {
        self.tasks.get(task).map(|(_, output)| output)
    }
}

use machines::Machine;
