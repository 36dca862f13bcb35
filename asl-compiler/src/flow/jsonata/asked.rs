//! What expressions ask of the data: a definition that guards itself is not told that it need not.

use crate::{
    flow::{solve::Analysis, types::Type},
    ir::{self, Condition, Test},
    jsonata::{
        each_child,
        tree::{Kind, Node, Operator, Path, StepKind},
    },
    syntax::path::Step,
};

/// The paths of which an expression asks what kind they are: `$type(path)`.
pub fn kinds(tree: &Node) -> Vec<String> {
    let mut asked = Vec::new();
    each(tree, &mut |node| {
        if let Some(("type", argument)) = call_of_one(node)
            && let Some(names) = names(argument)
        {
            asked.push(format!("${}", names.join(".")));
        }
    });
    asked
}

/// The conditions of a Choice.
pub fn conditions(rules: &[ir::Rule]) -> impl Iterator<Item = &Node> {
    rules.iter().filter_map(|rule| match &rule.test {
        Test::Condition(Condition::Expression(expression)) => Some(&expression.tree),
        _ => None,
    })
}

impl Analysis<'_> {
    /// The input and the variables of a Choice, after its conditions asked what there is in them.
    pub fn after_conditions(
        &self,
        rules: &[ir::Rule],
        input: &Type,
        variables: &[Type],
    ) -> (Type, Vec<Type>) {
        let mut input = input.clone();
        let mut variables = variables.to_vec();
        for tree in conditions(rules) {
            presence(tree, &mut |path| {
                let Some(names) = names(path) else { return };
                let steps = |names: &[&str]| -> Vec<Step> {
                    names.iter().map(|name| Step::Key((*name).to_owned())).collect()
                };
                match names.as_slice() {
                    ["states", "input", rest @ ..] => input = input.asked(&steps(rest), &self.symbols),
                    [variable, rest @ ..] => {
                        let slot = self.machine.variables.iter().position(|known| known == variable);
                        if let Some(known) = slot.and_then(|slot| variables.get_mut(slot)) {
                            *known = if known.is_never() {
                                Type::any()
                            } else {
                                known.asked(&steps(rest), &self.symbols)
                            };
                        }
                    }
                    [] => {}
                }
            });
        }
        (input, variables)
    }
}

/// Calls `visit` with all of which the expression asks whether it is there: `$exists(path)`, `$type(path)`, and paths that
/// count as true or false.
fn presence<'t>(tree: &'t Node, visit: &mut dyn FnMut(&'t Node)) {
    each(tree, &mut |node| match &node.kind {
        Kind::Binary(Operator::And | Operator::Or, left, right) => {
            visit(left);
            visit(right);
        }
        Kind::Condition { condition, .. } => visit(condition),
        _ => match call_of_one(node) {
            Some(("exists" | "type", argument)) => visit(argument),
            // What is not there makes these undefined, and a condition that is undefined fails.
            Some(("boolean" | "not", argument)) if !std::ptr::eq(node, tree) => visit(argument),
            _ => {}
        },
    });
}

fn each<'t>(node: &'t Node, visit: &mut dyn FnMut(&'t Node)) {
    visit(node);
    each_child(node, &mut |child| each(child, visit));
}

/// The name of the function and the argument, of a call with one.
fn call_of_one(node: &Node) -> Option<(&str, &Node)> {
    let Kind::Call(call) = &node.kind else { return None };
    match (&call.procedure.kind, call.arguments.as_slice()) {
        (Kind::Variable(name), [argument]) => Some((name, argument)),
        _ => None,
    }
}

/// The names of a path that has only names: `$states.input.total` is `states`, `input`, `total`.
fn names(node: &Node) -> Option<Vec<&str>> {
    let path = match &node.kind {
        Kind::Variable(name) if node.predicates.is_empty() => return Some(vec![name]),
        Kind::Path(path) => path,
        _ => return None,
    };
    let Path {
        steps, group: None, ..
    } = path
    else {
        return None;
    };
    let mut names = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        match &step.kind {
            StepKind::Node(node) if step.stages.is_empty() && node.predicates.is_empty() => {
                match &node.kind {
                    Kind::Variable(name) if number == 0 => names.push(name.as_str()),
                    Kind::Name(name) if number > 0 => names.push(name.as_str()),
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    Some(names)
}
