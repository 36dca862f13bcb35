//! Whether a value can be read as a type.
//!
//! "No" is said only of what is certain never to be read; everything else is for the run.

use super::{
    flow::{Member, Node, NodeId},
    form::{Field, Form, Key, Object, kind},
    judge::Judge,
};

/// A value: one that the flow puts together, or one of a type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Node(NodeId),
    Form(&'static Form),
}

/// What an object has for a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot {
    Absent,
    Maybe(Value),
    Present(Value),
}

/// Deeper than this nothing is looked at: the evaluation of constants has no deep stack.
const DEPTH: usize = 16;

impl Judge<'_> {
    /// Whether a value can be read as this.
    pub(crate) const fn fits(&self, value: Value, target: &'static Form) -> bool {
        self.fits_at(value, target, 0)
    }

    const fn fits_at(&self, value: Value, target: &'static Form, depth: usize) -> bool {
        if depth > DEPTH {
            return true;
        }
        match target {
            Form::Any => return true,
            // Most fields are scalars, of which the kind is all that counts.
            Form::Boolean | Form::Integer | Form::Number | Form::String | Form::Timestamp => {
                return self.can_be(value, target.kinds());
            }
            Form::Option(form) => {
                return self.can_be(value, kind::NULL) || self.fits_at(value, form, depth + 1);
            }
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    if self.fits_at(value, form, depth + 1) {
                        return true;
                    }
                    rest = others;
                }
                return false;
            }
            _ => {}
        }
        match value {
            Value::Form(form) => self.form_fits(form, target, depth),
            Value::Node(node) => match self.flow.nodes[node as usize] {
                Node::OneOf(nodes) => {
                    let mut rest = nodes;
                    while let [node, others @ ..] = rest {
                        if self.fits_at(Value::Node(*node), target, depth + 1) {
                            return true;
                        }
                        rest = others;
                    }
                    false
                }
                Node::Array(_) => accepts(target, kind::ARRAY),
                Node::Tuple(nodes) => self.tuple_fits(nodes, target, depth),
                Node::Object(members, _) => match target {
                    Form::Object(object) => self.object_fits(value, object, depth),
                    Form::Map(form) => self.members_fit(members, form, depth),
                    // `{"Variant": null}`
                    Form::Words(_) => self.members_fit(members, &Form::Null, depth),
                    _ => false,
                },
                _ => {
                    let found = self.found(node);
                    if found.is_many() && accepts(target, kind::ARRAY) {
                        return true;
                    }
                    let forms = found.forms();
                    let mut rest = forms;
                    while let [form, others @ ..] = rest {
                        if self.fits_at(Value::Form(form), target, depth + 1) {
                            return true;
                        }
                        rest = others;
                    }
                    // What is not there at all has been reported where it was asked for.
                    forms.is_empty()
                }
            },
        }
    }

    const fn form_fits(&self, form: &'static Form, target: &'static Form, depth: usize) -> bool {
        match (form, target) {
            (Form::Any, _) => true,
            (Form::Option(form), _) => {
                accepts(target, kind::NULL) || self.fits_at(Value::Form(form), target, depth + 1)
            }
            (Form::OneOf(forms), _) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    if self.fits_at(Value::Form(form), target, depth + 1) {
                        return true;
                    }
                    rest = others;
                }
                false
            }
            (Form::Words(words), Form::Words(known)) => have_one_in_common(words, known),
            (Form::Object(_), Form::Object(object)) => self.object_fits(Value::Form(form), object, depth),
            (Form::Object(object), Form::Map(values)) => self.fields_fit(object, values, depth),
            // `{"Variant": null}`
            (Form::Object(object), Form::Words(_)) => self.fields_fit(object, &Form::Null, depth),
            (Form::Tuple(forms), Form::Array(element)) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    if !self.fits_at(Value::Form(form), element, depth + 1) {
                        return false;
                    }
                    rest = others;
                }
                true
            }
            (Form::Tuple(forms), Form::Tuple(targets)) => {
                if forms.len() != targets.len() {
                    return false;
                }
                let mut index = 0;
                while index < forms.len() {
                    if !self.fits_at(Value::Form(forms[index]), targets[index], depth + 1) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            _ => accepts(target, form.kinds()),
        }
    }

    const fn tuple_fits(&self, nodes: &[NodeId], target: &'static Form, depth: usize) -> bool {
        let mut index = 0;
        match target {
            Form::Array(element) => {
                while index < nodes.len() {
                    if !self.fits_at(Value::Node(nodes[index]), element, depth + 1) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            Form::Tuple(targets) => {
                if nodes.len() != targets.len() {
                    return false;
                }
                while index < nodes.len() {
                    if !self.fits_at(Value::Node(nodes[index]), targets[index], depth + 1) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            _ => accepts(target, kind::ARRAY),
        }
    }

    /// Whether all members of an object can be read as this.
    const fn fields_fit(&self, object: &Object, values: &'static Form, depth: usize) -> bool {
        let mut rest = object.fields;
        while let [field, others @ ..] = rest {
            if !field.optional && !self.fits_at(Value::Form(field.form), values, depth + 1) {
                return false;
            }
            rest = others;
        }
        true
    }

    const fn members_fit(&self, members: &[Member], values: &'static Form, depth: usize) -> bool {
        let mut rest = members;
        while let [member, others @ ..] = rest {
            if !member.optional && !self.fits_at(Value::Node(member.value), values, depth + 1) {
                return false;
            }
            rest = others;
        }
        true
    }

    const fn object_fits(&self, value: Value, target: &'static Object, depth: usize) -> bool {
        self.has_fields(value, target, depth)
            && !(target.denies_unknown && self.unknown(value, target, 0).is_some())
    }

    /// Whether an object has what all fields need.
    const fn has_fields(&self, value: Value, target: &'static Object, depth: usize) -> bool {
        let mut rest = target.fields;
        while let [field, others @ ..] = rest {
            if !self.is_plainly_set(value, field) && !self.field_fits_at(value, field, depth) {
                return false;
            }
            rest = others;
        }
        let mut rest = target.flattened;
        while let [form, others @ ..] = rest {
            let fits = match *form {
                Form::Object(object) => self.has_fields(value, object, depth + 1),
                // What an enum or a map takes of the members is not followed.
                _ => true,
            };
            if !fits {
                return false;
            }
            rest = others;
        }
        true
    }

    /// Whether a state sets a field that takes a value without parts. Most do, and this saves calls.
    const fn is_plainly_set(&self, value: Value, field: &'static Field) -> bool {
        if let Value::Node(node) = value
            && let Node::Object(members, _) = self.flow.nodes[node as usize]
        {
            let mut rest = members;
            while let [member, others @ ..] = rest {
                if member.key.hash == field.hash {
                    let found = &self.found[member.value as usize];
                    return !member.optional
                        && field.is_scalar
                        && (found.kinds & field.kinds != 0 || found.len == 0);
                }
                rest = others;
            }
        }
        false
    }

    /// Whether an object has what a field needs.
    pub(crate) const fn field_fits(&self, value: Value, field: &'static Field) -> bool {
        self.field_fits_at(value, field, 0)
    }

    const fn field_fits_at(&self, value: Value, field: &'static Field, depth: usize) -> bool {
        match self.slot(value, field) {
            Slot::Absent => field.optional,
            Slot::Maybe(value) => field.optional || self.fits_at(value, field.form, depth + 1),
            Slot::Present(value) => self.fits_at(value, field.form, depth + 1),
        }
    }

    /// What an object has for a field.
    pub(crate) const fn slot(&self, value: Value, field: &'static Field) -> Slot {
        let mut node = match value {
            Value::Form(form) => return slot_in_form(form, field),
            Value::Node(node) => node,
        };
        // Objects are often written over one another, one for each state: too many for recursion.
        while let Node::Object(members, base) = self.flow.nodes[node as usize] {
            let mut rest = members;
            while let [member, others @ ..] = rest {
                // Most names are equal to a field's, or to none: calls are what costs time here.
                let is_called = field.hash == member.key.hash
                    || (!field.aliases.is_empty() && field.is_called(&member.key));
                if is_called {
                    if !member.optional {
                        return Slot::Present(Value::Node(member.value));
                    }
                    return self.slot_of_member(member, base, field);
                }
                rest = others;
            }
            match base {
                Some(base) => node = base,
                None => return Slot::Absent,
            }
        }
        let found = self.found(node);
        let forms = found.forms();
        if forms.len() == 1 {
            return slot_in_form(forms[0], field);
        }
        let mut rest = forms;
        while let [form, others @ ..] = rest {
            if !matches!(slot_in_form(form, field), Slot::Absent) {
                return Slot::Maybe(Value::Form(&Form::Any));
            }
            rest = others;
        }
        if forms.is_empty() {
            Slot::Maybe(Value::Form(&Form::Any))
        } else {
            Slot::Absent
        }
    }

    /// What an object has by a member that may be absent.
    const fn slot_of_member(&self, member: &Member, base: Option<NodeId>, field: &'static Field) -> Slot {
        let value = Value::Node(member.value);
        let below = match base {
            Some(base) => self.slot(Value::Node(base), field),
            None => Slot::Absent,
        };
        if self.is_undefined(member.value) {
            return below;
        }
        match below {
            Slot::Absent => Slot::Maybe(value),
            Slot::Maybe(_) => Slot::Maybe(Value::Form(&Form::Any)),
            Slot::Present(_) => Slot::Present(Value::Form(&Form::Any)),
        }
    }

    /// Whether a value of JSONata is never there. An object that is made of it then has no such member.
    const fn is_undefined(&self, node: NodeId) -> bool {
        match self.flow.nodes[node as usize] {
            Node::Field(..) | Node::Item(_) | Node::Items(_) | Node::Merged(_) => self.found(node).is_empty(),
            Node::OneOf(nodes) => {
                let mut rest = nodes;
                while let [node, others @ ..] = rest {
                    if !self.is_undefined(*node) {
                        return false;
                    }
                    rest = others;
                }
                true
            }
            _ => false,
        }
    }

    /// Whether a value can be one of these kinds of JSON.
    const fn can_be(&self, value: Value, kinds: u8) -> bool {
        match value {
            Value::Form(form) => form.kinds() & kinds != 0,
            Value::Node(node) => self.found(node).can_be(kinds),
        }
    }
}

/// What a form has for a field.
const fn slot_in_form(form: &'static Form, field: &'static Field) -> Slot {
    match form {
        Form::Object(object) => {
            let mut rest = object.fields;
            while let [own, others @ ..] = rest {
                if field.is_called(&Key {
                    name: own.name,
                    hash: own.hash,
                }) {
                    let value = Value::Form(own.form);
                    return if own.optional {
                        Slot::Maybe(value)
                    } else {
                        Slot::Present(value)
                    };
                }
                rest = others;
            }
            let mut rest = object.flattened;
            while let [form, others @ ..] = rest {
                match slot_in_form(form, field) {
                    Slot::Absent => {}
                    slot => return slot,
                }
                rest = others;
            }
            Slot::Absent
        }
        Form::Any | Form::Map(_) | Form::Option(_) | Form::OneOf(_) => Slot::Maybe(Value::Form(&Form::Any)),
        _ => Slot::Absent,
    }
}

/// Whether something is read from values of these kinds. Objects of known members are also read from arrays, and variants
/// that hold nothing from objects: `{"Variant": null}`.
const fn accepts(target: &Form, kinds: u8) -> bool {
    let accepted = match target {
        Form::Object(_) => kind::OBJECT | kind::ARRAY,
        Form::Words(_) => kind::STRING | kind::OBJECT,
        _ => target.kinds(),
    };
    accepted & kinds != 0
}

const fn have_one_in_common(some: &[&str], known: &[&str]) -> bool {
    let mut rest = some;
    while let [text, others @ ..] = rest {
        if contains(known, text) {
            return true;
        }
        rest = others;
    }
    false
}

/// Whether a text is one of these.
pub(crate) const fn contains(texts: &[&str], text: &str) -> bool {
    let mut rest = texts;
    while let [one, others @ ..] = rest {
        if equal(one, text) {
            return true;
        }
        rest = others;
    }
    false
}

/// Whether two texts are the same.
pub(crate) const fn equal(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([one, others @ ..], [other, rest @ ..]) = (a, b) {
        if *one != *other {
            return false;
        }
        (a, b) = (others, rest);
    }
    a.is_empty() && b.is_empty()
}
