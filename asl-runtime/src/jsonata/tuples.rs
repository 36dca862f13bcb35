//! Tuple streams: items that carry what `@$name`, `#$name` and `%` refer to.

use super::{
    Data, Error, Eval, Gather, Item, Query,
    group::{self, Pair},
    item::Each,
    path::times,
    sequence::Sequence,
    sort::{Term, sort},
};

/// An item with the bindings that were made on the way to it.
#[derive(Debug, Clone)]
pub struct Tuple {
    /// The item: the context of the next step.
    pub item: Data,
    /// The bindings, by number.
    pub bindings: Box<[Data]>,
}

impl Tuple {
    fn item(&self) -> Item<'_> {
        Item::Data(&self.item)
    }
}

/// A path under way whose items carry bindings.
pub struct Tuples<'q> {
    q: &'q Query<'q>,
    tuples: Vec<Tuple>,
}

/// What a step computes for an item and its bindings.
pub type TupleStep<'s> = &'s dyn Fn(Item<'_>, &[Data]) -> Eval;

/// A step that gives tuples of its own.
pub type Join<'s, 'q> = &'s dyn Fn(Item<'_>, &[Data]) -> Result<Tuples<'q>, Error>;

/// What a step binds, by number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Binds {
    /// `@$name`: the result is bound, and the item stays what it was.
    pub focus: Option<usize>,
    /// `#$name`: the position among the results for one item.
    pub index: Option<usize>,
    /// `%`: the item that the step started from.
    pub ancestors: &'static [usize],
}

impl Binds {
    /// Nothing is bound.
    pub const NONE: Self = Self {
        focus: None,
        index: None,
        ancestors: &[],
    };
}

impl<'q> Tuples<'q> {
    pub(super) fn new(q: &'q Query<'q>, items: Each<'_>, width: usize, bindings: &[Data]) -> Self {
        let mut start = bindings.to_vec();
        start.resize(width.max(bindings.len()), Data::Undefined);
        let start = start.into_boxed_slice();
        let tuples = items.map(|item| Tuple {
            item: item.to_data(),
            bindings: start.clone(),
        });
        let tuples = tuples.collect();
        Self { q, tuples }
    }

    /// A step: each of its results is a tuple.
    pub fn step(mut self, binds: Binds, step: TupleStep<'_>) -> Result<Self, Error> {
        let mut found = Vec::with_capacity(self.tuples.len());
        for tuple in &self.tuples {
            let results = step(tuple.item(), &tuple.bindings)?;
            self.q.spend(results.len())?;
            for (position, result) in results.items().enumerate() {
                let mut next = tuple.clone();
                for ancestor in binds.ancestors {
                    next.bindings[*ancestor] = tuple.item.clone();
                }
                if let Some(index) = binds.index {
                    next.bindings[index] = position.into();
                }
                match binds.focus {
                    Some(focus) => next.bindings[focus] = result,
                    None => next.item = result,
                }
                found.push(next);
            }
        }
        self.tuples = found;
        Ok(self)
    }

    /// A step that is a path with tuples of its own, which are taken over.
    pub fn join(mut self, step: Join<'_, 'q>) -> Result<Self, Error> {
        let mut found = Vec::new();
        for tuple in &self.tuples {
            let results = step(tuple.item(), &tuple.bindings)?;
            self.q.spend(results.tuples.len())?;
            found.extend(results.tuples);
        }
        self.tuples = found;
        Ok(self)
    }

    /// `[predicate]` on all tuples.
    pub fn filter(mut self, predicate: TupleStep<'_>) -> Result<Self, Error> {
        let length = self.tuples.len();
        self.q.spend(length)?;
        let mut found = Vec::new();
        for (position, tuple) in self.tuples.into_iter().enumerate() {
            let result = predicate(tuple.item(), &tuple.bindings)?;
            for _ in 0..times(&result, position, length)? {
                found.push(tuple.clone());
            }
        }
        self.tuples = found;
        Ok(self)
    }

    /// `[2]`, `[-1]`: the tuple at a position.
    pub fn nth(mut self, index: i64) -> Self {
        let length = self.tuples.len() as i64;
        let position = if index < 0 {
            index.saturating_add(length)
        } else {
            index
        };
        self.tuples = match usize::try_from(position) {
            Ok(position) if position < self.tuples.len() => vec![self.tuples.swap_remove(position)],
            _ => Vec::new(),
        };
        self
    }

    /// `#$name`: binds the position among all tuples.
    pub fn index(mut self, binding: usize) -> Self {
        for (position, tuple) in self.tuples.iter_mut().enumerate() {
            tuple.bindings[binding] = position.into();
        }
        self
    }

    /// `^(…)`
    pub fn sort(mut self, terms: &[Term<TupleStep<'_>>]) -> Result<Self, Error> {
        self.tuples = sort(self.q, self.tuples, terms, &|tuple, key| {
            key(tuple.item(), &tuple.bindings)
        })?;
        Ok(self)
    }

    fn items(self) -> Sequence {
        let items: Gather = self.tuples.into_iter().map(|tuple| tuple.item).collect();
        Sequence::spread(items.into_array())
    }

    /// The path's result.
    pub fn end(self) -> Data {
        self.items().end()
    }

    /// The path's result where `[]` stands in the path.
    pub fn end_keep(self) -> Data {
        self.items().end_keep()
    }

    /// `{key: value}` at the end of the path. The values see all items of a group, and all that each name was bound
    /// to in it.
    pub fn group(self, pairs: &[Pair<TupleStep<'_>>]) -> Eval {
        let mut tuples = self.tuples;
        if tuples.is_empty() {
            tuples.push(Tuple {
                item: Data::Undefined,
                bindings: Box::default(),
            });
        }
        group::group(
            self.q,
            tuples,
            pairs,
            &|tuple, key| key(tuple.item(), &tuple.bindings),
            &|tuples, value| {
                let merged = merge(tuples);
                value(merged.item(), &merged.bindings)
            },
        )
    }
}

/// All tuples of a group in one: of each binding the values one after the other.
fn merge(mut tuples: Vec<Tuple>) -> Tuple {
    if tuples.len() == 1
        && let Some(one) = tuples.pop()
    {
        return one;
    }
    let width = tuples.first().map_or(0, |tuple| tuple.bindings.len());
    let append = |of: &dyn Fn(&Tuple) -> &Data| {
        let mut whole = Gather::default();
        tuples.iter().for_each(|tuple| whole.append(of(tuple)));
        whole.into_array()
    };
    Tuple {
        item: append(&|tuple| &tuple.item),
        bindings: (0..width)
            .map(|binding| append(&|tuple| &tuple.bindings[binding]))
            .collect(),
    }
}
