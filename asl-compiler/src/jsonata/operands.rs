//! Whether operators can take their operands.

use super::{
    kinds::{in_words, kinds},
    problem::Problem,
    tree::{Array, Element, Kind, Node, Operator, Pair},
};
use crate::diagnostic::Code;

/// What is wrong with the operands of a node, if no evaluation of it can succeed.
pub(super) fn check(node: &Node, frames: &[Vec<&str>]) -> Option<Problem> {
    let problem = match &node.kind {
        Kind::Binary(operator, left, right) => binary(*operator, left, right, frames),
        Kind::Negate(inner) => wrong_number("D1002", "the negated value", inner, frames),
        Kind::Array(array) => range(array, frames),
        Kind::Object(pairs) => key(pairs, frames),
        _ => None,
    };
    problem.map(|problem| *problem)
}

fn binary(operator: Operator, left: &Node, right: &Node, frames: &[Vec<&str>]) -> Option<Box<Problem>> {
    match operator {
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => {
            let problem = wrong_number("T2001", "the left operand", left, frames)
                .or_else(|| wrong_number("T2002", "the right operand", right, frames))?;
            let texts = [left, right].iter().any(|side| kinds(side, frames).contains('s'));
            Some(if operator == Operator::Add && texts {
                problem.hint("texts are joined with `&`")
            } else {
                problem
            })
        }
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            for side in [left, right] {
                let kinds = kinds(side, frames);
                if !kinds.contains(['s', 'n', 'm']) {
                    let message = format!(
                        "only numbers and strings can be ordered, and this is {}",
                        in_words(kinds)
                    );
                    return Some(failing("T2010", message, side));
                }
            }
            let (first, second) = (kinds(left, frames), kinds(right, frames));
            if matches!((first, second), ("s", "n") | ("n", "s")) {
                let message = format!("this is {}, compared with {}", in_words(second), in_words(first));
                return Some(failing("T2009", message, right).hint("`$number` and `$string` convert"));
            }
            None
        }
        _ => None,
    }
}

fn wrong_number(
    code: &'static str,
    what: &str,
    operand: &Node,
    frames: &[Vec<&str>],
) -> Option<Box<Problem>> {
    let kinds = kinds(operand, frames);
    let message = || format!("{what} must be a number, and this is {}", in_words(kinds));
    (!kinds.contains(['n', 'm'])).then(|| failing(code, message(), operand))
}

/// The ends of ranges in an array.
fn range(array: &Array, frames: &[Vec<&str>]) -> Option<Box<Problem>> {
    let end = |code, end: &Node| {
        let whole = !matches!(end.kind, Kind::Number(number) if number.fract() != 0.0);
        let message = || "the ends of a range must be whole numbers".to_owned();
        let fits = kinds(end, frames).contains(['n', 'm']) && whole;
        (!fits).then(|| failing(code, message(), end))
    };
    array.elements.iter().find_map(|element| match element {
        Element::Range(first, last, _) => end("T2003", first).or_else(|| end("T2004", last)),
        Element::Item(_) => None,
    })
}

/// The keys of an object or a grouping.
pub(super) fn key(pairs: &[Pair], frames: &[Vec<&str>]) -> Option<Box<Problem>> {
    pairs.iter().find_map(|pair| {
        let kinds = kinds(&pair.key, frames);
        let message = || format!("a key must be a string, and this is {}", in_words(kinds));
        (!kinds.contains(['s', 'm'])).then(|| failing("T1003", message(), &pair.key))
    })
}

fn failing(code: &'static str, message: String, node: &Node) -> Box<Problem> {
    Problem::of(Code::FailingExpression, code, message, node.range.clone())
}
