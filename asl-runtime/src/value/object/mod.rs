//! Objects.

mod iter;

use std::{
    hash::{BuildHasher, Hash, Hasher},
    sync::Arc,
};

use hashbrown::{DefaultHashBuilder, HashTable, hash_table::Entry};
use smol_str::SmolStr;

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

#[derive(Default)]
struct Node {
    members: Vec<(SmolStr, Value)>,
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
        Self(Arc::new(Node::new(Vec::with_capacity(capacity))))
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
        let found = node.members.iter().find(|(known, _)| known == key)?;
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
                self.make_mut().push(key, value);
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
        if members.len() > SMALL {
            return Self::from_members(members);
        }
        Self(Arc::new(Node::new(members)))
    }

    /// An object of these members. Of those with the same key, the place of the first and the value of the last count.
    pub(crate) fn from_members(members: Vec<(SmolStr, Value)>) -> Self {
        let mut node = Node::new(members);
        if node.index_from(0) {
            return Self(Arc::new(node));
        }
        std::mem::take(&mut node.members).into_iter().collect()
    }

    /// Moves the values out, unless others still hold them.
    pub(super) fn take_if_last(self, values: &mut Vec<Value>) {
        if let Some(mut node) = Arc::into_inner(self.0) {
            values.extend(node.members.drain(..).map(|(_, value)| value));
        }
    }

    pub(super) fn measure(&self) -> Measure {
        self.0.size.exact.get_or(|| Measure::of_object(self))
    }

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
        let mut members = Vec::with_capacity(self.members.len() + 1);
        members.extend_from_slice(&self.members);
        Self {
            members,
            index: self.index.clone(),
            size: self.size.clone(),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        release(&mut self.members, Vec::clear, |members, pending| {
            pending.extend(members.drain(..).map(|(_, value)| value));
        });
    }
}

impl Node {
    fn new(members: Vec<(SmolStr, Value)>) -> Self {
        Self {
            members,
            index: None,
            size: Size::default(),
        }
    }

    fn find(&self, key: &str) -> Option<usize> {
        let Some(index) = &self.index else {
            return self.members.iter().position(|(known, _)| known == key);
        };
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

/// Whether no key is there twice, for few members.
fn are_distinct(members: &[(SmolStr, Value)]) -> bool {
    // A mark that no earlier key has left spares the comparison with all of them.
    let mut marks = 0_u64;
    members.iter().enumerate().all(|(place, (key, _))| {
        let mark = mark(key);
        let seen = marks & mark != 0;
        marks |= mark;
        !(seen && members[..place].iter().any(|(other, _)| other == key))
    })
}

/// One of 64 bits, by a rough hash.
fn mark(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let [first, last] = [bytes.first(), bytes.last()].map(|byte| usize::from(*byte.unwrap_or(&0)));
    1 << ((bytes.len() * 7 + first * 5 + last) % 64)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json;

    fn numbered(count: usize) -> Object {
        (0..count)
            .map(|number| (format!("key {number}"), Value::from(number)))
            .collect()
    }

    #[test]
    fn finds_what_was_inserted_with_and_without_an_index() {
        for count in [0, 1, SMALL, SMALL + 1, 500] {
            let object = numbered(count);
            assert_eq!(object.len(), count);
            for number in 0..count {
                assert_eq!(object.get(&format!("key {number}")), Some(&Value::from(number)));
            }
            assert_eq!(object.get("key"), None);
            assert!(
                object
                    .keys()
                    .enumerate()
                    .all(|(number, key)| *key == format!("key {number}"))
            );
        }
    }

    #[test]
    fn replacing_keeps_the_place() {
        let mut object = numbered(3);
        assert_eq!(object.insert("key 1", json!("new")), Some(json!(1)));
        assert_eq!(
            Value::Object(object).to_string(),
            r#"{"key 0":0,"key 1":"new","key 2":2}"#
        );
    }

    #[test]
    fn removing_keeps_the_order_of_the_rest() {
        for count in [5, SMALL + 1, 40] {
            let mut object = numbered(count);
            assert_eq!(object.remove("key 2"), Some(json!(2)));
            assert_eq!(object.remove("key 2"), None);
            assert_eq!(object.len(), count - 1);
            let expected: Vec<_> = (0..count)
                .filter(|number| *number != 2)
                .map(Value::from)
                .collect();
            assert!(object.values().eq(expected.iter()));
            assert_eq!(object.get("key 4"), Some(&json!(4)));
        }
    }

    #[test]
    fn a_change_leaves_other_holders_alone() {
        for count in [3, 40] {
            let before = numbered(count);
            let mut after = before.clone();
            assert!(after.ptr_eq(&before));
            after.insert("new", Value::Null);
            assert_eq!((before.len(), after.len()), (count, count + 1));
            assert_eq!(before.get("new"), None);
            assert!(after.contains_key("new"));
        }
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order() {
        let hash = |object: &Object| DefaultHashBuilder::default().hash_one(object);
        let (one, two) = (
            Object::from([("a", json!(1)), ("b", json!(2))]),
            Object::from([("b", json!(2)), ("a", json!(1))]),
        );
        let _ = hash(&one);
        let builder = DefaultHashBuilder::default();
        assert_eq!(builder.hash_one(&one), builder.hash_one(&two));
    }

    #[derive(Debug, Clone)]
    enum Change {
        Insert(u8, i32),
        Remove(u8),
        Share,
        Unshare,
    }

    fn any_change() -> impl Strategy<Value = Change> {
        prop_oneof![
            6 => (0..40_u8, any::<i32>()).prop_map(|(key, value)| Change::Insert(key, value)),
            2 => (0..40_u8).prop_map(Change::Remove),
            1 => Just(Change::Share),
            1 => Just(Change::Unshare),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_a_list_of_pairs(changes in prop::collection::vec(any_change(), 0..80)) {
            let (mut object, mut pairs) = (Object::new(), Vec::<(String, Value)>::new());
            let mut others = Vec::new();
            for change in changes {
                match change {
                    Change::Insert(key, value) => {
                        let (key, value) = (key.to_string(), Value::from(value));
                        let known = pairs.iter_mut().find(|(known, _)| *known == key);
                        let old = known.map(|(_, old)| std::mem::replace(old, value.clone()));
                        if old.is_none() {
                            pairs.push((key.clone(), value.clone()));
                        }
                        prop_assert_eq!(object.insert(key, value), old);
                    }
                    Change::Remove(key) => {
                        let key = key.to_string();
                        let place = pairs.iter().position(|(known, _)| *known == key);
                        prop_assert_eq!(object.remove(&key), place.map(|place| pairs.remove(place).1));
                    }
                    Change::Share => others.push((object.clone(), pairs.clone())),
                    Change::Unshare => others.truncate(1),
                }
                prop_assert!(object.keys().eq(pairs.iter().map(|(key, _)| key)));
                prop_assert!(pairs.iter().all(|(key, value)| object.get(key) == Some(value)));
                let text = Value::from(object.clone()).to_string();
                prop_assert_eq!(Value::from(object.clone()).measure().bytes, text.len());
            }
            for (object, pairs) in others {
                prop_assert!(object == pairs.iter().cloned().collect::<Object>());
            }
        }
    }
}
