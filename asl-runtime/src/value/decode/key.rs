//! Keys of objects as keys of maps.

use std::marker::PhantomData;

use serde::{
    Deserializer,
    de::{Error as _, IntoDeserializer, Unexpected, Visitor},
    forward_to_deserialize_any,
};

use super::{super::DecodeError, Lending};

/// Key of an object: a string, from which a map's key of another type is read.
pub(super) struct Key<'v, L>(&'v str, PhantomData<L>);

impl<'v, L> Key<'v, L> {
    pub(super) fn new(key: &'v str) -> Self {
        Self(key, PhantomData)
    }
}

macro_rules! key_as_number {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            let bytes = self.0.as_bytes();
            let starts = bytes.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
            let ends = bytes.last().is_some_and(|byte| !byte.is_ascii_whitespace());
            if !starts || !ends {
                return Err(not_numeric());
            }
            let mut number = serde_json::Deserializer::from_reader(bytes);
            let data = number.$method(visitor).map_err(DecodeError::new)?;
            number.end().map_err(|_| not_numeric())?;
            Ok(data)
        })*
    };
}

#[cold]
fn not_numeric() -> DecodeError {
    DecodeError::new("invalid value: expected key to be a number in quotes")
}

impl<'de, 'v, L: Lending<'de, 'v>> Deserializer<'de> for Key<'v, L> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        L::visit(self.0, visitor)
    }

    key_as_number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(DecodeError::invalid_type(Unexpected::Str(other), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.0
            .into_deserializer()
            .deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
