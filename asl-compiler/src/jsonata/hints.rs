//! Hints for what people write who know other languages, or later releases of this one.

use super::problem::Problem;
use std::ops::Range;

/// A hint for a symbol that no value can start with, or that nothing is meant by.
pub(super) fn for_symbol(problem: Box<Problem>, text: &str, range: &Range<usize>) -> Box<Problem> {
    let token = text.get(range.clone()).unwrap_or_default();
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let after = text.get(range.end..).and_then(|text| text.chars().next());
    let hint = match (before, token, after) {
        (Some('?'), "?", _) => {
            "Step Functions has JSONata 2.0.6, which has no `??`: write `$exists(x) ? x : y`, or `x ? x : y`"
        }
        (Some('?'), ":", _) => "Step Functions has JSONata 2.0.6, which has no `?:`: write `x ? x : y`",
        (Some('='), "=", _) => "equality is a single `=`",
        (Some('!'), "=", _) => "inequality is `!=`",
        (Some('&'), "&", _) => "the logical operator is `and`; a single `&` joins texts",
        (Some('='), ">", _) => "a function is written `function($x) { … }`; the comparison is `>=`",
        (Some('<'), ">", _) => "inequality is `!=`",
        (Some('['), "?", _) => "JSONPath's filter `book[?(@.price < 10)]` is `book[price < 10]` in JSONata",
        (_, "|", Some('|')) => "the logical operator is `or`",
        (_, "!", _) => "negation is `$not(…)`",
        (_, "~", _) => "a function is applied with `~>`",
        (_, "**", _) => "the power is `$power(base, exponent)`",
        (_, "..", _) => "a range stands in an array: `[1..3]`",
        (_, ";", _) => "several expressions stand in parentheses: `($x := 1; $x + 1)`",
        (_, "/", _) => {
            "directly after an opening bracket or a sign, `/` divides: bind the regular expression to a variable first"
        }
        (_, ")" | "]" | "}" | "," | ":" | "=" | "<" | ">" | "." | "+" | "&", _) => {
            "a value is missing before it"
        }
        _ => return problem,
    };
    problem.hint(hint)
}
