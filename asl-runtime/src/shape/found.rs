//! What a path leads to in a form.

use super::form::{Form, Key, Object, kind};

/// The forms that a value can have: one for each way it can have come about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    forms: [&'static Form; Self::LIMIT],
    len: usize,
    /// It can also be an array of these.
    many: bool,
}

impl Found {
    /// More ways than this are any JSON.
    const LIMIT: usize = 4;

    pub const NOTHING: Self = Self {
        forms: [&Form::Any; Self::LIMIT],
        len: 0,
        many: false,
    };

    pub const ANY: Self = Self::one(&Form::Any);

    pub const fn one(form: &'static Form) -> Self {
        Self {
            forms: [form; Self::LIMIT],
            len: 1,
            many: false,
        }
    }

    pub const fn forms(&self) -> &[&'static Form] {
        self.forms.split_at(self.len).0
    }

    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it can also be an array of the forms.
    pub const fn is_many(&self) -> bool {
        self.many
    }

    pub const fn kinds(&self) -> u8 {
        let mut kinds = if self.many { kind::ARRAY } else { 0 };
        let mut index = 0;
        while index < self.len {
            kinds |= self.forms[index].kinds();
            index += 1;
        }
        kinds
    }

    const fn push(&mut self, form: &'static Form) {
        if self.len < Self::LIMIT {
            self.forms[self.len] = form;
            self.len += 1;
        } else {
            *self = Self::ANY;
        }
    }

    /// All of another one's.
    pub const fn extend(&mut self, other: &Self) {
        let mut index = 0;
        while index < other.len {
            self.push(other.forms[index]);
            index += 1;
        }
        self.many |= other.many;
    }

    /// What a key leads to.
    pub const fn member(&self, key: &Key) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_member(self.forms[index], key);
            index += 1;
        }
        found
    }

    /// Any of the elements of an array, or of the members of an object.
    pub const fn element(&self) -> Self {
        let mut found = self.elements_of_many();
        let mut index = 0;
        while index < self.len {
            found.add_element(self.forms[index]);
            index += 1;
        }
        found
    }

    /// The element at an index of an array.
    pub const fn at(&self, at: usize) -> Self {
        let mut found = self.elements_of_many();
        let mut index = 0;
        while index < self.len {
            found.add_at(self.forms[index], at);
            index += 1;
        }
        found
    }

    const fn elements_of_many(&self) -> Self {
        let mut found = if self.many { *self } else { Self::NOTHING };
        found.many = false;
        found
    }

    /// What a name of JSONata gives: a member, or those of all elements of an array together.
    pub const fn field(&self, key: &Key) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_field(self.forms[index], key);
            index += 1;
        }
        if self.many { found.items() } else { found }
    }

    /// It itself if it is no array, or any of its elements. Of several values any one's.
    pub const fn item(&self) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_item(self.forms[index]);
            index += 1;
        }
        found.many = self.many;
        found
    }

    /// It itself, or one or several of its elements.
    pub const fn items(&self) -> Self {
        let mut found = *self;
        let mut index = 0;
        while index < self.len {
            found.add_elements(self.forms[index]);
            index += 1;
        }
        found.many = true;
        found
    }

    /// Its objects, as an object is merged of them. Arrays of objects are merged too.
    pub const fn merged(&self) -> Self {
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
                let mut index = 0;
                while index < forms.len() {
                    self.add_field(forms[index], key);
                    index += 1;
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
                let mut index = 0;
                while index < elements.len() {
                    found.add_field(elements[index], key);
                    index += 1;
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
                let mut index = 0;
                while index < forms.len() {
                    self.add_item(forms[index]);
                    index += 1;
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
                let mut index = 0;
                while index < elements.len() {
                    self.push(elements[index]);
                    index += 1;
                }
            }
            Form::Option(form) => self.add_elements(form),
            Form::OneOf(forms) => {
                let mut index = 0;
                while index < forms.len() {
                    self.add_elements(forms[index]);
                    index += 1;
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
                let mut index = 0;
                while index < forms.len() {
                    self.add_merged(forms[index]);
                    index += 1;
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
                let mut index = 0;
                while index < forms.len() {
                    self.add_member(forms[index], key);
                    index += 1;
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
        let mut index = 0;
        while index < object.fields.len() {
            let field = &object.fields[index];
            if field.hash == key.hash {
                self.push(field.form);
                return;
            }
            index += 1;
        }
        let mut index = 0;
        while index < object.flattened.len() {
            self.add_member(object.flattened[index], key);
            index += 1;
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
                let mut index = 0;
                while index < forms.len() {
                    self.push(forms[index]);
                    index += 1;
                }
            }
            Form::OneOf(forms) => {
                let mut index = 0;
                while index < forms.len() {
                    self.add_element(forms[index]);
                    index += 1;
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
                let mut index = 0;
                while index < forms.len() {
                    self.add_at(forms[index], at);
                    index += 1;
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
