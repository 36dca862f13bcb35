//! What holds for every text.

use crate::jsonata::{Problem, Surroundings, check, parse, tree::Node, variables};
use proptest::prelude::*;

/// Pieces of the language in which blanks mean nothing.
const PIECES: [&str; 46] = [
    "a",
    "b.c",
    "$x",
    "$states",
    "$",
    "$$",
    "12",
    "0.5e3",
    "true",
    "null",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    ",",
    ";",
    ":",
    ":=",
    "?",
    "..",
    "~>",
    "^(",
    "@$v",
    "#$i",
    "%",
    "*",
    "**",
    "|",
    "+",
    "-",
    "=",
    "!=",
    "<",
    ">",
    "<=",
    "&",
    "function($p)",
    "λ($p)<s-:n>",
    "$sum(",
    "$map(",
    "[]",
    "[0]",
    "é",
];

/// Other pieces, some of them broken.
const MORE: [&str; 18] = [
    "'t'",
    "\"\\u00e9\"",
    "`q n`",
    "/r(e)/i",
    "/*c*/",
    "/",
    " and ",
    " or ",
    " in ",
    "!",
    "\\",
    "\u{1f600}",
    " ",
    "\n",
    "'",
    "`",
    "\"",
    "\t",
];

/// Texts made of pieces, most of them no expressions.
fn pieces(pieces: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
}

fn assert_in(text: &str, problem: &Problem) {
    assert!(
        text.get(problem.range.clone()).is_some(),
        "{problem:?} in {text:?}"
    );
    assert!(
        !problem.message.is_empty() && !problem.message.ends_with('.'),
        "{problem:?}"
    );
}

fn assert_ranges(text: &str, node: &Node) {
    assert!(
        text.get(node.range.clone()).is_some_and(|part| !part.is_empty()),
        "{node:?} in {text:?}"
    );
    crate::jsonata::names::each_child(node, &mut |child| {
        assert_ranges(text, child);
    });
}

fn assert_sound(text: &str) {
    match parse(text) {
        Err(problem) => assert_in(text, &problem),
        Ok(tree) => {
            assert_ranges(text, &tree);
            let free = variables(&tree);
            let free: Vec<_> = free.into_iter().collect();
            for context in [false, true] {
                let surroundings = Surroundings {
                    states: &["input"],
                    variables: &free,
                    context,
                };
                let problems = check(&tree, &surroundings);
                problems.iter().for_each(|problem| assert_in(text, problem));
                // What is read from outside is known now.
                assert!(
                    problems
                        .iter()
                        .all(|problem| problem.diagnostic.as_str() != "ASL196"),
                    "{problems:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_an_expression_or_a_problem_within_it(text in "\\PC{0,40}") {
        assert_sound(&text);
    }

    #[test]
    fn any_pieces_are_an_expression_or_a_problem_within_them(text in pieces([&PIECES[..], &MORE].concat())) {
        assert_sound(&text);
    }

    /// Blanks and comments between tokens mean nothing, other than to the ranges.
    #[test]
    fn blanks_mean_nothing(text in pieces(PIECES.to_vec())) {
        let spaced = text.replace([',', ';'], " /* x */ , ").replace('(', " ( ");
        let plain = text.replace([',', ';'], ",");
        prop_assert_eq!(super::short(&plain).starts_with('S'), super::short(&spaced).starts_with('S'));
        if parse(&plain).is_ok() {
            prop_assert_eq!(super::short(&plain), super::short(&spaced));
        }
    }
}
