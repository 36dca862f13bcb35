//! First in, first out, in little space.

use std::collections::VecDeque;

/// A queue that rarely has more than one entry: the first one needs no memory of its own.
#[derive(Debug)]
pub(super) struct Queue<T> {
    /// None where it is empty, and after it was taken while there are others.
    first: Option<T>,
    others: VecDeque<T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            first: None,
            others: VecDeque::new(),
        }
    }
}

impl<T> Queue<T> {
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.others.is_empty()
    }

    #[inline]
    pub fn push_back(&mut self, entry: T) {
        if self.is_empty() {
            self.first = Some(entry);
        } else {
            self.others.push_back(entry);
        }
    }

    pub fn push_front(&mut self, entry: T) {
        if let Some(second) = self.first.replace(entry) {
            self.others.push_front(second);
        }
    }

    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        self.first.take().or_else(|| self.others.pop_front())
    }

    pub fn clear(&mut self) {
        self.first = None;
        self.others.clear();
    }

    /// Lets go of memory that it does not need.
    pub fn rest(&mut self) {
        if self.others.is_empty() {
            self.others = VecDeque::new();
        }
    }

    /// Takes all of them.
    pub fn drain(&mut self) -> impl Iterator<Item = T> + use<T> {
        let others = std::mem::take(&mut self.others);
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
            queue.rest();
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
