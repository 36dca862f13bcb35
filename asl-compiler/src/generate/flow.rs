//! The flow of data as constants, for `#[tasks]` to have it checked against the types of the tasks.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::Context;
use crate::{
    flow::{
        Flow, Table,
        table::{Node, Rule},
    },
    ir::StateIndex,
};

/// What `#[tasks]` finds under the trait's own name: the constant, and the macro that has it checked. So it needs to know
/// neither the module nor the runtime.
pub fn flow(context: &Context<'_>, flow: &Flow) -> TokenStream {
    let mut methods: Vec<(&str, StateIndex)> = context
        .tasks()
        .map(|index| (context.names[index].snake.as_str(), index))
        .collect();
    methods.sort_unstable();
    let tasks: Vec<StateIndex> = methods.iter().map(|(_, index)| *index).collect();
    let Table { nodes, rules, places } = Table::new(flow, &tasks);
    let states = context.machine.states.iter().map(|state| state.name.as_str());
    let states: Vec<&str> = if tasks.is_empty() {
        Vec::new()
    } else {
        states.collect()
    };
    let methods = methods.iter().map(|(method, _)| method);
    let nodes = nodes.iter().map(node);
    let rules = rules.iter().map(rule);
    let file = &context.options.path;
    let source = context.options.source.clone().unwrap_or_else(|| quote!(""));
    quote! {
        /// The flow of data, for `#[tasks]` to check.
        #[doc(hidden)]
        #[allow(non_upper_case_globals, reason = "found under the name of the trait")]
        pub const Tasks: &asl::shape::Flow = {
            #[allow(unused_imports, reason = "not every flow has all there is")]
            use asl::shape::build::*;
            &Flow {
                file: #file,
                source: #source,
                states: &[#(#states),*],
                tasks: &[#(#methods),*],
                nodes: &[#(#nodes),*],
                rules: &[#(#rules),*],
                places: &[#(#places),*],
            }
        };

        #[doc(hidden)]
        #[allow(unused_imports, reason = "a program need not implement the tasks")]
        pub use asl::shape::check_tasks as Tasks;
    }
}

fn number(number: &usize) -> Literal {
    Literal::usize_unsuffixed(*number)
}

fn node(node: &Node) -> TokenStream {
    match node {
        Node::Input => quote!(Input),
        Node::Output(task) => {
            let task = number(task);
            quote!(Output(#task))
        }
        Node::Member(parent, key) => {
            let parent = number(parent);
            quote!(member(#parent, #key))
        }
        Node::Element(parent) => {
            let parent = number(parent);
            quote!(Element(#parent))
        }
        Node::At(parent, index) => {
            let (parent, index) = (number(parent), Literal::u16_unsuffixed(*index));
            quote!(At(#parent, #index))
        }
        Node::Asked(parent) => {
            let parent = number(parent);
            quote!(Asked(#parent))
        }
        Node::Field(parent, key) => {
            let parent = number(parent);
            quote!(field(#parent, #key))
        }
        Node::Item(parent) => {
            let parent = number(parent);
            quote!(Item(#parent))
        }
        Node::Items(parent) => {
            let parent = number(parent);
            quote!(Items(#parent))
        }
        Node::Merged(parent) => {
            let parent = number(parent);
            quote!(Merged(#parent))
        }
        Node::Form(name) => {
            let name = Ident::new(name, Span::call_site());
            quote!(form(&Form::#name))
        }
        Node::Array(element) => {
            let element = number(element);
            quote!(Array(#element))
        }
        Node::Tuple(elements) => {
            let elements = elements.iter().map(number);
            quote!(Tuple(&[#(#elements),*]))
        }
        Node::OneOf(nodes) => {
            let nodes = nodes.iter().map(number);
            quote!(OneOf(&[#(#nodes),*]))
        }
        Node::Object(members, base) => {
            let members = members.iter().map(|(key, value, optional)| {
                let value = number(value);
                if *optional {
                    quote!(maybe(#key, #value))
                } else {
                    quote!(set(#key, #value))
                }
            });
            match base.as_ref().map(number) {
                Some(base) => quote!(over(#base, &[#(#members),*])),
                None => quote!(object(&[#(#members),*])),
            }
        }
    }
}

fn rule(rule: &Rule) -> TokenStream {
    let small = |number: &u8| Literal::u8_unsuffixed(*number);
    match rule {
        Rule::Exists(values) => match values.as_slice() {
            [(node, steps)] => {
                let (node, steps) = (number(node), small(steps));
                quote!(Exists(#node, #steps))
            }
            values => {
                let values = values.iter().map(|(node, steps)| {
                    let (node, steps) = (number(node), small(steps));
                    quote!((#node, #steps))
                });
                quote!(ExistsAny(&[#(#values),*]))
            }
        },
        Rule::Is(node, kinds) => {
            let (node, kinds) = (number(node), small(kinds));
            quote!(Is(#node, #kinds))
        }
        Rule::Word(node, word) => {
            let node = number(node);
            quote!(Word(#node, #word))
        }
        Rule::Fits(node, task) => {
            let (node, task) = (number(node), number(task));
            quote!(Fits(#node, #task))
        }
        Rule::Never => quote!(Never),
    }
}
