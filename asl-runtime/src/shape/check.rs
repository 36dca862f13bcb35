//! The checks, answered.

use super::{
    fits::{Judge, Value, contains, equal},
    flow::{Check, Flow, Known, Node, NodeId, Resolved, Rule},
    form::{Form, kind},
};

impl<const N: usize> Flow<N> {
    /// How many mistakes there are.
    pub const fn mistakes(&self, types: &Known) -> usize {
        if !self.is_for(types) {
            return 0;
        }
        let resolved = self.resolve(types);
        let judge = Judge {
            flow: self,
            resolved: &resolved,
        };
        let mut mistakes = 0;
        let mut index = 0;
        while index < self.checks.len() {
            if judge.is_mistake(&self.checks[index], types) {
                mistakes += 1;
            }
            index += 1;
        }
        let mut index = 0;
        while index < types.unchecked.len() {
            if !contains(self.states, types.unchecked[index].0) {
                mistakes += 1;
            }
            index += 1;
        }
        mistakes
    }

    /// Whether the checks are about these types. They are not while tasks are missing, which rustc reports.
    pub(crate) const fn is_for(&self, types: &Known) -> bool {
        if types.all_unchecked || self.tasks.len() != types.tasks.len() {
            return false;
        }
        let mut index = 0;
        while index < self.tasks.len() {
            if !equal(self.tasks[index], types.tasks[index].name) {
                return false;
            }
            index += 1;
        }
        true
    }

    /// The value that a step starts from, for a node that is one.
    pub(crate) const fn parent(&self, node: NodeId) -> Option<NodeId> {
        match self.nodes[node as usize] {
            Node::Member(parent, _) | Node::Element(parent) | Node::At(parent, _) => Some(parent),
            Node::Asked(parent) => self.parent(parent),
            _ => None,
        }
    }
}

impl<const N: usize> Judge<'_, N> {
    /// Whether a check says that something is wrong, and it is to be said.
    pub const fn is_mistake(&self, check: &Check, types: &Known) -> bool {
        !self.holds(check, types) && !self.is_unchecked(check, types)
    }

    const fn holds(&self, check: &Check, types: &Known) -> bool {
        match check.rule {
            Rule::Exists(values) => {
                let mut index = 0;
                while index < values.len() {
                    let (node, written) = values[index];
                    if self.steps_lost(node, written).is_none() {
                        return true;
                    }
                    index += 1;
                }
                false
            }
            Rule::Kind { node, kinds, .. } => self.kinds(Value::Node(node)) & kinds != 0,
            Rule::Word { node, word } => {
                let found = &self.resolved[node as usize].found;
                found.is_empty() || can_be(found.forms(), word)
            }
            Rule::Fits { node, task } => self.fits(Value::Node(node), types.tasks[task as usize].input),
            Rule::Never { .. } => false,
        }
    }

    /// Of a value of which nothing is found: how many of the `written` steps at its end come after the one that found
    /// nothing. `None` where something is found, and where it was lost before those steps, which another check reports.
    pub const fn steps_lost(&self, node: NodeId, written: u8) -> Option<u8> {
        let Resolved { found, lost_at } = self.resolved[node as usize];
        if !found.is_empty() {
            return None;
        }
        let Some(lost_at) = lost_at else {
            return None;
        };
        let mut node = node;
        let mut after = 0;
        while after < written {
            while let Node::Asked(inner) = self.flow.nodes[node as usize] {
                node = inner;
            }
            if node == lost_at {
                return Some(after);
            }
            match self.flow.parent(node) {
                Some(parent) => node = parent,
                None => return None,
            }
            after += 1;
        }
        None
    }

    const fn is_unchecked(&self, check: &Check, types: &Known) -> bool {
        let mut index = 0;
        while index < types.unchecked.len() {
            let (state, what) = types.unchecked[index];
            if equal(state, self.flow.states[check.state as usize])
                && (what.is_empty() || equal(what, check.field) || equal(what, check.path))
            {
                return true;
            }
            index += 1;
        }
        false
    }
}

/// Whether a value of one of these forms can be this string.
const fn can_be(forms: &[&'static Form], word: &str) -> bool {
    let mut index = 0;
    while index < forms.len() {
        let can_be = match forms[index] {
            Form::Words(words) => contains(words, word),
            Form::Option(form) => can_be(&[form], word),
            Form::OneOf(forms) => can_be(forms, word),
            form => form.kinds() & kind::STRING != 0,
        };
        if can_be {
            return true;
        }
        index += 1;
    }
    false
}
