//! The JSON value that flows between states.
//!
//! A [`Value`] is an immutable tree that is shared: cloning one costs a reference count whatever its size, and changing
//! one copies the containers on the way to the change, unless nobody else holds them. So a workflow can keep a state's
//! input for `Retry` and `Catch`, hand it to forty branches and put a result into it, without copying the document.
//!
//! Typed data goes in and out with [`Value::encode`] and [`Value::decode`], by `serde` and without an intermediate tree.

#[cfg(test)]
mod agreement;
mod array;
mod constant;
mod convert;
mod decode;
mod encode;
mod error;
pub(crate) mod handover;
mod macros;
mod measure;
mod number;
mod object;
mod release;
mod serde;
mod text;
mod verbatim;

pub use smol_str::SmolStr;

pub use array::Array;
pub use constant::Constant;
pub(crate) use decode::decode_key;
pub use error::{DecodeError, EncodeError, ParseError};
pub use measure::Measure;
pub use number::Number;
pub(crate) use object::{Builder, is_same};
pub use object::{IntoIter, Iter, Object};
pub(crate) use text::{push_number, push_quoted};

/// A JSON value.
///
/// Equality is deep and by value: `1` equals `1.0`, and the order of an object's members does not matter.
///
/// ```
/// use asl_runtime::{Value, json};
///
/// let order = json!({ "id": "A1", "items": [{ "price": 9.5 }] });
/// assert_eq!(order.get("id").and_then(Value::as_str), Some("A1"));
/// assert_eq!(order["items"][0]["price"], json!(9.50));
/// assert_eq!(order.to_string(), r#"{"id":"A1","items":[{"price":9.5}]}"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number
    Number(Number),
    /// A string
    String(SmolStr),
    /// An array
    Array(Array),
    /// An object
    Object(Object),
}

/// What a missing member or element is when it is indexed.
static NULL: Value = Value::Null;

impl Value {
    /// Text of a string.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Elements of an array.
    #[inline]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The array, to change it.
    #[inline]
    pub fn as_array_mut(&mut self) -> Option<&mut Array> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object.
    #[inline]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object, to change it.
    #[inline]
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The number.
    #[inline]
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, when it is written as an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The number, when it is written as an integer that fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    /// The number, rounded to the nearest float.
    pub fn as_f64(&self) -> Option<f64> {
        Some(self.as_number()?.as_f64())
    }

    /// The boolean.
    #[inline]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether this is `null`.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is a string.
    pub fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// Whether this is a number.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether this is a boolean.
    pub fn is_bool(&self) -> bool {
        matches!(self, Self::Bool(_))
    }

    /// Whether this is an array.
    pub fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// Member of an object.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// Element of an array.
    #[inline]
    pub fn get_index(&self, index: usize) -> Option<&Self> {
        self.as_array()?.get(index)
    }

    /// Member of an object, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_object_mut()?.get_mut(key)
    }

    /// Element of an array, to change it.
    pub fn get_index_mut(&mut self, index: usize) -> Option<&mut Self> {
        self.as_array_mut()?.get_mut(index)
    }

    /// Takes the value and leaves `null`.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Clones the value to a place. One kind after the other: as a whole it would be put together elsewhere and moved.
    #[inline]
    pub(crate) fn copy_to(&self, place: &mut Self) {
        place.vacate();
        match self {
            Self::Null => {}
            Self::Bool(value) => place.fill(Self::Bool(*value)),
            Self::Number(number) => place.fill(Self::Number(*number)),
            Self::String(text) => place.fill(Self::String(text.clone())),
            Self::Array(array) => place.fill(Self::Array(array.clone())),
            Self::Object(object) => place.fill(Self::Object(object.clone())),
        }
    }

    /// Puts a value into this place.
    #[inline(always)]
    pub(crate) fn set(&mut self, value: Self) {
        self.vacate();
        self.fill(value);
    }

    /// Empties this place, which most often is empty: then there is nothing to drop, and no code for it here.
    #[inline(always)]
    pub(crate) fn vacate(&mut self) {
        if !self.is_null() {
            self.clear();
        }
    }

    #[inline(never)]
    fn clear(&mut self) {
        *self = Self::Null;
    }

    /// Puts a value into this place, which is empty. A value that is made for it then is made there: what is there before
    /// the place is emptied waits elsewhere.
    #[inline(always)]
    pub(crate) fn fill(&mut self, value: Self) {
        std::mem::forget(std::mem::replace(self, value));
    }

    /// Moves the value to a place, one kind after the other as well.
    #[inline(always)]
    pub(crate) fn move_to(self, place: &mut Self) {
        place.vacate();
        match self {
            Self::Null => {}
            Self::Bool(value) => place.fill(Self::Bool(value)),
            Self::Number(number) => place.fill(Self::Number(number)),
            Self::String(text) => place.fill(Self::String(text)),
            Self::Array(array) => place.fill(Self::Array(array)),
            Self::Object(object) => place.fill(Self::Object(object)),
        }
    }

    /// Moves the value to a place from where it was written, in the same pieces where it is a whole number.
    #[inline]
    pub(crate) fn give_to(&mut self, place: &mut Self) {
        match self.as_i64() {
            Some(integer) => {
                place.vacate();
                place.fill(integer.into());
            }
            None => self.take().move_to(place),
        }
    }

    /// Whether it holds other values.
    #[inline]
    fn is_container(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_))
    }

    /// JSON's name of the kind of value.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// A string that costs nothing to make and to clone.
    pub const fn from_static(text: &'static str) -> Self {
        Self::String(SmolStr::new_static(text))
    }
}

impl std::ops::Index<&str> for Value {
    type Output = Value;

    /// The member, or `null` when there is none.
    fn index(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&NULL)
    }
}

impl std::ops::Index<usize> for Value {
    type Output = Value;

    /// The element, or `null` when there is none.
    fn index(&self, index: usize) -> &Value {
        self.get_index(index).unwrap_or(&NULL)
    }
}

/// An object with these members, for generated code.
///
/// ```
/// use asl_runtime::{json, value::object};
/// assert_eq!(object([("ok", true.into())]), json!({ "ok": true }));
/// ```
pub fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    let members = members.map(|(key, value)| (SmolStr::new_static(key), value));
    Object::from_members(Vec::from(members)).into()
}

/// An array with these elements, for generated code.
///
/// ```
/// use asl_runtime::{json, value::array};
/// assert_eq!(array([1.into(), "b".into()]), json!([1, "b"]));
/// ```
pub fn array<const N: usize>(elements: [Value; N]) -> Value {
    Value::Array(Array::from(Vec::from(elements)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn a_value_is_three_words() {
        assert_eq!(size_of::<Value>(), 24);
        assert_eq!(size_of::<Option<Value>>(), 24);
    }

    #[test]
    fn a_value_can_cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Value>();
    }

    #[test]
    fn missing_members_and_elements_index_as_null() {
        let value = json!({ "a": [1] });
        assert_eq!(value["a"][0], json!(1));
        assert!(value["a"][1].is_null());
        assert!(value["b"]["c"].is_null());
        assert!(value[0].is_null());
    }

    #[test]
    fn equality_ignores_the_order_of_members_and_the_way_numbers_are_written() {
        assert_eq!(json!({ "a": 1, "b": [2.0] }), json!({ "b": [2], "a": 1.0 }));
        assert_ne!(json!({ "a": 1 }), json!({ "a": 1, "b": 1 }));
        assert_ne!(json!({ "a": null }), json!({ "b": null }));
        assert_ne!(json!("1"), json!(1));
    }
}
