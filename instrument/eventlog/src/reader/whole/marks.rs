//! A small note for every key that a log uses.
//!
//! **Invariant:** room is taken for the keys that are used and those below them, and from
//! a limit on for those that are used alone; each key has one place, whenever it is used.

use std::collections::BTreeMap;

use crate::record::ObjectKey;

/// Notes by key.
pub(super) struct Marks<T> {
    dense: Vec<T>,
    /// Keys at and above this are not among the dense ones.
    limit: u64,
    sparse: BTreeMap<u64, T>,
}

impl<T: Copy + Default + PartialEq> Marks<T> {
    /// No notes, for keys most of which are below `limit`.
    pub(super) fn new(limit: u64) -> Self {
        Self {
            dense: Vec::new(),
            limit,
            sparse: BTreeMap::new(),
        }
    }

    /// The note of a key.
    pub(super) fn at(&mut self, key: u64) -> &mut T {
        let index = usize::try_from(key).unwrap_or(usize::MAX);
        if index >= self.dense.len() {
            return self.make_room(key, index);
        }
        &mut self.dense[index]
    }

    /// Keys that most are below.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// The notes of the lowest keys, by key.
    pub(super) fn dense(&mut self) -> &mut [T] {
        &mut self.dense
    }

    #[cold]
    fn make_room(&mut self, key: u64, index: usize) -> &mut T {
        if key >= self.limit {
            return self.sparse.entry(key).or_default();
        }
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let length = (index + 1).next_power_of_two().max(1 << 10);
        self.dense.resize(length.min(most), T::default());
        &mut self.dense[index]
    }

    /// The note of a key, which may have none.
    pub(super) fn get(&self, key: u64) -> T {
        let index = usize::try_from(key).unwrap_or(usize::MAX);
        let dense = self.dense.get(index).or_else(|| self.sparse.get(&key));
        dense.copied().unwrap_or_default()
    }

    /// Every key with a note, in ascending order.
    pub(super) fn all(&self) -> impl Iterator<Item = (ObjectKey, T)> {
        let dense = (0..).zip(self.dense.iter().copied());
        let sparse = self.sparse.iter().map(|(key, note)| (*key, *note));
        let all = dense.chain(sparse);
        let noted = all.filter(|(_, note)| *note != T::default());
        noted.map(|(key, note)| (ObjectKey::new(key), note))
    }

    /// How many bytes all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let each = size_of::<T>() as u64;
        self.dense.capacity() as u64 * each + self.sparse.len() as u64 * (each + 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_note_when_room_is_made_for_those_below_it() {
        let keys = [0, 1023, 1024, 1999, 2000, 2040, 1 << 35];
        let mut marks = Marks::new(2000);
        for key in keys.into_iter().rev().chain(keys) {
            *marks.at(key) += 1;
        }
        let all: Vec<(u64, u32)> = marks
            .all()
            .map(|(key, note)| (key.number(), note))
            .collect();
        assert_eq!(all, keys.map(|key| (key, 2)));
        assert_eq!([1, 2040, 2041].map(|key| marks.get(key)), [0, 2, 0]);
    }
}
