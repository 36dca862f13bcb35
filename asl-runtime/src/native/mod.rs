//! Rust values that documents hold as they are.
//!
//! A task's output becomes a part of the document, and inputs of later tasks are made of parts of it. As JSON that is a tree
//! to be made, looked into and dropped. A value of a type with `#[derive(Native)]` that a task gives is none, and neither is one in a
//! [`Held`]: the document holds the value itself, paths lead to its fields, and the input of the next task is made of them, field by field.
//! Where something else is asked of it, as by a JSONata expression or for a history, it is JSON as ever.

mod held;
mod look;
mod standard;
mod text;
mod tree;

pub use held::Held;
pub(crate) use held::{NAME, offer_part};
pub use look::{Look, Part};
pub use text::Members;
pub(crate) use tree::Tree;

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use crate::Value;
use crate::value::{EncodeError, Measure};

/// A type whose values documents hold as they are: those that tasks give, and those in a [`Held`]. `#[derive(Native)]` makes a struct
/// one.
///
/// It describes the same JSON as `serde`'s derived `Serialize` and `Deserialize`, which the type has to have.
#[diagnostic::on_unimplemented(
    message = "documents cannot hold a `{Self}` as it is",
    label = "not a native type",
    note = "`#[derive(Native)]` makes structs and enums of names native; numbers, `bool`, `String`, `Option`, `Vec`, `Box`, maps \
            with `String` keys and `Value` are"
)]
pub trait Native:
    Clone + Serialize + DeserializeOwned + Send + Sync + UnwindSafe + RefUnwindSafe + 'static
{
    /// What is seen of a value.
    #[doc(hidden)]
    fn look(&self) -> Look<'_>;

    /// A value from what is seen elsewhere, as `Deserialize` makes it of that as JSON. Nothing where it takes `Deserialize` to
    /// say what it is, or what is wrong with it.
    #[doc(hidden)]
    fn copy(look: Look<'_>) -> Option<Self>;

    /// A value of a document that is given away, from which it is moved where that is possible. That is given back where
    /// [`copy`](Self::copy) gives nothing.
    #[doc(hidden)]
    fn take(value: Value) -> Result<Self, Value> {
        match Look::of(&value).shared::<Self>() {
            Some(same) => {
                drop(value);
                Ok(same.into_inner())
            }
            None => Self::take_parts(value),
        }
    }

    /// The same of a value that is none of this type.
    #[doc(hidden)]
    fn take_parts(value: Value) -> Result<Self, Value> {
        Self::copy(Look::of(&value)).ok_or(value)
    }

    /// The value as a part of a document: as it is if it is an object, else as JSON.
    #[doc(hidden)]
    fn into_value(self) -> Result<Value, EncodeError> {
        match self.bound() {
            Some(bound) if self.look().is_object() => Ok(Value::hold(Arc::new(self), bound)),
            _ => Value::encode(&self),
        }
    }

    /// The value of a field that is not there.
    #[doc(hidden)]
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it is an array, of those that have parts.
    #[doc(hidden)]
    const IS_ARRAY: bool = false;

    /// A member.
    #[doc(hidden)]
    fn member(&self, key: &str) -> Option<Look<'_>> {
        let _ = key;
        None
    }

    /// Whether it has such a member.
    #[doc(hidden)]
    fn has(&self, key: &str) -> bool {
        self.member(key).is_some()
    }

    /// Shows the members in order, or elements, which have no key.
    #[doc(hidden)]
    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
        let _ = show;
    }

    /// Adds it as JSON text.
    #[doc(hidden)]
    fn push_json(&self, text: &mut String);

    /// How large it is at most as JSON. Nothing where that says less than the value, so that reading it gives something else:
    /// a float that is no number is `null` there.
    #[doc(hidden)]
    fn bound(&self) -> Option<Measure>;
}
