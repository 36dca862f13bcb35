//! Which variables of a block can be Rust's `let`s.
//!
//! A variable is a `let` if each assignment is a statement of its own, and no function that reads it is made before it
//! has been assigned for the last time. A function that is assigned to a name may call itself by that name: it is given
//! itself. All other variables are shared between the block and its closures.

use crate::jsonata::tree::{Array, Call, Element, Group, Kind, Lambda, Node, Pair, Path, Stage, StepKind};

/// A variable that a block assigns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    pub name: String,
    pub shared: bool,
}

/// The variables that these parts of a block, or the body of a function, assign in it.
pub fn assigned(parts: &[Node]) -> Vec<Assigned> {
    let mut scan = Scan::default();
    for part in parts {
        scan.statement(part);
    }
    scan.found
}

/// Whether a function made of this lambda reads the name from around it.
pub fn reads(lambda: &Lambda, name: &str) -> bool {
    let mut free = Vec::new();
    free_in_lambda(lambda, &mut free);
    free.iter().any(|known| known == name)
}

#[derive(Default)]
struct Scan {
    found: Vec<Assigned>,
    /// What the functions read that have been made so far.
    captured: Vec<String>,
}

impl Scan {
    fn statement(&mut self, node: &Node) {
        let Kind::Bind(name, value) = &node.kind else {
            return self.walk(node);
        };
        match &value.kind {
            Kind::Bind(..) => self.statement(value),
            Kind::Lambda(lambda) if is_bare(value) => {
                let mut free = Vec::new();
                free_in_lambda(lambda, &mut free);
                free.retain(|known| known != name);
                self.captured.extend(free);
                self.assign(name, false);
                // A later assignment would not be seen by the function.
                if reads(lambda, name) {
                    self.captured.push(name.clone());
                }
                return;
            }
            _ => self.walk(value),
        }
        self.assign(name, false);
    }

    fn assign(&mut self, name: &str, nested: bool) {
        let shared = nested || self.captured.iter().any(|known| known == name);
        match self.found.iter_mut().find(|known| known.name == name) {
            Some(known) => known.shared |= shared,
            None => self.found.push(Assigned {
                name: name.to_owned(),
                shared,
            }),
        }
    }

    /// Finds assignments that are no statements, and what functions read.
    fn walk(&mut self, node: &Node) {
        match &node.kind {
            Kind::Bind(name, value) => {
                self.walk(value);
                self.assign(name, true);
            }
            Kind::Lambda(lambda) => free_in_lambda(lambda, &mut self.captured),
            Kind::Transform { .. } => free_in(node, &mut self.captured),
            // Its assignments are its own, what it captures is not.
            Kind::Block(_) => captured_in(node, &mut self.captured),
            _ => {}
        }
        if !matches!(
            node.kind,
            Kind::Bind(..) | Kind::Lambda(_) | Kind::Transform { .. } | Kind::Block(_)
        ) {
            for_each_kind(&node.kind, &mut |child| self.walk(child));
        }
        for_each_suffix(node, &mut |child| self.walk(child));
    }
}

/// Whether nothing follows the node.
pub fn is_bare(node: &Node) -> bool {
    node.predicates.is_empty() && node.group.is_none() && !node.keep_array
}

/// What functions within the node read from around the node. Too much is no harm.
fn captured_in(node: &Node, captured: &mut Vec<String>) {
    match &node.kind {
        Kind::Lambda(lambda) => free_in_lambda(lambda, captured),
        Kind::Transform { .. } => free_in(node, captured),
        kind => for_each_kind(kind, &mut |child| captured_in(child, captured)),
    }
    for_each_suffix(node, &mut |child| captured_in(child, captured));
}

fn free_in_lambda(lambda: &Lambda, free: &mut Vec<String>) {
    let mut inner = Vec::new();
    free_in(&lambda.body, &mut inner);
    inner.retain(|name| !lambda.parameters.contains(name));
    free.extend(inner);
}

/// The variables that the node reads. What it assigns itself may be among them.
fn free_in(node: &Node, free: &mut Vec<String>) {
    match &node.kind {
        Kind::Variable(name) => free.push(name.clone()),
        Kind::Lambda(lambda) => free_in_lambda(lambda, free),
        kind => for_each_kind(kind, &mut |child| free_in(child, free)),
    }
    for_each_suffix(node, &mut |child| free_in(child, free));
}

/// Filters and grouping that follow the node.
fn for_each_suffix(node: &Node, visit: &mut dyn FnMut(&Node)) {
    node.predicates.iter().for_each(&mut *visit);
    if let Some(group) = &node.group {
        for_each_pair(group, visit);
    }
}

fn for_each_pair(group: &Group, visit: &mut dyn FnMut(&Node)) {
    group.pairs.iter().for_each(|Pair { key, value }| {
        visit(key);
        visit(value);
    });
}

/// The parts of an expression, in the order in which they are evaluated.
fn for_each_kind(kind: &Kind, visit: &mut dyn FnMut(&Node)) {
    match kind {
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
        Kind::Path(path) => for_each_step(path, visit),
        Kind::Negate(operand) | Kind::Bind(_, operand) => visit(operand),
        Kind::Array(Array { elements, .. }) => elements.iter().for_each(|element| match element {
            Element::Item(item) => visit(item),
            Element::Range(first, last, _) => {
                visit(first);
                visit(last);
            }
        }),
        Kind::Object(pairs) => pairs.iter().for_each(|Pair { key, value }| {
            visit(key);
            visit(value);
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
            if let Some(otherwise) = otherwise {
                visit(otherwise);
            }
        }
        Kind::Block(parts) => parts.iter().for_each(visit),
        Kind::Lambda(lambda) => visit(&lambda.body),
        Kind::Call(Call { procedure, arguments }) => {
            visit(procedure);
            arguments.iter().for_each(visit);
        }
        Kind::Partial { procedure, arguments } => {
            arguments.iter().flatten().for_each(&mut *visit);
            visit(procedure);
        }
        Kind::Transform {
            pattern,
            update,
            delete,
        } => {
            visit(pattern);
            visit(update);
            if let Some(delete) = delete {
                visit(delete);
            }
        }
    }
}

fn for_each_step(path: &Path, visit: &mut dyn FnMut(&Node)) {
    for step in &path.steps {
        match &step.kind {
            StepKind::Node(node) => visit(node),
            StepKind::Sort(terms) => terms.iter().for_each(|term| visit(&term.expression)),
        }
        for stage in &step.stages {
            if let Stage::Filter(node) = stage {
                visit(node);
            }
        }
    }
    if let Some(group) = &path.group {
        for_each_pair(group, visit);
    }
}
