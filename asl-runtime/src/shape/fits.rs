//! Whether a value can be read as a type.
//!
//! "No" is said only of what is certain never to be read; everything else is for the run.

use super::{
    flow::{Flow, Known, Member, Node, NodeId},
    form::{Field, Form, Key, Object, kind},
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

/// The flow, and the types that its values are of.
pub(crate) struct Judge<'f> {
    pub flow: &'f Flow,
    pub types: &'f Known,
}

/// Deeper than this nothing is looked at: the evaluation of constants has no deep stack.
const DEPTH: usize = 16;

impl Judge<'_> {
    /// Whether a value can be read as this.
    pub const fn fits(&self, value: Value, target: &'static Form) -> bool {
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
                return self.kinds(value) & target.kinds() != 0;
            }
            Form::Option(form) => {
                return self.kinds(value) & kind::NULL != 0 || self.fits_at(value, form, depth + 1);
            }
            Form::OneOf(forms) => {
                let mut index = 0;
                while index < forms.len() {
                    if self.fits_at(value, forms[index], depth + 1) {
                        return true;
                    }
                    index += 1;
                }
                return false;
            }
            _ => {}
        }
        match value {
            Value::Form(form) => self.form_fits(form, target, depth),
            Value::Node(node) => match self.flow.nodes[node as usize] {
                Node::OneOf(nodes) => {
                    let mut index = 0;
                    while index < nodes.len() {
                        if self.fits_at(Value::Node(nodes[index]), target, depth + 1) {
                            return true;
                        }
                        index += 1;
                    }
                    false
                }
                Node::Array(_) => accepts(target, kind::ARRAY),
                Node::Tuple(nodes) => self.tuple_fits(nodes, target, depth),
                Node::Object(members, _) => match target {
                    Form::Object(object) => self.object_fits(value, object, depth),
                    Form::Map(form) => self.members_fit(members, form, depth),
                    _ => false,
                },
                _ => {
                    let found = self.found(node);
                    if found.is_many() && accepts(target, kind::ARRAY) {
                        return true;
                    }
                    let forms = found.forms();
                    let mut index = 0;
                    while index < forms.len() {
                        if self.fits_at(Value::Form(forms[index]), target, depth + 1) {
                            return true;
                        }
                        index += 1;
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
                let mut index = 0;
                while index < forms.len() {
                    if self.fits_at(Value::Form(forms[index]), target, depth + 1) {
                        return true;
                    }
                    index += 1;
                }
                false
            }
            (Form::Words(words), Form::Words(known)) => have_one_in_common(words, known),
            (Form::Object(_), Form::Object(object)) => self.object_fits(Value::Form(form), object, depth),
            (Form::Object(object), Form::Map(values)) => {
                let mut index = 0;
                while index < object.fields.len() {
                    let field = &object.fields[index];
                    if !field.optional && !self.fits_at(Value::Form(field.form), values, depth + 1) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            (Form::Tuple(forms), Form::Array(element)) => {
                let mut index = 0;
                while index < forms.len() {
                    if !self.fits_at(Value::Form(forms[index]), element, depth + 1) {
                        return false;
                    }
                    index += 1;
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

    const fn members_fit(&self, members: &[Member], values: &'static Form, depth: usize) -> bool {
        let mut index = 0;
        while index < members.len() {
            let member = &members[index];
            if !member.optional && !self.fits_at(Value::Node(member.value), values, depth + 1) {
                return false;
            }
            index += 1;
        }
        true
    }

    const fn object_fits(&self, value: Value, target: &'static Object, depth: usize) -> bool {
        let mut index = 0;
        while index < target.fields.len() {
            if !self.field_fits_at(value, &target.fields[index], depth) {
                return false;
            }
            index += 1;
        }
        let mut index = 0;
        while index < target.flattened.len() {
            let fits = match target.flattened[index] {
                Form::Object(object) => self.object_fits(value, object, depth + 1),
                // What an enum or a map takes of the members is not followed.
                _ => true,
            };
            if !fits {
                return false;
            }
            index += 1;
        }
        true
    }

    /// Whether an object has what a field needs.
    pub const fn field_fits(&self, value: Value, field: &'static Field) -> bool {
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
    pub const fn slot(&self, value: Value, field: &'static Field) -> Slot {
        let mut node = match value {
            Value::Form(form) => return slot_in_form(form, field),
            Value::Node(node) => node,
        };
        // Objects are often written over one another, one for each state: too many for recursion.
        while let Node::Object(members, base) = self.flow.nodes[node as usize] {
            let mut index = 0;
            while index < members.len() {
                let member = &members[index];
                // Most names are equal to a field's, or to none: calls are what costs time here.
                let is_called = field.hash == member.key.hash
                    || (!field.aliases.is_empty() && field.is_called(&member.key));
                if is_called {
                    if !member.optional {
                        return Slot::Present(Value::Node(member.value));
                    }
                    return self.slot_of_member(member, base, field);
                }
                index += 1;
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
        let mut index = 0;
        while index < forms.len() {
            if !matches!(slot_in_form(forms[index], field), Slot::Absent) {
                return Slot::Maybe(Value::Form(&Form::Any));
            }
            index += 1;
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
                let mut index = 0;
                while index < nodes.len() {
                    if !self.is_undefined(nodes[index]) {
                        return false;
                    }
                    index += 1;
                }
                true
            }
            _ => false,
        }
    }

    /// The kinds of JSON that a value can be.
    pub const fn kinds(&self, value: Value) -> u8 {
        match value {
            Value::Form(form) => form.kinds(),
            Value::Node(node) => {
                if let Node::Form(form) = self.flow.nodes[node as usize] {
                    return form.kinds();
                }
                let found = self.found(node);
                if found.is_empty() {
                    kind::ALL
                } else {
                    found.kinds()
                }
            }
        }
    }
}

/// What a form has for a field.
const fn slot_in_form(form: &'static Form, field: &'static Field) -> Slot {
    match form {
        Form::Object(object) => {
            let mut index = 0;
            while index < object.fields.len() {
                let own = &object.fields[index];
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
                index += 1;
            }
            let mut index = 0;
            while index < object.flattened.len() {
                match slot_in_form(object.flattened[index], field) {
                    Slot::Absent => {}
                    slot => return slot,
                }
                index += 1;
            }
            Slot::Absent
        }
        Form::Any | Form::Map(_) | Form::Option(_) | Form::OneOf(_) => Slot::Maybe(Value::Form(&Form::Any)),
        _ => Slot::Absent,
    }
}

/// Whether something is read from values of these kinds. Objects of known members are also read from arrays.
const fn accepts(target: &Form, kinds: u8) -> bool {
    let accepted = match target {
        Form::Object(_) => kind::OBJECT | kind::ARRAY,
        _ => target.kinds(),
    };
    accepted & kinds != 0
}

const fn have_one_in_common(some: &[&str], others: &[&str]) -> bool {
    let mut index = 0;
    while index < some.len() {
        if contains(others, some[index]) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether a text is one of these.
pub(crate) const fn contains(texts: &[&str], text: &str) -> bool {
    let mut index = 0;
    while index < texts.len() {
        if equal(texts[index], text) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether two texts are the same.
pub(crate) const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}
