//! Paths: steps that go over what the step before has found, filters, wildcards.

use super::{
    Data, Error, Eval, Gather, Item, Marks, Query,
    group::{Pair, group_by},
    names::{field_of, walk},
    sequence::{Results, Sequence},
    sort::{Term, sort},
    tuples::Tuples,
    work,
};
use crate::Value;

/// A path under way.
///
/// ```text
/// Steps::new(q, it).name("order").step(&|it| …)?.last(&|it| …)?.end()
/// ```
pub struct Steps<'q> {
    q: &'q Query<'q>,
    items: Sequence,
}

/// What a step computes for an item.
pub type Step<'s> = &'s dyn Fn(Item<'_>) -> Eval;

impl<'q> Steps<'q> {
    /// A path that starts at the context: of an array, at each of its items.
    pub fn new<'a>(q: &'q Query<'q>, context: impl Into<Item<'a>>) -> Self {
        let items = match context.into() {
            Item::Data(Data::Undefined) => nothing(),
            context => Sequence::of(context),
        };
        Self { q, items }
    }

    /// A path that starts with what its first step has given: a variable, or something that does not depend on the
    /// context. There must be another step.
    pub fn from(q: &'q Query<'q>, first: Data) -> Self {
        let mut results = Results::default();
        results.add(first);
        let items = results.finish(false);
        Self { q, items }
    }

    /// A path that starts with fields of what may not be there. There must be another step.
    pub fn at(q: &'q Query<'q>, start: Option<&Value>, names: &[&str]) -> Self {
        let items = start.map_or_else(Sequence::default, |start| walk(start, names));
        Self { q, items }
    }

    /// A path that is nothing but its first step, which has given this.
    pub fn only(q: &'q Query<'q>, first: Data) -> Self {
        let mut results = Results::default();
        results.add(first);
        let items = results.finish(true);
        Self { q, items }
    }

    /// A path that starts at the context as a whole, because its first step does not go over it.
    pub fn one<'a>(q: &'q Query<'q>, context: impl Into<Item<'a>>) -> Self {
        let items = match self::context(context) {
            nothing if nothing.is_undefined() => self::nothing(),
            array if array.is_array() => {
                Sequence::spread(Data::list(vec![array.to_data()], Marks::default()))
            }
            other => Sequence::of(other),
        };
        Self { q, items }
    }

    /// A path that starts with an array constructor, whose array is taken as it is.
    pub fn whole(q: &'q Query<'q>, first: Data) -> Self {
        let items = Sequence::whole(first);
        Self { q, items }
    }

    /// Fields, one after the other. They are not the last step.
    pub fn names(mut self, names: &[&str]) -> Self {
        for name in names {
            self.items = self.field(name, false);
        }
        self
    }

    /// Fields, one after the other, of which the last is the last step.
    pub fn last_names(mut self, names: &[&str]) -> Self {
        for (index, name) in names.iter().enumerate() {
            self.items = self.field(name, index + 1 == names.len());
        }
        self
    }

    fn field(&self, name: &str, last: bool) -> Sequence {
        let mut results = Results::default();
        for item in self.items.each() {
            results.add(field_of(item, name));
        }
        results.finish(last)
    }

    /// A step that is not the last one.
    pub fn step(self, step: Step<'_>) -> Result<Self, Error> {
        self.take(step, false)
    }

    /// The last step.
    pub fn last(self, step: Step<'_>) -> Result<Self, Error> {
        self.take(step, true)
    }

    fn take(mut self, step: Step<'_>, last: bool) -> Result<Self, Error> {
        let items = self.items.each();
        self.q.spend(items.len())?;
        let mut results = Results::of(items.len());
        for item in items {
            results.add(step(item)?);
        }
        self.items = results.finish(last);
        Ok(self)
    }

    /// `^(…)`: sorts what has been found.
    pub fn sort(mut self, terms: &[Term<Step<'_>>]) -> Result<Self, Error> {
        if self.items.each().len() > 1 {
            let items = self.items.each().map(Item::to_data).collect();
            let items = sort(self.q, items, terms, &|item, term| term(item.into()))?;
            self.items = Sequence::spread(Data::array(items));
        }
        Ok(self)
    }

    /// A filter on all that has been found: one that follows a sort.
    pub fn filter(mut self, predicate: Step<'_>) -> Result<Self, Error> {
        self.items = Sequence::spread(filter(self.q, self.items.data(), predicate)?);
        Ok(self)
    }

    /// A position among all that has been found.
    pub fn nth(mut self, index: i64) -> Self {
        self.items = Sequence::spread(nth(self.items.data(), index));
        self
    }

    /// From here on the path carries tuples, with so many bindings, the first of which are those given.
    pub fn tuples(self, width: usize, bindings: &[Data]) -> Tuples<'q> {
        Tuples::new(self.q, self.items.each(), width, bindings)
    }

    /// The path's result.
    pub fn end(self) -> Data {
        self.items.end()
    }

    /// The path's result, marked as a sequence if it is one of several items.
    pub fn end_marked(self) -> Data {
        self.items.end_marked()
    }

    /// The path's result where `[]` stands in the path.
    pub fn end_keep(self) -> Data {
        self.items.end_keep()
    }

    /// `{key: value}` at the end of the path.
    ///
    /// # Errors
    /// Those of [`group_by`].
    pub fn group(self, pairs: &[Pair<Step<'_>>]) -> Eval {
        group_by(self.q, self.items.data(), pairs)
    }
}

/// A first step is evaluated even where the context is nothing.
fn nothing() -> Sequence {
    Sequence::spread(Data::list(vec![Data::Undefined], Marks::default()))
}

/// `input[predicate]`: the items for which the predicate holds, or whose position it gives.
///
/// The result is no more than an item if only one is found, unless it is an array.
pub fn filter<'a>(q: &Query<'_>, input: impl Into<Item<'a>>, predicate: Step<'_>) -> Eval {
    filter_items(q, input.into(), predicate)
}

fn filter_items(q: &Query<'_>, input: Item<'_>, predicate: Step<'_>) -> Eval {
    if input.is_undefined() {
        return predicate(input).map(|_| Data::Undefined);
    }
    let mut found = Gather::default();
    let length = input.each().len();
    q.spend(length)?;
    for (position, item) in input.each().enumerate() {
        for _ in 0..times(&predicate(item)?, position, length)? {
            found.push(item.to_data());
        }
    }
    Ok(filtered(found))
}

fn filtered(found: Gather) -> Data {
    if found.len() != 1 {
        return found.collapse();
    }
    match found.collapse() {
        array if array.is_array() => Data::list(
            vec![array],
            Marks {
                sequence: true,
                ..Marks::default()
            },
        ),
        one => one,
    }
}

/// How often a predicate's result selects the item at this position.
pub(super) fn times(result: &Data, position: usize, length: usize) -> Result<usize, Error> {
    if let Data::Value(Value::Bool(holds)) = result {
        return Ok(usize::from(*holds));
    }
    if let Some(number) = result.finite()? {
        return Ok(usize::from(index(number.as_f64(), length) == Some(position)));
    }
    if result.is_array() {
        let mut count = 0;
        for item in result.items() {
            match item.finite()? {
                Some(number) => count += usize::from(index(number.as_f64(), length) == Some(position)),
                None => return Ok(usize::from(result.truthy()?)),
            }
        }
        return Ok(count);
    }
    Ok(usize::from(result.truthy()?))
}

/// A position as predicates give it: rounded down, and from the end if negative.
fn index(number: f64, length: usize) -> Option<usize> {
    let index = number.floor();
    let index = if index < 0.0 { index + length as f64 } else { index };
    (0.0..length as f64).contains(&index).then_some(index as usize)
}

/// `input[2]`, `input[-1]`: the item at a position.
pub fn nth<'a>(input: impl Into<Item<'a>>, index: i64) -> Data {
    let mut items = input.into().each();
    let position = match usize::try_from(index) {
        Ok(position) => Some(position),
        Err(_) => usize::try_from(index.unsigned_abs())
            .ok()
            .and_then(|back| items.len().checked_sub(back)),
    };
    let item = position.and_then(|position| items.nth(position));
    item.map_or(Data::Undefined, Item::to_data)
}

/// `$`, where the expression starts: an array there is one item at first.
pub fn context<'a>(context: impl Into<Item<'a>>) -> Item<'a> {
    match context.into() {
        Item::Data(Data::List(list)) if list.marks.outer => {
            Item::Data(list.items.first().unwrap_or(&Data::Undefined))
        }
        other => other,
    }
}

/// What an expression over a document starts from, in tests of the language.
pub fn outermost(root: Data) -> Data {
    if !root.is_array() {
        return root;
    }
    let marks = Marks {
        sequence: true,
        outer: true,
        ..Marks::default()
    };
    Data::list(vec![root], marks)
}

/// `*`: the values of all members, arrays among them spread.
pub fn wildcard<'a>(context: impl Into<Item<'a>>) -> Data {
    let context = &self::context(context).to_data();
    work::owe(context.len());
    let mut found = Gather::default();
    let mut plain = false;
    let mut add = |value: &Data| {
        if value.is_array() {
            plain = true;
            spread(value, &mut found);
        } else {
            found.push(value.clone());
        }
    };
    if context.is_array() {
        context.items().for_each(|item| add(&item));
    } else {
        context.members().iter().for_each(|(_, value)| add(value));
    }
    if plain {
        found.into_array()
    } else {
        found.collapse()
    }
}

/// All items of an array and of the arrays within it.
fn spread(array: &Data, found: &mut Gather) {
    for item in array.items() {
        if item.is_array() {
            spread(&item, found);
        } else {
            found.push(item);
        }
    }
}

/// `**`: the context and everything in it, but for arrays, whose items stand for them.
pub fn descendants<'a>(q: &Query<'_>, context: impl Into<Item<'a>>) -> Eval {
    let mut found = Gather::default();
    descend(&context.into().to_data(), &mut found);
    q.spend(found.len())?;
    Ok(found.collapse())
}

fn descend(data: &Data, found: &mut Gather) {
    if data.is_array() {
        data.items().for_each(|item| descend(&item, found));
        return;
    }
    found.push(data.clone());
    data.members().iter().for_each(|(_, value)| descend(value, found));
}
