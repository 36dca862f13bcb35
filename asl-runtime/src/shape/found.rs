//! What a path leads to in a form.

use super::form::{Form, Key, Object};

/// The forms that a value can have: one for each way it can have come about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    forms: [&'static Form; Self::LIMIT],
    len: usize,
}

impl Found {
    /// More ways than this are any JSON.
    const LIMIT: usize = 4;

    pub const NOTHING: Self = Self {
        forms: [&Form::Any; Self::LIMIT],
        len: 0,
    };

    pub const ANY: Self = Self::one(&Form::Any);

    pub const fn one(form: &'static Form) -> Self {
        Self {
            forms: [form; Self::LIMIT],
            len: 1,
        }
    }

    pub const fn forms(&self) -> &[&'static Form] {
        self.forms.split_at(self.len).0
    }

    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub const fn kinds(&self) -> u8 {
        let mut kinds = 0;
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
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_element(self.forms[index]);
            index += 1;
        }
        found
    }

    /// The element at an index of an array.
    pub const fn at(&self, at: usize) -> Self {
        let mut found = Self::NOTHING;
        let mut index = 0;
        while index < self.len {
            found.add_at(self.forms[index], at);
            index += 1;
        }
        found
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
