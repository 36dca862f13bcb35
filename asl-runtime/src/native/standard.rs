//! Native types of the standard library.

use std::collections::{BTreeMap, HashMap};

use super::{Look, Members, Native};
use crate::Value;
use crate::value::{EncodeError, Measure, Number, push_number, push_quoted};

macro_rules! integers {
    ($($type:ty)*) => {
        $(impl Native for $type {
            #[inline]
            fn look(&self) -> Look<'_> {
                Look::Number((*self).into())
            }

            #[inline]
            fn copy(look: Look<'_>) -> Option<Self> {
                let Look::Number(number) = look else { return None };
                match number.as_i64() {
                    Some(value) => value.try_into().ok(),
                    None => number.as_u64()?.try_into().ok(),
                }
            }

            #[inline]
            fn bound(&self) -> Option<Measure> {
                Some(Measure::of_number())
            }

            #[inline]
            fn push_json(&self, text: &mut String) {
                push_number(text, (*self).into());
            }
        })*
    };
}

integers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

impl Native for f64 {
    #[inline]
    fn look(&self) -> Look<'_> {
        Number::from_f64(*self).map_or(Look::Null, Look::Number)
    }

    #[inline]
    fn copy(look: Look<'_>) -> Option<Self> {
        match look {
            Look::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        self.is_finite().then(Measure::of_number)
    }

    #[inline]
    fn push_json(&self, text: &mut String) {
        push_float(text, *self);
    }
}

impl Native for f32 {
    fn look(&self) -> Look<'_> {
        Number::from_f64((*self).into()).map_or(Look::Null, Look::Number)
    }

    fn copy(look: Look<'_>) -> Option<Self> {
        match look {
            // As `serde` does it.
            Look::Number(number) => Some(number.as_f64() as Self),
            _ => None,
        }
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        self.is_finite().then(Measure::of_number)
    }

    #[inline]
    fn push_json(&self, text: &mut String) {
        push_float(text, (*self).into());
    }
}

/// A float as JSON text; one that is no number is `null`.
fn push_float(text: &mut String, value: f64) {
    match Number::from_f64(value) {
        Some(number) => push_number(text, number),
        None => text.push_str("null"),
    }
}

impl Native for bool {
    #[inline]
    fn look(&self) -> Look<'_> {
        Look::Bool(*self)
    }

    #[inline]
    fn copy(look: Look<'_>) -> Option<Self> {
        match look {
            Look::Bool(value) => Some(value),
            _ => None,
        }
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        Some(Measure::of_word())
    }

    #[inline]
    fn push_json(&self, text: &mut String) {
        text.push_str(if *self { "true" } else { "false" });
    }
}

impl Native for () {
    fn look(&self) -> Look<'_> {
        Look::Null
    }

    fn copy(look: Look<'_>) -> Option<Self> {
        matches!(look, Look::Null).then_some(())
    }

    fn bound(&self) -> Option<Measure> {
        Some(Measure::of_word())
    }

    fn push_json(&self, text: &mut String) {
        text.push_str("null");
    }
}

impl Native for String {
    #[inline]
    fn look(&self) -> Look<'_> {
        Look::String(self)
    }

    #[inline]
    fn copy(look: Look<'_>) -> Option<Self> {
        match look {
            Look::String(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        Some(Measure::of_text(self))
    }

    #[inline]
    fn push_json(&self, text: &mut String) {
        push_quoted(text, self);
    }
}

impl Native for Value {
    fn look(&self) -> Look<'_> {
        Look::of(self)
    }

    fn copy(look: Look<'_>) -> Option<Self> {
        Some(look.to_value())
    }

    fn take(value: Value) -> Result<Self, Value> {
        Ok(value)
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        Ok(self)
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        Some(Value::bound(self))
    }

    fn push_json(&self, text: &mut String) {
        Value::push_json(self, text);
    }
}

impl<T: Native> Native for Option<T> {
    #[inline]
    fn look(&self) -> Look<'_> {
        self.as_ref().map_or(Look::Null, T::look)
    }

    #[inline]
    fn copy(look: Look<'_>) -> Option<Self> {
        match look {
            Look::Null => Some(None),
            look => T::copy(look).map(Some),
        }
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        self.map_or(Ok(Value::Null), T::into_value)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    const IS_ARRAY: bool = T::IS_ARRAY;

    fn member(&self, key: &str) -> Option<Look<'_>> {
        self.as_ref()?.member(key)
    }

    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
        if let Some(value) = self {
            value.each(show);
        }
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        match self {
            None => Some(Measure::of_word()),
            // That would be none.
            Some(value) if matches!(value.look(), Look::Null) => None,
            Some(value) => value.bound(),
        }
    }

    #[inline]
    fn push_json(&self, text: &mut String) {
        match self {
            None => text.push_str("null"),
            Some(value) => value.push_json(text),
        }
    }
}

impl<T: Native> Native for Box<T> {
    fn look(&self) -> Look<'_> {
        T::look(self)
    }

    fn copy(look: Look<'_>) -> Option<Self> {
        T::copy(look).map(Box::new)
    }

    fn take(value: Value) -> Result<Self, Value> {
        T::take(value).map(Box::new)
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        T::into_value(*self)
    }

    const IS_ARRAY: bool = T::IS_ARRAY;

    fn member(&self, key: &str) -> Option<Look<'_>> {
        T::member(self, key)
    }

    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
        T::each(self, show);
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        T::bound(self)
    }

    fn push_json(&self, text: &mut String) {
        T::push_json(self, text);
    }
}

impl<T: Native> Native for Vec<T> {
    const IS_ARRAY: bool = true;

    #[inline]
    fn look(&self) -> Look<'_> {
        Look::Tree(self)
    }

    #[inline]
    fn copy(look: Look<'_>) -> Option<Self> {
        match look.downcast::<Self>() {
            Some(same) => Some(same.clone()),
            None => look.elements(),
        }
    }

    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
        self.iter().for_each(|element| show("", element.look()));
    }

    #[inline]
    fn bound(&self) -> Option<Measure> {
        let mut bound = Measure::of_members(0);
        for element in self {
            bound = bound.with_part("", element.bound()?);
        }
        Some(bound)
    }

    fn push_json(&self, text: &mut String) {
        text.push('[');
        for (index, element) in self.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            element.push_json(text);
        }
        text.push(']');
    }
}

/// Maps with texts as keys.
macro_rules! maps {
    ($($map:ident)*) => {
        $(impl<T: Native> Native for $map<String, T> {
            fn look(&self) -> Look<'_> {
                Look::Tree(self)
            }

            fn copy(look: Look<'_>) -> Option<Self> {
                if let Some(same) = look.downcast::<Self>() {
                    return Some(same.clone());
                }
                let mut map = Some(Self::new());
                let is_object = look.members(&mut |key, part| {
                    map = map.take().and_then(|mut map| {
                        map.insert(key.to_owned(), T::copy(part)?);
                        Some(map)
                    });
                });
                map.filter(|_| is_object)
            }

            fn member(&self, key: &str) -> Option<Look<'_>> {
                self.get(key).map(T::look)
            }

            fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
                self.iter().for_each(|(key, value)| show(key, value.look()));
            }

            fn bound(&self) -> Option<Measure> {
                let mut bound = Measure::of_members(0);
                for (key, value) in self {
                    bound = bound.with_part(key, value.bound()?);
                }
                Some(bound)
            }

            fn push_json(&self, text: &mut String) {
                let mut members = Members::of(text);
                self.iter()
                    .for_each(|(key, value)| value.push_json(members.begin_any(key)));
                members.end();
            }
        })*
    };
}

maps! { BTreeMap HashMap }
