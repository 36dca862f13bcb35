//! From typed data to a value.

use serde::{
    Serialize, Serializer,
    ser::{
        Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use smol_str::{SmolStr, ToSmolStr};

use super::{EncodeError, Number, Object, Value, handover};

impl Value {
    /// The value that typed data is as JSON.
    ///
    /// ```
    /// use asl_runtime::{Value, json};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Order { id: String, total: f64 }
    ///
    /// let order = Order { id: "A1".into(), total: 9.5 };
    /// assert_eq!(Value::encode(&order)?, json!({ "id": "A1", "total": 9.5 }));
    /// # Ok::<(), asl_runtime::value::EncodeError>(())
    /// ```
    pub fn encode<T: Serialize + ?Sized>(data: &T) -> Result<Self, EncodeError> {
        data.serialize(Encoder)
    }
}

/// Serializes into a [`Value`], by the same rules by which `serde_json` makes JSON.
struct Encoder;

impl Serializer for Encoder {
    type Ok = Value;
    type Error = EncodeError;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_bool(self, value: bool) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_i8(self, value: i8) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result<Value, EncodeError> {
        Number::from_i128(value)
            .map(Value::Number)
            .ok_or_else(out_of_range)
    }

    fn serialize_u8(self, value: u8) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<Value, EncodeError> {
        u64::try_from(value).map(Value::from).map_err(|_| out_of_range())
    }

    fn serialize_f32(self, value: f32) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_char(self, value: char) -> Result<Value, EncodeError> {
        Ok(SmolStr::from(value).into())
    }

    fn serialize_str(self, value: &str) -> Result<Value, EncodeError> {
        Ok(value.into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, EncodeError> {
        Ok(value.iter().copied().collect())
    }

    fn serialize_none(self) -> Result<Value, EncodeError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, EncodeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, EncodeError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Value, EncodeError> {
        Ok(Value::from_static(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value, EncodeError> {
        if name == handover::NAME {
            let (copied, handed_over) = handover::receive(|| value.serialize(self));
            return Ok(handed_over.unwrap_or(copied?));
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, EncodeError> {
        let value = value.serialize(self).map_err(|error| error.in_member(variant))?;
        Ok(of_variant(Some(variant), value))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements, EncodeError> {
        Ok(Elements::new(None, length.unwrap_or(0)))
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements, EncodeError> {
        Ok(Elements::new(None, length))
    }

    fn serialize_tuple_struct(self, _name: &'static str, length: usize) -> Result<Elements, EncodeError> {
        Ok(Elements::new(None, length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements, EncodeError> {
        Ok(Elements::new(Some(variant), length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members, EncodeError> {
        Ok(Members::new(None, length.unwrap_or(0)))
    }

    fn serialize_struct(self, _name: &'static str, length: usize) -> Result<Members, EncodeError> {
        Ok(Members::new(None, length))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Members, EncodeError> {
        Ok(Members::new(Some(variant), length))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<Value, EncodeError> {
        Ok(value.to_smolstr().into())
    }
}

#[cold]
fn out_of_range() -> EncodeError {
    EncodeError::new("number out of range")
}

/// An enum's data is the only member of an object, named after the variant.
fn of_variant(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(variant) => super::object([(variant, value)]),
        None => value,
    }
}

/// Collects the elements of an array.
struct Elements {
    variant: Option<&'static str>,
    elements: Vec<Value>,
}

impl Elements {
    fn new(variant: Option<&'static str>, length: usize) -> Self {
        Self {
            variant,
            elements: Vec::with_capacity(length),
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let value = value
            .serialize(Encoder)
            .map_err(|error| error.in_element(self.elements.len()))?;
        self.elements.push(value);
        Ok(())
    }

    fn finish(self) -> Value {
        of_variant(self.variant, Value::Array(self.elements.into()))
    }
}

macro_rules! collect_elements {
    ($($collect:ident::$method:ident)*) => {
        $(impl $collect for Elements {
            type Ok = Value;
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.push(value)
            }

            fn end(self) -> Result<Value, EncodeError> {
                Ok(self.finish())
            }
        })*
    };
}
collect_elements! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

/// Collects the members of an object.
struct Members {
    variant: Option<&'static str>,
    members: Vec<(SmolStr, Value)>,
    /// Key whose value comes next.
    key: SmolStr,
}

impl Members {
    fn new(variant: Option<&'static str>, length: usize) -> Self {
        Self {
            variant,
            members: Vec::with_capacity(length),
            key: SmolStr::default(),
        }
    }

    fn insert<T: Serialize + ?Sized>(&mut self, key: SmolStr, value: &T) -> Result<(), EncodeError> {
        let value = value.serialize(Encoder).map_err(|error| error.in_member(&key))?;
        self.members.push((key, value));
        Ok(())
    }

    fn finish(self) -> Value {
        of_variant(self.variant, Value::Object(Object::from_members(self.members)))
    }
}

impl SerializeMap for Members {
    type Ok = Value;
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key = key.serialize(KeyEncoder)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key = std::mem::take(&mut self.key);
        self.insert(key, value)
    }

    fn end(self) -> Result<Value, EncodeError> {
        Ok(self.finish())
    }
}

macro_rules! collect_members {
    ($($collect:ident)*) => {
        $(impl $collect for Members {
            type Ok = Value;
            type Error = EncodeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                self.insert(SmolStr::new_static(key), value)
            }

            fn end(self) -> Result<Value, EncodeError> {
                Ok(self.finish())
            }
        })*
    };
}
collect_members! { SerializeStruct SerializeStructVariant }

/// Serializes the key of a map into the key of an object: a string, or something that has a plain text.
struct KeyEncoder;

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
