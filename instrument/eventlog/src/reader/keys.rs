//! From the recorded process's keys to dense ids.

use std::collections::{BTreeMap, HashMap};

/// Keys below this are indices of a vector, as are all that a log of so many
/// words could have handed out one by one.
const DENSE: u64 = 1 << 16;
/// More consecutive keys than these are one entry, unless they are indices.
const SHORT: u32 = 1 << 6;

/// A map from keys, most of which are small, to dense ids.
#[derive(Clone, Debug)]
pub(crate) struct KeyMap {
    /// By key: one more than the id; zero where there is none.
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
    /// By the first key.
    runs: BTreeMap<u64, Run>,
    limit: u64,
}

/// Consecutive keys with consecutive ids.
#[derive(Clone, Copy, Debug)]
struct Run {
    count: u32,
    first_id: u32,
}

impl KeyMap {
    /// An empty map for a log of `words` words.
    pub(crate) fn new(words: usize) -> Self {
        Self {
            dense: Vec::new(),
            sparse: HashMap::new(),
            runs: BTreeMap::new(),
            limit: DENSE + words as u64 * 4,
        }
    }

    /// The id of a key.
    pub(crate) fn get(&self, key: u64) -> Option<u32> {
        let alone = if key < self.limit {
            let index = usize::try_from(key).ok()?;
            self.dense.get(index).and_then(|id| id.checked_sub(1))
        } else {
            self.sparse.get(&key).copied()
        };
        alone.or_else(|| self.get_from_run(key))
    }

    /// By key: one more than the id; zero, or nothing, where [`get`](Self::get) may find it
    /// elsewhere.
    pub(crate) fn dense(&self) -> &[u32] {
        &self.dense
    }

    fn get_from_run(&self, key: u64) -> Option<u32> {
        let (first, run) = self.runs.range(..=key).next_back()?;
        let offset = u32::try_from(key - first).ok()?;
        (offset < run.count).then(|| run.first_id + offset)
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

    /// Gives consecutive keys consecutive ids, at a cost that a log can afford for
    /// any number of keys. A key that has an id keeps it; of two long runs that
    /// overlap, which no recorder writes, the one that begins last has the keys.
    pub(crate) fn insert_run(&mut self, first: u64, count: u32, first_id: u32) {
        let end = first.saturating_add(u64::from(count));
        if end > self.limit && count > SHORT {
            self.runs.entry(first).or_insert(Run { count, first_id });
            return;
        }
        for offset in 0..count {
            let key = first.saturating_add(u64::from(offset));
            self.insert(key, first_id + offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_of_keys_is_one_entry_wherever_it_begins() {
        let count = 1 << 20;
        for first in [0, DENSE - 1, DENSE, u64::MAX - 5] {
            let mut keys = KeyMap::new(0);
            keys.insert_run(first, count, 7);
            assert_eq!(keys.dense.len() + keys.sparse.len(), 0, "from {first} on");
            assert_eq!(keys.get(first), Some(7));
            assert_eq!(keys.get(first.saturating_add(5)), Some(12));
            assert_eq!(keys.get(first.wrapping_sub(1)), None);
            assert_eq!(keys.get(first.wrapping_add(u64::from(count))), None);
        }
    }

    #[test]
    fn a_key_of_a_run_keeps_the_id_that_it_has() {
        let mut keys = KeyMap::new(0);
        keys.insert(DENSE + 1, 3);
        keys.insert_run(DENSE, SHORT + 1, 10);
        let ids = (DENSE..DENSE + 3).map(|key| keys.get(key));
        assert!(ids.eq([Some(10), Some(3), Some(12)]));
    }
}
