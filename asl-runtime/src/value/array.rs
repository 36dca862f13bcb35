//! Arrays.

use std::ops::Deref;

use triomphe::Arc;

use super::{
    Value,
    measure::{Measure, Size},
    release::release,
};

/// The elements of a JSON array: shared, copied when changed while shared.
///
/// Reads as a slice of [`Value`]s.
#[derive(Clone, Default)]
pub struct Array(Arc<Node>);

#[derive(Clone, Default)]
struct Node {
    elements: Vec<Value>,
    size: Size,
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.elements.iter().any(Value::is_container) {
            release(&mut self.elements, Vec::clear, |elements, pending| {
                pending.append(elements)
            });
        }
    }
}

impl Array {
    /// An empty array.
    pub fn new() -> Self {
        Self::default()
    }

    /// The elements.
    #[inline]
    pub fn as_slice(&self) -> &[Value] {
        &self.0.elements
    }

    /// The elements, to change them. Copies them if they are shared: their own elements stay shared.
    pub fn make_mut(&mut self) -> &mut Vec<Value> {
        let node = Arc::make_mut(&mut self.0);
        node.size.reset();
        &mut node.elements
    }

    /// An element, to change it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Value> {
        if index < self.len() {
            self.make_mut().get_mut(index)
        } else {
            None
        }
    }

    /// Appends an element.
    pub fn push(&mut self, value: Value) {
        self.make_mut().push(value);
    }

    /// Whether both are one and the same in memory.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Where its elements are in memory: what tells it from others while it exists.
    #[cfg(feature = "durable")]
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Moves the elements out, unless others still hold them.
    pub(super) fn take_if_last(self, elements: &mut Vec<Value>) {
        if let Ok(mut node) = Arc::try_unwrap(self.0) {
            elements.append(&mut node.elements);
        }
    }

    pub(super) fn measure(&self) -> Measure {
        self.0.size.exact.get_or(|| Measure::of_array(&self.0.elements))
    }

    /// The bound, if it was asked for since the last change.
    #[inline]
    pub(super) fn known_bound(&self) -> Option<Measure> {
        self.0.size.bound.get()
    }

    #[inline(never)]
    pub(super) fn bound(&self) -> Measure {
        self.0
            .size
            .bound
            .get_or(|| Measure::bound_of_array(&self.0.elements))
    }
}

impl Deref for Array {
    type Target = [Value];

    #[inline]
    fn deref(&self) -> &[Value] {
        self.as_slice()
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        self.ptr_eq(other) || self.as_slice() == other.as_slice()
    }
}

impl Eq for Array {}

impl std::hash::Hash for Array {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl From<Vec<Value>> for Array {
    fn from(elements: Vec<Value>) -> Self {
        Self(Arc::new(Node {
            elements,
            size: Size::default(),
        }))
    }
}

impl From<Array> for Vec<Value> {
    fn from(array: Array) -> Self {
        match Arc::try_unwrap(array.0) {
            Ok(mut node) => std::mem::take(&mut node.elements),
            Err(shared) => shared.elements.clone(),
        }
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        Self::from(elements.into_iter().collect::<Vec<_>>())
    }
}

impl Extend<Value> for Array {
    fn extend<I: IntoIterator<Item = Value>>(&mut self, elements: I) {
        self.make_mut().extend(elements);
    }
}

impl IntoIterator for Array {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        Vec::from(self).into_iter()
    }
}

impl<'a> IntoIterator for &'a Array {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
