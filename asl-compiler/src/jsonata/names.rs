//! Which names an expression binds, and which it takes from outside.

use super::{
    builtins,
    tree::{Element, Group, Kind, Node, Path, Stage, StepKind},
};
use std::collections::BTreeSet;

/// The variables of the state machine that an expression reads: all that it neither binds itself nor are built in
/// (`$states` and the functions).
///
/// ```
/// use asl_compiler::jsonata::{parse, variables};
///
/// let tree = parse("($x := 1; $sum($prices) + $x + $states.input.y)").unwrap();
/// assert_eq!(variables(&tree).into_iter().collect::<Vec<_>>(), ["prices"]);
/// ```
pub fn variables(tree: &Node) -> BTreeSet<&str> {
    let mut free = Free::default();
    free.frames.push(bound_in_frame([tree]));
    free.node(tree);
    free.names
        .into_iter()
        .filter(|name| *name != "states" && builtins::builtin(name).is_none())
        .collect()
}

/// Names that are neither bound in the expression nor `$` and `$$`.
#[derive(Default)]
struct Free<'t> {
    frames: Vec<Vec<&'t str>>,
    names: BTreeSet<&'t str>,
}

impl<'t> Free<'t> {
    fn node(&mut self, node: &'t Node) {
        if let Kind::Variable(name) = &node.kind
            && !is_context(name)
            && !is_bound(&self.frames, name)
        {
            self.names.insert(name);
        }
        let frame = frame(node);
        let opens = frame.is_some();
        self.frames.extend(frame);
        each_child(node, &mut |child| self.node(child));
        if opens {
            self.frames.pop();
        }
    }
}

/// Whether it is `$` or `$$`.
pub(super) fn is_context(name: &str) -> bool {
    matches!(name, "" | "$")
}

/// Whether a frame binds the name.
pub(super) fn is_bound(frames: &[Vec<&str>], name: &str) -> bool {
    frames.iter().any(|frame| frame.contains(&name))
}

/// What a node binds for all that is inside it, if it binds anything.
pub(super) fn frame(node: &Node) -> Option<Vec<&str>> {
    match &node.kind {
        Kind::Block(parts) => Some(bound_in_frame(parts)),
        Kind::Lambda(lambda) => {
            let mut names = bound_in_frame([&*lambda.body]);
            names.extend(lambda.parameters.iter().map(String::as_str));
            Some(names)
        }
        Kind::Path(path) => {
            let mut names = Vec::new();
            bound_in_path(path, &mut names);
            Some(names)
        }
        _ => None,
    }
}

/// The names that `:=` binds in the frame that these nodes share: blocks and functions inside have their own.
pub(crate) fn bound_in_frame<'t>(nodes: impl IntoIterator<Item = &'t Node>) -> Vec<&'t str> {
    let mut names = Vec::new();
    nodes.into_iter().for_each(|node| collect_bound(node, &mut names));
    names
}

fn collect_bound<'t>(node: &'t Node, names: &mut Vec<&'t str>) {
    if let Kind::Bind(name, _) = &node.kind {
        names.push(name);
    }
    match node.kind {
        // What follows them is evaluated outside of them.
        Kind::Block(_) | Kind::Lambda(_) => node_suffixes(node, &mut |child| collect_bound(child, names)),
        _ => each_child(node, &mut |child| collect_bound(child, names)),
    }
}

/// The names that `@` and `#` bind in a path. The tuples of a block inside are those of the path.
fn bound_in_path<'t>(path: &'t Path, names: &mut Vec<&'t str>) {
    for step in &path.steps {
        names.extend(step.focus.as_deref());
        names.extend(step.index.as_deref());
        names.extend(step.stages.iter().filter_map(|stage| match stage {
            Stage::Index(name) => Some(name.as_str()),
            Stage::Filter(_) => None,
        }));
        if let StepKind::Node(node) = &step.kind {
            bound_in_last(node, names);
        }
    }
}

fn bound_in_last<'t>(node: &'t Node, names: &mut Vec<&'t str>) {
    match &node.kind {
        Kind::Block(parts) => parts.iter().for_each(|part| bound_in_last(part, names)),
        Kind::Path(path) => bound_in_path(path, names),
        _ => {}
    }
}

/// The parts of a node, in the order in which they are written.
pub(crate) fn each_child<'t>(node: &'t Node, visit: &mut dyn FnMut(&'t Node)) {
    match &node.kind {
        Kind::String(_)
        | Kind::Number(_)
        | Kind::Bool(_)
        | Kind::Null
        | Kind::Regex(_)
        | Kind::Name(_)
        | Kind::Wildcard
        | Kind::Descendants
        | Kind::Parent(_)
        | Kind::Variable(_) => {}
        Kind::Path(path) => {
            for step in &path.steps {
                match &step.kind {
                    StepKind::Node(node) => visit(node),
                    StepKind::Sort(terms) => terms.iter().for_each(|term| visit(&term.expression)),
                }
                for stage in &step.stages {
                    if let Stage::Filter(predicate) = stage {
                        visit(predicate);
                    }
                }
            }
            group(path.group.as_deref(), visit);
        }
        Kind::Negate(inner) | Kind::Bind(_, inner) => visit(inner),
        Kind::Array(array) => {
            for element in &array.elements {
                match element {
                    Element::Item(item) => visit(item),
                    Element::Range(first, last, _) => {
                        visit(first);
                        visit(last);
                    }
                }
            }
        }
        Kind::Object(pairs) => pairs.iter().for_each(|pair| {
            visit(&pair.key);
            visit(&pair.value);
        }),
        Kind::Binary(_, left, right) | Kind::Apply(left, right) => {
            visit(left);
            visit(right);
        }
        Kind::Condition {
            condition,
            then,
            otherwise,
        } => {
            visit(condition);
            visit(then);
            otherwise.iter().for_each(|otherwise| visit(otherwise));
        }
        Kind::Block(parts) => parts.iter().for_each(&mut *visit),
        Kind::Lambda(lambda) => visit(&lambda.body),
        Kind::Call(call) => {
            visit(&call.procedure);
            call.arguments.iter().for_each(&mut *visit);
        }
        Kind::Partial { procedure, arguments } => {
            visit(procedure);
            arguments.iter().flatten().for_each(&mut *visit);
        }
        Kind::Transform {
            pattern,
            update,
            delete,
        } => {
            visit(pattern);
            visit(update);
            delete.iter().for_each(|delete| visit(delete));
        }
    }
    node_suffixes(node, visit);
}

/// Filters and grouping of a node that is no path.
pub(super) fn node_suffixes<'t>(node: &'t Node, visit: &mut dyn FnMut(&'t Node)) {
    node.predicates.iter().for_each(&mut *visit);
    group(node.group.as_deref(), visit);
}

pub(super) fn group<'t>(group: Option<&'t Group>, visit: &mut dyn FnMut(&'t Node)) {
    for pair in group.iter().flat_map(|group| &group.pairs) {
        visit(&pair.key);
        visit(&pair.value);
    }
}
