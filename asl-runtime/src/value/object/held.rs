//! Objects whose members are those of a Rust value, and perhaps some more.

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::{Iter, Measure, Node, Object, Repr, Size, Value, is_same};
use crate::native::{Look, Tree};

/// The first members of an object. The others are new ones.
pub(super) struct Base {
    tree: Arc<dyn Tree>,
    /// How large they are at most.
    bound: Measure,
    /// All members as JSON, once somebody wants one of these as a value.
    whole: OnceLock<Object>,
}

impl Clone for Base {
    fn clone(&self) -> Self {
        Self {
            tree: Arc::clone(&self.tree),
            bound: self.bound,
            whole: OnceLock::new(),
        }
    }
}

impl Value {
    /// An object with the members of a Rust value, without making values of them; and how large it is at most.
    pub(crate) fn hold(tree: Arc<dyn Tree>, bound: Measure) -> Self {
        Self::Object(Object::hold(tree, bound))
    }
}

impl Object {
    fn hold(tree: Arc<dyn Tree>, bound: Measure) -> Self {
        let base = Base {
            tree,
            bound,
            whole: OnceLock::new(),
        };
        let mut size = Size::default();
        size.bound.set(bound);
        Self(Repr::Open(triomphe::Arc::new(Node {
            base: Some(base),
            size,
            ..Node::default()
        })))
    }

    #[inline]
    pub(super) fn base(&self) -> Option<(&Node, &Base)> {
        match &self.0 {
            Repr::Open(node) => Some((node, node.base.as_ref()?)),
            Repr::Fixed(_) => None,
        }
    }

    /// The Rust value whose members come first, and the others.
    pub(crate) fn native(&self) -> Option<(&dyn Tree, Iter<'_>)> {
        let (node, base) = self.base()?;
        Some((&*base.tree, Iter(node.members.iter())))
    }

    /// The Rust value that it is, if it has no other members.
    pub(crate) fn held(&self) -> Option<&Arc<dyn Tree>> {
        let (node, base) = self.base()?;
        node.members.is_empty().then_some(&base.tree)
    }

    /// A member, of which no value is made.
    //
    // What the Rust value gives is given on from where it is written: else it would have to be loaded as a whole right after it
    // was stored in pieces, for which the processor waits.
    #[inline]
    pub(crate) fn look(&self, key: &str) -> Option<Look<'_>> {
        if let Some((node, base)) = self.base() {
            // Most are the Rust value's.
            let mut member = base.tree.member(key);
            if member.is_none() {
                member = node.added(key).map(Look::of);
            }
            return member;
        }
        self.get(key).map(Look::of)
    }

    /// Whether there is such a member.
    #[inline]
    pub(crate) fn has(&self, key: &str) -> bool {
        if let Some((node, base)) = self.base() {
            return base.tree.has(key) || node.added(key).is_some();
        }
        self.get(key).is_some()
    }

    /// A member that is a value there, if it is none of a Rust value's.
    #[inline]
    pub(crate) fn plain_member(&self, key: &str) -> Option<&Value> {
        match &self.0 {
            Repr::Open(node) => node.plain_member(key),
            Repr::Fixed(_) => self.get(key),
        }
    }

    /// Adds a member to a Rust value's, if it [can](Self::can_add_to_held).
    #[inline(never)]
    pub(super) fn add_to_held(&mut self, key: SmolStr, value: Value) {
        let Repr::Open(node) = &mut self.0 else { return };
        let node = triomphe::Arc::make_mut(node);
        if let Some(base) = &mut node.base {
            base.whole = OnceLock::new();
        }
        let bound = node.size.bound.get().map(|bound| bound.with_member(&key, &value));
        node.size.reset();
        if let Some(bound) = bound {
            node.size.bound.set(bound);
        }
        node.members.push((key, value));
    }

    /// Whether a member can be added to a Rust value's: it is new.
    #[inline]
    pub(super) fn can_add_to_held(&self, key: &str) -> bool {
        self.base().is_some() && !self.has(key)
    }

    /// Makes values of all members.
    #[inline]
    pub(super) fn expand(&mut self) {
        if let Some((node, base)) = self.base() {
            *self = node.whole(base).clone();
        }
    }
}

impl Node {
    /// All members as JSON.
    #[cold]
    pub(super) fn whole<'a>(&self, base: &'a Base) -> &'a Object {
        base.whole.get_or_init(|| {
            let mut whole = base.tree.to_object();
            whole.extend(self.members.iter().cloned());
            whole
        })
    }

    /// A member that the base does not have.
    #[inline]
    fn added(&self, key: &str) -> Option<&Value> {
        let (_, value) = self.members.iter().find(|(known, _)| is_same(known, key))?;
        Some(value)
    }

    #[inline(never)]
    fn plain_member(&self, key: &str) -> Option<&Value> {
        match self.base {
            Some(_) => self.added(key),
            None => Some(&self.members.get(self.find(key)?)?.1),
        }
    }

    /// A member of an object that has a base.
    #[inline(never)]
    pub(super) fn get_from<'a>(&'a self, base: &'a Base, key: &str) -> Option<&'a Value> {
        self.added(key).or_else(|| self.whole(base).get(key))
    }

    /// How large it is at most.
    pub(super) fn bound_from(&self, base: &Base) -> Measure {
        self.members
            .iter()
            .fold(base.bound, |bound, (key, value)| bound.with_member(key, value))
    }
}
