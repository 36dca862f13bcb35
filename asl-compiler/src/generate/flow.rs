//! The flow of data as constants, for `#[tasks]` to have it checked against the types of the tasks.

use std::collections::HashMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use crate::{
    flow::{Array, Base, Check, Flow, Meaning, Member, Object, Rule, Symbol, Type, kind},
    ir::StateIndex,
};

/// What `#[tasks]` finds under the trait's own name: the constant, and the macro that has it checked. So it needs to know
/// neither the module nor the runtime.
pub fn flow(context: &Context<'_>, flow: &Flow) -> TokenStream {
    let mut methods: Vec<(String, StateIndex)> = context
        .tasks()
        .map(|index| (context.names[index].snake.clone(), index))
        .collect();
    methods.sort();
    let ranks = methods
        .iter()
        .enumerate()
        .map(|(rank, (_, index))| (*index, rank));
    let mut nodes = Nodes {
        flow,
        ranks: ranks.collect(),
        nodes: Vec::new(),
        symbols: HashMap::new(),
        types: HashMap::new(),
        forms: HashMap::new(),
        objects: Vec::new(),
    };
    let mut checks: Vec<TokenStream> = flow.checks.iter().map(|check| nodes.check(check)).collect();
    if nodes.nodes.len() > usize::from(u16::MAX) {
        // More than can be numbered: nothing is checked rather than half of it.
        nodes.nodes.clear();
        checks.clear();
    }
    let states = context.machine.states.iter().map(|state| state.name.as_str());
    let states: Vec<&str> = if checks.is_empty() {
        Vec::new()
    } else {
        states.collect()
    };
    let methods = methods.iter().map(|(method, _)| method);
    let nodes = &nodes.nodes;
    let count = Literal::usize_unsuffixed(nodes.len());
    let file = &context.options.path;
    let source = context.options.source.clone().unwrap_or_else(|| quote!(""));
    quote! {
        /// The flow of data, for `#[tasks]` to check.
        #[doc(hidden)]
        #[allow(non_upper_case_globals, reason = "found under the name of the trait")]
        pub const Tasks: &asl::shape::Flow<#count> = {
            #[allow(unused_imports, reason = "not every flow has all there is")]
            use asl::shape::build::*;
            &Flow {
                file: #file,
                source: #source,
                states: &[#(#states),*],
                tasks: &[#(#methods),*],
                nodes: [#(#nodes),*],
                checks: &[#(#checks),*],
            }
        };

        #[doc(hidden)]
        pub use asl::shape::check_tasks as Tasks;
    }
}

struct Nodes<'f> {
    flow: &'f Flow,
    /// Places of the tasks in the order of their methods.
    ranks: HashMap<StateIndex, usize>,
    nodes: Vec<TokenStream>,
    symbols: HashMap<Symbol, usize>,
    /// By address; the flow keeps them alive.
    types: HashMap<*const crate::flow::Union, usize>,
    forms: HashMap<&'static str, usize>,
    /// Objects so far, that others can be written over.
    objects: Vec<(Object, usize)>,
}

impl Nodes<'_> {
    fn add(&mut self, node: TokenStream) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn check(&mut self, check: &Check) -> TokenStream {
        let Check {
            field, path, place, ..
        } = check;
        let state = Literal::usize_unsuffixed(check.state);
        let line = Literal::usize_unsuffixed(place.line);
        let column = Literal::usize_unsuffixed(place.column);
        let rule = match &check.rule {
            Rule::Exists(values) => {
                let values = values.iter().map(|(symbol, steps)| {
                    let node = Literal::usize_unsuffixed(self.symbol(*symbol));
                    let steps = Literal::u8_unsuffixed(*steps);
                    quote!((#node, #steps))
                });
                let values: Vec<_> = values.collect();
                quote!(exists(&[#(#values),*]))
            }
            Rule::Kind {
                value,
                kinds,
                wanted,
                otherwise,
            } => {
                let node = self.node(value);
                let kinds = Literal::u8_unsuffixed(*kinds);
                quote!(is(#node, #kinds, #wanted, #otherwise))
            }
            Rule::Word { value, word } => {
                let node = self.node(value);
                quote!(word(#node, #word))
            }
            Rule::Fits { value, task } => {
                let node = self.node(value);
                let task = Literal::usize_unsuffixed(self.rank(*task));
                quote!(fits(#node, #task))
            }
            Rule::Never { message, note, help } => {
                quote!(never(#message, #note, #help))
            }
        };
        quote!(check(#state, #field, (#line, #column), #path, #rule))
    }

    fn rank(&self, task: StateIndex) -> usize {
        self.ranks.get(&task).copied().unwrap_or_default()
    }

    fn node(&mut self, value: &Type) -> Literal {
        Literal::usize_unsuffixed(self.value(value))
    }

    fn value(&mut self, value: &Type) -> usize {
        let address: *const _ = &**value;
        if let Some(node) = self.types.get(&address) {
            return *node;
        }
        let node = self.new_value(value);
        self.types.insert(address, node);
        node
    }

    fn new_value(&mut self, value: &Type) -> usize {
        if value.any {
            return self.form("Any");
        }
        let mut alternatives: Vec<usize> = value.symbols.iter().map(|symbol| self.symbol(*symbol)).collect();
        for object in &value.objects {
            alternatives.push(self.object(object));
        }
        match &value.array {
            Some(Array::Of(element)) => {
                let element = self.node(element);
                alternatives.push(self.add(quote!(Array(#element))));
            }
            Some(Array::Tuple(elements)) => {
                let elements: Vec<_> = elements.iter().map(|element| self.node(element)).collect();
                alternatives.push(self.add(quote!(Tuple(&[#(#elements),*]))));
            }
            None => {}
        }
        for (kind, form) in [
            (kind::BOOLEAN, "Boolean"),
            (kind::NUMBER, "Number"),
            (kind::STRING, "String"),
            (kind::NULL, "Null"),
        ] {
            if value.scalars & kind != 0 {
                alternatives.push(self.form(form));
            }
        }
        match alternatives.as_slice() {
            [] => self.form("Any"),
            [node] => *node,
            nodes => {
                let nodes = nodes.iter().map(|node| Literal::usize_unsuffixed(*node));
                self.add(quote!(OneOf(&[#(#nodes),*])))
            }
        }
    }

    fn form(&mut self, form: &'static str) -> usize {
        if let Some(node) = self.forms.get(form) {
            return *node;
        }
        let name = proc_macro2::Ident::new(form, proc_macro2::Span::call_site());
        let node = self.add(quote!(form(&Form::#name)));
        self.forms.insert(form, node);
        node
    }

    fn symbol(&mut self, symbol: Symbol) -> usize {
        if let Some(node) = self.symbols.get(&symbol) {
            return *node;
        }
        let node = match self.flow.symbols.meaning(symbol) {
            Meaning::Input => quote!(Input),
            Meaning::Output(task) => {
                let task = Literal::usize_unsuffixed(self.rank(task));
                quote!(Output(#task))
            }
            Meaning::Member(parent, key) => {
                let parent = Literal::usize_unsuffixed(self.symbol(parent));
                quote!(member(#parent, #key))
            }
            Meaning::Element(parent) => {
                let parent = Literal::usize_unsuffixed(self.symbol(parent));
                quote!(Element(#parent))
            }
            Meaning::At(parent, index) => {
                let parent = Literal::usize_unsuffixed(self.symbol(parent));
                let index = Literal::u16_unsuffixed(index);
                quote!(At(#parent, #index))
            }
            Meaning::Asked(parent) => {
                let parent = Literal::usize_unsuffixed(self.symbol(parent));
                quote!(Asked(#parent))
            }
        };
        let node = self.add(node);
        self.symbols.insert(symbol, node);
        node
    }

    /// An object, written over an earlier one where that is shorter: from state to state mostly one member is added.
    fn object(&mut self, object: &Object) -> usize {
        let mut members: Vec<(&str, &Member)> = object
            .members
            .iter()
            .map(|(key, member)| (&**key, member))
            .collect();
        let mut base = match object.base {
            Base::Nothing => None,
            Base::Any => Some(self.form("Any")),
            Base::Symbol(symbol) => Some(self.symbol(symbol)),
        };
        let earlier = self.objects.iter().rev().take(4).find(|(earlier, _)| {
            let kept = |(key, member): (&_, &Member)| {
                object
                    .members
                    .get(key)
                    .is_some_and(|own| own == member || !own.optional)
            };
            earlier.base == object.base && earlier.members.len() > 3 && earlier.members.iter().all(kept)
        });
        if let Some((earlier, node)) = earlier {
            members.retain(|(key, member)| earlier.members.get(*key) != Some(*member));
            // An optional member over the same key would hide what is known of it.
            base = Some(*node);
        }
        let members: Vec<TokenStream> = members
            .into_iter()
            .map(|(key, member)| {
                let value = self.node(&member.value);
                if member.optional {
                    quote!(maybe(#key, #value))
                } else {
                    quote!(set(#key, #value))
                }
            })
            .collect();
        let node = self.add(match base {
            Some(base) => {
                let base = Literal::usize_unsuffixed(base);
                quote!(over(#base, &[#(#members),*]))
            }
            None => quote!(object(&[#(#members),*])),
        });
        self.objects.push((object.clone(), node));
        node
    }
}
