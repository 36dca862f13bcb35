//! Whether a built-in function can take its arguments.

use super::{
    builtins::Builtin,
    kinds::{ANY, in_words, is_bare, kinds},
    pictures,
    problem::Problem,
    tree::{Element, Kind, Node, Parameter},
};
use crate::diagnostic::Code;
use std::ops::Range;

/// What is wrong with the arguments of a call, if no evaluation of it can succeed.
pub(super) fn check(
    builtin: &Builtin,
    arguments: &[&Node],
    range: &Range<usize>,
    frames: &[Vec<&str>],
) -> Option<Problem> {
    let parameters = builtin.parameters().parameters;
    let kinds: Vec<&str> = arguments.iter().map(|argument| kinds(argument, frames)).collect();
    let problem = if !fits(&parameters, &kinds) {
        misfit(builtin, &parameters, arguments, &kinds, range)
    } else if let Some(problem) = pictures::check(builtin, arguments, frames) {
        problem
    } else if parameters.iter().any(|parameter| parameter.elements.is_some()) {
        // Where every argument has its parameter, each is at its own place.
        let mut pairs = parameters.iter().zip(arguments);
        pairs.find_map(|(parameter, argument)| wrong_elements(builtin, parameter, argument, frames))?
    } else {
        return None;
    };
    Some(*problem)
}

/// Whether arguments of some of these kinds match the parameters from left to right.
fn fits(parameters: &[Parameter], kinds: &[&str]) -> bool {
    // `reached[n]`: the parameters so far can have taken the first `n` arguments.
    let mut reached = vec![false; kinds.len() + 1];
    reached[0] = true;
    for parameter in parameters {
        let mut next = vec![false; kinds.len() + 1];
        for taken in 0..=kinds.len() {
            if !reached[taken] {
                continue;
            }
            next[taken] |= parameter.optional || parameter.context;
            for (more, kind) in kinds[taken..].iter().enumerate() {
                if (more > 0 && !parameter.repeated) || !takes(parameter, kind) {
                    break;
                }
                next[taken + more + 1] = true;
            }
        }
        reached = next;
    }
    reached[kinds.len()]
}

fn takes(parameter: &Parameter, kinds: &str) -> bool {
    kinds.chars().any(|kind| match parameter.types.as_str() {
        // An array parameter takes anything, as an array of one; a function must be there.
        "a" => true,
        "f" => kind == 'f',
        types => kind == 'm' || types.contains(kind),
    })
}

fn misfit(
    builtin: &Builtin,
    parameters: &[Parameter],
    arguments: &[&Node],
    kinds: &[&str],
    range: &Range<usize>,
) -> Box<Problem> {
    let Builtin { name, usage, .. } = builtin;
    let problem = |message: String, range: &Range<usize>| {
        Problem::of(Code::FailingExpression, "T0410", message, range.clone())
            .hint(format!("it is `${name}({usage})`"))
    };
    let anything = vec![ANY; arguments.len()];
    if !fits(parameters, &anything) {
        let most = parameters.len();
        let count = |count: usize| {
            if count == 1 {
                "1 argument".to_owned()
            } else {
                format!("{count} arguments")
            }
        };
        return match arguments.get(most) {
            Some(first) if most == 0 => problem(format!("`${name}` takes no arguments"), &first.range),
            Some(first) => problem(format!("`${name}` takes at most {}", count(most)), &first.range),
            None => {
                let least = parameters
                    .iter()
                    .filter(|one| !one.optional && !one.context)
                    .count();
                problem(format!("`${name}` needs at least {}", count(least)), range)
            }
        };
    }
    // The first argument that spoils the match, with those after it unknown.
    let mut known = anything;
    for (at, (argument, kind)) in arguments.iter().zip(kinds).enumerate() {
        known[at] = kind;
        if !fits(parameters, &known) {
            let message = match parameters.get(at) {
                // It is the right one, but then there are too few of them.
                Some(parameter) if takes(parameter, kind) => {
                    format!("`${name}` needs more arguments than these")
                }
                Some(parameter) => format!(
                    "argument {} of `${name}` is {}, not {}",
                    at + 1,
                    in_words(kind),
                    in_words(&parameter.types)
                ),
                None => format!("argument {} of `${name}` cannot be {}", at + 1, in_words(kind)),
            };
            return problem(message, &argument.range);
        }
    }
    problem(format!("`${name}` cannot take these arguments"), range)
}

/// An element, or a value that stands for an array of one, of another kind than the parameter's elements.
fn wrong_elements(
    builtin: &Builtin,
    parameter: &Parameter,
    argument: &Node,
    frames: &[Vec<&str>],
) -> Option<Box<Problem>> {
    let wanted = parameter.elements?;
    let wrong = match &argument.kind {
        Kind::Array(array) if is_bare(argument) => {
            array.elements.iter().find_map(|element| match element {
                // Arrays are flattened, and what is undefined is left out.
                Element::Item(item) => Some(item).filter(|item| {
                    let kinds = kinds(item, frames);
                    !kinds.contains(['a', 'm', wanted])
                        || matches!(item.kind, Kind::Array(_)) && is_bare(item)
                }),
                Element::Range(..) => None,
            })?
        }
        _ if !kinds(argument, frames).contains(['a', 'm', wanted]) => argument,
        _ => return None,
    };
    let message = format!(
        "`${}` takes an array of which every element is {}; this is {}",
        builtin.name,
        in_words(wanted.encode_utf8(&mut [0; 4])),
        in_words(kinds(wrong, frames))
    );
    Some(Problem::of(
        Code::FailingExpression,
        "T0412",
        message,
        wrong.range.clone(),
    ))
}
