//! What a path leads to in a form.

use super::form::{Form, Key, Object, kind};

/// The forms that a value can have: one for each way it can have come about.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    forms: [&'static Form; Self::LIMIT],
    pub(crate) len: usize,
    /// The kinds of JSON that these are.
    pub(crate) kinds: u8,
    /// It can also be an array of these.
    many: bool,
}

impl Found {
    /// More ways than this are any JSON.
    const LIMIT: usize = 4;

    /// There is no such value.
    pub const NOTHING: Self = Self {
        forms: [&Form::Any; Self::LIMIT],
        len: 0,
        kinds: 0,
        many: false,
    };

    pub(crate) const ANY: Self = Self::one(&Form::Any);

    pub(crate) const fn one(form: &'static Form) -> Self {
        Self {
            forms: [form; Self::LIMIT],
            len: 1,
            kinds: form.kinds(),
            many: false,
        }
    }

    pub(crate) const fn forms(&self) -> &[&'static Form] {
        self.forms.split_at(self.len).0
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it can also be an array of the forms.
    pub(crate) const fn is_many(&self) -> bool {
        self.many
    }

    /// Whether it can be one of these kinds. Of nothing nothing is said.
    pub(crate) const fn can_be(&self, kinds: u8) -> bool {
        self.kinds & kinds != 0 || self.len == 0
    }

    const fn push(&mut self, form: &'static Form) {
        if self.len < Self::LIMIT {
            self.forms[self.len] = form;
            self.len += 1;
            self.kinds |= form.kinds();
        } else {
            *self = Self::ANY;
        }
    }

    /// From now on it can also be an array of its forms.
    const fn be_many(&mut self) {
        self.many = true;
        self.kinds |= kind::ARRAY;
    }

    /// All of another one's.
    pub(crate) const fn extend(&mut self, other: &Self) {
        let mut index = 0;
        while index < other.len {
            self.push(other.forms[index]);
            index += 1;
        }
        if other.many {
            self.be_many();
        }
    }

    /// What a key leads to.
    pub(crate) const fn member(&self, key: &Key) -> Self {
        // Nearly always it is one object: this saves calls.
        if self.len == 1
            && let Form::Object(object) = self.forms[0]
        {
            let mut rest = object.fields;
            while let [field, others @ ..] = rest {
                if field.hash == key.hash {
                    return Self::one(field.form);
                }
                rest = others;
            }
        }
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_member(self.forms[index], key);
            index += 1;
        }
        found
    }

    /// Any of the elements of an array, or of the members of an object.
    pub(crate) const fn element(&self) -> Self {
        let mut found = self.elements_of_many();
        let mut index = 0;
        while index < self.len {
            found.add_element(self.forms[index]);
            index += 1;
        }
        found
    }

    /// The element at an index of an array.
    pub(crate) const fn at(&self, at: usize) -> Self {
        let mut found = self.elements_of_many();
        let mut index = 0;
        while index < self.len {
            found.add_at(self.forms[index], at);
            index += 1;
        }
        found
    }

    const fn elements_of_many(&self) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while self.many && index < self.len {
            found.push(self.forms[index]);
            index += 1;
        }
        found
    }

    /// What a name of JSONata gives: a member, or those of all elements of an array together.
    pub(crate) const fn field(&self, key: &Key) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_field(self.forms[index], key);
            index += 1;
        }
        if self.many { found.items() } else { found }
    }

    /// It itself if it is no array, or any of its elements. Of several values any one's.
    pub(crate) const fn item(&self) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_item(self.forms[index]);
            index += 1;
        }
        if self.many {
            found.be_many();
        }
        found
    }

    /// It itself, or one or several of its elements.
    pub(crate) const fn items(&self) -> Self {
        let mut found = *self;
        let mut index = 0;
        while index < self.len {
            found.add_elements(self.forms[index]);
            index += 1;
        }
        found.be_many();
        found
    }

    /// Its objects, as an object is merged of them. Arrays of objects are merged too.
    pub(crate) const fn merged(&self) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_merged(self.forms[index]);
            index += 1;
        }
        if self.many { Self::ANY } else { found }
    }

    const fn add_field(&mut self, form: &'static Form, key: &Key) {
        match form {
            Form::Option(form) => self.add_field(form, key),
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_field(form, key);
                    rest = others;
                }
            }
            Form::Array(element) => {
                let mut found = Self::NOTHING;
                found.add_field(element, key);
                if !found.is_empty() {
                    self.extend(&found.items());
                }
            }
            Form::Tuple(elements) => {
                let mut found = Self::NOTHING;
                let mut rest = *elements;
                while let [element, others @ ..] = rest {
                    found.add_field(element, key);
                    rest = others;
                }
                if !found.is_empty() {
                    self.extend(&found.items());
                }
            }
            _ => self.add_member(form, key),
        }
    }

    const fn add_item(&mut self, form: &'static Form) {
        match form {
            Form::Array(_) | Form::Tuple(_) => self.add_elements(form),
            Form::Option(form) => {
                self.push(&Form::Null);
                self.add_item(form);
            }
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_item(form);
                    rest = others;
                }
            }
            _ => self.push(form),
        }
    }

    /// The elements of arrays, and nothing of anything else.
    const fn add_elements(&mut self, form: &'static Form) {
        match form {
            Form::Array(element) => self.push(element),
            Form::Tuple(elements) => {
                let mut rest = *elements;
                while let [element, others @ ..] = rest {
                    self.push(element);
                    rest = others;
                }
            }
            Form::Option(form) => self.add_elements(form),
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_elements(form);
                    rest = others;
                }
            }
            _ => {}
        }
    }

    const fn add_merged(&mut self, form: &'static Form) {
        match form {
            Form::Object(_) | Form::Map(_) => self.push(form),
            Form::Any | Form::Array(_) | Form::Tuple(_) => self.push(&Form::Any),
            Form::Option(form) => self.add_merged(form),
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_merged(form);
                    rest = others;
                }
            }
            // Nothing else can be merged.
            Form::Null
            | Form::Boolean
            | Form::Integer
            | Form::Number
            | Form::String
            | Form::Timestamp
            | Form::Words(_) => {}
        }
    }

    const fn add_member(&mut self, form: &'static Form, key: &Key) {
        match form {
            Form::Any => self.push(form),
            Form::Map(value) => self.push(value),
            Form::Option(form) => self.add_member(form, key),
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_member(form, key);
                    rest = others;
                }
            }
            Form::Object(object) => self.add_member_of(object, key),
            Form::Null
            | Form::Boolean
            | Form::Integer
            | Form::Number
            | Form::String
            | Form::Timestamp
            | Form::Words(_)
            | Form::Array(_)
            | Form::Tuple(_) => {}
        }
    }

    const fn add_member_of(&mut self, object: &Object, key: &Key) {
        let mut rest = object.fields;
        while let [field, others @ ..] = rest {
            if field.hash == key.hash {
                self.push(field.form);
                return;
            }
            rest = others;
        }
        let mut rest = object.flattened;
        while let [form, others @ ..] = rest {
            self.add_member(form, key);
            rest = others;
        }
    }

    const fn add_element(&mut self, form: &'static Form) {
        match form {
            Form::Any => self.push(form),
            // Its members can look like anything.
            Form::Object(_) => self.push(&Form::Any),
            Form::Map(value) | Form::Array(value) => self.push(value),
            Form::Option(form) => self.add_element(form),
            Form::Tuple(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.push(form);
                    rest = others;
                }
            }
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_element(form);
                    rest = others;
                }
            }
            Form::Null
            | Form::Boolean
            | Form::Integer
            | Form::Number
            | Form::String
            | Form::Timestamp
            | Form::Words(_) => {}
        }
    }

    const fn add_at(&mut self, form: &'static Form, at: usize) {
        match form {
            Form::Any => self.push(form),
            Form::Array(value) => self.push(value),
            Form::Option(form) => self.add_at(form, at),
            Form::Tuple(forms) => {
                if at < forms.len() {
                    self.push(forms[at]);
                }
            }
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.add_at(form, at);
                    rest = others;
                }
            }
            Form::Null
            | Form::Boolean
            | Form::Integer
            | Form::Number
            | Form::String
            | Form::Timestamp
            | Form::Words(_)
            | Form::Map(_)
            | Form::Object(_) => {}
        }
    }
}
