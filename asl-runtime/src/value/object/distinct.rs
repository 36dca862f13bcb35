//! Comparing keys.

use super::Member;

/// Whether two keys are the same. Keys are short: they are compared in one or two pieces that may overlap, for which
/// no function need be called.
#[inline]
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let length = one.len();
    if length != other.len() {
        return false;
    }
    if length <= 3 {
        return one.first() == other.first()
            && one.last() == other.last()
            && one.get(length / 2) == other.get(length / 2);
    }
    if length <= 8 {
        return one.first_chunk::<4>() == other.first_chunk() && one.last_chunk::<4>() == other.last_chunk();
    }
    if length <= 16 {
        return one.first_chunk::<8>() == other.first_chunk() && one.last_chunk::<8>() == other.last_chunk();
    }
    // The same text in generated code is most often the same in memory.
    std::ptr::eq(one, other) || one == other
}

/// Whether no key is there twice, for few members.
pub(super) fn are_distinct(members: &[Member]) -> bool {
    // A mark that no earlier key has left spares the comparison with all of them.
    let mut marks = [0_u64; 4];
    members.iter().enumerate().all(|(place, (key, _))| {
        let (word, mark) = mark(key.as_bytes());
        let seen = marks[word] & mark != 0;
        marks[word] |= mark;
        !(seen && members[..place].iter().any(|(other, _)| other == key))
    })
}

/// One of 256 bits, by a rough hash.
#[inline]
fn mark(key: &[u8]) -> (usize, u64) {
    let (first, last) = match key {
        [first, .., last] => (usize::from(*first), usize::from(*last)),
        [only] => (usize::from(*only), 0),
        [] => (0, 0),
    };
    let hash = key.len() * 37 + first * 11 + last * 3;
    (hash / 64 % 4, 1 << (hash % 64))
}
