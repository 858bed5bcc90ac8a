//! From the recorded process's keys to dense ids.

use std::collections::HashMap;

/// Keys below this are indices of a vector, as are all that a log of so many
/// words could have handed out one by one.
const DENSE: u64 = 1 << 16;

/// A map from keys, most of which are small, to dense ids.
pub(crate) struct KeyMap {
    /// By key: one more than the id; zero where there is none.
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
    limit: u64,
}

impl KeyMap {
    /// An empty map for a log of `words` words.
    pub(crate) fn new(words: usize) -> Self {
        Self {
            dense: Vec::new(),
            sparse: HashMap::new(),
            limit: DENSE + words as u64 * 4,
        }
    }

    /// The id of a key.
    pub(crate) fn get(&self, key: u64) -> Option<u32> {
        if key < self.limit {
            let index = usize::try_from(key).ok()?;
            self.dense.get(index)?.checked_sub(1)
        } else {
            self.sparse.get(&key).copied()
        }
    }

    /// Whether a key is an index.
    pub(crate) fn is_dense(&self, key: u64) -> bool {
        key < self.limit
    }

    /// Gives a key its id. The first one stays.
    pub(crate) fn insert(&mut self, key: u64, id: u32) {
        match usize::try_from(key) {
            Ok(index) if key < self.limit => {
                if index >= self.dense.len() {
                    self.dense.resize(index + 1, 0);
                }
                let place = &mut self.dense[index];
                if *place == 0 {
                    *place = id + 1;
                }
            }
            _ => {
                self.sparse.entry(key).or_insert(id);
            }
        }
    }
}
