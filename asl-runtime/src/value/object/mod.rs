//! Objects.

mod builder;
mod iter;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};
use smallvec::SmallVec;
use smol_str::SmolStr;
use triomphe::Arc;

pub(crate) use self::builder::Builder;
pub use self::iter::{IntoIter, Iter};
use super::{
    Value,
    measure::{Measure, Size},
    release::release,
};

/// The members of a JSON object, in the order of their insertion: shared, copied when changed while shared.
///
/// Equality does not look at the order.
#[derive(Clone, Default)]
pub struct Object(Arc<Node>);

/// Up to so many members, comparing keys one after the other is faster than hashing.
const SMALL: usize = 16;

/// So many members have space in the object's own allocation. Most objects have few.
const FEW: usize = 3;

type Members = SmallVec<[(SmolStr, Value); FEW]>;

#[derive(Default)]
struct Node {
    members: Members,
    /// Where the members are, when there are more than [`SMALL`].
    index: Option<Box<Index>>,
    size: Size,
}

#[derive(Clone, Default)]
struct Index {
    hasher: DefaultHashBuilder,
    positions: HashTable<u32>,
}

impl Object {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty object with space for so many members.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Arc::new(Node::new(Members::with_capacity(capacity))))
    }

    /// Number of members.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.members.len()
    }

    /// Whether there are no members.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.members.is_empty()
    }

    /// Value of a member.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let node = &*self.0;
        if node.index.is_some() {
            return Some(&node.members.get(node.find(key)?)?.1);
        }
        let found = node.members.iter().find(|(known, _)| is_same(known, key))?;
        Some(&found.1)
    }

    /// Value of a member, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.0.find(key)?;
        Some(&mut self.make_mut().members.get_mut(position)?.1)
    }

    /// Whether there is such a member.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.find(key).is_some()
    }

    /// Sets a member. One that exists keeps its place, and its old value is returned; a new one comes last.
    pub fn insert(&mut self, key: impl Into<SmolStr>, value: Value) -> Option<Value> {
        let key = key.into();
        match self.0.find(&key) {
            Some(position) => {
                let (_, old) = self.make_mut().members.get_mut(position)?;
                Some(std::mem::replace(old, value))
            }
            None => {
                // One member more does not make the others unknown.
                let bound = self.known_bound().map(|bound| bound.with_member(&key, &value));
                let node = self.make_mut();
                node.push(key, value);
                if let Some(bound) = bound {
                    node.size.bound.set(bound);
                }
                None
            }
        }
    }

    /// Removes a member; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let position = self.0.find(key)?;
        let node = self.make_mut();
        let (_, value) = node.members.remove(position);
        node.index = None;
        if node.members.len() > SMALL {
            node.index_from(0);
        }
        Some(value)
    }

    /// The members, in order.
    #[inline]
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.members.iter())
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &SmolStr> + DoubleEndedIterator {
        self.0.members.iter().map(|(key, _)| key)
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.0.members.iter().map(|(_, value)| value)
    }

    /// The values, in order, to change them.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Value> {
        self.make_mut().members.iter_mut().map(|(_, value)| value)
    }

    /// Whether both are one and the same in memory.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Where its members are in memory: what tells it from others while it exists.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// An object of these members, of which no two have the same key.
    pub(crate) fn from_distinct(members: Vec<(SmolStr, Value)>) -> Self {
        Builder::from(members).finish_distinct()
    }

    /// An object of these members. Of those with the same key, the place of the first and the value of the last count.
    pub(crate) fn from_members(members: Vec<(SmolStr, Value)>) -> Self {
        Builder::from(members).finish()
    }

    /// Moves the values out, unless others still hold them.
    pub(super) fn take_if_last(self, values: &mut Vec<Value>) {
        if let Ok(mut node) = Arc::try_unwrap(self.0) {
            values.extend(node.members.drain(..).map(|(_, value)| value));
        }
    }

    pub(super) fn measure(&self) -> Measure {
        self.0.size.exact.get_or(|| Measure::of_object(self))
    }

    /// The bound, if it was asked for since the last change.
    #[inline]
    pub(super) fn known_bound(&self) -> Option<Measure> {
        self.0.size.bound.get()
    }

    #[inline(never)]
    pub(super) fn bound(&self) -> Measure {
        self.0.size.bound.get_or(|| Measure::bound_of_object(self))
    }

    fn make_mut(&mut self) -> &mut Node {
        let node = Arc::make_mut(&mut self.0);
        node.size.reset();
        node
    }
}

impl Clone for Node {
    /// A node is copied to change it, most often to add a member: the copy has space for one.
    fn clone(&self) -> Self {
        let mut members = Members::with_capacity(self.members.len() + 1);
        members.extend(self.members.iter().cloned());
        Self {
            members,
            index: self.index.clone(),
            size: self.size.clone(),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.members.iter().any(|(_, value)| value.is_container()) {
            release(&mut self.members, Members::clear, |members, pending| {
                pending.extend(members.drain(..).map(|(_, value)| value));
            });
        }
    }
}

impl Node {
    #[inline]
    fn new(members: Members) -> Self {
        Self {
            members,
            index: None,
            size: Size::default(),
        }
    }

    fn find(&self, key: &str) -> Option<usize> {
        match &self.index {
            None => self.members.iter().position(|(known, _)| is_same(known, key)),
            Some(index) => self.find_by(index, key),
        }
    }

    #[inline(never)]
    fn find_by(&self, index: &Index, key: &str) -> Option<usize> {
        let hash = index.hasher.hash_one(key);
        let found = index
            .positions
            .find(hash, |&position| self.key_at(position) == Some(key));
        found.map(|&position| position as usize)
    }

    fn key_at(&self, position: u32) -> Option<&str> {
        let (key, _) = self.members.get(position as usize)?;
        Some(key)
    }

    /// Appends a member whose key is new.
    fn push(&mut self, key: SmolStr, value: Value) {
        self.members.push((key, value));
        let start = if self.index.is_some() {
            self.members.len() - 1
        } else {
            0
        };
        if self.members.len() > SMALL {
            self.index_from(start);
        }
    }

    /// Adds the members from `start` on to the index, if one is needed; false if a key is there twice.
    fn index_from(&mut self, start: usize) -> bool {
        let Self { members, index, .. } = self;
        if members.len() <= SMALL {
            return are_distinct(members);
        }
        let Index { hasher, positions } = &mut **index.get_or_insert_default();
        let key_at = |position: u32| members.get(position as usize).map_or("", |(key, _)| key.as_str());
        positions.reserve(members.len() - start, |&other| hasher.hash_one(key_at(other)));
        for (position, (key, _)) in members.iter().enumerate().skip(start) {
            // A document has no four billion members.
            let position = position as u32;
            let hash_of = |&other: &u32| hasher.hash_one(key_at(other));
            match positions.entry(
                hasher.hash_one(key.as_str()),
                |&other| key_at(other) == key,
                hash_of,
            ) {
                Entry::Occupied(_) => return false,
                Entry::Vacant(place) => place.insert(position),
            };
        }
        true
    }
}

/// Whether two keys are the same. Keys are short: they are compared in one or two pieces that may overlap, for which
/// no function need be called.
#[inline]
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let length = one.len();
    if length != other.len() {
        return false;
    }
    if length <= 3 {
        return one.first() == other.first()
            && one.last() == other.last()
            && one.get(length / 2) == other.get(length / 2);
    }
    if length <= 8 {
        return one.first_chunk::<4>() == other.first_chunk() && one.last_chunk::<4>() == other.last_chunk();
    }
    if length <= 16 {
        return one.first_chunk::<8>() == other.first_chunk() && one.last_chunk::<8>() == other.last_chunk();
    }
    // The same text in generated code is most often the same in memory.
    std::ptr::eq(one, other) || one == other
}

/// Whether no key is there twice, for few members.
fn are_distinct(members: &[(SmolStr, Value)]) -> bool {
    // A mark that no earlier key has left spares the comparison with all of them.
    let mut marks = [0_u64; 4];
    members.iter().enumerate().all(|(place, (key, _))| {
        let (word, mark) = mark(key.as_bytes());
        let seen = marks[word] & mark != 0;
        marks[word] |= mark;
        !(seen && members[..place].iter().any(|(other, _)| other == key))
    })
}

/// One of 256 bits, by a rough hash.
#[inline]
fn mark(key: &[u8]) -> (usize, u64) {
    let (first, last) = match key {
        [first, .., last] => (usize::from(*first), usize::from(*last)),
        [only] => (usize::from(*only), 0),
        [] => (0, 0),
    };
    let hash = key.len() * 37 + first * 11 + last * 3;
    (hash / 64 % 4, 1 << (hash % 64))
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.ptr_eq(other)
            || self.len() == other.len()
                && self
                    .iter()
                    .zip(other.iter())
                    .all(|((key, value), (other_key, other_value))| {
                        if key == other_key {
                            value == other_value
                        } else {
                            other.get(key) == Some(value)
                        }
                    })
    }
}

impl Eq for Object {}

impl Hash for Object {
    /// As equality does not look at the order, neither does the hash.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let sum = self.iter().fold(0_u64, |sum, member| {
            let mut hasher = std::hash::DefaultHasher::new();
            member.hash(&mut hasher);
            sum.wrapping_add(hasher.finish())
        });
        state.write_usize(self.len());
        state.write_u64(sum);
    }
}

impl<K: Into<SmolStr>> FromIterator<(K, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(members: I) -> Self {
        let mut object = Self::new();
        object.extend(members);
        object
    }
}

impl<K: Into<SmolStr>> Extend<(K, Value)> for Object {
    fn extend<I: IntoIterator<Item = (K, Value)>>(&mut self, members: I) {
        for (key, value) in members {
            self.insert(key, value);
        }
    }
}

impl<K: Into<SmolStr>, const N: usize> From<[(K, Value); N]> for Object {
    fn from(members: [(K, Value); N]) -> Self {
        members.into_iter().collect()
    }
}

impl IntoIterator for Object {
    type Item = (SmolStr, Value);
    type IntoIter = IntoIter;

    #[inline]
    fn into_iter(self) -> IntoIter {
        let members = match Arc::try_unwrap(self.0) {
            Ok(mut node) => std::mem::take(&mut node.members),
            Err(shared) => shared.members.clone(),
        };
        IntoIter(members.into_iter())
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a SmolStr, &'a Value);
    type IntoIter = Iter<'a>;

    #[inline]
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}
