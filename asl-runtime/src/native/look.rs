//! What is seen of a document or of a Rust value.

use std::sync::Arc;

use super::{Held, Native, Tree};
use crate::Value;
use crate::machine::Template;
use crate::value::{Number, Object, is_same};

/// A document, a Rust value or a payload template, or a part of one.
#[derive(Clone, Copy)]
pub enum Look<'v> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number
    Number(Number),
    /// A string
    String(&'v str),
    /// A Rust value with parts.
    #[doc(hidden)]
    Tree(&'v dyn Tree),
    /// An array or object of a document.
    #[doc(hidden)]
    Value(&'v Value),
    /// An array or object of a payload template, all of whose parts are at hand in the document.
    #[doc(hidden)]
    Template(&'static Template, &'v Value),
}

impl<'v> Look<'v> {
    /// Sees a value of a document.
    #[doc(hidden)]
    #[inline]
    pub fn of(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(*number),
            Value::String(text) => Self::String(text),
            Value::Array(_) | Value::Object(_) => Self::Value(value),
        }
    }

    /// It itself, if it is a Rust value of this type.
    #[inline]
    pub fn downcast<T: Native>(self) -> Option<&'v T> {
        let value = match self {
            Self::Tree(tree) => tree.as_any(),
            Self::Value(Value::Object(object)) => object.held()?.as_any(),
            _ => return None,
        };
        let held = || value.downcast_ref::<Held<T>>().map(|held| &**held);
        value.downcast_ref().or_else(held)
    }

    /// The same, shared where it is in a [`Held`] or is an object that a document holds.
    pub(super) fn shared<T: Native>(self) -> Option<Held<T>> {
        match self {
            Self::Tree(tree) => tree.as_any().downcast_ref().cloned(),
            Self::Value(Value::Object(object)) => {
                let tree = object.held().filter(|tree| tree.as_any().is::<T>())?;
                Arc::clone(tree).into_any().downcast().ok().map(Held)
            }
            _ => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        match self {
            Self::Tree(tree) => !tree.is_array(),
            Self::Value(value) => value.is_object(),
            Self::Template(template, _) => matches!(template, Template::Object(_)),
            _ => false,
        }
    }

    /// A member of an object.
    //
    // By reference, as whatever is larger than two words would be copied for each call.
    pub fn member(&self, key: &str) -> Option<Look<'v>> {
        match *self {
            Self::Tree(tree) => tree.member(key),
            Self::Value(Value::Object(object)) => object.look(key),
            Self::Template(Template::Object(members), document) => {
                let (_, member) = members.iter().find(|(known, _)| is_same(known, key))?;
                member.look(document)
            }
            _ => None,
        }
    }

    /// The member for the field in this place of a struct, which has the same place in most templates. Where it is called the key is
    /// known, so that comparing it takes no loop.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "so that the key is known")]
    fn member_near(&self, place: usize, key: &str) -> Option<Look<'v>> {
        match *self {
            Self::Template(Template::Object(members), document) => match members.get(place) {
                Some((known, member)) if *known == key => member.look(document),
                _ => self.member(key),
            },
            _ => self.member(key),
        }
    }

    /// The field in this place of its struct from a member, as far as that is there.
    #[inline]
    pub fn field<T: Native>(&self, place: usize, key: &str) -> Option<T> {
        match self.member_near(place, key) {
            Some(member) => T::copy(member),
            None => T::absent(),
        }
    }

    /// The same with a default.
    #[inline]
    pub fn field_or<T: Native>(&self, place: usize, key: &str, default: impl FnOnce() -> T) -> Option<T> {
        match self.member_near(place, key) {
            Some(member) => T::copy(member),
            None => Some(default()),
        }
    }

    /// Elements from those of an array.
    pub(super) fn elements<T: Native>(self) -> Option<Vec<T>> {
        match self {
            Self::Tree(tree) if tree.is_array() => {
                let mut elements = Some(Vec::new());
                tree.each(&mut |_, part| {
                    elements = elements.take().and_then(|mut elements| {
                        elements.push(T::copy(part)?);
                        Some(elements)
                    });
                });
                elements
            }
            Self::Value(Value::Array(array)) => {
                array.iter().map(|element| T::copy(Look::of(element))).collect()
            }
            Self::Template(Template::Array(elements), document) => {
                let elements = elements.iter().map(|element| element.look(document));
                elements.map(|element| T::copy(element?)).collect()
            }
            _ => None,
        }
    }

    /// Shows the members of an object. Gives whether it is one.
    pub(super) fn members(self, show: &mut dyn FnMut(&str, Look<'_>)) -> bool {
        if !self.is_object() {
            return false;
        }
        match self {
            Self::Tree(tree) => tree.each(&mut |key, part| show(key, part)),
            Self::Value(Value::Object(object)) => match object.native() {
                Some((tree, others)) => {
                    tree.each(&mut |key, part| show(key, part));
                    others.for_each(|(key, value)| show(key, Look::of(value)));
                }
                None => object.iter().for_each(|(key, value)| show(key, Look::of(value))),
            },
            Self::Template(template, document) => {
                let value = template.fill(document);
                Look::Value(&value).members(show);
            }
            _ => {}
        }
        true
    }

    /// The whole as JSON.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(number) => Value::Number(number),
            Self::String(text) => text.into(),
            Self::Tree(tree) => tree.to_value(),
            Self::Value(value) => value.clone(),
            Self::Template(template, document) => template.fill(document),
        }
    }
}

/// What becomes a field when the document is gone that it is in.
pub enum Part<T> {
    /// The document's.
    Shared(Held<T>),
    /// A copy.
    Own(T),
}

impl<T: Native> Part<T> {
    /// The field from a member of the document, as far as that is there.
    pub fn field(document: &Object, key: &str) -> Option<Self> {
        match document.look(key) {
            Some(member) => Self::of(member),
            None => T::absent().map(Self::Own),
        }
    }

    /// The same with a default.
    pub fn field_or(document: &Object, key: &str, default: impl FnOnce() -> T) -> Option<Self> {
        match document.look(key) {
            Some(member) => Self::of(member),
            None => Some(Self::Own(default())),
        }
    }

    #[inline]
    fn of(look: Look<'_>) -> Option<Self> {
        match look.shared() {
            Some(held) => Some(Self::Shared(held)),
            None => T::copy(look).map(Self::Own),
        }
    }

    /// The field: what only the document had is moved.
    #[inline]
    pub fn get(self) -> T {
        match self {
            Self::Shared(held) => held.into_inner(),
            Self::Own(value) => value,
        }
    }
}
