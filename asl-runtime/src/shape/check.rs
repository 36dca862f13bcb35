//! The checks, answered.

use super::{
    fits::{Value, contains, equal},
    flow::{Flow, Known, Node, NodeId, Place, Rule},
    form::{Form, kind},
    judge::Judge,
};

impl Flow {
    /// Whether there is anything to check. There is not where no type has a shape: who leaves them out is let alone. Nor
    /// while tasks are missing, which rustc reports.
    pub(crate) const fn is_for(&self, types: &Known) -> bool {
        if types.all_unchecked || self.tasks.len() != types.tasks.len() {
            return false;
        }
        let mut have_shapes = !matches!(types.input, Form::Any);
        let mut index = 0;
        while index < self.tasks.len() {
            let task = &types.tasks[index];
            if !equal(self.tasks[index], task.name) {
                return false;
            }
            have_shapes |= !matches!((task.input, task.output), (Form::Any, Form::Any));
            index += 1;
        }
        have_shapes
    }

    /// The step that a value comes from, for one that only looks at it in another way.
    pub(crate) const fn step(&self, mut node: NodeId) -> NodeId {
        while let Node::Asked(inner) | Node::Item(inner) | Node::Items(inner) | Node::Merged(inner) =
            self.nodes[node as usize]
        {
            node = inner;
        }
        node
    }

    /// The value that a step starts from, for a node that is one.
    pub(crate) const fn parent(&self, node: NodeId) -> Option<NodeId> {
        match self.nodes[self.step(node) as usize] {
            Node::Member(parent, _)
            | Node::Field(parent, _)
            | Node::Element(parent)
            | Node::At(parent, _) => Some(parent),
            _ => None,
        }
    }
}

impl Judge<'_> {
    /// How many mistakes there are.
    pub const fn mistakes(&self) -> usize {
        let mut mistakes = 0;
        let rules = self.flow.rules;
        let mut index = 0;
        while self.is_asked && index < rules.len() {
            let holds = match rules[index] {
                // Most ask this, and most find something: that saves calls.
                Rule::Exists(node, _) if self.found[node as usize].len > 0 => true,
                _ => self.holds(&rules[index]),
            };
            if !holds {
                mistakes += self.mistakes_by(index);
            }
            index += 1;
        }
        let unchecked = self.types.unchecked;
        let mut index = 0;
        while self.is_asked && index < unchecked.len() {
            if !contains(self.flow.states, unchecked[index].0) {
                mistakes += 1;
            }
            index += 1;
        }
        mistakes
    }

    /// Whether one of the fields asks for what is never so.
    pub const fn is_broken(&self, place: usize) -> bool {
        self.is_mistake(&self.flow.place(place))
    }

    /// Whether a field asks for what is never so, and that is to be said.
    pub(crate) const fn is_mistake(&self, place: &Place) -> bool {
        !self.holds(&self.flow.rules[place.rule]) && !self.is_unchecked(place)
    }

    /// Of how many fields it is to be said that a rule is broken.
    const fn mistakes_by(&self, rule: usize) -> usize {
        let mut mistakes = 0;
        let mut index = 0;
        while index < self.flow.places.len() {
            let place = self.flow.place(index);
            if place.rule == rule && !self.is_unchecked(&place) {
                mistakes += 1;
            }
            index += 1;
        }
        mistakes
    }

    const fn holds(&self, rule: &Rule) -> bool {
        match *rule {
            Rule::Exists(node, written) => self.steps_lost(node, written).is_none(),
            Rule::ExistsAny(values) => {
                let mut rest = values;
                while let [value, others @ ..] = rest {
                    let (node, written) = *value;
                    if self.steps_lost(node, written).is_none() {
                        return true;
                    }
                    rest = others;
                }
                false
            }
            Rule::Is(node, kinds) => self.found(node).can_be(kinds),
            Rule::Word(node, word) => {
                let found = self.found(node);
                found.is_empty() || can_be(found.forms(), word)
            }
            Rule::Fits(node, task) => self.fits(Value::Node(node), self.types.tasks[task as usize].input),
            Rule::Never => false,
        }
    }

    /// Of a value of which nothing is found: how many of the `written` steps at its end come after the one that found
    /// nothing. `None` where something is found, and where it was lost before those steps, which another check reports.
    pub(crate) const fn steps_lost(&self, node: NodeId, written: u8) -> Option<u8> {
        if !self.found(node).is_empty() {
            return None;
        }
        let mut node = node;
        let mut after = 0;
        while after < written {
            node = self.flow.step(node);
            match self.flow.parent(node) {
                Some(parent) if !self.found(parent).is_empty() => return Some(after),
                Some(parent) => node = parent,
                None => return None,
            }
            after += 1;
        }
        None
    }

    const fn is_unchecked(&self, place: &Place) -> bool {
        let unchecked = self.types.unchecked;
        if unchecked.is_empty() {
            return false;
        }
        let mut rest = unchecked;
        while let [unchecked, others @ ..] = rest {
            let (state, what) = *unchecked;
            if equal(state, place.state)
                && (what.is_empty() || equal(what, place.field) || is_path(what, place.path))
            {
                return true;
            }
            rest = others;
        }
        false
    }
}

/// Whether a path, as a definition has it, is this one. Blanks in JSONata do not count, and of long expressions messages have
/// the beginning.
const fn is_path(written: &str, path: &str) -> bool {
    let (mut written, mut path) = (written.as_bytes(), path.as_bytes());
    loop {
        (written, path) = match (written, path) {
            ([b' ' | b'\t' | b'\r' | b'\n', rest @ ..], _) => (rest, path),
            (_, [b' ' | b'\t' | b'\r' | b'\n', rest @ ..]) => (written, rest),
            ([one, others @ ..], [other, rest @ ..]) if *one == *other => (others, rest),
            ([], []) | ([_, ..], [0xe2, 0x80, 0xa6]) => return true,
            _ => return false,
        };
    }
}

/// Whether a value of one of these forms can be this string.
const fn can_be(forms: &[&'static Form], word: &str) -> bool {
    let mut rest = forms;
    while let [form, others @ ..] = rest {
        let can_be = match *form {
            Form::Words(words) => contains(words, word),
            Form::Option(form) => can_be(&[form], word),
            Form::OneOf(forms) => can_be(forms, word),
            form => form.kinds() & kind::STRING != 0,
        };
        if can_be {
            return true;
        }
        rest = others;
    }
    false
}
