//! What can be said about an expression before it is evaluated.

use super::{
    arguments, builtins,
    kinds::kinds,
    names::{bound_in_frame, each_child, frame, group, is_bound, is_context, node_suffixes},
    operands,
    problem::Problem,
    regex,
    tree::{Call, Kind, Node, Path, Stage, Step, StepKind},
};
use crate::diagnostic::{Code, nearest, one_of};
use std::ops::Range;

/// What an expression can refer to where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The members of [`$states`](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#transforming-reserved-states-variable)
    /// that the field has: `input` and `context`, perhaps `result` or `errorOutput`.
    pub states: &'a [&'a str],
    /// The variables of the state machine that may be assigned here, without `$`.
    pub variables: &'a [&'a str],
    /// Whether there is a context value (`$`, `$$` and field names). Step Functions gives none.
    pub context: bool,
}

/// All that is wrong with an expression that could be parsed, in the order of the text.
///
/// Some of it the service refuses; some it accepts, and the evaluation fails: see [`Code::is_accepted_by_service`] of
/// [`Problem::diagnostic`].
///
/// ```
/// use asl_compiler::jsonata::{Surroundings, check, parse};
///
/// let surroundings = Surroundings { states: &["input", "context"], variables: &["order"], context: false };
/// let tree = parse("$uppercas($ordr.name)").unwrap();
/// let problems = check(&tree, &surroundings);
/// assert_eq!(problems[0].message, "there is no function `$uppercas`");
/// assert_eq!(problems[1].hint.as_deref(), Some("did you mean `$order`?"));
/// ```
pub fn check(tree: &Node, surroundings: &Surroundings<'_>) -> Vec<Problem> {
    let mut check = Check {
        surroundings,
        frames: vec![surroundings.variables.to_vec(), bound_in_frame([tree])],
        context: surroundings.context,
        problems: Vec::new(),
    };
    check.node(tree);
    check.problems.sort_by_key(|problem| problem.range.start);
    check.problems
}

pub(super) struct Check<'t> {
    surroundings: &'t Surroundings<'t>,
    /// The names that are bound, innermost last. The first are the variables of the state machine.
    frames: Vec<Vec<&'t str>>,
    /// Whether `$` is something. In the body of a function it is what it was where the function is defined.
    context: bool,
    problems: Vec<Problem>,
}

impl<'t> Check<'t> {
    fn node(&mut self, node: &'t Node) {
        let group = match &node.kind {
            Kind::Path(path) => &path.group,
            _ => &node.group,
        };
        if let Some(group) = group {
            self.problems
                .extend(operands::key(&group.pairs, &self.frames).map(|problem| *problem));
        }
        let frame = frame(node);
        let opens = frame.is_some();
        self.frames.extend(frame);
        match &node.kind {
            Kind::Variable(name) => self.variable(name, &node.range),
            Kind::Path(path) => self.path(path),
            Kind::Wildcard | Kind::Descendants => self.wildcard(&node.range),
            Kind::Regex(regex) => self.problems.extend(regex::check(regex, &node.range)),
            Kind::Call(call) => self.call(call, None),
            Kind::Apply(left, right) => self.apply(left, right),
            Kind::Partial { procedure, arguments } => {
                self.procedure(procedure);
                arguments
                    .iter()
                    .flatten()
                    .for_each(|argument| self.node(argument));
            }
            Kind::Lambda(lambda) => self.node(&lambda.body),
            Kind::Transform {
                pattern,
                update,
                delete,
            } => self.with_context(|check| {
                for part in [pattern, update].into_iter().chain(delete) {
                    check.node(part);
                }
            }),
            _ => return self.plain(node, opens),
        }
        self.suffixes(node, opens);
    }

    /// A node that is evaluated where it stands, as are its parts.
    fn plain(&mut self, node: &'t Node, opens: bool) {
        self.problems.extend(operands::check(node, &self.frames));
        let mut parts = Vec::new();
        each_child(node, &mut |child| parts.push(child));
        let mut suffixes = 0;
        node_suffixes(node, &mut |_| suffixes += 1);
        for part in &parts[..parts.len() - suffixes] {
            self.node(part);
        }
        self.suffixes(node, opens);
    }

    /// What follows a node has its value as context.
    fn suffixes(&mut self, node: &'t Node, opens: bool) {
        if opens {
            self.frames.pop();
        }
        self.with_context(|check| node_suffixes(node, &mut |child| check.node(child)));
    }

    fn with_context(&mut self, check: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.context, true);
        check(self);
        self.context = outer;
    }

    fn path(&mut self, path: &'t Path) {
        let Some((first, rest)) = path.steps.split_first() else {
            return;
        };
        match &first.kind {
            StepKind::Node(Node {
                kind: Kind::Name(name),
                range,
                ..
            }) => self.field(name, range, path),
            StepKind::Node(Node {
                kind: Kind::Variable(name),
                range,
                ..
            }) if is_context(name) => {
                self.context_variable(name, range, rest.first());
            }
            StepKind::Node(node) => {
                if let Kind::Variable(name) = &node.kind
                    && name == "states"
                    && !is_bound(&self.frames, name)
                    && let Some(member) = rest.first()
                {
                    self.states_member(member);
                }
                self.node(node);
            }
            StepKind::Sort(_) => {}
        }
        self.with_context(|check| {
            for (index, step) in path.steps.iter().enumerate() {
                check.step(step, index == 0);
            }
            group(path.group.as_deref(), &mut |child| check.node(child));
        });
    }

    /// A step, with a context.
    fn step(&mut self, step: &'t Step, first: bool) {
        match &step.kind {
            StepKind::Node(_) if first => {}
            StepKind::Node(node) => self.node(node),
            StepKind::Sort(terms) => terms.iter().for_each(|term| self.node(&term.expression)),
        }
        for stage in &step.stages {
            if let Stage::Filter(predicate) = stage {
                self.node(predicate);
            }
        }
    }

    /// A problem of something that needs a context, where there is none.
    fn missing_context(&self, refused: bool, message: String, range: &Range<usize>) -> Option<Box<Problem>> {
        let code = if refused {
            Code::MissingContext
        } else {
            Code::FailingExpression
        };
        (!self.context).then(|| Problem::of(code, "", message, range.clone()))
    }

    /// A field of the context.
    fn field(&mut self, name: &str, range: &Range<usize>, path: &Path) {
        let message = format!("`{name}` is a field of the context value, and there is none here");
        let Some(problem) = self.missing_context(true, message, range) else {
            return;
        };
        let hint = if name == "States" && path.steps.len() > 1 {
            "`States.…` functions are JSONPath's; JSONata has functions of its own, called as `$name(…)`"
                .to_owned()
        } else if is_bound(&self.frames, name) || self.surroundings.variables.contains(&name) {
            format!("the variable is `${name}`")
        } else if let Some(meant) = nearest(name, ["true", "false", "null"]) {
            format!("did you mean `{meant}`?")
        } else {
            format!(
                "the state's input has it as `$states.input.{name}`; a text is written in quotes: \"{name}\""
            )
        };
        self.problems.push(*problem.hint(hint));
    }

    fn wildcard(&mut self, range: &Range<usize>) {
        let message = "`*` goes over the context value, and there is none here".to_owned();
        if let Some(problem) = self.missing_context(false, message, range) {
            self.problems
                .push(*problem.hint("the members of the state's input are `$states.input.*`"));
        }
    }

    /// `$` or `$$`. The latter is refused wherever it stands.
    fn context_variable(&mut self, name: &str, range: &Range<usize>, next: Option<&Step>) {
        let next = match next.map(|step| &step.kind) {
            Some(StepKind::Node(Node {
                kind: Kind::Name(name),
                ..
            })) => format!(".{name}"),
            _ => String::new(),
        };
        if name == "$" && !self.surroundings.context {
            let message = "there is no root value, which `$$` means";
            let problem = Problem::of(Code::MissingContext, "", message, range.clone());
            return self.problems.push(*problem.hint(format!(
                "the state's input is `$states.input`, the context object is `$states.context{next}`"
            )));
        }
        let message = "there is no context value here, which `$` means".to_owned();
        if let Some(problem) = self.missing_context(true, message, range) {
            self.problems
                .push(*problem.hint(format!("the state's input is `$states.input{next}`")));
        }
    }

    fn states_member(&mut self, step: &Step) {
        let StepKind::Node(Node {
            kind: Kind::Name(name),
            range,
            ..
        }) = &step.kind
        else {
            return;
        };
        let members = self.surroundings.states;
        if members.contains(&name.as_str()) {
            return;
        }
        let problem = match name.as_str() {
            "result" => Problem::of(Code::UnavailableMember, "", "`$states.result` does not exist here", range.clone())
                .hint("only `Output` and `Assign` of a Task, Parallel or Map state have it, outside of its catchers"),
            "errorOutput" => {
                Problem::of(Code::UnavailableMember, "", "`$states.errorOutput` does not exist here", range.clone())
                    .hint("only `Output` and `Assign` of a catcher have it")
            }
            _ => {
                let message = format!("`$states` has no member `{name}`");
                let problem = Problem::of(Code::UnavailableMember, "", message, range.clone());
                problem.hint(match nearest(name, members.iter().copied()) {
                    Some(meant) => format!("did you mean `$states.{meant}`?"),
                    None => format!("it has {}", one_of(members, "and")),
                })
            }
        };
        self.problems.push(*problem);
    }

    fn variable(&mut self, name: &str, range: &Range<usize>) {
        if is_context(name) {
            self.context_variable(name, range, None);
        } else if !self.is_known(name) {
            let message = format!("no state assigns the variable `${name}`");
            let problem = Problem::of(Code::UnknownVariable, "", message, range.clone());
            let problem = self.suggest(name, problem, self.known_names().chain(builtins::names()));
            self.problems.push(*problem);
        }
    }

    fn is_known(&self, name: &str) -> bool {
        name == "states" || self.is_assigned(name) || builtins::builtin(name).is_some()
    }

    /// Whether it is a variable, of the expression or the state machine.
    fn is_assigned(&self, name: &str) -> bool {
        is_bound(&self.frames, name) || self.surroundings.variables.contains(&name)
    }

    fn known_names(&self) -> impl Iterator<Item = &str> {
        let bound = self.frames.iter().flatten().copied();
        bound
            .chain(self.surroundings.variables.iter().copied())
            .chain(["states"])
    }

    fn suggest<'n>(
        &self,
        name: &str,
        problem: Box<Problem>,
        names: impl Iterator<Item = &'n str>,
    ) -> Box<Problem> {
        match (builtins::meant(name), nearest(name, names)) {
            (Some(hint), _) => problem.hint(hint),
            (None, Some(meant)) => problem.hint(format!("did you mean `${meant}`?")),
            (None, None) => problem,
        }
    }

    /// What is called.
    fn procedure(&mut self, procedure: &'t Node) {
        if !procedure.predicates.is_empty() || procedure.group.is_some() {
            return self.node(procedure);
        }
        match &procedure.kind {
            Kind::Variable(name) if !is_context(name) => self.called(name, &procedure.range),
            Kind::Path(Path { steps, .. }) => match steps.as_slice() {
                [
                    Step {
                        kind:
                            StepKind::Node(Node {
                                kind: Kind::Name(name),
                                range,
                                ..
                            }),
                        stages,
                        ..
                    },
                ] if stages.is_empty() => {
                    self.called_without_sign(name, range);
                }
                _ => self.node(procedure),
            },
            _ => self.node(procedure),
        }
    }

    /// `$name(…)`
    fn called(&mut self, name: &str, range: &Range<usize>) {
        let problem = if is_bound(&self.frames[1..], name) || builtins::builtin(name).is_some() {
            // A variable with the name of a function hides it, but only once it is assigned.
            return;
        } else if name == "states" || self.surroundings.variables.contains(&name) {
            let message = format!("`${name}` is a value, not a function");
            Problem::of(Code::FailingExpression, "T1006", message, range.clone())
        } else {
            let message = format!("there is no function `${name}`");
            let problem = Problem::of(Code::UnknownFunction, "T1006", message, range.clone());
            let bound = self.frames[1..].iter().flatten().copied();
            self.suggest(name, problem, bound.chain(builtins::names()))
        };
        self.problems.push(*problem);
    }

    /// `name(…)`: the field of that name is called, which is never a function.
    fn called_without_sign(&mut self, name: &str, range: &Range<usize>) {
        let message = format!("`{name}` is a field, not a function");
        let code = if self.context {
            Code::FailingExpression
        } else {
            Code::MissingContext
        };
        let mut problem = Problem::of(code, "T1006", message, range.clone());
        if is_bound(&self.frames, name) || builtins::builtin(name).is_some() {
            problem.code = "T1005";
            problem = problem.hint(format!("a function's name starts with `$`: `${name}`"));
        } else {
            problem = self.suggest(name, problem, builtins::names());
        }
        self.problems.push(*problem);
    }

    /// A call; `first` is the argument before those written.
    fn call(&mut self, call: &'t Call, first: Option<&'t Node>) {
        self.procedure(&call.procedure);
        call.arguments.iter().for_each(|argument| self.node(argument));
        let Kind::Variable(name) = &call.procedure.kind else {
            return;
        };
        if self.is_assigned(name) || !call.procedure.predicates.is_empty() || call.procedure.group.is_some() {
            return;
        }
        if let Some(builtin) = builtins::builtin(name) {
            let arguments: Vec<_> = first.into_iter().chain(&call.arguments).collect();
            self.problems.extend(arguments::check(
                builtin,
                &arguments,
                &call.procedure.range,
                &self.frames,
            ));
        }
    }

    /// `left ~> right`
    fn apply(&mut self, left: &'t Node, right: &'t Node) {
        self.node(left);
        if right.predicates.is_empty() && right.group.is_none() {
            match &right.kind {
                Kind::Call(call) => return self.call(call, Some(left)),
                Kind::String(_)
                | Kind::Number(_)
                | Kind::Bool(_)
                | Kind::Null
                | Kind::Array(_)
                | Kind::Object(_) => {
                    let message = "the right side of `~>` must be a function";
                    self.problems.push(*Problem::of(
                        Code::FailingExpression,
                        "T2006",
                        message,
                        right.range.clone(),
                    ));
                }
                Kind::Variable(name)
                    if !self.is_assigned(name) && !kinds(left, &self.frames).contains('f') =>
                {
                    if let Some(builtin) = builtins::builtin(name) {
                        self.problems
                            .extend(arguments::check(builtin, &[left], &right.range, &self.frames));
                    }
                }
                _ => {}
            }
        }
        self.procedure(right);
    }
}
