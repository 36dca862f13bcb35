//! From a value to typed data.

mod key;

use std::marker::PhantomData;

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess,
        SeqAccess, Unexpected, VariantAccess, Visitor, value::MapDeserializer,
    },
};

use self::key::Key;
use crate::native;

use super::{DecodeError, Number, Object, Value, handover, number::Repr, object, verbatim};

impl Value {
    /// Typed data from this value.
    ///
    /// ```
    /// use asl_runtime::json;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Order { id: String, total: f64 }
    ///
    /// let order: Order = json!({ "id": "A1", "total": 9.5 }).decode()?;
    /// assert_eq!(order.id, "A1");
    /// # Ok::<(), asl_runtime::value::DecodeError>(())
    /// ```
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        T::deserialize(self)
    }

    /// The same of a value that is given away: of native types what nobody else holds is moved.
    pub(crate) fn into_data<T: DeserializeOwned>(self) -> Result<T, DecodeError> {
        T::deserialize(self)
    }
}

impl DecodeError {
    /// The data did not want all elements of an array.
    #[cold]
    pub(crate) fn elements_left(count: usize) -> Self {
        Self::invalid_length(count, &"fewer elements in array")
    }

    /// The data did not want all members of an object.
    #[cold]
    pub(crate) fn members_left(count: usize) -> Self {
        Self::invalid_length(count, &"fewer elements in map")
    }
}

/// The key of an object, from which a map's key of another type may be read.
pub(crate) fn decode_key<'de, T: DeserializeSeed<'de>>(
    key: &'de str,
    seed: T,
) -> Result<T::Value, DecodeError> {
    seed.deserialize(Key::<Lent>::new(key))
        .map_err(|error| error.in_member(key))
}

/// How strings get from the value to the data.
trait Lending<'de, 'v> {
    fn visit<V: Visitor<'de>, E: serde::de::Error>(text: &'v str, visitor: V) -> Result<V::Value, E>;
}

/// The data may borrow from the value.
struct Lent;

impl<'de> Lending<'de, 'de> for Lent {
    fn visit<V: Visitor<'de>, E: serde::de::Error>(text: &'de str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_borrowed_str(text)
    }
}

/// The value does not live as long as the data.
struct Copied;

impl<'de, 'v> Lending<'de, 'v> for Copied {
    fn visit<V: Visitor<'de>, E: serde::de::Error>(text: &'v str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_str(text)
    }
}

/// Deserializes from a value, by the same rules by which `serde_json` reads JSON.
struct Source<'v, L>(&'v Value, PhantomData<L>);

impl<'v, L> Source<'v, L> {
    fn new(value: &'v Value) -> Self {
        Self(value, PhantomData)
    }

    #[cold]
    fn mismatch<T>(&self, expected: &dyn Expected) -> Result<T, DecodeError> {
        Err(DecodeError::invalid_type(self.0.unexpected(), expected))
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: Number, visitor: V) -> Result<V::Value, DecodeError> {
    match number.repr() {
        Repr::Int(value) => match u64::try_from(value) {
            Ok(value) => visitor.visit_u64(value),
            Err(_) => visitor.visit_i64(value),
        },
        Repr::UInt(value) => visitor.visit_u64(value),
        Repr::Float(value) => visitor.visit_f64(value),
    }
}

fn visit_array<'de, 'v, L, V>(elements: &'v [Value], visitor: V) -> Result<V::Value, DecodeError>
where
    L: Lending<'de, 'v>,
    V: Visitor<'de>,
{
    let mut source = Elements::<L> {
        elements: elements.iter(),
        next: 0,
        lending: PhantomData,
    };
    let data = visitor.visit_seq(&mut source)?;
    if source.elements.len() > 0 {
        return Err(DecodeError::elements_left(elements.len()));
    }
    Ok(data)
}

fn visit_object<'de, 'v, L, V>(object: &'v Object, visitor: V) -> Result<V::Value, DecodeError>
where
    L: Lending<'de, 'v>,
    V: Visitor<'de>,
{
    let mut source = Members::<L> {
        members: object.iter(),
        current: None,
        lending: PhantomData,
    };
    let data = visitor.visit_map(&mut source)?;
    if source.members.len() > 0 {
        return Err(DecodeError::members_left(object.len()));
    }
    Ok(data)
}

macro_rules! from_number {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            match self.0 {
                Value::Number(number) => visit_number(*number, visitor),
                _ => self.mismatch(&visitor),
            }
        })*
    };
}

macro_rules! from_string {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            match self.0 {
                Value::String(text) => L::visit(text, visitor),
                _ => self.mismatch(&visitor),
            }
        })*
    };
}

macro_rules! from_string_or_array {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            match self.0 {
                Value::String(text) => L::visit(text, visitor),
                Value::Array(elements) => visit_array::<L, V>(elements, visitor),
                _ => self.mismatch(&visitor),
            }
        })*
    };
}

impl<'de, 'v, L: Lending<'de, 'v>> Deserializer<'de> for Source<'v, L> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => visit_number(*number, visitor),
            Value::String(text) => L::visit(text, visitor),
            Value::Array(elements) => visit_array::<L, V>(elements, visitor),
            Value::Object(members) => visit_object::<L, V>(members, visitor),
        }
    }

    from_number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }
    from_string! { deserialize_char deserialize_str deserialize_string deserialize_identifier }
    from_string_or_array! { deserialize_bytes deserialize_byte_buf }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if (name == handover::NAME || name == native::NAME) && handover::put(self.0.clone()).is_ok() {
            return visitor.visit_unit();
        }
        if name == verbatim::RAW_VALUE {
            let text = std::iter::once((name, self.0.to_json()));
            return visitor.visit_map(MapDeserializer::new(text));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Array(elements) => visit_array::<L, V>(elements, visitor),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Object(members) => visit_object::<L, V>(members, visitor),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.0 {
            Value::Array(elements) => visit_array::<L, V>(elements, visitor),
            Value::Object(members) => visit_object::<L, V>(members, visitor),
            _ => self.mismatch(&visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let (variant, content) = match self.0 {
            Value::String(variant) => (variant, None),
            Value::Object(members) => {
                let mut members = members.iter();
                let (Some((variant, content)), None) = (members.next(), members.next()) else {
                    return Err(DecodeError::invalid_value(
                        Unexpected::Map,
                        &"map with a single key",
                    ));
                };
                (variant, Some(content))
            }
            _ => return self.mismatch(&"string or map"),
        };
        visitor.visit_enum(Variant::<L> {
            variant,
            content,
            lending: PhantomData,
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }
}

struct Elements<'v, L> {
    elements: std::slice::Iter<'v, Value>,
    next: usize,
    lending: PhantomData<L>,
}

impl<'de, 'v, L: Lending<'de, 'v>> SeqAccess<'de> for Elements<'v, L> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(element) = self.elements.next() else {
            return Ok(None);
        };
        let data = seed.deserialize(Source::<L>::new(element));
        let data = data.map_err(|error| error.in_element(self.next))?;
        self.next += 1;
        Ok(Some(data))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

struct Members<'v, L> {
    members: object::Iter<'v>,
    current: Option<(&'v str, &'v Value)>,
    lending: PhantomData<L>,
}

impl<'de, 'v, L: Lending<'de, 'v>> MapAccess<'de> for Members<'v, L> {
    type Error = DecodeError;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        let Some((key, value)) = self.members.next() else {
            return Ok(None);
        };
        self.current = Some((key, value));
        let data = seed.deserialize(Key::<L>::new(key));
        data.map(Some).map_err(|error| error.in_member(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        let Some((key, value)) = self.current.take() else {
            return Err(DecodeError::new("value is missing"));
        };
        seed.deserialize(Source::<L>::new(value))
            .map_err(|error| error.in_member(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// A value as an enum: its variant, and the variant's data.
struct Variant<'v, L> {
    variant: &'v str,
    content: Option<&'v Value>,
    lending: PhantomData<L>,
}

impl<'v, L> Variant<'v, L> {
    fn content(&self, expected: &'static str) -> Result<&'v Value, DecodeError> {
        let missing = || DecodeError::invalid_type(Unexpected::UnitVariant, &expected);
        self.content.ok_or_else(missing)
    }
}

impl<'de, 'v, L: Lending<'de, 'v>> EnumAccess<'de> for Variant<'v, L> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), DecodeError> {
        let variant = seed.deserialize(self.variant.into_deserializer())?;
        Ok((variant, self))
    }
}

impl<'de, 'v, L: Lending<'de, 'v>> VariantAccess<'de> for Variant<'v, L> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        match self.content {
            None | Some(Value::Null) => Ok(()),
            Some(other) => Source::<L>::new(other)
                .mismatch(&"unit")
                .map_err(|error| error.in_member(self.variant)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DecodeError> {
        let content = self.content("newtype variant")?;
        seed.deserialize(Source::<L>::new(content))
            .map_err(|error| error.in_member(self.variant))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, DecodeError> {
        let content = self.content("tuple variant")?;
        let data = match content {
            Value::Array(elements) if elements.is_empty() => visitor.visit_unit(),
            Value::Array(elements) => visit_array::<L, V>(elements, visitor),
            _ => Source::<L>::new(content).mismatch(&"tuple variant"),
        };
        data.map_err(|error| error.in_member(self.variant))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let content = self.content("struct variant")?;
        let data = match content {
            Value::Object(members) => visit_object::<L, V>(members, visitor),
            _ => Source::<L>::new(content).mismatch(&"struct variant"),
        };
        data.map_err(|error| error.in_member(self.variant))
    }
}

macro_rules! deserialize_by {
    ($lending:ty: $($method:ident($($argument:ident: $type:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, DecodeError> {
            Source::<$lending>::new(&self).$method($($argument,)* visitor)
        })*
    };
    ($lending:ty) => {
        type Error = DecodeError;

        deserialize_by! {
            $lending:
            deserialize_any() deserialize_bool()
            deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
            deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
            deserialize_f32() deserialize_f64()
            deserialize_char() deserialize_str() deserialize_string() deserialize_identifier()
            deserialize_bytes() deserialize_byte_buf() deserialize_option() deserialize_unit()
            deserialize_unit_struct(name: &'static str)
            deserialize_seq() deserialize_map() deserialize_ignored_any()
            deserialize_tuple(length: usize)
            deserialize_tuple_struct(name: &'static str, length: usize)
            deserialize_struct(name: &'static str, fields: &'static [&'static str])
            deserialize_enum(name: &'static str, variants: &'static [&'static str])
        }
    };
}

impl<'de> Deserializer<'de> for &'de Value {
    deserialize_by!(Lent);
    deserialize_by!(Lent: deserialize_newtype_struct(name: &'static str));
}

impl<'de> Deserializer<'de> for Value {
    deserialize_by!(Copied);

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        if name == handover::NAME || name == native::NAME {
            return match handover::put(self) {
                Ok(()) => visitor.visit_unit(),
                Err(value) => visitor.visit_newtype_struct(value),
            };
        }
        Source::<Copied>::new(&self).deserialize_newtype_struct(name, visitor)
    }
}

impl<'de> IntoDeserializer<'de, DecodeError> for &'de Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl IntoDeserializer<'_, DecodeError> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
