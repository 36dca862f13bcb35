//! First in, first out, in little space.

use std::collections::VecDeque;

/// A queue that rarely has more than one entry: the first one needs no memory of its own.
#[derive(Debug)]
pub(super) struct Queue<T> {
    /// None where it is empty, and after it was taken while there are others.
    first: Option<T>,
    #[expect(
        clippy::box_collection,
        reason = "where there are none, they are to take little space"
    )]
    others: Option<Box<VecDeque<T>>>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            first: None,
            others: None,
        }
    }
}

impl<T> Queue<T> {
    /// With one entry.
    pub fn of(entry: T) -> Self {
        Self {
            first: Some(entry),
            others: None,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.others.is_none()
    }

    #[inline]
    pub fn push_back(&mut self, entry: T) {
        if self.is_empty() {
            self.first = Some(entry);
        } else {
            self.others.get_or_insert_default().push_back(entry);
        }
    }

    pub fn push_front(&mut self, entry: T) {
        if let Some(second) = self.first.replace(entry) {
            self.others.get_or_insert_default().push_front(second);
        }
    }

    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        self.first.take().or_else(|| self.pop_other())
    }

    fn pop_other(&mut self) -> Option<T> {
        let others = self.others.as_mut()?;
        let entry = others.pop_front();
        if others.is_empty() {
            self.others = None;
        }
        entry
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes all of them.
    pub fn drain(&mut self) -> impl Iterator<Item = T> + use<T> {
        let others = self.others.take().map(|others| *others).unwrap_or_default();
        self.first.take().into_iter().chain(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(entries: impl IntoIterator<Item = u8>) -> Queue<u8> {
        let mut queue = Queue::default();
        entries.into_iter().for_each(|entry| queue.push_back(entry));
        queue
    }

    #[test]
    fn what_comes_first_goes_first() {
        for count in 0..4 {
            let mut queue = queue(1..=count);
            queue.push_front(0);
            for entry in 0..=count {
                assert!(!queue.is_empty());
                assert_eq!(queue.pop_front(), Some(entry));
                queue.push_back(entry + 10);
            }
            assert_eq!(
                queue.drain().collect::<Vec<_>>(),
                (10..=10 + count).collect::<Vec<_>>()
            );
            assert!(queue.is_empty() && queue.pop_front().is_none());
        }
    }

    #[test]
    fn one_can_go_before_those_that_are_left() {
        let mut queue = queue([1, 2, 3]);
        assert_eq!(queue.pop_front(), Some(1));
        queue.push_front(0);
        assert_eq!(queue.drain().collect::<Vec<_>>(), [0, 2, 3]);
        queue.push_back(4);
        queue.clear();
        assert!(queue.is_empty());
    }
}
