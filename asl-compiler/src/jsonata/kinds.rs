//! Which kinds of values an expression can have, as far as its text tells.

use super::{
    builtins::{self, Builtin},
    names::is_bound,
    tree::{Kind, Node, Operator},
};
use crate::diagnostic::list;

/// All kinds of values that an expression can have: a letter each as in signatures, `m` for undefined.
pub(super) const ANY: &str = "asnblofm";

/// What the kinds are called.
pub(super) fn in_words(kinds: &str) -> String {
    let words: Vec<_> = kinds
        .chars()
        .filter_map(|kind| {
            Some(match kind {
                'a' => "an array",
                's' => "a string",
                'n' => "a number",
                'b' => "a boolean",
                'l' => "null",
                'o' => "an object",
                'f' => "a function",
                _ => return None,
            })
        })
        .collect();
    list(&words, "or")
}

/// Whether the node is all there is: no filter and no grouping follow.
pub(super) fn is_bare(node: &Node) -> bool {
    node.predicates.is_empty() && node.group.is_none()
}

/// The kinds of values that a node can have, as far as it can be told without evaluating anything.
pub(super) fn kinds(node: &Node, frames: &[Vec<&str>]) -> &'static str {
    if !is_bare(node) {
        return ANY;
    }
    match &node.kind {
        Kind::String(_) | Kind::Binary(Operator::Concatenate, ..) => "s",
        Kind::Number(_) => "n",
        Kind::Bool(_) => "b",
        Kind::Null => "l",
        Kind::Array(_) => "a",
        Kind::Object(_) => "o",
        Kind::Regex(_) | Kind::Lambda(_) | Kind::Partial { .. } | Kind::Transform { .. } => "f",
        Kind::Negate(_) => "nm",
        Kind::Binary(operator, left, right) => match operator {
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => {
                let sure = [left, right].iter().all(|side| kinds(side, frames) == "n");
                if sure { "n" } else { "nm" }
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => "bm",
            _ => "b",
        },
        Kind::Bind(_, value) => kinds(value, frames),
        Kind::Block(parts) => parts.last().map_or("m", |last| kinds(last, frames)),
        Kind::Condition {
            then,
            otherwise: Some(otherwise),
            ..
        } => {
            let then = kinds(then, frames);
            if then == kinds(otherwise, frames) {
                then
            } else {
                ANY
            }
        }
        Kind::Call(call) if is_bare(&call.procedure) => match &call.procedure.kind {
            Kind::Variable(name) if !is_bound(frames, name) => {
                builtins::builtin(name).map_or(ANY, Builtin::gives)
            }
            _ => ANY,
        },
        Kind::Variable(name) if !is_bound(frames, name) && builtins::builtin(name).is_some() => "f",
        _ => ANY,
    }
}
