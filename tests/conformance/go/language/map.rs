//! Go's map: one cell, whatever the key.
//!
//! **Invariant:** every use is one access to the map as a whole; what could change it
//! is a write, whether it does or not.

use std::collections::BTreeMap;

use racegate::cell::RaceCell;

/// A map, not the variable that refers to it.
pub(crate) struct Map<K, V> {
    entries: RaceCell<BTreeMap<K, V>>,
}

impl<K: Ord, V: Clone> Map<K, V> {
    /// A map with a name and these entries.
    pub(crate) fn named<const N: usize>(name: &str, entries: [(K, V); N]) -> Self {
        let entries = RaceCell::named(name, BTreeMap::from(entries));
        Self { entries }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.entries.with(|entries| entries.get(key).cloned())
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.entries.with(|entries| entries.contains_key(key))
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.with(BTreeMap::len)
    }

    /// The values in the order of their keys.
    pub(crate) fn values(&self) -> Vec<V> {
        self.entries
            .with(|entries| entries.values().cloned().collect())
    }

    pub(crate) fn insert(&self, key: K, value: V) -> Option<V> {
        self.entries.with_mut(|entries| entries.insert(key, value))
    }

    pub(crate) fn remove(&self, key: &K) -> Option<V> {
        self.entries.with_mut(|entries| entries.remove(key))
    }
}
