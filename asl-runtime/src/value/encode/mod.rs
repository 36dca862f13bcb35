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
use super::{
    EncodeError, Number, Object, Value, handover,
    object::{Builder, Member},
    verbatim,
};

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
        let mut value = Self::Null;
        data.serialize(Encoder(&mut value))?;
        Ok(value)
    }
}

/// Serializes into a [`Value`], by the same rules by which `serde_json` makes JSON.
///
/// It writes to where the value is to be: one that was returned in a `Result` would be moved in pieces, for which the
/// processor has to wait.
struct Encoder<'a>(&'a mut Value);

impl<'a> Encoder<'a> {
    fn set(self, value: impl Into<Value>) -> Result<(), EncodeError> {
        *self.0 = value.into();
        Ok(())
    }
}

impl<'a> Serializer for Encoder<'a> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Struct<'a>;
    type SerializeStructVariant = Struct<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_i8(self, value: i8) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), EncodeError> {
        self.set(Number::from_i128(value).ok_or_else(out_of_range)?)
    }

    fn serialize_u8(self, value: u8) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), EncodeError> {
        self.set(u64::try_from(value).map_err(|_| out_of_range())?)
    }

    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        self.set(SmolStr::from(value))
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.set(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.set(value.iter().copied().collect::<Value>())
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        self.set(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        self.set(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), EncodeError> {
        self.set(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.set(Value::from_static(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        if name == handover::NAME {
            return handover::receive(self.0, |place| value.serialize(Encoder(place)));
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let mut inner = Value::Null;
        value
            .serialize(Encoder(&mut inner))
            .map_err(|error| error.in_member(variant))?;
        self.set(of_variant(Some(variant), inner))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'a>, EncodeError> {
        Ok(Elements::new(self.0, None, length.unwrap_or(0)))
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a>, EncodeError> {
        Ok(Elements::new(self.0, None, length))
    }

    fn serialize_tuple_struct(self, _name: &'static str, length: usize) -> Result<Elements<'a>, EncodeError> {
        Ok(Elements::new(self.0, None, length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, EncodeError> {
        Ok(Elements::new(self.0, Some(variant), length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members<'a>, EncodeError> {
        Ok(Members {
            target: self.0,
            members: Vec::with_capacity(length.unwrap_or(0)),
            key: SmolStr::default(),
        })
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Struct<'a>, EncodeError> {
        let verbatim = name == verbatim::RAW_VALUE || name == verbatim::NUMBER;
        Ok(Struct {
            verbatim,
            ..Struct::new(self.0, None, length)
        })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Struct<'a>, EncodeError> {
        Ok(Struct::new(self.0, Some(variant), length))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        self.set(value.to_smolstr())
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
struct Elements<'a> {
    target: &'a mut Value,
    variant: Option<&'static str>,
    elements: Vec<Value>,
}

impl<'a> Elements<'a> {
    fn new(target: &'a mut Value, variant: Option<&'static str>, length: usize) -> Self {
        Self {
            target,
            variant,
            elements: Vec::with_capacity(length),
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let index = self.elements.len();
        let place = self.elements.push_mut(Value::Null);
        value
            .serialize(Encoder(place))
            .map_err(|error| error.in_element(index))
    }

    fn finish(self) {
        *self.target = of_variant(self.variant, Value::Array(self.elements.into()));
    }
}

macro_rules! collect_elements {
    ($($collect:ident::$method:ident)*) => {
        $(impl $collect for Elements<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.push(value)
            }

            fn end(self) -> Result<(), EncodeError> {
                self.finish();
                Ok(())
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

/// Collects the entries of a map.
struct Members<'a> {
    target: &'a mut Value,
    members: Vec<Member>,
    /// Key whose value comes next.
    key: SmolStr,
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key = key.serialize(KeyEncoder)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key = std::mem::take(&mut self.key);
        let (key, place) = self.members.push_mut((key, Value::Null));
        value
            .serialize(Encoder(place))
            .map_err(|error| error.in_member(key))
    }

    fn end(self) -> Result<(), EncodeError> {
        *self.target = Object::from_members(self.members).into();
        Ok(())
    }
}

/// Collects the fields of a struct. They have different names.
struct Struct<'a> {
    target: &'a mut Value,
    variant: Option<&'static str>,
    fields: Builder,
    /// Whether the only field's value is JSON text.
    verbatim: bool,
}

impl<'a> Struct<'a> {
    #[inline]
    fn new(target: &'a mut Value, variant: Option<&'static str>, length: usize) -> Self {
        Self {
            target,
            variant,
            fields: Builder::with_capacity(length),
            verbatim: false,
        }
    }

    fn finish(self) -> Result<(), EncodeError> {
        let object = self.fields.finish();
        if self.verbatim
            && let Some(Value::String(text)) = object.values().next()
        {
            *self.target = Value::from_json(text).map_err(EncodeError::new)?;
            return Ok(());
        }
        *self.target = of_variant(self.variant, object.into());
        Ok(())
    }
}

macro_rules! collect_fields {
    ($($collect:ident)*) => {
        $(impl $collect for Struct<'_> {
            type Ok = ();
            type Error = EncodeError;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                value
                    .serialize(Encoder(self.fields.place(key)))
                    .map_err(|error| error.in_member(key))
            }

            fn end(self) -> Result<(), EncodeError> {
                self.finish()
            }
        })*
    };
}
collect_fields! { SerializeStruct SerializeStructVariant }
