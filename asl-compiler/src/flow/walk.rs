//! Where a path leads.

use std::collections::BTreeMap;

use super::{
    symbols::{Symbol, Symbols},
    types::{Base, Member, Object, Type},
};
use crate::syntax::path::Step;

/// Where a path leads.
pub struct Walked {
    /// What it gives.
    pub value: Type,
    /// What there is at its end: of an indefinite path one of those that it gives.
    pub end: Type,
    /// Where it certainly ends too early: the number of the step, and what there is before it.
    pub lost: Option<(usize, Type)>,
    /// The first step into an object that states have written into, where the key is none of those: the number of the
    /// step, and what there is before it.
    pub beside: Option<(usize, Type)>,
    /// The values of the user's types that it leads to, and how many of its steps go through them. Those of no step were
    /// put there as they are.
    pub steps_in: BTreeMap<Symbol, u8>,
}

/// Follows a path.
pub fn walk(start: &Type, steps: &[Step], symbols: &Symbols) -> Walked {
    let mut at = start.clone();
    let mut steps_in: BTreeMap<Symbol, u8> = BTreeMap::new();
    let mut indefinite = false;
    let mut beside = None;
    for (index, step) in steps.iter().enumerate() {
        let (stored, projected) = match step {
            Step::Key(key) => at.member(key, symbols),
            Step::Index(number) => at.at(*number, symbols),
            Step::FromEnd(_) => at.element(symbols),
            Step::Keys(keys) => (members(&at, keys, symbols), Type::never()),
            Step::Wildcard
            | Step::Indices(_)
            | Step::SliceFrom(_)
            | Step::SliceTo(_)
            | Step::Slice(..)
            | Step::Filter(_) => {
                indefinite = true;
                at.element(symbols)
            }
            // It may find anything anywhere below.
            Step::Descend => {
                return Walked {
                    value: Type::array_of(Type::any()),
                    end: Type::any(),
                    lost: None,
                    beside: None,
                    steps_in: BTreeMap::new(),
                };
            }
        };
        if let Step::Key(key) = step
            && beside.is_none()
            && at.may_lack(key)
        {
            beside = Some((index, at.clone()));
        }
        let next = stored.or(&projected);
        if next.is_never() && !at.is_never() {
            return Walked {
                value: Type::any(),
                end: Type::any(),
                lost: Some((index, at)),
                beside: None,
                steps_in: BTreeMap::new(),
            };
        }
        let before = steps_in.clone();
        steps_in.clear();
        for symbol in &stored.symbols {
            steps_in.insert(*symbol, 0);
        }
        for symbol in &projected.symbols {
            let way = parent(*symbol, symbols)
                .and_then(|parent| before.get(&parent))
                .copied();
            steps_in
                .entry(*symbol)
                .or_insert(way.unwrap_or(0).saturating_add(1));
        }
        at = next;
    }
    if steps.is_empty() {
        steps_in = at.symbols.iter().map(|symbol| (*symbol, 0)).collect();
    }
    let value = if indefinite {
        Type::array_of(at.clone())
    } else {
        at.clone()
    };
    Walked {
        value,
        end: at,
        lost: None,
        beside,
        steps_in,
    }
}

fn parent(symbol: Symbol, symbols: &Symbols) -> Option<Symbol> {
    use super::symbols::Meaning;
    match symbols.meaning(symbol) {
        Meaning::Member(parent, _)
        | Meaning::Element(parent)
        | Meaning::At(parent, _)
        | Meaning::Asked(parent)
        | Meaning::Field(parent, _)
        | Meaning::Item(parent)
        | Meaning::Items(parent)
        | Meaning::Merged(parent) => Some(parent),
        Meaning::Input | Meaning::Output(_) => None,
    }
}

/// An object of those members that there are.
fn members(of: &Type, keys: &[String], symbols: &Symbols) -> Type {
    let member = |key: &String| {
        let (stored, projected) = of.member(key, symbols);
        let value = stored.or(&projected);
        let optional = true;
        (!value.is_never()).then(|| (key.as_str().into(), Member { value, optional }))
    };
    Type::of_object(Object::new(
        Base::Nothing,
        keys.iter().filter_map(member).collect(),
    ))
}
