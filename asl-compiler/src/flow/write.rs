//! What becomes of a value when something is written into it, or it is asked whether it has something.

use std::collections::BTreeMap;

use super::{
    symbols::{Meaning, Symbols},
    types::{Base, Object, Type},
};
use crate::syntax::path::{ReferenceStep, Step};

impl Type {
    /// The value with another one put in (`ResultPath`). Nothing where that fails for all it can be.
    #[must_use]
    pub fn put(&self, steps: &[ReferenceStep], value: &Self, symbols: &Symbols) -> Self {
        let Some((step, rest)) = steps.split_first() else {
            return value.clone();
        };
        let ReferenceStep::Key(key) = step else {
            return Self::any();
        };
        self.with_member(key, symbols, |inner, optional| {
            if rest.is_empty() {
                return Some(value.clone());
            }
            // What is not there is made.
            let inner = if optional { inner.or(&Self::empty()) } else { inner };
            Some(inner.put(rest, value, symbols))
        })
    }

    /// An object without members.
    pub fn empty() -> Self {
        Self::object::<&str>([])
    }

    /// The value on the routes after a Choice asked whether a path is present in it. What could not exist so far is there
    /// on some of them: they are not taken, or the types do not say all. So it may be anything.
    #[must_use]
    pub fn asked(&self, steps: &[Step], symbols: &Symbols) -> Self {
        let Some((Step::Key(key), rest)) = steps.split_first() else {
            return self.clone();
        };
        if self.any {
            return self.clone();
        }
        let mut all = Self::never();
        for symbol in &self.symbols {
            let member = symbols.of(Meaning::Member(*symbol, key.as_str().into()));
            let value = Self::lenient(Self::symbol(member), symbols).asked(rest, symbols);
            let mut object = bare(Base::Symbol(*symbol));
            object.set(key, value, true);
            // It may be no object at all.
            all = all.or(&Self::of_object(object)).or(&Self::symbol(Some(*symbol)));
        }
        for object in &self.objects {
            let mut object = object.clone();
            match object.members.get(key.as_str()).cloned() {
                Some(member) => object.set(key, member.value.asked(rest, symbols), member.optional),
                None => {
                    let value = match object.base {
                        Base::Nothing | Base::Any => Self::any(),
                        Base::Symbol(symbol) => {
                            let member = symbols.of(Meaning::Member(symbol, key.as_str().into()));
                            Self::lenient(Self::symbol(member), symbols).asked(rest, symbols)
                        }
                    };
                    object.set(key, value, true);
                }
            }
            all = all.or(&Self::of_object(object));
        }
        all.or(&self.without_objects())
    }

    /// Anything where the user's types do not have it.
    fn lenient(value: Self, symbols: &Symbols) -> Self {
        match value.only_symbol() {
            Some(symbol) => Self::symbol(symbols.of(Meaning::Asked(symbol))),
            None => Self::any(),
        }
    }

    fn without_objects(&self) -> Self {
        let all = Self::scalar(self.scalars);
        match &self.array {
            Some(array) => all.or(&Self::of_array(array.clone())),
            None => all,
        }
    }

    /// The objects that it can be, with a member made from what is there. What is no object is left out.
    fn with_member(&self, key: &str, symbols: &Symbols, make: impl Fn(Self, bool) -> Option<Self>) -> Self {
        let mut all = Self::never();
        let mut add = |object: Object, inner: Self, optional: bool| {
            let Some(value) = make(inner, optional) else {
                return;
            };
            if value.is_never() {
                return;
            }
            let mut object = object;
            object.set(key, value, false);
            all = all.or(&Self::of_object(object));
        };
        if self.any {
            add(bare(Base::Any), Self::any(), true);
        }
        for symbol in &self.symbols {
            let member = Self::symbol(symbols.of(Meaning::Member(*symbol, key.into())));
            add(bare(Base::Symbol(*symbol)), member, true);
        }
        for object in &self.objects {
            let known = object.members.get(key);
            let optional = known.is_none_or(|member| member.optional);
            let (stored, projected) = Self::of_object(object.clone()).member(key, symbols);
            add(object.clone(), stored.or(&projected), optional);
        }
        all
    }
}

fn bare(base: Base) -> Object {
    Object::new(base, BTreeMap::new())
}
