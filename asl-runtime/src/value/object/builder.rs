//! Making an object member by member.

use smol_str::SmolStr;
use triomphe::UniqueArc;

use super::{FEW, Members, Node, Object, Value};

/// An object in the making. It is where the object will be: nothing is moved at the end.
pub(crate) struct Builder(UniqueArc<Node>);

impl From<Vec<(SmolStr, Value)>> for Builder {
    fn from(members: Vec<(SmolStr, Value)>) -> Self {
        Self(UniqueArc::new(Node::new(Members::from_vec(members))))
    }
}

impl Builder {
    /// With space for so many members.
    #[inline]
    pub fn with_capacity(capacity: usize) -> Self {
        let mut node = UniqueArc::new(Node::new(Members::new()));
        if capacity > FEW {
            node.members.reserve_exact(capacity);
        }
        Self(node)
    }

    /// Appends a member.
    #[inline]
    pub fn push(&mut self, key: SmolStr, value: Value) {
        self.0.members.push((key, value));
    }

    /// Appends a member whose value is still to be written, and gives its place.
    #[inline]
    pub fn place(&mut self, key: &'static str) -> &mut Value {
        let (place, value) = self.empty();
        *place = SmolStr::new_static(key);
        value
    }

    /// The same with a key that may be any, which is given back.
    pub fn place_of(&mut self, key: SmolStr) -> (&str, &mut Value) {
        let (place, value) = self.empty();
        *place = key;
        (place, value)
    }

    /// Appends a constant, and gives its place. What is then written there need not be moved once more, which would
    /// have to wait for it.
    #[inline]
    fn empty(&mut self) -> (&mut SmolStr, &mut Value) {
        const EMPTY: (SmolStr, Value) = (SmolStr::new_static(""), Value::Null);
        let members = &mut self.0.members;
        let last = members.len();
        members.push(EMPTY);
        let (key, value) = &mut members[last];
        (key, value)
    }

    /// The members so far.
    pub fn members(&self) -> &[(SmolStr, Value)] {
        &self.0.members
    }

    /// The object of members with different keys, which is not looked into where nothing depends on it.
    pub fn finish_distinct(self) -> Object {
        if self.0.members.len() > super::SMALL {
            return self.finish();
        }
        Object(self.0.shareable())
    }

    /// The object. Of members with the same key, the place of the first and the value of the last count.
    pub fn finish(mut self) -> Object {
        if self.0.index_from(0) {
            return Object(self.0.shareable());
        }
        std::mem::take(&mut self.0.members).into_iter().collect()
    }
}
