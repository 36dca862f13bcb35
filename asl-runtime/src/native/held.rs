//! The wrapper in which native values are given to documents and taken from them.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

use super::{Look, Native};
use crate::Value;
use crate::machine::Template;
use crate::value::{EncodeError, Measure, handover};

/// A shared value that documents hold as it is, without JSON being made of it.
///
/// As the input of a machine, or the output of a task, it becomes a part of the document by itself; as the output of a machine,
/// or the input of a task, it is made of what the document has: a value of the same type is shared, of another one the
/// fields are copied, or moved where nobody else has them. It makes hot machines faster, and changes nothing else. (Tasks whose types are
/// [`Native`] need none for that, but would otherwise have a copy of what is shared.)
///
/// ```
/// use asl_runtime::{Held, Native, Value, json};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize, Native)]
/// struct Order { id: String, total: f64 }
///
/// let order = Held::new(Order { id: "A1".into(), total: 9.5 });
/// let document = Value::encode(&order)?;
/// assert_eq!(document, json!({ "id": "A1", "total": 9.5 }));
/// let same: Held<Order> = document.decode()?;
/// assert_eq!(same.total, 9.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Held<T>(pub(super) Arc<T>);

impl<T> Held<T> {
    /// Holds a value.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value: moved, unless others hold it too.
    pub fn into_inner(self) -> T
    where
        T: Clone,
    {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<T> From<T> for Held<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T> Clone for Held<T> {
    /// Shares the value.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Held<T> {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl<T: Native> Serialize for Held<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(handover::NAME, &Offered(&self.0))
    }
}

impl<T: Native> Native for Held<T> {
    fn look(&self) -> Look<'_> {
        match T::look(self) {
            // So that it is found to be in this.
            Look::Tree(_) => Look::Tree(self),
            look => look,
        }
    }

    /// Shares what is of the same type, copies the rest.
    fn copy(look: Look<'_>) -> Option<Self> {
        look.shared().or_else(|| T::copy(look).map(Self::new))
    }

    fn take(value: Value) -> Result<Self, Value> {
        match Look::of(&value).shared() {
            Some(same) => Ok(same),
            None => T::take_parts(value).map(Self::new),
        }
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        match self.bound() {
            Some(bound) if self.0.look().is_object() => Ok(Value::hold(self.0, bound)),
            _ => Value::encode(&*self),
        }
    }

    const IS_ARRAY: bool = T::IS_ARRAY;

    fn member(&self, key: &str) -> Option<Look<'_>> {
        T::member(self, key)
    }

    fn has(&self, key: &str) -> bool {
        T::has(self, key)
    }

    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
        T::each(self, show);
    }

    fn bound(&self) -> Option<Measure> {
        T::bound(self)
    }

    fn push_json(&self, text: &mut String) {
        T::push_json(self, text);
    }
}

/// A value that a document may hold.
struct Offered<'a, T>(&'a Arc<T>);

impl<T: Native> Serialize for Offered<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.bound() {
            Some(bound)
                if self.0.look().is_object()
                    && handover::offer(|| Value::hold(Arc::<T>::clone(self.0), bound)) =>
            {
                serializer.serialize_unit()
            }
            _ => self.0.serialize(serializer),
        }
    }
}

/// Name of the newtype struct as which a [`Held`] asks for what it is to be made of.
pub const NAME: &str = "$asl_runtime::Held";

thread_local! {
    static PART: RefCell<Option<(&'static Template, Value)>> = const { RefCell::new(None) };
}

/// Hands over a payload template whose parts are all at hand in the document.
pub fn offer_part(template: &'static Template, document: &Value) -> bool {
    PART.try_with(|part| part.replace(Some((template, document.clone()))))
        .is_ok()
}

fn take_part() -> Option<(&'static Template, Value)> {
    PART.try_with(|part| part.take()).ok().flatten()
}

impl<'de, T: Native> Deserialize<'de> for Held<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Native> Visitor<'de> for Reader<T> {
    type Value = Held<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Something was handed over.
    fn visit_unit<E: serde::de::Error>(self) -> Result<Held<T>, E> {
        let value = if let Some((template, document)) = take_part() {
            if let Some(held) = template.look(&document).and_then(Held::copy) {
                return Ok(held);
            }
            template.fill(&document)
        } else {
            handover::take()
        };
        // What does not fit says `serde`.
        Held::take(value).or_else(|value| value.decode().map(Held::new).map_err(E::custom))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Held<T>, D::Error> {
        T::deserialize(deserializer).map(Held::new)
    }
}
