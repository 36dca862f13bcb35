//! Keys of maps as keys of objects.

use serde::{Serialize, Serializer, ser::Impossible};
use smol_str::{SmolStr, ToSmolStr};

use super::super::{EncodeError, Number};

/// Serializes the key of a map into the key of an object: a string, or something that has a plain text.
pub(super) struct KeyEncoder;

macro_rules! keys_by_text {
    ($($method:ident($type:ty))*) => {
        $(fn $method(self, value: $type) -> Result<SmolStr, EncodeError> {
            Ok(value.to_smolstr())
        })*
    };
}

macro_rules! no_keys {
    ($($method:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        $(no_keys!(@one $method($($argument),*) $($result)?);)*
    };
    (@one $method:ident($($argument:ty),*)) => {
        fn $method(self, $(_: $argument),*) -> Result<SmolStr, EncodeError> {
            Err(not_a_key())
        }
    };
    (@one $method:ident($($argument:ty),*) $result:ty) => {
        fn $method(self, $(_: $argument),*) -> Result<$result, EncodeError> {
            Err(not_a_key())
        }
    };
}

#[cold]
fn not_a_key() -> EncodeError {
    EncodeError::new("key must be a string")
}

impl Serializer for KeyEncoder {
    type Ok = SmolStr;
    type Error = EncodeError;
    type SerializeSeq = Impossible<SmolStr, EncodeError>;
    type SerializeTuple = Impossible<SmolStr, EncodeError>;
    type SerializeTupleStruct = Impossible<SmolStr, EncodeError>;
    type SerializeTupleVariant = Impossible<SmolStr, EncodeError>;
    type SerializeMap = Impossible<SmolStr, EncodeError>;
    type SerializeStruct = Impossible<SmolStr, EncodeError>;
    type SerializeStructVariant = Impossible<SmolStr, EncodeError>;

    keys_by_text! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_i128(i128) serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
        serialize_u128(u128) serialize_char(char) serialize_str(&str)
    }

    no_keys! {
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_f32(self, value: f32) -> Result<SmolStr, EncodeError> {
        if !value.is_finite() {
            return Err(EncodeError::new("float key must be finite (got NaN or +/-inf)"));
        }
        let text = serde_json::to_string(&value).map_err(EncodeError::new)?;
        Ok(text.into())
    }

    fn serialize_f64(self, value: f64) -> Result<SmolStr, EncodeError> {
        let number = Number::from_f64(value);
        let number =
            number.ok_or_else(|| EncodeError::new("float key must be finite (got NaN or +/-inf)"))?;
        Ok(number.to_smolstr())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _value: &T) -> Result<SmolStr, EncodeError> {
        Err(not_a_key())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<SmolStr, EncodeError> {
        Ok(SmolStr::new_static(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<SmolStr, EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<SmolStr, EncodeError> {
        Err(not_a_key())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<SmolStr, EncodeError> {
        Ok(value.to_smolstr())
    }
}
