//! Random machines over random types are run by a simple interpreter. What a run finds, the checks must not refuse: they
//! may only say "never" of what never is.
//!
//! The interpreter knows of data what the specification says, and shares no code with the checks: paths over JSON,
//! templates, `ResultPath`, choices, catchers, variables, branches and iterations.

mod jsonata;
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
    #![proptest_config(ProptestConfig::with_cases(1000))]

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
                !found.iter().any(|found| mistake.was(found)),
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
    let (mut in_expressions, mut kinds, mut words, mut of_functions) = (0, 0, 0, 0);
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
        for (state, _, text, asked) in refused.iter().map(|mistake| &mistake.question) {
            let functions = ["$f(", "$reduce(", "$each(", "$map(", "$single("];
            of_functions += usize::from(functions.iter().any(|function| text.starts_with(function)));
            let is_query = compiled
                .states
                .iter()
                .any(|known| known.name == *state && known.jsonata);
            in_expressions += usize::from(is_query);
            kinds += usize::from(matches!(asked, Asked::Is(_)));
            words += usize::from(matches!(asked, Asked::Equals(_)));
        }
        refusals += refused.len();
        findings += found.len();
        both += usize::from(!refused.is_empty() && !found.is_empty());
    }
    assert!(refusals > 150, "{refusals}");
    assert!(findings > 300, "{refusals} {findings} {both}");
    assert!(both > 60, "{both}");
    assert!(in_expressions > 100, "{in_expressions} {kinds} {words}");
    assert!(of_functions > 30, "{of_functions}");
    assert!(kinds > 50 && words > 10, "{kinds} {words}");
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
    /// Of a part of a JSONata expression: that it is of one of these kinds, each a bit.
    Is(u8),
    /// Of a part of a JSONata expression: that it is this string.
    Equals(&'static str),
    /// That an expression gives a value.
    Evaluates,
}

impl Asked {
    /// Whether this is what was found.
    fn was(self, found: Self) -> bool {
        match (self, found) {
            (Self::Is(kinds), Self::Is(kind)) => kinds & kind != 0,
            (asked, found) => asked == found,
        }
    }
}

/// What is refused.
#[derive(Debug)]
struct Mistake {
    question: Question,
    /// The expression that it is found in never gives a value.
    is_fatal: bool,
}

impl Mistake {
    fn was(&self, (of, at, text, what): &Question) -> bool {
        let (state, field, path, asked) = &self.question;
        let is_there = (state, field) == (of, at);
        is_there && ((path == text && asked.was(*what)) || (self.is_fatal && *what == Asked::Evaluates))
    }
}

impl Machine {
    fn shape_of_output(&self, task: &str) -> Option<&Shape> {
        self.tasks.get(task).map(|(_, output)| output)
    }
}

use machines::Machine;
