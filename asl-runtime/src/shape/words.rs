//! Forms in words, and what was perhaps meant.

use super::{
    fits::{Judge, Slot, Value, equal},
    flow::{Node, NodeId},
    form::{Field, Form, Key, Object, kind},
    found::Found,
    nearest::Nearest,
    quote,
    text::Text,
};

/// More members than this are not listed.
const MEMBERS: usize = 12;

impl Judge<'_> {
    pub const fn describe_found(&self, found: &Found, text: &mut Text) {
        describe_all(found.forms(), text);
        if found.is_many() {
            text.add(" or an array of such");
        }
    }

    /// What a name of JSONata looks into: arrays with their elements.
    pub const fn describe_with_elements(&self, found: &Found, text: &mut Text) {
        let items = found.item();
        if found.is_many() {
            self.describe_found(&items, text);
        } else {
            self.describe_found(found, text);
            if found.kinds() & kind::ARRAY != 0 {
                text.add(", each element ");
                self.describe_found(&items, text);
            }
        }
    }

    /// A key that was perhaps meant: a similar one here, the same one on a member, the same one on the elements.
    pub const fn help_with_member(
        &self,
        found: &Found,
        key: &Key,
        before: &str,
        rest: &str,
        margin: usize,
        text: &mut Text,
    ) {
        let forms = found.forms();
        let mut nearest = Nearest::to(key.name);
        let mut holder = None;
        let mut in_elements = false;
        let mut index = 0;
        while index < forms.len() {
            nearest.try_members(forms[index]);
            if holder.is_none() {
                holder = member_with(forms[index], key);
            }
            in_elements |= elements_have(forms[index], key);
            index += 1;
        }
        let (between, name) = match (nearest.name, holder, in_elements) {
            (Some(name), _, _) => (None, name),
            (None, Some(holder), _) => (Some(holder), key.name),
            (None, None, true) => (None, key.name),
            (None, None, false) => return,
        };
        quote::help(margin, text);
        text.add_all(&["did you mean `", before]);
        if in_elements && nearest.name.is_none() {
            text.add("[*]");
        }
        if let Some(between) = between {
            step(between, text);
        }
        step(name, text);
        text.add_all(&[rest, "`?\n"]);
    }

    pub const fn help_with_word(
        &self,
        forms: &[&'static Form],
        word: &'static str,
        margin: usize,
        text: &mut Text,
    ) {
        let mut nearest = Nearest::to(word);
        try_words(forms, &mut nearest);
        if let Some(name) = nearest.name {
            quote::help(margin, text);
            text.add_all(&["did you mean \"", name, "\"?\n"]);
        }
    }

    /// Why a value is no input of a task.
    pub const fn notes_of_misfit(&self, node: NodeId, target: &'static Form, margin: usize, text: &mut Text) {
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
        let mut index = 0;
        while index < target.fields.len() {
            let field = &target.fields[index];
            if !self.field_fits(value, field) {
                self.explain_field(value, target, field, way, margin, text);
            }
            index += 1;
        }
        let mut index = 0;
        while index < target.flattened.len() {
            if let Form::Object(object) = target.flattened[index] {
                self.explain_object(value, object, way, margin, text);
            }
            index += 1;
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
            let mut index = 0;
            while index < members.len() {
                if field.is_called(&members[index].key) {
                    return self.lost(members[index].value);
                }
                index += 1;
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
        self.describe_with_elements(&found, text);
        text.add("\n");
        let items = found.item();
        let forms = items.forms();
        let mut nearest = Nearest::to(key.name);
        let mut index = 0;
        while index < forms.len() {
            nearest.try_members(forms[index]);
            index += 1;
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

    const fn describe(&self, value: Value, text: &mut Text) {
        match value {
            Value::Form(form) => describe(form, text),
            Value::Node(node) => match self.flow.nodes[node as usize] {
                Node::Object([], None) => text.add("an empty object"),
                Node::Object(members, base) => {
                    text.add("an object with ");
                    let mut index = 0;
                    while index < members.len() && index < MEMBERS {
                        if index > 0 {
                            text.add(", ");
                        }
                        text.code(members[index].key.name);
                        index += 1;
                    }
                    if base.is_some() || members.len() > MEMBERS {
                        text.add(" and more");
                    }
                }
                Node::Array(_) | Node::Tuple(_) => text.add("an array"),
                _ => self.describe_found(&self.found(node), text),
            },
        }
    }

    /// The names of an object's members.
    const fn try_names(&self, value: Value, nearest: &mut Nearest) {
        match value {
            Value::Form(form) => nearest.try_members(form),
            Value::Node(node) => match self.flow.nodes[node as usize] {
                Node::Object(members, base) => {
                    let mut index = 0;
                    while index < members.len() {
                        nearest.try_name(members[index].key.name);
                        index += 1;
                    }
                    if let Some(base) = base {
                        self.try_names(Value::Node(base), nearest);
                    }
                }
                _ => {
                    let found = self.found(node);
                    let forms = found.forms();
                    let mut index = 0;
                    while index < forms.len() {
                        nearest.try_members(forms[index]);
                        index += 1;
                    }
                }
            },
        }
    }
}

/// `.name`, or `['a name']` where it has to be so.
const fn step(name: &str, text: &mut Text) {
    let bytes = name.as_bytes();
    let mut plain = !bytes.is_empty();
    let mut index = 0;
    while index < bytes.len() {
        plain &= bytes[index].is_ascii_alphanumeric() || bytes[index] == b'_';
        index += 1;
    }
    if plain {
        text.add_all(&[".", name]);
    } else {
        text.add_all(&["['", name, "']"]);
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

const fn try_words(forms: &[&'static Form], nearest: &mut Nearest) {
    let mut index = 0;
    while index < forms.len() {
        match forms[index] {
            Form::Words(words) => {
                let mut number = 0;
                while number < words.len() {
                    nearest.try_name(words[number]);
                    number += 1;
                }
            }
            Form::Option(form) => try_words(&[form], nearest),
            Form::OneOf(forms) => try_words(forms, nearest),
            _ => {}
        }
        index += 1;
    }
}

/// The member that has a member of this name.
const fn member_with(form: &Form, key: &Key) -> Option<&'static str> {
    match form {
        Form::Option(form) => member_with(form, key),
        Form::Object(object) => {
            let mut index = 0;
            while index < object.fields.len() {
                let field = &object.fields[index];
                if has(field.form, key) {
                    return Some(field.name);
                }
                index += 1;
            }
            None
        }
        _ => None,
    }
}

const fn elements_have(form: &Form, key: &Key) -> bool {
    match form {
        Form::Array(form) => has(form, key),
        Form::Option(form) => elements_have(form, key),
        _ => false,
    }
}

const fn has(form: &Form, key: &Key) -> bool {
    match form {
        Form::Option(form) => has(form, key),
        Form::Object(object) => {
            let mut index = 0;
            while index < object.fields.len() {
                if equal(object.fields[index].name, key.name) {
                    return true;
                }
                index += 1;
            }
            false
        }
        _ => false,
    }
}

const fn describe_all(forms: &[&'static Form], text: &mut Text) {
    let mut index = 0;
    let mut told = 0;
    while index < forms.len() {
        if !is_told(forms, index) {
            if told > 0 {
                text.add(" or ");
            }
            if told == 3 {
                text.add("something else");
                return;
            }
            describe(forms[index], text);
            told += 1;
        }
        index += 1;
    }
}

/// Whether one of the forms before is an object of the same type.
const fn is_told(forms: &[&'static Form], at: usize) -> bool {
    let Form::Object(object) = forms[at] else {
        return false;
    };
    let mut index = 0;
    while index < at {
        if let Form::Object(other) = forms[index]
            && equal(object.name, other.name)
        {
            return true;
        }
        index += 1;
    }
    false
}

const fn describe(form: &Form, text: &mut Text) {
    match form {
        Form::Any => text.add("any JSON"),
        Form::Null => text.add("null"),
        Form::Boolean => text.add("a boolean"),
        Form::Integer => text.add("a whole number"),
        Form::Number => text.add("a number"),
        Form::String => text.add("a string"),
        Form::Timestamp => text.add("a timestamp"),
        Form::Words(words) => {
            if words.len() > 1 {
                text.add("one of ");
            }
            let mut index = 0;
            while index < words.len() && index < MEMBERS {
                if index > 0 {
                    text.add(", ");
                }
                text.add_all(&["\"", words[index], "\""]);
                index += 1;
            }
            if words.len() > MEMBERS {
                text.add(" and others");
            }
        }
        Form::Array(_) | Form::Tuple(_) => text.add("an array"),
        Form::Map(_) => text.add("an object"),
        Form::Object(object) => {
            text.add_all(&["an object (`", object.name, "`)"]);
            let mut listed = 0;
            describe_members(object, &mut listed, text);
            if listed > MEMBERS {
                text.add(" and more");
            }
        }
        Form::Option(form) => {
            describe(form, text);
            text.add(" or null");
        }
        Form::OneOf(forms) => describe_all(forms, text),
    }
}

const fn describe_members(object: &Object, listed: &mut usize, text: &mut Text) {
    let mut index = 0;
    while index < object.fields.len() {
        if *listed < MEMBERS {
            text.add(if *listed == 0 { " with " } else { ", " });
            text.code(object.fields[index].name);
        }
        *listed += 1;
        index += 1;
    }
    let mut index = 0;
    while index < object.flattened.len() {
        if let Form::Object(inner) = object.flattened[index] {
            describe_members(inner, listed, text);
        }
        index += 1;
    }
}
