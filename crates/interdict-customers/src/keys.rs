//! Keys that stand twice in a file.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// Remembers the keys of a file. Costs about 40 bytes a key, whatever its length: a key is known by two
/// hashes of 64 bits.
#[derive(Debug, Default)]
pub struct Keys {
    seen: HashMap<u128, u64>,
    hashers: (RandomState, RandomState),
}

impl Keys {
    /// Notes a key and its line; gives the line of an earlier row with it.
    pub fn take(&mut self, key: &str, line: u64) -> Option<u64> {
        let (a, b) = &self.hashers;
        let hash = (u128::from(a.hash_one(key)) << 64) | u128::from(b.hash_one(key));
        match self.seen.entry(hash) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}
