//! Objects.

mod builder;
mod distinct;
mod held;
mod iter;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};
use smol_str::SmolStr;
use triomphe::{Arc, HeaderSlice};

pub(crate) use self::builder::Builder;
use self::distinct::are_distinct;
pub(crate) use self::distinct::is_same;
use self::held::Base;
pub use self::iter::{IntoIter, Iter};
use super::{
    Value,
    measure::{Measure, Size},
    release::release,
};

/// The members of a JSON object, in the order of their insertion: shared, copied when changed while shared.
///
/// Equality does not look at the order.
#[derive(Clone)]
pub struct Object(Repr);

pub(super) type Member = (SmolStr, Value);

/// Up to so many members, comparing keys one after the other is faster than hashing.
const SMALL: usize = 16;

/// A copy that is made for a change has space for so many members more: where one is added, others are likely to be.
const SPARE: usize = 4;

/// Members in one allocation with what is known of their size.
type Fixed = Arc<HeaderSlice<Size, [Member]>>;

#[derive(Clone)]
enum Repr {
    /// Made at once, of at most [`SMALL`] members.
    Fixed(Fixed),
    /// Of many members, changed since it was made, or of a Rust value.
    Open(Arc<Node>),
}

#[derive(Default)]
struct Node {
    members: Vec<Member>,
    /// Where the members are, when there are more than [`SMALL`].
    index: Option<Box<Index>>,
    size: Size,
    /// What has the members before these, if that is no JSON.
    base: Option<Base>,
}

#[derive(Clone, Default)]
struct Index {
    hasher: DefaultHashBuilder,
    positions: HashTable<u32>,
}

impl Default for Object {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Drop for Object {
    #[inline]
    fn drop(&mut self) {
        // Where its depth is known, so is whether it holds containers.
        if self.known_bound().is_none_or(Measure::holds_containers)
            && let Some(members) = self.unshared()
        {
            drop_containers(members);
        }
    }
}

/// Members that are containers are dropped here, one after the other where they are deep: the rest needs no stack.
///
/// Out of line, so that dropping what is no object takes little.
#[inline(never)]
fn drop_containers(members: &mut [Member]) {
    if members.iter().any(|(_, value)| value.is_container()) {
        release(
            members,
            |members| members.iter_mut().for_each(|(_, value)| drop(value.take())),
            |members, pending| pending.extend(members.iter_mut().map(|(_, value)| value.take())),
        );
    }
}

impl Object {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty object with space for so many members.
    pub fn with_capacity(capacity: usize) -> Self {
        Self::open(Vec::with_capacity(capacity), Size::default())
    }

    /// Number of members.
    #[inline]
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there are no members.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// Value of a member.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.0 {
            Repr::Fixed(fixed) => {
                let mut members = fixed.slice.iter();
                let (_, value) = members.find(|(known, _)| is_same(known, key))?;
                Some(value)
            }
            Repr::Open(node) => node.get(key),
        }
    }

    /// Value of a member, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let position = self.find(key)?;
        Some(&mut self.make_mut().members.get_mut(position)?.1)
    }

    /// Whether there is such a member.
    pub fn contains_key(&self, key: &str) -> bool {
        self.has(key)
    }

    /// Sets a member. One that exists keeps its place, and its old value is returned; a new one comes last.
    #[inline]
    pub fn insert(&mut self, key: impl Into<SmolStr>, value: Value) -> Option<Value> {
        let key = key.into();
        if self.can_add_to_held(&key) {
            self.add_to_held(key, value);
            return None;
        }
        self.insert_as_json(key, value)
    }

    #[inline(never)]
    fn insert_as_json(&mut self, key: SmolStr, value: Value) -> Option<Value> {
        match self.find(&key) {
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
        let position = self.find(key)?;
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
        Iter(self.members().iter())
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &SmolStr> + DoubleEndedIterator {
        self.members().iter().map(|(key, _)| key)
    }

    /// The values, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.members().iter().map(|(_, value)| value)
    }

    /// The values, in order, to change them.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Value> {
        self.make_mut().members.iter_mut().map(|(_, value)| value)
    }

    /// Whether both are one and the same in memory.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }

    /// Where the object is in memory: what tells it from others while it exists.
    pub(crate) fn address(&self) -> usize {
        match &self.0 {
            Repr::Fixed(fixed) => Arc::as_ptr(fixed).cast::<()>().addr(),
            Repr::Open(node) => Arc::as_ptr(node).addr(),
        }
    }

    /// An object of these members. Of those with the same key, the place of the first and the value of the last count.
    pub(crate) fn from_members(members: Vec<Member>) -> Self {
        if members.len() <= SMALL && are_distinct(&members) {
            return Self(Repr::Fixed(Arc::from_header_and_vec(Size::default(), members)));
        }
        let mut node = Node {
            members,
            ..Node::default()
        };
        if node.members.len() > SMALL && node.index_from(0) {
            return Self(Repr::Open(Arc::new(node)));
        }
        node.members.into_iter().collect()
    }

    /// Moves the values out, unless others still hold them.
    pub(super) fn take_if_last(mut self, values: &mut Vec<Value>) {
        if let Some(members) = self.unshared() {
            values.extend(members.iter_mut().map(|(_, value)| value.take()));
        }
    }

    pub(super) fn measure(&self) -> Measure {
        self.size().exact.get_or(|| Measure::of_object(self))
    }

    /// The bound, if it was asked for since the last change.
    #[inline]
    pub(super) fn known_bound(&self) -> Option<Measure> {
        self.size().bound.get()
    }

    #[inline(never)]
    pub(super) fn bound(&self) -> Measure {
        self.size().bound.get_or(|| match self.base() {
            Some((node, base)) => node.bound_from(base),
            None => Measure::bound_of_object(self),
        })
    }

    fn open(members: Vec<Member>, size: Size) -> Self {
        Self(Repr::Open(Arc::new(Node {
            members,
            index: None,
            size,
            base: None,
        })))
    }

    #[inline]
    fn members(&self) -> &[Member] {
        match &self.0 {
            Repr::Fixed(fixed) => &fixed.slice,
            Repr::Open(node) => match &node.base {
                None => &node.members,
                Some(base) => node.whole(base).members(),
            },
        }
    }

    /// The members that are values, if nobody else holds them.
    #[inline]
    fn unshared(&mut self) -> Option<&mut [Member]> {
        match &mut self.0 {
            Repr::Fixed(fixed) => Some(&mut Arc::get_mut(fixed)?.slice),
            Repr::Open(node) => Some(&mut Arc::get_mut(node)?.members),
        }
    }

    #[inline]
    fn size(&self) -> &Size {
        match &self.0 {
            Repr::Fixed(fixed) => &fixed.header,
            Repr::Open(node) => &node.size,
        }
    }

    fn find(&self, key: &str) -> Option<usize> {
        match &self.0 {
            Repr::Fixed(fixed) => fixed.slice.iter().position(|(known, _)| is_same(known, key)),
            Repr::Open(node) => node.find(key),
        }
    }

    /// The members as a list, with space for `spare` more; copied if others hold them.
    fn take_members(&mut self, spare: usize) -> Vec<Member> {
        self.expand();
        if let Repr::Open(node) = &mut self.0
            && let Some(node) = Arc::get_mut(node)
        {
            return std::mem::take(&mut node.members);
        }
        let mut members = Vec::with_capacity(self.len() + spare);
        match self.unshared() {
            Some(own) => members.extend(own.iter_mut().map(std::mem::take)),
            None => members.extend_from_slice(self.members()),
        }
        members
    }

    fn make_mut(&mut self) -> &mut Node {
        self.expand();
        if let Repr::Fixed(_) = self.0 {
            *self = Self::open(self.take_members(SPARE), Size::default());
        }
        let Repr::Open(node) = &mut self.0 else {
            unreachable!("it is open now");
        };
        let node = Arc::make_mut(node);
        node.size.reset();
        node
    }
}

impl Clone for Node {
    /// A node is copied to change it, most often to add a member.
    fn clone(&self) -> Self {
        let mut members = Vec::with_capacity(self.members.len() + SPARE);
        members.extend_from_slice(&self.members);
        Self {
            members,
            index: self.index.clone(),
            size: self.size.clone(),
            base: self.base.clone(),
        }
    }
}

impl Node {
    // Out of line, so that looking into most objects takes no call.
    #[inline(never)]
    fn get(&self, key: &str) -> Option<&Value> {
        match &self.base {
            None => Some(&self.members.get(self.find(key)?)?.1),
            Some(base) => self.get_from(base, key),
        }
    }

    fn find(&self, key: &str) -> Option<usize> {
        match (&self.base, &self.index) {
            (Some(base), _) => self.whole(base).find(key),
            (None, Some(index)) => self.find_by(index, key),
            (None, None) => self.members.iter().position(|(known, _)| is_same(known, key)),
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
    fn into_iter(mut self) -> IntoIter {
        IntoIter(self.take_members(0).into_iter())
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
