//! The flow as tables of numbers, in the form in which the runtime checks it.

use std::{collections::HashMap, rc::Rc};

use super::{Array, Base, Check, Flow, Meaning, Member, Object, Symbol, Type, Union, kind};
use crate::ir::StateIndex;

/// The flow as tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Values, each made of those before it.
    pub nodes: Vec<Node>,
    /// What has to be true of them, each once: different fields often ask the same.
    pub rules: Vec<Rule>,
    /// Of each field that asks what messages tell, in lines: the numbers of its rule and its state and where it stands,
    /// field, path, and what the rule adds.
    pub places: Vec<String>,
}

/// A value, made of others by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// Input of the machine.
    Input,
    /// What a task gives, by its place among the tasks.
    Output(usize),
    /// A member.
    Member(usize, String),
    /// Any element.
    Element(usize),
    /// An element.
    At(usize, u16),
    /// Another one if it can exist, any JSON otherwise.
    Asked(usize),
    /// What a name of JSONata gives in another one.
    Field(usize, String),
    /// Another one that is no array, or one of its elements.
    Item(usize),
    /// Items of another one: one by itself, or an array of them.
    Items(usize),
    /// Another one as it is merged with objects.
    Merged(usize),
    /// A value of a form without parts.
    Form(&'static str),
    /// An array of such elements.
    Array(usize),
    /// An array of these elements.
    Tuple(Vec<usize>),
    /// An object: key, value, and whether it may be absent; written over another one.
    Object(Vec<(String, usize, bool)>, Option<usize>),
    /// One of these.
    OneOf(Vec<usize>),
}

/// What has to be true.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// At least one of these exists, each with the number of steps that the path spells out.
    Exists(Vec<(usize, u8)>),
    /// The value can be one of these kinds.
    Is(usize, u8),
    /// The value can be this string.
    Word(usize, String),
    /// The value can be the input of a task, by its place among the tasks.
    Fits(usize, usize),
    /// A mistake whatever the types are.
    Never,
}

impl Table {
    /// The tables of a flow. `tasks` are the Task states in the order in which their types are told.
    pub fn new(flow: &Flow, tasks: &[StateIndex]) -> Self {
        let ranks = tasks.iter().enumerate().map(|(rank, index)| (*index, rank));
        let mut nodes = Nodes {
            flow,
            ranks: ranks.collect(),
            nodes: Vec::new(),
            known: HashMap::new(),
            types: HashMap::new(),
            objects: Vec::new(),
        };
        let mut rules = Vec::new();
        let mut known = HashMap::new();
        let mut places = Vec::new();
        for check in &flow.checks {
            let rule = nodes.rule(&check.rule);
            let number = *known.entry(rule).or_insert_with_key(|rule| {
                rules.push(rule.clone());
                rules.len() - 1
            });
            places.push(place(check, number));
        }
        let nodes = nodes.nodes;
        if nodes.len() > usize::from(u16::MAX) {
            // More than can be numbered: nothing is checked rather than half of it.
            return Self {
                nodes: Vec::new(),
                rules: Vec::new(),
                places: Vec::new(),
            };
        }
        Self { nodes, rules, places }
    }
}

/// What messages tell of a check, as the runtime takes it apart.
fn place(check: &Check, number: usize) -> String {
    let Check {
        state,
        field,
        path,
        place,
        rule,
    } = check;
    let more = match rule {
        super::Rule::Exists {
            hint: Some((after, help)),
            ..
        } => format!("\n{after}\n{help}"),
        super::Rule::Exists { .. } | super::Rule::Word { .. } | super::Rule::Fits { .. } => String::new(),
        super::Rule::Kind {
            wanted,
            otherwise,
            called,
            ..
        } => format!("\n{wanted}\n{otherwise}\n{called}"),
        super::Rule::Never { message, note, help } => format!("\n{message}\n{note}\n{help}"),
    };
    let text = format!(
        "{number} {state} {}:{}\n{field}\n{path}{more}",
        place.line, place.column
    );
    text.trim_end_matches('\n').to_owned()
}

struct Nodes<'f> {
    flow: &'f Flow,
    /// Places of the tasks in the order of their methods.
    ranks: HashMap<StateIndex, usize>,
    nodes: Vec<Node>,
    known: HashMap<Node, usize>,
    /// By address; the flow keeps them alive.
    types: HashMap<*const Union, usize>,
    /// Large objects so far, that others can be written over, with how many they are written over themselves.
    objects: Vec<(Object, usize, usize)>,
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
        self.nodes.push(node.clone());
        let number = self.nodes.len() - 1;
        self.known.insert(node, number);
        number
    }

    fn rule(&mut self, rule: &super::Rule) -> Rule {
        match rule {
            super::Rule::Exists { values, .. } => {
                let values = values
                    .iter()
                    .map(|(symbol, steps)| (self.symbol(*symbol), *steps));
                Rule::Exists(values.collect())
            }
            super::Rule::Kind { value, kinds, .. } => Rule::Is(self.value(value), *kinds),
            super::Rule::Word { value, word } => Rule::Word(self.value(value), word.clone()),
            super::Rule::Fits { value, task } => Rule::Fits(self.value(value), self.rank(*task)),
            super::Rule::Never { .. } => Rule::Never,
        }
    }

    fn rank(&self, task: StateIndex) -> usize {
        self.ranks.get(&task).copied().unwrap_or_default()
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
        let node = match self.flow.symbols.meaning(symbol) {
            Meaning::Input => Node::Input,
            Meaning::Output(task) => Node::Output(self.rank(task)),
            Meaning::Member(parent, key) => Node::Member(self.symbol(parent), key.to_string()),
            Meaning::Element(parent) => Node::Element(self.symbol(parent)),
            Meaning::At(parent, index) => Node::At(self.symbol(parent), index),
            Meaning::Asked(parent) => Node::Asked(self.symbol(parent)),
            Meaning::Field(parent, key) => Node::Field(self.symbol(parent), key.to_string()),
            Meaning::Item(parent) => Node::Item(self.symbol(parent)),
            Meaning::Items(parent) => Node::Items(self.symbol(parent)),
            Meaning::Merged(parent) => Node::Merged(self.symbol(parent)),
        };
        self.add(node)
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
                    let own = object.members.get::<Rc<str>>(key);
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
        let is_new = |key: &Rc<str>, member: &Member| {
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
