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
        known: HashMap::new(),
        types: HashMap::new(),
        objects: Vec::new(),
    };
    let mut rules: Vec<TokenStream> = flow.checks.iter().map(|check| nodes.rule(&check.rule)).collect();
    let mut places: Vec<String> = flow.checks.iter().map(place).collect();
    if nodes.nodes.len() > usize::from(u16::MAX) {
        // More than can be numbered: nothing is checked rather than half of it.
        nodes.nodes.clear();
        rules.clear();
        places.clear();
    }
    let states = context.machine.states.iter().map(|state| state.name.as_str());
    let states: Vec<&str> = if rules.is_empty() {
        Vec::new()
    } else {
        states.collect()
    };
    let methods = methods.iter().map(|(method, _)| method);
    let nodes = &nodes.nodes;
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
        pub use asl::shape::check_tasks as Tasks;
    }
}

/// What messages tell of a check, as the runtime takes it apart.
fn place(check: &Check) -> String {
    let Check {
        state,
        field,
        path,
        place,
        rule,
    } = check;
    let more = match rule {
        Rule::Exists(_) | Rule::Word { .. } | Rule::Fits { .. } => String::new(),
        Rule::Kind {
            wanted, otherwise, ..
        } => format!("\n{wanted}\n{otherwise}"),
        Rule::Never { message, note, help } => format!("\n{message}\n{note}\n{help}"),
    };
    format!("{state} {}:{}\n{field}\n{path}{more}", place.line, place.column)
}

struct Nodes<'f> {
    flow: &'f Flow,
    /// Places of the tasks in the order of their methods.
    ranks: HashMap<StateIndex, usize>,
    nodes: Vec<TokenStream>,
    known: HashMap<Node, usize>,
    /// By address; the flow keeps them alive.
    types: HashMap<*const crate::flow::Union, usize>,
    /// Large objects so far, that others can be written over, with how many they are written over themselves.
    objects: Vec<(Object, usize, usize)>,
}

/// A node, to find equal ones.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Symbol(Symbol),
    Form(&'static str),
    Array(usize),
    Tuple(Vec<usize>),
    Object(Vec<(String, usize, bool)>, Option<usize>),
    OneOf(Vec<usize>),
}

/// Objects of more members are written over others, if there are that differ in few.
const LARGE: usize = 12;
/// So many of them over one another: to find a member all are gone through.
const LAYERS: usize = 8;

impl Nodes<'_> {
    fn add(&mut self, node: Node) -> usize {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let tokens = self.tokens(&node);
        self.nodes.push(tokens);
        let number = self.nodes.len() - 1;
        self.known.insert(node, number);
        number
    }

    fn tokens(&mut self, node: &Node) -> TokenStream {
        let number = |number: &usize| Literal::usize_unsuffixed(*number);
        match node {
            Node::Symbol(symbol) => self.symbol_tokens(*symbol),
            Node::Form(form) => {
                let name = proc_macro2::Ident::new(form, proc_macro2::Span::call_site());
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

    fn rule(&mut self, rule: &Rule) -> TokenStream {
        match rule {
            Rule::Exists(values) => {
                let values = values.iter().map(|(symbol, steps)| {
                    let node = Literal::usize_unsuffixed(self.symbol(*symbol));
                    let steps = Literal::u8_unsuffixed(*steps);
                    (node, steps)
                });
                let values: Vec<_> = values.collect();
                match values.as_slice() {
                    [(node, steps)] => quote!(Exists(#node, #steps)),
                    values => {
                        let values = values.iter().map(|(node, steps)| quote!((#node, #steps)));
                        quote!(ExistsAny(&[#(#values),*]))
                    }
                }
            }
            Rule::Kind { value, kinds, .. } => {
                let node = self.node(value);
                let kinds = Literal::u8_unsuffixed(*kinds);
                quote!(Is(#node, #kinds))
            }
            Rule::Word { value, word } => {
                let node = self.node(value);
                quote!(Word(#node, #word))
            }
            Rule::Fits { value, task } => {
                let node = self.node(value);
                let task = Literal::usize_unsuffixed(self.rank(*task));
                quote!(Fits(#node, #task))
            }
            Rule::Never { .. } => quote!(Never),
        }
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
            return self.add(Node::Form("Any"));
        }
        let mut alternatives: Vec<usize> = value.symbols.iter().map(|symbol| self.symbol(*symbol)).collect();
        for object in &value.objects {
            alternatives.push(self.object(object));
        }
        match &value.array {
            Some(Array::Of(element)) => {
                let element = self.value(element);
                alternatives.push(self.add(Node::Array(element)));
            }
            Some(Array::Tuple(elements)) => {
                let elements = elements.iter().map(|element| self.value(element)).collect();
                alternatives.push(self.add(Node::Tuple(elements)));
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
                alternatives.push(self.add(Node::Form(form)));
            }
        }
        match alternatives.as_slice() {
            [] => self.add(Node::Form("Any")),
            [node] => *node,
            _ => self.add(Node::OneOf(alternatives)),
        }
    }

    fn symbol(&mut self, symbol: Symbol) -> usize {
        self.add(Node::Symbol(symbol))
    }

    fn symbol_tokens(&mut self, symbol: Symbol) -> TokenStream {
        let meaning = self.flow.symbols.meaning(symbol);
        let mut parent = |symbol| Literal::usize_unsuffixed(self.symbol(symbol));
        match meaning {
            Meaning::Input => quote!(Input),
            Meaning::Output(task) => {
                let task = Literal::usize_unsuffixed(self.rank(task));
                quote!(Output(#task))
            }
            Meaning::Member(of, key) => {
                let parent = parent(of);
                quote!(member(#parent, #key))
            }
            Meaning::Element(of) => {
                let parent = parent(of);
                quote!(Element(#parent))
            }
            Meaning::At(of, index) => {
                let parent = parent(of);
                let index = Literal::u16_unsuffixed(index);
                quote!(At(#parent, #index))
            }
            Meaning::Asked(of) => {
                let parent = parent(of);
                quote!(Asked(#parent))
            }
        }
    }

    /// An object. A large one is written over an earlier one: from state to state mostly one member is added.
    fn object(&mut self, object: &Object) -> usize {
        let mut base = match object.base {
            Base::Nothing => None,
            Base::Any => Some(self.add(Node::Form("Any"))),
            Base::Symbol(symbol) => Some(self.symbol(symbol)),
        };
        let mut layers = 0;
        let mut hidden = None;
        if object.members.len() > LARGE {
            let earlier = self.objects.iter().rev().take(4).find(|(earlier, _, layers)| {
                // What is optional over the same key would hide what is known of it.
                let is_kept = |(key, member): (_, &Member)| {
                    let own = object.members.get::<std::rc::Rc<str>>(key);
                    own.is_some_and(|own| own == member || !own.optional)
                };
                earlier.base == object.base && *layers < LAYERS && earlier.members.iter().all(is_kept)
            });
            if let Some((earlier, node, below)) = earlier {
                base = Some(*node);
                layers = below + 1;
                hidden = Some(earlier.members.clone());
            }
        }
        let is_new = |key: &std::rc::Rc<str>, member: &Member| {
            hidden
                .as_ref()
                .is_none_or(|hidden| hidden.get(key) != Some(member))
        };
        let members = object.members.iter().filter(|(key, member)| is_new(key, member));
        let members = members
            .map(|(key, member)| (key.to_string(), self.value(&member.value), member.optional))
            .collect();
        let node = self.add(Node::Object(members, base));
        if object.members.len() > LARGE {
            self.objects.push((object.clone(), node, layers));
        }
        node
    }
}
