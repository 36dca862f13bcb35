//! Paths whose items carry what `@$name`, `#$name` and `%` refer to.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    code::Code,
    node::literal_index,
    path::{Start, joined},
    scope::{Generator, Place},
    variables::is_bare,
};
use crate::jsonata::tree::{Kind, Node, Path, SortTerm, Stage, Step, StepKind};

/// The bindings of a tuple stream.
pub struct Frame {
    ident: Ident,
    width: usize,
}

impl Frame {
    fn binding(&mut self) -> usize {
        self.width += 1;
        self.width - 1
    }
}

impl Generator<'_> {
    /// A path that carries tuples from some step on.
    pub fn tuple_path(&mut self, path: &Path, start: Start, keep: bool) -> Code {
        let outside = self.locals.len();
        let ancestors = self.ancestors.clone();
        let mut frame = Frame {
            ident: self.frame_ident(),
            width: 0,
        };
        self.bring("", Place::Binding(frame.ident.clone(), 0));
        let steps = self.tuple_steps(&path.steps[start.at..], &mut frame);
        let group = path.group.as_ref().map(|group| {
            let pairs = group.pairs.iter().map(|pair| {
                let [key, value] = [&pair.key, &pair.value].map(|node| self.tuple_step(node, &frame.ident));
                quote!(j::Pair { key: #key, value: #value })
            });
            let pairs: Vec<_> = pairs.collect();
            quote!(.group(&[#(#pairs),*]))
        });
        self.locals.truncate(outside);
        self.ancestors = ancestors;
        let width = Literal::usize_unsuffixed(frame.width);
        let code = start.code;
        let code = quote!(#code.tuples(#width, &[]) #steps);
        match group {
            Some(group) => Code::Eval(quote!(#code #group)),
            None if keep => Code::Data(quote!(#code.end_keep())),
            None => Code::Data(quote!(#code.end())),
        }
    }

    fn tuple_steps(&mut self, steps: &[Step], frame: &mut Frame) -> TokenStream {
        let mut code = quote!();
        for step in steps {
            code.extend(match &step.kind {
                StepKind::Sort(terms) => self.tuple_sort(terms, step, frame),
                StepKind::Node(node) => match joined(step) {
                    Some(_) => self.join(node, frame),
                    None => self.binding_step(node, step, frame),
                },
            });
            for stage in &step.stages {
                let stage = self.tuple_stage(stage, frame);
                code.extend(stage);
            }
        }
        code
    }

    /// A closure over an item and its bindings: `&|it, b1| …`.
    fn tuple_step(&mut self, node: &Node, frame: &Ident) -> TokenStream {
        let body = self.within(|generator| generator.node(node)).eval();
        quote!(&|it, #frame| #body)
    }

    fn binding_step(&mut self, node: &Node, step: &Step, frame: &mut Frame) -> TokenStream {
        let body = self.tuple_step(node, &frame.ident);
        let mut binds = quote!();
        if let Some(name) = &step.focus {
            let number = self.bind_in(name, frame);
            binds.extend(quote!(focus: Some(#number),));
        }
        if let Some(name) = &step.index {
            let number = self.bind_in(name, frame);
            binds.extend(quote!(index: Some(#number),));
        }
        if !step.ancestors.is_empty() {
            let numbers: Vec<Literal> = step
                .ancestors
                .iter()
                .map(|ancestor| {
                    let number = frame.binding();
                    self.ancestors.insert(*ancestor, (frame.ident.clone(), number));
                    Literal::usize_unsuffixed(number)
                })
                .collect();
            binds.extend(quote!(ancestors: &[#(#numbers),*],));
        }
        match binds.is_empty() {
            true => quote!(.step(j::Binds::NONE, #body)?),
            false => quote!(.step(j::Binds { #binds ..j::Binds::NONE }, #body)?),
        }
    }

    /// Binds a name for the steps that follow.
    fn bind_in(&mut self, name: &str, frame: &mut Frame) -> Literal {
        let number = frame.binding();
        self.bring(name, Place::Binding(frame.ident.clone(), number));
        Literal::usize_unsuffixed(number)
    }

    /// A step with tuples of its own, whose bindings are in the same frame.
    fn join(&mut self, node: &Node, frame: &mut Frame) -> TokenStream {
        let ident = frame.ident.clone();
        let body = self.within(|generator| generator.joined_tuples(node, frame));
        quote!(.join(&|it, #ident| Ok(#body))?)
    }

    fn joined_tuples(&mut self, node: &Node, frame: &mut Frame) -> TokenStream {
        match &node.kind {
            Kind::Path(path) => {
                let start = self.steps_up_to_tuples(path);
                let steps = self.tuple_steps(&path.steps[start.at..], frame);
                let (code, ident) = (start.code, &frame.ident);
                quote!(#code.tuples(0, #ident) #steps)
            }
            Kind::Block(parts) => {
                let mut tuples = quote!();
                // The last part gives tuples, so the block cannot be made as others are.
                let block = self.framed(&[], parts, |generator, last| {
                    tuples = generator.joined_tuples(last, frame);
                    Code::Data(tuples.clone())
                });
                block.data()
            }
            _ => self.node(node).data(),
        }
    }

    fn tuple_sort(&mut self, terms: &[SortTerm], step: &Step, frame: &mut Frame) -> TokenStream {
        let terms = terms.iter().map(|term| {
            let descending = term.descending;
            let key = self.tuple_step(&term.expression, &frame.ident);
            quote!(j::Term { descending: #descending, key: #key })
        });
        let mut code = quote!(.sort(&[#(#terms),*])?);
        if let Some(name) = &step.index {
            let number = self.bind_in(name, frame);
            code.extend(quote!(.index(#number)));
        }
        code
    }

    fn tuple_stage(&mut self, stage: &Stage, frame: &mut Frame) -> TokenStream {
        match stage {
            Stage::Index(name) => {
                let number = self.bind_in(name, frame);
                quote!(.index(#number))
            }
            Stage::Filter(predicate) => match literal_index(predicate) {
                Some(index) if is_bare(predicate) => quote!(.nth(#index)),
                _ => {
                    let predicate = self.tuple_step(predicate, &frame.ident);
                    quote!(.filter(#predicate)?)
                }
            },
        }
    }
}
