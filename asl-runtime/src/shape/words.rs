//! Forms in words, and what was perhaps meant.

use super::{
    fits::{Value, equal},
    flow::Node,
    form::{Form, Key, Object, kind},
    found::Found,
    judge::Judge,
    nearest::Nearest,
    quote,
    text::Text,
};

/// More members than this are not listed.
const MEMBERS: usize = 12;

impl Judge<'_> {
    pub(crate) const fn describe_found(&self, found: &Found, text: &mut Text) {
        describe_all(found.forms(), text);
        if found.is_many() {
            text.add(" or an array of such");
        }
    }

    /// What a name of JSONata looks into: arrays with their elements.
    pub(crate) const fn describe_with_elements(&self, found: &Found, text: &mut Text) {
        let items = found.item();
        if found.is_many() {
            self.describe_found(&items, text);
        } else {
            self.describe_found(found, text);
            if found.can_be(kind::ARRAY) {
                text.add(", each element ");
                self.describe_found(&items, text);
            }
        }
    }

    /// A key that was perhaps meant: a similar one here, the same one on a member, the same one on the elements.
    pub(crate) const fn help_with_member(
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
        let mut others = forms;
        while let [form, more @ ..] = others {
            nearest.try_members(form);
            if holder.is_none() {
                holder = member_with(form, key);
            }
            in_elements |= elements_have(form, key);
            others = more;
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

    pub(crate) const fn help_with_word(
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

    pub(crate) const fn describe(&self, value: Value, text: &mut Text) {
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
                _ => self.describe_found(self.found(node), text),
            },
        }
    }
}

/// `.name`, or `['a name']` where it has to be so.
const fn step(name: &str, text: &mut Text) {
    let bytes = name.as_bytes();
    let mut plain = !bytes.is_empty();
    let mut rest = bytes;
    while let [byte, others @ ..] = rest {
        plain &= byte.is_ascii_alphanumeric() || *byte == b'_';
        rest = others;
    }
    if plain {
        text.add_all(&[".", name]);
    } else {
        text.add_all(&["['", name, "']"]);
    }
}

const fn try_words(forms: &[&'static Form], nearest: &mut Nearest) {
    let mut rest = forms;
    while let [form, others @ ..] = rest {
        match *form {
            Form::Words(words) => {
                let mut rest = *words;
                while let [word, others @ ..] = rest {
                    nearest.try_name(word);
                    rest = others;
                }
            }
            Form::Option(form) => try_words(&[form], nearest),
            Form::OneOf(forms) => try_words(forms, nearest),
            _ => {}
        }
        rest = others;
    }
}

/// The member that has a member of this name.
const fn member_with(form: &Form, key: &Key) -> Option<&'static str> {
    match form {
        Form::Option(form) => member_with(form, key),
        Form::Object(object) => {
            let mut rest = object.fields;
            while let [field, others @ ..] = rest {
                if has(field.form, key) {
                    return Some(field.name);
                }
                rest = others;
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
            let mut rest = object.fields;
            while let [field, others @ ..] = rest {
                if equal(field.name, key.name) {
                    return true;
                }
                rest = others;
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

pub(crate) const fn describe(form: &Form, text: &mut Text) {
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
    let mut rest = object.fields;
    while let [field, others @ ..] = rest {
        if *listed < MEMBERS {
            text.add(if *listed == 0 { " with " } else { ", " });
            text.code(field.name);
        }
        *listed += 1;
        rest = others;
    }
    let mut rest = object.flattened;
    while let [form, others @ ..] = rest {
        if let Form::Object(inner) = *form {
            describe_members(inner, listed, text);
        }
        rest = others;
    }
}
