//! Why a value is no input of a task.

use super::{
    fits::{Slot, Value},
    flow::{Node, NodeId},
    form::{Field, Form, Object},
    judge::Judge,
    nearest::Nearest,
    quote,
    text::Text,
    words::describe,
};

impl Judge<'_> {
    /// Why a value is no input of a task.
    pub(crate) const fn notes_of_misfit(
        &self,
        node: NodeId,
        target: &'static Form,
        margin: usize,
        text: &mut Text,
    ) {
        self.explain(Value::Node(node), target, &[], margin, text);
    }

    const fn explain(
        &self,
        value: Value,
        target: &'static Form,
        way: &[&str],
        margin: usize,
        text: &mut Text,
    ) {
        let value = self.single(value);
        match target {
            Form::Option(form) if way.len() < 4 => return self.explain(value, form, way, margin, text),
            Form::Object(object) if self.is_object(value) => {
                return self.explain_object(value, object, way, margin, text);
            }
            _ => {}
        }
        quote::note(margin, text);
        if way.is_empty() {
            text.add("the input");
        } else {
            add_way(way, "", text);
        }
        text.add(" is ");
        self.describe(value, text);
        text.add(", but must be ");
        describe(target, text);
        text.add("\n");
    }

    const fn explain_object(
        &self,
        value: Value,
        target: &'static Object,
        way: &[&str],
        margin: usize,
        text: &mut Text,
    ) {
        self.explain_fields(value, target, way, margin, text);
        let mut place = 0;
        while target.denies_unknown
            && let Some(name) = self.unknown(value, target, place)
        {
            quote::note(margin, text);
            text.add("this sets ");
            add_way(way, name, text);
            text.add_all(&[", which `", target.name, "` does not know\n"]);
            let mut nearest = Nearest::to(name);
            let mut rest = target.fields;
            while let [field, others @ ..] = rest {
                nearest.try_name(field.name);
                rest = others;
            }
            if let Some(name) = nearest.name {
                quote::help(margin, text);
                text.add("did you mean ");
                add_way(way, name, text);
                text.add("?\n");
            }
            place += 1;
        }
    }

    const fn explain_fields(
        &self,
        value: Value,
        target: &'static Object,
        way: &[&str],
        margin: usize,
        text: &mut Text,
    ) {
        let mut rest = target.fields;
        while let [field, others @ ..] = rest {
            if !self.field_fits(value, field) {
                self.explain_field(value, target, field, way, margin, text);
            }
            rest = others;
        }
        let mut rest = target.flattened;
        while let [form, others @ ..] = rest {
            if let Form::Object(object) = *form {
                self.explain_object(value, object, way, margin, text);
            }
            rest = others;
        }
    }

    const fn explain_field(
        &self,
        value: Value,
        target: &'static Object,
        field: &'static Field,
        way: &[&str],
        margin: usize,
        text: &mut Text,
    ) {
        let inner = match self.slot(value, field) {
            Slot::Absent => {
                quote::note(margin, text);
                text.add("nothing sets ");
                add_way(way, field.name, text);
                text.add_all(&[", which `", target.name, "` needs"]);
                if let Some(lost) = self.undefined(value, field) {
                    return self.explain_undefined(lost, margin, text);
                }
                text.add("\n");
                let mut nearest = Nearest::to(field.name);
                self.try_names(value, &mut nearest);
                if let Some(name) = nearest.name {
                    quote::help(margin, text);
                    text.add("there is ");
                    add_way(way, name, text);
                    text.add("\n");
                }
                return;
            }
            Slot::Maybe(inner) | Slot::Present(inner) => inner,
        };
        // A longer way is cut: messages stay short, and slices cannot grow in constants.
        match way {
            [] => self.explain(inner, field.form, &[field.name], margin, text),
            [a] => self.explain(inner, field.form, &[a, field.name], margin, text),
            [a, b, ..] => self.explain(inner, field.form, &[a, b, field.name], margin, text),
        }
    }

    /// The name that leads nowhere, where a field is made of one.
    const fn undefined(&self, value: Value, field: &Field) -> Option<NodeId> {
        let Value::Node(mut node) = value else {
            return None;
        };
        while let Node::Object(members, base) = self.flow.nodes[node as usize] {
            let mut rest = members;
            while let [member, others @ ..] = rest {
                if field.is_called(&member.key) {
                    return self.lost(member.value);
                }
                rest = others;
            }
            match base {
                Some(base) => node = base,
                None => return None,
            }
        }
        None
    }

    /// The first step that finds nothing, on the way to a value that is not there.
    const fn lost(&self, node: NodeId) -> Option<NodeId> {
        let mut node = self.flow.step(node);
        loop {
            match self.flow.parent(node) {
                Some(parent) if self.found(parent).is_empty() => node = self.flow.step(parent),
                Some(_) => return Some(node),
                None => return None,
            }
        }
    }

    const fn explain_undefined(&self, lost: NodeId, margin: usize, text: &mut Text) {
        let (Node::Field(_, key) | Node::Member(_, key), Some(parent)) =
            (self.flow.nodes[lost as usize], self.flow.parent(lost))
        else {
            return text.add("\n");
        };
        let found = self.found(parent);
        text.add(": there is no ");
        text.code(key.name);
        text.add(" in ");
        self.describe_with_elements(found, text);
        text.add("\n");
        let items = found.item();
        let forms = items.forms();
        let mut nearest = Nearest::to(key.name);
        let mut rest = forms;
        while let [form, others @ ..] = rest {
            nearest.try_members(form);
            rest = others;
        }
        if let Some(name) = nearest.name {
            quote::help(margin, text);
            text.add_all(&["did you mean `", name, "`?\n"]);
        }
    }

    /// The only alternative, or the first one.
    const fn single(&self, value: Value) -> Value {
        let Value::Node(node) = value else {
            return value;
        };
        match self.flow.nodes[node as usize] {
            Node::OneOf(nodes) if !nodes.is_empty() => self.single(Value::Node(nodes[0])),
            Node::OneOf(_) | Node::Object(..) | Node::Array(_) | Node::Tuple(_) => value,
            _ => {
                let found = self.found(node);
                let forms = found.forms();
                if forms.is_empty() {
                    value
                } else {
                    Value::Form(forms[0])
                }
            }
        }
    }

    const fn is_object(&self, value: Value) -> bool {
        match value {
            Value::Form(form) => matches!(form, Form::Object(_)),
            Value::Node(node) => matches!(self.flow.nodes[node as usize], Node::Object(..)),
        }
    }

    /// The names of an object's members.
    const fn try_names(&self, value: Value, nearest: &mut Nearest) {
        match value {
            Value::Form(form) => nearest.try_members(form),
            Value::Node(node) => match self.flow.nodes[node as usize] {
                Node::Object(members, base) => {
                    let mut rest = members;
                    while let [member, others @ ..] = rest {
                        nearest.try_name(member.key.name);
                        rest = others;
                    }
                    if let Some(base) = base {
                        self.try_names(Value::Node(base), nearest);
                    }
                }
                _ => {
                    let found = self.found(node);
                    let forms = found.forms();
                    let mut rest = forms;
                    while let [form, others @ ..] = rest {
                        nearest.try_members(form);
                        rest = others;
                    }
                }
            },
        }
    }
}

/// `` `customer.email` ``
const fn add_way(way: &[&str], last: &str, text: &mut Text) {
    text.add("`");
    let mut index = 0;
    while index < way.len() {
        if index > 0 {
            text.add(".");
        }
        text.add(way[index]);
        index += 1;
    }
    if !way.is_empty() && !last.is_empty() {
        text.add(".");
    }
    text.add_all(&[last, "`"]);
}
