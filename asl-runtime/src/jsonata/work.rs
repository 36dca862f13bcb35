//! Work that cannot be refused at once.
//!
//! Walking a document by names, comparing and copying arrays cannot fail, so they do not ask the evaluation for what
//! they take. They note it down, and the next [`spend`](super::Query::spend) pays for it: whatever repeats them spends.
//! An evaluation stays on one thread, and so does the note.

use std::cell::Cell;

thread_local! {
    static OWED: Cell<u64> = const { Cell::new(0) };
}

/// Notes down that so many items have been gone over. Eight of them are a unit.
#[inline]
pub(super) fn owe(items: usize) {
    let units = items as u64 / 8;
    if units > 0 {
        OWED.set(OWED.get().saturating_add(units));
    }
}

/// Does something whose work counts for nobody.
pub(super) fn free<T>(work: impl FnOnce() -> T) -> T {
    let owed = OWED.get();
    let result = work();
    OWED.set(owed);
    result
}

/// What is owed, which is then paid.
#[inline]
pub(super) fn take() -> u64 {
    OWED.take()
}
