//! Result sequences: what a step of a path goes over, and how its results become what the next one goes over.

use std::rc::Rc;

use super::{Data, Gather, Item, List, Marks, item::Each};

/// What the next step goes over, or the result of the path.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    /// An array stands for its items, anything else for itself, nothing for no items.
    data: Data,
    /// This is one array that is the result as it is, however many items it has.
    whole: bool,
}

impl Sequence {
    /// What a path starts from: the items of an array, or one thing.
    pub(super) fn of(context: Item<'_>) -> Self {
        Self::spread(context.to_data())
    }

    /// The items of an array, or one thing.
    pub(super) fn spread(data: Data) -> Self {
        Self { data, whole: false }
    }

    /// An array as it is.
    pub(super) fn whole(data: Data) -> Self {
        let whole = data.is_array();
        Self { data, whole }
    }

    #[inline]
    pub(super) fn each(&self) -> Each<'_> {
        self.data.each()
    }

    /// An array of the items, or the only one where it is no array.
    pub(super) fn data(&self) -> &Data {
        &self.data
    }

    /// The path's result: nothing for no items, the only item, or an array.
    pub(super) fn end(self) -> Data {
        match self.data {
            Data::Value(crate::Value::Array(array)) if !self.whole && array.len() <= 1 => {
                array.first().cloned().map_or(Data::Undefined, Data::Value)
            }
            Data::List(list) if !self.whole => match list.items.as_slice() {
                [] => Data::Undefined,
                [one] => one.clone(),
                _ if list.marks == Marks::default() => Data::List(list),
                _ => Data::array(into_items(list)),
            },
            data => data,
        }
    }

    /// The path's result, marked as a sequence if it is one of several items.
    pub(super) fn end_marked(self) -> Data {
        if self.whole || self.data.len() <= 1 {
            return self.end();
        }
        Data::sequence(self.data.items().collect())
    }

    /// The path's result where `[]` stands in the path: a single item stays in its array.
    pub(super) fn end_keep(self) -> Data {
        if self.whole {
            return match self.data.marks() {
                Marks {
                    constructed: true,
                    sequence: false,
                    ..
                } => keep(vec![self.data]),
                _ => self.data,
            };
        }
        match self.data.len() {
            0 => Data::Undefined,
            1 => keep(self.data.items().collect()),
            _ => self.end(),
        }
    }
}

fn into_items(list: Rc<List>) -> Vec<Data> {
    match Rc::try_unwrap(list) {
        Ok(list) => list.items,
        Err(shared) => shared.items.clone(),
    }
}

fn keep(items: Vec<Data>) -> Data {
    let marks = Marks {
        sequence: true,
        keep_singleton: true,
        ..Marks::default()
    };
    Data::list(items, marks)
}

impl Data {
    /// What a function gave that gives result sequences, before it is collapsed: marked as one also where it has
    /// several items.
    pub fn into_sequence(self) -> Self {
        match self.is_array() && self.len() > 1 {
            true => Self::sequence(self.items().collect()),
            false => self.collapse(),
        }
    }

    /// [`collapse`](Self::collapse) where `[]` follows: a single item stays in its array.
    pub fn collapse_keep(self) -> Self {
        match self {
            Self::List(list) if list.marks.sequence && list.items.len() == 1 => keep(into_items(list)),
            other => other.collapse(),
        }
    }

    /// What a filter has found where `[]` follows: a single item is put into an array.
    pub fn kept(self) -> Self {
        match self {
            Self::Undefined => Self::Undefined,
            array if array.is_array() => array.collapse_keep(),
            one => keep(vec![one]),
        }
    }

    /// Marks an array as one that a path keeps as it is.
    pub(super) fn constructed(self) -> Self {
        let items = match self {
            Self::List(list) => into_items(list),
            array => array.items().collect(),
        };
        Self::list(
            items,
            Marks {
                constructed: true,
                ..Marks::default()
            },
        )
    }
}

/// The results that a step has for its items.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// The first result as it is, until there is a second one.
    first: Data,
    more: Option<Gather>,
    /// For how many items there will be results.
    expected: usize,
}

impl Results {
    /// The results for so many items.
    pub(super) fn of(expected: usize) -> Self {
        Self {
            expected,
            ..Self::default()
        }
    }

    /// Adds the result for an item; nothing adds nothing.
    #[inline]
    pub(super) fn add(&mut self, result: Data) {
        if result.is_undefined() {
            return;
        }
        if let Some(more) = &mut self.more {
            flatten(more, result);
        } else if self.first.is_undefined() {
            self.first = result;
        } else {
            let mut more = Gather::with_capacity(self.expected.max(4));
            flatten(&mut more, std::mem::take(&mut self.first));
            flatten(&mut more, result);
            self.more = Some(more);
        }
    }

    /// The results in one sequence, arrays among them spread. Of the last step, a single array that is no sequence is
    /// the result as it is.
    pub(super) fn finish(self, last: bool) -> Sequence {
        if let Some(more) = self.more {
            return Sequence::spread(more.into_array());
        }
        let first = self.first;
        if !first.is_array() {
            return Sequence::spread(first);
        }
        let marks = first.marks();
        if last && !marks.sequence {
            Sequence::whole(first)
        } else if marks.constructed {
            Sequence::spread(Data::list(vec![first], Marks::default()))
        } else {
            Sequence::spread(first)
        }
    }
}

#[inline]
fn flatten(gather: &mut Gather, result: Data) {
    if result.is_array() && !result.marks().constructed {
        gather.append(&result);
    } else {
        gather.push(result);
    }
}
