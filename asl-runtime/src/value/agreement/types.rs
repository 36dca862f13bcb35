//! Types of every shape that `serde` knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Json;

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Unit;

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Newtype(pub(super) Option<u8>);

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Tuple(pub(super) i8, pub(super) String, pub(super) Unit);

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) enum External {
    Unit,
    Newtype(u8),
    Tuple(u8, char),
    Empty(),
    Struct { a: Option<bool>, b: Newtype },
    Nested(Box<External>),
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "type")]
pub(super) enum Internal {
    Unit,
    Newtype(Plain),
    Struct { a: f64, list: Vec<External> },
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "t", content = "c")]
pub(super) enum Adjacent {
    Unit,
    Newtype(Newtype),
    Tuple(i64, u64),
    Struct { a: String },
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(untagged)]
pub(super) enum Untagged {
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Untagged>),
    Struct { a: u8 },
    Unit,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Plain {
    pub(super) first_name: String,
    #[serde(default)]
    pub(super) with_default: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Flattened {
    pub(super) id: u32,
    #[serde(flatten)]
    pub(super) inner: Internal,
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Json>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Maps {
    pub(super) integers: BTreeMap<i32, bool>,
    pub(super) wide: BTreeMap<i128, ()>,
    pub(super) booleans: BTreeMap<bool, u8>,
    pub(super) characters: BTreeMap<char, i16>,
    pub(super) newtypes: BTreeMap<Name, Option<Option<u8>>>,
    pub(super) variants: BTreeMap<Color, u8>,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(pub(super) String);

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Color {
    Red,
    #[serde(rename = "dark blue")]
    Blue,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub(super) struct Numbers(
    pub(super) i8,
    pub(super) i16,
    pub(super) i32,
    pub(super) i64,
    pub(super) i128,
    pub(super) u8,
    pub(super) u16,
    pub(super) u32,
    pub(super) u64,
    pub(super) u128,
    pub(super) f32,
    pub(super) f64,
);

/// Bytes that serialize as bytes and read bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Bytes;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("bytes")
            }
            fn visit_str<E>(self, text: &str) -> Result<Bytes, E> {
                Ok(Bytes(text.into()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut access: A) -> Result<Bytes, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = access.next_element()? {
                    bytes.push(byte);
                }
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}
