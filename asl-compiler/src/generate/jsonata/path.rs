//! Paths.

use proc_macro2::TokenStream;
use quote::quote;

use super::{code::Code, known::known, node::literal_index, scope::Generator, variables::is_bare};
use crate::jsonata::tree::{Kind, Node, Path, SortTerm, Stage, Step, StepKind};

impl Generator<'_> {
    /// `a.b[c].d`
    pub fn path(&mut self, path: &Path, keep_array: bool) -> Code {
        let keep = path.keep_singleton || keep_array;
        if let Some(code) = self.chain(path, keep) {
            return code;
        }
        let start = self.steps_up_to_tuples(path);
        if start.at < path.steps.len() {
            return self.tuple_path(path, start, keep);
        }
        let Start { code, .. } = start;
        match &path.group {
            Some(group) => {
                let pairs = self.pairs(&group.pairs);
                Code::Eval(quote!(#code.group(&[#pairs])))
            }
            None if keep => Code::Data(quote!(#code.end_keep())),
            None => Code::Data(quote!(#code.end())),
        }
    }

    /// What the node gives, marked as a result sequence however many items it has. `$distinct` is the one function to
    /// which this makes a difference: of a sequence it gives one, of which a single item comes out of its array.
    pub fn as_sequence(&mut self, node: &Node) -> Code {
        match &node.kind {
            Kind::Path(path) if !node.keep_array => self.path_as_sequence(path),
            Kind::Block(parts) if is_bare(node) => {
                self.framed(&[], parts, |generator, last| generator.as_sequence(last))
            }
            Kind::Call(call) if is_bare(node) && self.gives_sequence(call) => {
                let code = self.call(call, None, true).data();
                Code::Data(quote!(#code.into_sequence()))
            }
            Kind::Apply(left, right) if is_bare(node) && is_bare(right) => match &right.kind {
                Kind::Call(call) if self.gives_sequence(call) => {
                    let left = self.node(left).data();
                    let code = self.call(call, Some(left), true).data();
                    Code::Data(quote!(#code.into_sequence()))
                }
                _ => self.node(node),
            },
            _ => self.node(node),
        }
    }

    fn path_as_sequence(&mut self, path: &Path) -> Code {
        if path.keep_singleton || path.group.is_some() || path.steps.iter().any(carries_tuples) {
            return self.path(path, false);
        }
        let Start { code, .. } = self.steps_up_to_tuples(path);
        Code::Data(quote!(#code.end_marked()))
    }

    /// A path of nothing but names, which is one call.
    fn chain(&mut self, path: &Path, keep: bool) -> Option<Code> {
        if keep || path.group.is_some() {
            return None;
        }
        let (origin, used) = match self.origin(&path.steps) {
            Some(origin) => origin,
            None => (Origin::Context, 0),
        };
        let names: Vec<&str> = path.steps[used..].iter().map(plain_name).collect::<Option<_>>()?;
        Some(match (origin, names.as_slice()) {
            (Origin::Context, [name]) => self.field(name),
            (Origin::Context, names) => {
                let it = self.it();
                Code::Field {
                    data: quote!(j::names(#it, &[#(#names),*])),
                    operand: quote!(j::fields(#it, &[#(#names),*])),
                }
            }
            (Origin::Option(value), []) => Code::option(value),
            (Origin::Option(value), names) => Code::Field {
                data: quote!(j::names_of(#value, &[#(#names),*])),
                operand: quote!(j::fields_of(#value, &[#(#names),*])),
            },
            (Origin::Code(code), []) => code,
            (Origin::Code(code), [name]) => {
                let code = code.item();
                Code::Field {
                    data: quote!(j::name(#code, #name)),
                    operand: quote!(j::field(#code, #name)),
                }
            }
            (Origin::Code(code), names) => {
                let code = code.item();
                Code::Field {
                    data: quote!(j::names(#code, &[#(#names),*])),
                    operand: quote!(j::fields(#code, &[#(#names),*])),
                }
            }
        })
    }

    /// What a path starts from when its first steps are a variable or a part of `$states`, and how many steps those are.
    fn origin(&mut self, steps: &[Step]) -> Option<(Origin, usize)> {
        let first = bare_step(steps.first()?)?;
        let Kind::Variable(name) = &first.kind else {
            return None;
        };
        if self.is_local(name) {
            return Some((Origin::Code(self.node(first)), 1));
        }
        if let Some((known, used)) = known(steps, self.names) {
            return Some((Origin::Option(known.code()), used));
        }
        Some((Origin::Code(self.node(first)), 1))
    }

    /// The steps as far as they go over bare items.
    pub fn steps_up_to_tuples(&mut self, path: &Path) -> Start {
        let steps = &path.steps;
        if carries_tuples(&steps[0]) {
            let start = match is_variable(&steps[0]) {
                true => quote!(one),
                false => quote!(new),
            };
            let it = self.it();
            return Start {
                code: quote!(j::Steps::#start(q, #it)),
                at: 0,
            };
        }
        let (mut code, mut at) = match self.origin(steps) {
            Some((Origin::Code(origin), used)) => {
                let origin = origin.data();
                (self.from(origin, steps.len() == used), used)
            }
            Some((Origin::Option(origin), used)) => {
                let names: Vec<&str> = steps[used..].iter().map_while(plain_name).collect();
                let at = used + names.len();
                // The last step has a way of its own.
                match at < steps.len() {
                    true => (quote!(j::Steps::at(q, #origin, &[#(#names),*])), at),
                    false => (
                        self.from(quote!(j::Data::from(#origin)), steps.len() == used),
                        used,
                    ),
                }
            }
            Some((Origin::Context, _)) | None => self.relative(&steps[0]),
        };
        while at < steps.len() && !carries_tuples(&steps[at]) {
            let names: Vec<&str> = steps[at..].iter().map_while(plain_name).collect();
            if !names.is_empty() {
                at += names.len();
                code.extend(match at == steps.len() {
                    true => quote!(.last_names(&[#(#names),*])),
                    false => quote!(.names(&[#(#names),*])),
                });
                continue;
            }
            let step = self.plain_step(&steps[at], at + 1 == steps.len());
            code.extend(step);
            at += 1;
        }
        Start { code, at }
    }

    fn from(&self, origin: TokenStream, is_whole_path: bool) -> TokenStream {
        match is_whole_path {
            true => quote!(j::Steps::only(q, #origin)),
            false => quote!(j::Steps::from(q, #origin)),
        }
    }

    /// A path that starts at the context, or with something that is evaluated once.
    fn relative(&mut self, first: &Step) -> (TokenStream, usize) {
        let StepKind::Node(node) = &first.kind else {
            let it = self.it();
            return (quote!(j::Steps::new(q, #it)), 0);
        };
        if first.constructed {
            let whole = self.node(node).data();
            return (quote!(j::Steps::whole(q, #whole)), 1);
        }
        let it = self.it();
        if is_variable(first) {
            // With filters: it is evaluated once, whatever the context is.
            return (quote!(j::Steps::one(q, #it)), 0);
        }
        (quote!(j::Steps::new(q, #it)), 0)
    }

    fn plain_step(&mut self, step: &Step, last: bool) -> TokenStream {
        let node = match &step.kind {
            StepKind::Node(node) => node,
            StepKind::Sort(terms) => return self.sort(terms, &step.stages),
        };
        let body = self.within(|generator| {
            let value = match &node.kind {
                // That one item is kept in an array is the path's business.
                Kind::Name(name) if node.predicates.is_empty() && node.group.is_none() => {
                    generator.field(name)
                }
                _ => generator.node(node),
            };
            generator.staged(value, &step.stages)
        });
        let body = body.eval();
        match last {
            true => quote!(.last(&|it| #body)?),
            false => quote!(.step(&|it| #body)?),
        }
    }

    /// The filters of a step, one after the other.
    fn staged(&mut self, mut code: Code, stages: &[Stage]) -> Code {
        for stage in stages {
            if let Stage::Filter(predicate) = stage {
                code = self.filtered(code, predicate);
            }
        }
        code
    }

    fn sort(&mut self, terms: &[SortTerm], stages: &[Stage]) -> TokenStream {
        let terms = terms.iter().map(|term| {
            let descending = term.descending;
            let key = self.step(&term.expression);
            quote!(j::Term { descending: #descending, key: #key })
        });
        let mut code = quote!(.sort(&[#(#terms),*])?);
        for stage in stages {
            if let Stage::Filter(predicate) = stage {
                code.extend(match literal_index(predicate) {
                    Some(index) => quote!(.nth(#index)),
                    None => {
                        let predicate = self.step(predicate);
                        quote!(.filter(#predicate)?)
                    }
                });
            }
        }
        code
    }
}

/// The beginning of a path, and the step after it.
pub struct Start {
    pub code: TokenStream,
    pub at: usize,
}

/// What a path starts from.
enum Origin {
    /// The context.
    Context,
    /// An `Option<&Value>`.
    Option(TokenStream),
    /// Anything else.
    Code(Code),
}

/// Whether from this step on the path carries tuples.
pub fn carries_tuples(step: &Step) -> bool {
    step.tuple || step.focus.is_some() || step.index.is_some() || joined(step).is_some()
}

/// The path with tuples of its own that is the step, or the last part of the block that is the step.
pub fn joined(step: &Step) -> Option<&Path> {
    let StepKind::Node(node) = &step.kind else {
        return None;
    };
    let mut node = node;
    loop {
        if !is_bare(node) {
            return None;
        }
        match &node.kind {
            Kind::Path(path) if path.tuple && path.group.is_none() => {
                return path.steps.iter().any(carries_tuples).then_some(path);
            }
            Kind::Block(parts) => node = parts.last()?,
            _ => return None,
        }
    }
}

/// The name, when the step is nothing but a field.
pub fn plain_name(step: &Step) -> Option<&str> {
    match &bare_step(step)?.kind {
        Kind::Name(name) => Some(name),
        _ => None,
    }
}

/// The expression of a step that has nothing else.
pub fn bare_step(step: &Step) -> Option<&Node> {
    match &step.kind {
        StepKind::Node(node) if is_bare(node) && step.stages.is_empty() && !carries_tuples(step) => {
            Some(node)
        }
        _ => None,
    }
}

fn is_variable(step: &Step) -> bool {
    matches!(
        &step.kind,
        StepKind::Node(Node {
            kind: Kind::Variable(_),
            ..
        })
    )
}
