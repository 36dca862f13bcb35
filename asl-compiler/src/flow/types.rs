//! What a value in the flow can be.
//!
//! A [`Type`] is a union: it says what is possible, never less. So what a type does not allow is certain not to happen,
//! and only that is ever reported.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::symbols::{Meaning, Symbol, Symbols};
use crate::ir::Json;

/// Kinds of JSON values, each a bit. The runtime has the same.
pub mod kind {
    /// `null`
    pub const NULL: u8 = 1;
    /// `true`, `false`
    pub const BOOLEAN: u8 = 2;
    /// A number.
    pub const NUMBER: u8 = 4;
    /// A string.
    pub const STRING: u8 = 8;
    /// An array.
    pub const ARRAY: u8 = 16;
    /// An object.
    pub const OBJECT: u8 = 32;
}

/// What a value can be.
#[derive(Debug, Clone, Default)]
pub struct Type(Rc<Union>);

/// The possibilities. Nothing at all: there is no such value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Union {
    /// Anything.
    pub any: bool,
    /// Kinds of values that have no parts.
    pub scalars: u8,
    /// Arrays.
    pub array: Option<Array>,
    /// Objects, at most one of each base.
    pub objects: Vec<Object>,
    /// Values of the user's types.
    pub symbols: BTreeSet<Symbol>,
    depth: usize,
}

/// Arrays that a value can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Array {
    /// Any number of these.
    Of(Type),
    /// These, at least one.
    Tuple(Vec<Type>),
}

/// Objects that a value can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What the members were written over.
    pub base: Base,
    /// Members by key, shared with the objects that this one was made from.
    pub members: Rc<BTreeMap<Rc<str>, Member>>,
    /// How deep the deepest member is, at least.
    depth: usize,
}

/// What the members of an object were written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Nothing: there are no other members.
    Nothing,
    /// Anything.
    Any,
    /// A value of a user's type.
    Symbol(Symbol),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its value.
    pub value: Type,
    /// It may be absent; then there is what the base has.
    pub optional: bool,
}

/// Values deeper than this, and unions of more objects, are not followed.
const DEPTH: usize = 14;
const OBJECTS: usize = 8;

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Type {}

impl std::ops::Deref for Type {
    type Target = Union;

    fn deref(&self) -> &Union {
        &self.0
    }
}

impl Type {
    fn new(mut union: Union) -> Self {
        let arrays = union.array.iter().flat_map(|array| match array {
            Array::Of(element) => std::slice::from_ref(element),
            Array::Tuple(elements) => elements.as_slice(),
        });
        let arrays = arrays.map(|element| element.depth + 1);
        let objects = union.objects.iter().map(|object| object.depth);
        union.depth = arrays.chain(objects).max().unwrap_or(0);
        if union.any || union.depth > DEPTH || union.objects.len() > OBJECTS {
            union = Union {
                any: true,
                ..Union::default()
            };
        }
        Self(Rc::new(union))
    }

    /// There is no such value.
    pub fn never() -> Self {
        Self::new(Union::default())
    }

    /// Any JSON.
    pub fn any() -> Self {
        Self::new(Union {
            any: true,
            ..Union::default()
        })
    }

    /// Values without parts, of these kinds.
    pub fn scalar(kinds: u8) -> Self {
        Self::new(Union {
            scalars: kinds,
            ..Union::default()
        })
    }

    /// A string.
    pub fn string() -> Self {
        Self::scalar(kind::STRING)
    }

    /// A number.
    pub fn number() -> Self {
        Self::scalar(kind::NUMBER)
    }

    /// An array of any length.
    pub fn array_of(element: Self) -> Self {
        // An array of which nothing is known to be an element is one that gets them elsewhere.
        let element = if element.is_never() { Self::any() } else { element };
        Self::new(Union {
            array: Some(Array::Of(element)),
            ..Union::default()
        })
    }

    /// An array of these.
    pub fn tuple(elements: Vec<Self>) -> Self {
        if elements.is_empty() || elements.iter().any(Self::is_never) {
            return Self::array_of(Self::any());
        }
        Self::new(Union {
            array: Some(Array::Tuple(elements)),
            ..Union::default()
        })
    }

    /// Arrays.
    pub fn of_array(array: Array) -> Self {
        match array {
            Array::Of(element) => Self::array_of(element),
            Array::Tuple(elements) => Self::tuple(elements),
        }
    }

    /// An object with these members and no others.
    pub fn object<K: Into<Rc<str>>>(members: impl IntoIterator<Item = (K, Self)>) -> Self {
        let member = |(key, value): (K, Self)| {
            (
                key.into(),
                Member {
                    value,
                    optional: false,
                },
            )
        };
        Self::of_object(Object::new(
            Base::Nothing,
            members.into_iter().map(member).collect(),
        ))
    }

    /// An object.
    pub fn of_object(object: Object) -> Self {
        Self::new(Union {
            objects: vec![object],
            ..Union::default()
        })
    }

    /// A value of a user's type; anything where that is too deep.
    pub fn symbol(symbol: Option<Symbol>) -> Self {
        match symbol {
            Some(symbol) => Self::new(Union {
                symbols: BTreeSet::from([symbol]),
                ..Union::default()
            }),
            None => Self::any(),
        }
    }

    /// A value that stands in the definition.
    pub fn of_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::scalar(kind::NULL),
            Json::Bool(_) => Self::scalar(kind::BOOLEAN),
            Json::Integer(_) | Json::Unsigned(_) | Json::Float(_) => Self::number(),
            Json::String(_) => Self::string(),
            Json::Array(elements) if elements.len() > 16 => {
                let elements = elements.iter().map(Self::of_json);
                Self::array_of(elements.fold(Self::never(), |all, element| all.or(&element)))
            }
            Json::Array(elements) => Self::tuple(elements.iter().map(Self::of_json).collect()),
            Json::Object(members) => Self::object(
                members
                    .iter()
                    .map(|(key, value)| (key.as_str(), Self::of_json(value))),
            ),
        }
    }

    /// Whether there is no such value.
    pub fn is_never(&self) -> bool {
        *self.0 == Union::default()
    }

    /// Whether there is more to it than values of the user's types.
    pub fn is_known(&self) -> bool {
        self.any || self.scalars != 0 || self.array.is_some() || !self.objects.is_empty()
    }

    /// The kinds of what is known.
    pub fn known_kinds(&self) -> u8 {
        let any = if self.any { u8::MAX } else { 0 };
        let array = if self.array.is_some() { kind::ARRAY } else { 0 };
        let object = if self.objects.is_empty() { 0 } else { kind::OBJECT };
        any | self.scalars | array | object
    }

    /// The value of a user's type that it is, if it is nothing else.
    pub fn only_symbol(&self) -> Option<Symbol> {
        let mut symbols = self.symbols.iter();
        match (symbols.next(), symbols.next()) {
            (Some(symbol), None) if !self.is_known() => Some(*symbol),
            _ => None,
        }
    }

    /// The values of either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        if Rc::ptr_eq(&self.0, &other.0) || other.is_never() || self.any {
            return self.clone();
        }
        if self.is_never() || other.any {
            return other.clone();
        }
        let mut union = Union::clone(&self.0);
        union.scalars |= other.scalars;
        union.symbols.extend(&other.symbols);
        union.array = match (union.array, &other.array) {
            (Some(a), Some(b)) => Some(a.or(b)),
            (a, b) => a.or(b.clone()),
        };
        for object in &other.objects {
            match union.objects.iter_mut().find(|known| known.base == object.base) {
                Some(known) => known.join(object),
                None => union.objects.push(object.clone()),
            }
        }
        Self::new(union)
    }

    /// What a key leads to, in two parts: what was stored there, and members of the user's types.
    pub fn member(&self, key: &str, symbols: &Symbols) -> (Self, Self) {
        if self.any {
            return (self.clone(), Self::never());
        }
        let mut stored = Self::never();
        let mut projected = Self::never();
        let member = |symbol| Self::symbol(symbols.of(Meaning::Member(symbol, key.into())));
        for symbol in &self.symbols {
            projected = projected.or(&member(*symbol));
        }
        for object in &self.objects {
            let own = object.members.get(key);
            if let Some(own) = own {
                stored = stored.or(&own.value);
            }
            if own.is_none_or(|own| own.optional) {
                match object.base {
                    Base::Nothing => {}
                    Base::Any => stored = Self::any(),
                    Base::Symbol(symbol) => projected = projected.or(&member(symbol)),
                }
            }
        }
        (stored, projected)
    }

    /// What a key leads to, where states have written it on every route.
    pub fn certain_member(&self, key: &str) -> Option<Self> {
        if self.any || !self.symbols.is_empty() {
            return None;
        }
        let mut all = Self::never();
        for object in &self.objects {
            let member = object.members.get(key).filter(|member| !member.optional)?;
            all = all.or(&member.value);
        }
        Some(all)
    }

    /// Whether one of its objects may be without a member.
    pub fn may_lack(&self, key: &str) -> bool {
        let lacks = |object: &Object| object.members.get(key).is_none_or(|member| member.optional);
        self.objects.iter().any(lacks)
    }

    /// Any element, in two parts as with [`Self::member`].
    pub fn element(&self, symbols: &Symbols) -> (Self, Self) {
        let mut stored = match &self.array {
            Some(Array::Of(element)) => element.clone(),
            Some(Array::Tuple(elements)) => elements.iter().fold(Self::never(), |all, one| all.or(one)),
            None => Self::never(),
        };
        if self.any || !self.objects.is_empty() {
            stored = Self::any();
        }
        let projected = self.symbols.iter().fold(Self::never(), |all, symbol| {
            all.or(&Self::symbol(symbols.of(Meaning::Element(*symbol))))
        });
        (stored, projected)
    }

    /// The element at an index, in two parts as with [`Self::member`].
    pub fn at(&self, index: i64, symbols: &Symbols) -> (Self, Self) {
        // From the end, or too far to be told apart: any of them.
        let Ok(at) = u16::try_from(index) else {
            return self.element(symbols);
        };
        let stored = match &self.array {
            _ if self.any => Self::any(),
            Some(Array::Of(element)) => element.clone(),
            Some(Array::Tuple(elements)) => {
                elements.get(usize::from(at)).cloned().unwrap_or_else(Self::never)
            }
            None => Self::never(),
        };
        let projected = self.symbols.iter().fold(Self::never(), |all, symbol| {
            all.or(&Self::symbol(symbols.of(Meaning::At(*symbol, at))))
        });
        (stored, projected)
    }
}

impl Array {
    fn or(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Tuple(a), Self::Tuple(b)) if a.len() == b.len() => {
                Self::Tuple(a.iter().zip(b).map(|(a, b)| a.or(b)).collect())
            }
            (a, b) => Self::Of(a.any_element().or(&b.any_element())),
        }
    }

    /// Any of its elements.
    pub fn any_element(&self) -> Type {
        match self {
            Self::Of(element) => element.clone(),
            Self::Tuple(elements) => elements.iter().fold(Type::never(), |all, one| all.or(one)),
        }
    }
}

impl Object {
    /// An object of these members.
    pub fn new(base: Base, members: BTreeMap<Rc<str>, Member>) -> Self {
        let depth = members
            .values()
            .map(|member| member.value.depth + 1)
            .max()
            .unwrap_or(0);
        Self {
            base,
            members: Rc::new(members),
            depth,
        }
    }

    /// Sets a member.
    pub fn set(&mut self, key: &str, value: Type, optional: bool) {
        self.depth = self.depth.max(value.depth + 1);
        Rc::make_mut(&mut self.members).insert(key.into(), Member { value, optional });
    }

    /// Becomes either of two objects with the same base.
    fn join(&mut self, other: &Self) {
        if Rc::ptr_eq(&self.members, &other.members) {
            return;
        }
        self.depth = self.depth.max(other.depth);
        let members = Rc::make_mut(&mut self.members);
        for (key, member) in &mut *members {
            match other.members.get(key) {
                Some(theirs) => {
                    member.optional |= theirs.optional;
                    if member.value != theirs.value {
                        member.value = member.value.or(&theirs.value);
                        self.depth = self.depth.max(member.value.depth + 1);
                    }
                }
                None => member.optional = true,
            }
        }
        for (key, theirs) in &*other.members {
            if !members.contains_key(key) {
                let member = Member {
                    value: theirs.value.clone(),
                    optional: true,
                };
                members.insert(key.clone(), member);
            }
        }
    }
}
