//! Maps by the number of an execution, for what is asked several times in each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::super::store::ExecutionId;

pub type ById<T> = HashMap<ExecutionId, T, BuildHasherDefault<Spread>>;

/// Spreads numbers that the engine itself gives out, one after the other: nobody can choose them to collide.
#[derive(Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio's fraction, which has no pattern; low and high bits count both.
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher, BuildHasherDefault};

    use super::Spread;

    #[test]
    fn numbers_in_a_row_are_spread() {
        let hash = |id: u64| BuildHasherDefault::<Spread>::default().hash_one(id);
        let low: HashSet<u64> = (1000..1256).map(|id| hash(id) & 255).collect();
        let high: HashSet<u64> = (1000..1256).map(|id| hash(id) >> 57).collect();
        assert_eq!((low.len(), high.len()), (256, 128));
    }
}
