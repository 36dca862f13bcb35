//! What the values of a flow can look like, for the types of one implementation of its tasks.

use super::{
    flow::{Flow, Known, Node, NodeId},
    form::Form,
    found::Found,
};

/// The flow, the types that its values are of, and what is found of each value.
pub struct Judge<'f> {
    pub(crate) flow: &'f Flow,
    pub(crate) types: &'f Known,
    /// By node: rules ask about the same values again and again.
    pub(crate) found: &'f [Found],
    /// Whether there is anything to check.
    pub(crate) is_asked: bool,
}

impl<'f> Judge<'f> {
    /// Finds out what each value can look like. `found` has as many places as the flow has nodes.
    pub const fn new(flow: &'f Flow, types: &'f Known, found: &'f mut [Found]) -> Self {
        let is_asked = flow.is_for(types) && found.len() == flow.nodes.len();
        let mut index = 0;
        while is_asked && index < found.len() {
            found[index] = look(&flow.nodes[index], types, found);
            index += 1;
        }
        Self {
            flow,
            types,
            found,
            is_asked,
        }
    }

    /// What a value can look like. Nothing: a step on the way to it leads nowhere.
    pub(crate) const fn found(&self, node: NodeId) -> &'f Found {
        &self.found[node as usize]
    }
}

/// What a value can look like that is made of others, of which this is found already.
const fn look(node: &Node, types: &Known, before: &[Found]) -> Found {
    match *node {
        Node::Input => Found::one(types.input),
        Node::Output(task) => Found::one(types.tasks[task as usize].output),
        Node::Member(parent, key) => before[parent as usize].member(&key),
        Node::Element(parent) => before[parent as usize].element(),
        Node::At(parent, at) => before[parent as usize].at(at as usize),
        Node::Asked(parent) => {
            let found = before[parent as usize];
            if found.is_empty() { Found::ANY } else { found }
        }
        Node::Field(parent, key) => before[parent as usize].field(&key),
        Node::Item(parent) => before[parent as usize].item(),
        Node::Items(parent) => before[parent as usize].items(),
        Node::Merged(parent) => before[parent as usize].merged(),
        Node::Form(form) => Found::one(form),
        Node::Array(_) | Node::Tuple(_) => Found::one(&Form::Array(&Form::Any)),
        Node::Object(..) => Found::one(&Form::Map(&Form::Any)),
        Node::OneOf(nodes) => {
            let mut found = Found::NOTHING;
            let mut rest = nodes;
            while let [node, others @ ..] = rest {
                found.extend(&before[*node as usize]);
                rest = others;
            }
            found
        }
    }
}
