//! What sequences do to types: arrays are looked into, and one item stands for itself.

use std::collections::BTreeMap;

use crate::flow::{
    symbols::{Meaning, Symbol, Symbols},
    types::{Base, Type},
};

/// What an expression gives.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its value, if it has one.
    pub value: Type,
    /// It may be undefined.
    pub missing: bool,
}

impl Given {
    /// Always a value of this type.
    pub fn always(value: Type) -> Self {
        Self {
            value,
            missing: false,
        }
    }

    /// A value of this type, or undefined.
    pub fn perhaps(value: Type) -> Self {
        Self { value, missing: true }
    }

    /// Undefined.
    pub fn undefined() -> Self {
        Self::perhaps(Type::never())
    }

    /// Nothing is known.
    pub fn unknown() -> Self {
        Self::perhaps(Type::any())
    }

    /// Either of two.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            value: self.value.or(&other.value),
            missing: self.missing || other.missing,
        }
    }
}

/// What a name leads to.
pub struct Named {
    /// What it gives.
    pub given: Given,
    /// The members of the user's types that it can be, with the number of names that lead to each.
    pub ways: BTreeMap<Symbol, u8>,
    /// It may be something that is known to be there.
    pub certain: bool,
}

impl Type {
    /// What a name gives: the member of an object, or those of all elements of an array together. `ways` are the symbols
    /// that the value can be, with the number of names that lead to each.
    pub fn named(&self, key: &str, ways: &BTreeMap<Symbol, u8>, symbols: &Symbols) -> Named {
        let mut named = Named {
            given: Given::undefined(),
            ways: BTreeMap::new(),
            certain: self.any,
        };
        if self.any {
            named.given = Given::unknown();
            return named;
        }
        let mut value = Self::never();
        let mut missing = self.scalars != 0 || self.array.is_some() || !self.symbols.is_empty();
        let mut project = |meaning: Meaning, way: u8, value: &mut Self| match symbols.of(meaning) {
            Some(symbol) => {
                named.ways.insert(symbol, way.saturating_add(1));
                *value = value.or(&Self::symbol(Some(symbol)));
            }
            None => {
                named.certain = true;
                *value = Self::any();
            }
        };
        for symbol in &self.symbols {
            let way = ways.get(symbol).copied().unwrap_or(0);
            project(Meaning::Field(*symbol, key.into()), way, &mut value);
        }
        let mut stored = Self::never();
        for object in &self.objects {
            let own = object.members.get(key);
            if let Some(own) = own {
                stored = stored.or(&own.value);
            }
            if own.is_none_or(|own| own.optional) {
                missing = true;
                match object.base {
                    Base::Nothing => {}
                    Base::Any => stored = Self::any(),
                    Base::Symbol(symbol) => project(Meaning::Member(symbol, key.into()), 0, &mut value),
                }
            }
        }
        if let Some(array) = &self.array {
            let inner = array.any_element().named(key, &BTreeMap::new(), symbols);
            named.certain |= inner.certain;
            for (symbol, way) in inner.ways {
                named.ways.insert(symbol, way);
            }
            value = value.or(&inner.given.value.items(symbols));
        }
        for symbol in &stored.symbols {
            named.ways.insert(*symbol, 0);
        }
        named.certain |= !stored.is_never();
        named.given = Given {
            value: value.or(&stored),
            missing,
        };
        named
    }

    /// Itself if it is no array, or one of its elements.
    #[must_use]
    pub fn item(&self, symbols: &Symbols) -> Self {
        let mut item = self.without_array();
        for symbol in &self.symbols {
            item = item.or(&Self::symbol(symbols.of(Meaning::Item(*symbol))));
        }
        match &self.array {
            Some(array) => item.or(&array.any_element()),
            None => item,
        }
    }

    /// Itself, or one or several of its items.
    #[must_use]
    pub fn items(&self, symbols: &Symbols) -> Self {
        if self.any {
            return self.clone();
        }
        let mut items = self.without_array();
        if let Some(array) = &self.array {
            items = items.or(&array.any_element());
        }
        if !items.is_never() {
            items = items.or(&Self::array_of(items.clone()));
        }
        for symbol in &self.symbols {
            items = items.or(&Self::symbol(symbols.of(Meaning::Items(*symbol))));
        }
        match &self.array {
            Some(array) => items.or(&Self::of_array(array.clone())),
            None => items,
        }
    }

    /// Whether it is certainly no array.
    pub fn is_no_array(&self) -> bool {
        !self.any && self.array.is_none() && self.symbols.is_empty()
    }

    /// What is known of it that is no array.
    fn without_array(&self) -> Self {
        let mut rest = if self.any {
            Self::any()
        } else {
            Self::scalar(self.scalars)
        };
        for object in &self.objects {
            rest = rest.or(&Self::of_object(object.clone()));
        }
        rest
    }
}
