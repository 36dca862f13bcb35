//! From typed data to a value.

mod key;

use serde::{
    Serialize, Serializer,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use smol_str::{SmolStr, ToSmolStr};

use self::key::KeyEncoder;
use super::{EncodeError, Number, Value, handover, object::Builder, verbatim};

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

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Members, EncodeError> {
        let verbatim = name == verbatim::RAW_VALUE || name == verbatim::NUMBER;
        Ok(Members {
            verbatim,
            ..Members::new(None, length)
        })
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
    members: Builder,
    /// Whether the only member's value is JSON text.
    verbatim: bool,
    /// Key whose value comes next.
    key: SmolStr,
}

impl Members {
    fn new(variant: Option<&'static str>, length: usize) -> Self {
        Self {
            variant,
            members: Builder::with_capacity(length),
            verbatim: false,
            key: SmolStr::default(),
        }
    }

    fn insert<T: Serialize + ?Sized>(&mut self, key: SmolStr, value: &T) -> Result<(), EncodeError> {
        let value = value.serialize(Encoder).map_err(|error| error.in_member(&key))?;
        self.members.push(key, value);
        Ok(())
    }

    fn finish(self, distinct: bool) -> Result<Value, EncodeError> {
        if self.verbatim
            && let [(_, Value::String(text))] = self.members.members()
        {
            return Value::from_json(text).map_err(EncodeError::new);
        }
        Ok(of_variant(
            self.variant,
            if distinct {
                self.members.finish_distinct().into()
            } else {
                self.members.finish().into()
            },
        ))
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
        self.finish(false)
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
                self.finish(true)
            }
        })*
    };
}
// The fields of a struct have different names.
collect_members! { SerializeStruct SerializeStructVariant }
