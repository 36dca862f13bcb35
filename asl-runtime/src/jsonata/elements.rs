//! Array constructors: `[a, [b], 1..3]`.

use super::{Data, Error, Gather, Query, operators::range, work};

/// An array constructor under way.
#[derive(Debug, Default)]
pub struct Elements(Gather);

impl Elements {
    /// No elements yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What an expression gives: of an array its items, of nothing nothing.
    #[must_use]
    pub fn all(mut self, data: Data) -> Self {
        match data {
            array if array.is_array() => {
                work::owe(array.len());
                self.0.append(&array);
            }
            other => self.0.push(other),
        }
        self
    }

    /// What an array constructor within this one gives: one element.
    #[must_use]
    pub fn one(mut self, data: Data) -> Self {
        self.0.push(data);
        self
    }

    /// `first..last`
    ///
    /// # Errors
    /// T2003 and T2004 when an end is no integer, D2014 for more than ten million items.
    pub fn range(mut self, q: &Query<'_>, first: &Data, last: &Data) -> Result<Self, Error> {
        if let Some(range) = range(first, last)? {
            // A number costs less than what an expression does with it.
            q.spend(usize::try_from(range.end() - range.start() + 1).unwrap_or(0) / 4)?;
            self.0.extend(range.map(Data::from));
        }
        Ok(self)
    }

    /// The array.
    pub fn end(self) -> Data {
        self.0.into_array()
    }

    /// The array as a step of a path, which keeps it as it is.
    pub fn constructed(self) -> Data {
        self.0.into_array().constructed()
    }
}
