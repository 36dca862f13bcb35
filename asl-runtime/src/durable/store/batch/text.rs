//! Texts of a store.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// A text that is written to a store, or was: a `str`.
///
/// One that a [batch](super::Batch) gives is a part of it, and takes no memory of its own. Its clones do.
///
/// ```
/// # #[cfg(feature = "durable")] {
/// use asl_runtime::durable::store::StoredText;
///
/// let text = StoredText::from("order-1");
/// assert_eq!(text, "order-1");
/// assert_eq!(text.len(), 7);
/// # }
/// ```
pub struct StoredText(Repr);

enum Repr {
    Own(String),
    Part {
        batch: Arc<String>,
        start: u32,
        end: u32,
    },
}

impl StoredText {
    /// A part of a batch; nothing where it has none there.
    pub(super) fn part(batch: &Arc<String>, part: Range<usize>) -> Option<Self> {
        batch.get(part.clone())?;
        if part.is_empty() {
            return Some(Self::default());
        }
        Some(Self(Repr::Part {
            batch: Arc::clone(batch),
            start: u32::try_from(part.start).ok()?,
            end: u32::try_from(part.end).ok()?,
        }))
    }

    /// The same text, of the same batch if it is part of one.
    pub(in super::super) fn share(&self) -> Self {
        match &self.0 {
            Repr::Own(text) => text.clone().into(),
            Repr::Part { batch, start, end } => Self(Repr::Part {
                batch: Arc::clone(batch),
                start: *start,
                end: *end,
            }),
        }
    }
}

impl Deref for StoredText {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Repr::Own(text) => text,
            // It has that part, which was looked at when this was made.
            Repr::Part { batch, start, end } => batch.get(*start as usize..*end as usize).unwrap_or_default(),
        }
    }
}

impl Default for StoredText {
    fn default() -> Self {
        String::new().into()
    }
}

impl Clone for StoredText {
    fn clone(&self) -> Self {
        str::to_owned(self).into()
    }
}

impl From<String> for StoredText {
    fn from(text: String) -> Self {
        Self(Repr::Own(text))
    }
}

impl From<&str> for StoredText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<StoredText> for String {
    fn from(text: StoredText) -> Self {
        match text.0 {
            Repr::Own(text) => text,
            Repr::Part { .. } => str::to_owned(&text),
        }
    }
}

impl AsRef<str> for StoredText {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for StoredText {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for StoredText {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for StoredText {}

impl PartialEq<str> for StoredText {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for StoredText {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for StoredText {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl Hash for StoredText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Debug for StoredText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for StoredText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}
