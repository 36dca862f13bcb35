//! [`Value`] as something that `serde` can write to any format and read from any format that describes itself.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Unexpected, Visitor},
    ser::{SerializeMap, SerializeSeq},
};
use smol_str::SmolStr;

use super::{Array, Number, Object, Value, handover, number::Repr, verbatim};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(handover::NAME, &Offered(self))
    }
}

/// The inside of the newtype struct as which a value presents itself.
struct Offered<'a>(&'a Value);

impl Serialize for Offered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if handover::offer(|| self.0.clone()) {
            return serializer.serialize_unit();
        }
        Plain(self.0).serialize(serializer)
    }
}

/// A value that is written part by part.
pub(super) struct Plain<'a>(pub(super) &'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => number.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(array) => {
                // By hand, because `collect_seq` needs twice the stack without optimization.
                let mut sequence = serializer.serialize_seq(Some(array.len()))?;
                for element in array {
                    sequence.serialize_element(&Plain(element))?;
                }
                sequence.end()
            }
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in object {
                    map.serialize_entry(key.as_str(), &Plain(value))?;
                }
                map.end()
            }
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.repr() {
            Repr::Int(value) => match u64::try_from(value) {
                Ok(value) => serializer.serialize_u64(value),
                Err(_) => serializer.serialize_i64(value),
            },
            Repr::UInt(value) => serializer.serialize_u64(value),
            Repr::Float(value) => serializer.serialize_f64(value),
        }
    }
}

impl Serialize for Array {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Array(self.clone()).serialize(serializer)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Object(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(handover::NAME, ValueSeed::ENDLESS)
    }
}

/// Reads a value part by part, up to some depth.
#[derive(Clone, Copy)]
pub(super) struct ValueSeed {
    /// Levels of arrays and objects that may still come.
    levels: u32,
    /// Whether numbers may present themselves as maps. Asked for only where something looks like one.
    numbers_are_maps: fn() -> bool,
}

impl ValueSeed {
    /// The deserializer knows how deep it can go.
    const ENDLESS: Self = Self::up_to(u32::MAX);

    pub(super) const fn up_to(levels: u32) -> Self {
        Self {
            levels,
            numbers_are_maps: verbatim::numbers_are_maps,
        }
    }

    #[cfg(test)]
    pub(super) fn with_numbers_as_maps(mut self) -> Self {
        self.numbers_are_maps = || true;
        self
    }

    /// For the parts of an array or object, if there may be one.
    fn inner(self) -> Option<Self> {
        let levels = self.levels.checked_sub(1)?;
        Some(Self { levels, ..self })
    }
}

#[cold]
fn too_deep<E: de::Error>() -> E {
    E::custom(format_args!("nested deeper than {} levels", Value::MAX_DEPTH))
}

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Value, E> {
        Number::from_i128(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("JSON number out of range"))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Value, E> {
        u64::try_from(value)
            .map(Value::from)
            .map_err(|_| E::custom("JSON number out of range"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(handover::take())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner().ok_or_else(too_deep)?;
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(inner)? {
            elements.push(element);
        }
        Ok(Value::Array(elements.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let Some(inner) = self.inner() else {
            return self.number_or_too_deep(access);
        };
        let mut members = Vec::new();
        while let Some(key) = access.next_key::<SmolStr>()? {
            members.push((key, access.next_value_seed(inner)?));
        }
        match &*members {
            [(key, Value::String(text))] if self.is_number(key) => number(text),
            _ => Ok(Object::from_members(members).into()),
        }
    }
}

impl ValueSeed {
    /// Whether a map whose only key is this one is a number of arbitrary precision.
    fn is_number(self, key: &str) -> bool {
        key == verbatim::NUMBER && (self.numbers_are_maps)()
    }

    /// Such a number is no level.
    fn number_or_too_deep<'de, A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        match access.next_entry::<SmolStr, SmolStr>() {
            Ok(Some((key, text))) if self.is_number(&key) => number(&text),
            _ => Err(too_deep()),
        }
    }
}

fn number<E: de::Error>(text: &str) -> Result<Value, E> {
    text.parse().map(Value::Number).map_err(E::custom)
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        of_kind(
            ValueSeed::ENDLESS.deserialize(deserializer)?,
            "a number",
            |value| value.as_number(),
        )
    }
}

impl<'de> Deserialize<'de> for Array {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        of_kind(
            Value::deserialize(deserializer)?,
            "an array",
            |value| match value {
                Value::Array(array) => Some(array.clone()),
                _ => None,
            },
        )
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        of_kind(Value::deserialize(deserializer)?, "an object", |value| {
            value.as_object().cloned()
        })
    }
}

fn of_kind<T, E: de::Error>(value: Value, what: &str, get: impl Fn(&Value) -> Option<T>) -> Result<T, E> {
    get(&value).ok_or_else(|| E::invalid_type(value.unexpected(), &what))
}

impl Value {
    /// What `serde`'s error messages call this value.
    pub(super) fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Number(number) => match (number.repr(), number.as_u64()) {
                (_, Some(value)) => Unexpected::Unsigned(value),
                (Repr::Int(value), _) => Unexpected::Signed(value),
                _ => Unexpected::Float(number.as_f64()),
            },
            Self::String(text) => Unexpected::Str(text),
            Self::Array(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }
}
