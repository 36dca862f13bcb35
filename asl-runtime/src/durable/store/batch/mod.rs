//! Writes that a store gets together.

mod encoding;
mod text;

use std::fmt;
use std::sync::Arc;

use super::Write;
use encoding::{Field, Reader};

pub use text::StoredText;

/// Writes in the order in which they are applied, as a text: many of them are one piece of memory, which is written to a disk
/// as it is. Those who hand in writes each put theirs in; who applies them reads them from it, and their long texts stay
/// where they are.
#[derive(Clone, Default)]
pub struct Batch {
    text: Arc<String>,
    count: usize,
}

impl Batch {
    /// An empty one with room for so many bytes.
    pub(in super::super) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: Arc::new(String::with_capacity(bytes)),
            count: 0,
        }
    }

    /// These writes.
    pub fn of(writes: &[Write]) -> Self {
        let mut batch = Self::default();
        writes.iter().for_each(|write| batch.push(write));
        batch
    }

    /// Adds a write.
    pub fn push(&mut self, write: &Write) {
        write.put(Arc::make_mut(&mut self.text));
        self.count += 1;
    }

    /// How many writes there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The writes, in their order.
    pub fn writes(&self) -> Vec<Write> {
        let mut reader = Reader::new(Arc::clone(&self.text));
        let mut writes = Vec::with_capacity(self.count);
        // There is nothing in it but writes.
        writes.extend((0..self.count).map_while(|_| Write::take(&mut reader)));
        writes
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What [`as_str`](Self::as_str) gave; nothing where it is something else.
    pub(super) fn read(text: String) -> Option<Self> {
        let text = Arc::new(text);
        let mut reader = Reader::new(Arc::clone(&text));
        let mut count = 0;
        while !reader.is_at_end() {
            Write::take(&mut reader)?;
            count += 1;
        }
        Some(Self { text, count })
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.writes()).finish()
    }
}
