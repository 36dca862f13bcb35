//! From a payload template and its document to typed data.

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

use super::{Template, at_once};
use crate::Value;
use crate::native;
use crate::value::{DecodeError, decode_key};

/// A part of a template whose parts are all at hand in the document.
#[derive(Clone, Copy)]
pub(super) struct Part<'v> {
    pub template: &'static Template,
    pub document: &'v Value,
}

impl<'v> Part<'v> {
    /// The document's value that it is, if it is one.
    fn found(self) -> Option<&'v Value> {
        match self.template {
            Template::Path(_, path) => at_once(self.document, path),
            _ => None,
        }
    }
}

/// What is not taken apart here is read as any other value.
macro_rules! by_value {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, DecodeError> {
            match self.found() {
                Some(found) => found.$method($($argument,)* visitor),
                None => self.template.fill(self.document).$method($($argument,)* visitor),
            }
        })*
    };
}

/// As [`by_value`], but objects and arrays are read part by part.
macro_rules! by_parts {
    ($($method:ident($($argument:ident: $type:ty),*), $($part:ident)|*;)*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, DecodeError> {
            match self.template {
                $(Template::$part(parts) => $part::new(parts, self.document).visit(visitor),)*
                _ => match self.found() {
                    Some(found) => found.$method($($argument,)* visitor),
                    None => self.template.fill(self.document).$method($($argument,)* visitor),
                }
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Part<'de> {
    type Error = DecodeError;

    by_parts! {
        deserialize_any(), Object | Array;
        deserialize_map(), Object;
        deserialize_struct(name: &'static str, fields: &'static [&'static str]), Object | Array;
        deserialize_seq(), Array;
        deserialize_tuple(length: usize), Array;
        deserialize_tuple_struct(name: &'static str, length: usize), Array;
    }

    by_value! {
        deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64()
        deserialize_char() deserialize_str() deserialize_string() deserialize_identifier()
        deserialize_bytes() deserialize_byte_buf() deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if name == native::NAME && native::offer_part(self.template, self.document) {
            return visitor.visit_unit();
        }
        match self.found() {
            Some(found) => found.deserialize_newtype_struct(name, visitor),
            None => self
                .template
                .fill(self.document)
                .deserialize_newtype_struct(name, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.template {
            Template::Object(_) | Template::Array(_) => visitor.visit_some(self),
            Template::Null => visitor.visit_none(),
            _ => match self.found() {
                Some(found) => found.deserialize_option(visitor),
                None => visitor.visit_some(self),
            },
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }
}

/// The members of an object.
struct Object<'v> {
    members: std::slice::Iter<'static, (&'static str, Template)>,
    current: Option<(&'static str, &'static Template)>,
    document: &'v Value,
}

impl<'v> Object<'v> {
    fn new(members: &'static [(&'static str, Template)], document: &'v Value) -> Self {
        Self {
            members: members.iter(),
            current: None,
            document,
        }
    }

    fn visit<V: Visitor<'v>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        let count = self.members.len();
        let data = visitor.visit_map(&mut self)?;
        match self.members.len() {
            0 => Ok(data),
            _ => Err(DecodeError::members_left(count)),
        }
    }
}

impl<'de> MapAccess<'de> for Object<'de> {
    type Error = DecodeError;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        let Some((key, member)) = self.members.next() else {
            return Ok(None);
        };
        self.current = Some((key, member));
        decode_key(key, seed).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let Some((key, template)) = self.current.take() else {
            return Err(DecodeError::new("value is missing"));
        };
        let part = Part {
            template,
            document: self.document,
        };
        seed.deserialize(part).map_err(|error| error.in_member(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// The elements of an array.
struct Array<'v> {
    elements: std::slice::Iter<'static, Template>,
    next: usize,
    document: &'v Value,
}

impl<'v> Array<'v> {
    fn new(elements: &'static [Template], document: &'v Value) -> Self {
        Self {
            elements: elements.iter(),
            next: 0,
            document,
        }
    }

    fn visit<V: Visitor<'v>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        let count = self.elements.len();
        let data = visitor.visit_seq(&mut self)?;
        match self.elements.len() {
            0 => Ok(data),
            _ => Err(DecodeError::elements_left(count)),
        }
    }
}

impl<'de> SeqAccess<'de> for Array<'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(template) = self.elements.next() else {
            return Ok(None);
        };
        let part = Part {
            template,
            document: self.document,
        };
        let data = seed
            .deserialize(part)
            .map_err(|error| error.in_element(self.next))?;
        self.next += 1;
        Ok(Some(data))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}
