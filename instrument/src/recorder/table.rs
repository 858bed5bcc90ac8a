//! A hash table of two-word entries that is read without a lock and only grows.
//!
//! Entries stand in buckets of one cache line. An entry's first bucket is one that keys
//! alike have near each other: nodes of the tree that were made one after another, rows of
//! one function. A walk then finds most of what it needs where it has just been. Where that
//! bucket is full the entry is in one that no pattern of keys tells beforehand.
//!
//! **Invariant:** an entry is stored once and never changes or moves within its array;
//! its first word is never zero, and is stored last. Arrays that were outgrown stay, so
//! whoever reads one meanwhile misses at worst what was stored since.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::zeroed::{Zeroed, zeroed};
use crate::primitive::{AtomicU64, AtomicUsize};

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// Buckets of the first array, as a power of two: two pages of them. In a model few enough
/// to be outgrown.
const FIRST: u32 = if cfg!(racegate_loom) { 0 } else { 7 };
/// How many arrays there can be, each with twice the room of the one before.
const ARRAYS: usize = 17;
/// How many entries a bucket has.
const BUCKET: usize = 4;

/// The table. `KEY` masks the bits of a second word that belong to an entry's key, as
/// all bits of the first word do.
pub(super) struct Table<const KEY: u64> {
    arrays: [OnceLock<&'static [Bucket]>; ARRAYS],
    /// Which of them is read.
    current: AtomicUsize,
}

/// Entries that share a cache line. What is there stands before what is not.
#[repr(align(64))]
struct Bucket([Entry; BUCKET]);

/// An entry, or room for one.
struct Entry {
    first: AtomicU64,
    second: AtomicU64,
}

/// A table as it is read: an array of it, which may be outgrown meanwhile.
#[derive(Clone, Copy)]
pub(super) struct View<const KEY: u64> {
    buckets: &'static [Bucket],
}

/// How full a table is. Each table has one, behind a lock of its owner's: whoever has
/// it is alone in storing.
pub(super) struct Room {
    stored: usize,
}

impl Room {
    /// The room in an empty table.
    pub(super) const fn new() -> Self {
        Self { stored: 0 }
    }
}

// SAFETY: atomics that hold zero are zeros.
unsafe impl Zeroed for Bucket {
    #[cfg(any(miri, racegate_loom))]
    fn zero() -> Self {
        Self(std::array::from_fn(|_| Entry {
            first: AtomicU64::new(0),
            second: AtomicU64::new(0),
        }))
    }
}

impl<const KEY: u64> Table<KEY> {
    /// An empty table.
    pub(super) const fn new() -> Self {
        Self {
            arrays: [const { OnceLock::new() }; ARRAYS],
            current: AtomicUsize::new(0),
        }
    }

    /// What is stored by now, and perhaps some of what will be.
    #[inline]
    pub(super) fn view(&self) -> View<KEY> {
        // ORDERING: acquire, to find in the array what was moved there before.
        let current = self.current.load(Ordering::Acquire);
        let buckets = self.arrays.get(current).and_then(OnceLock::get);
        View {
            buckets: buckets.copied().unwrap_or_default(),
        }
    }

    /// Stores an entry that is not there. False when there is no memory for it.
    #[must_use]
    pub(super) fn store(&self, room: &mut Room, first: u64, second: u64) -> bool {
        debug_assert_ne!(first, 0, "zero is no entry");
        let Some(buckets) = self.with_room(room) else {
            return false;
        };
        put(buckets, first, second, KEY);
        room.stored += 1;
        true
    }

    /// The array with room for one more.
    fn with_room(&self, room: &Room) -> Option<&'static [Bucket]> {
        // ORDERING: relaxed; who stores is alone.
        let current = self.current.load(Ordering::Relaxed);
        let Some(buckets) = self.arrays[current].get() else {
            return self.array(current);
        };
        if (room.stored + 1) * 4 <= buckets.len() * BUCKET * 3 {
            return Some(buckets);
        }
        let larger = self.array(current + 1)?;
        for entry in buckets.iter().flat_map(|bucket| &bucket.0) {
            // ORDERING: relaxed, both; who stores is alone.
            let first = entry.first.load(Ordering::Relaxed);
            if first != 0 {
                put(larger, first, entry.second.load(Ordering::Relaxed), KEY);
            }
        }
        // ORDERING: release; whoever finds the array finds what was moved into it.
        self.current.store(current + 1, Ordering::Release);
        Some(larger)
    }

    /// The array of that number, made if need be.
    fn array(&self, number: usize) -> Option<&'static [Bucket]> {
        let array = self.arrays.get(number)?;
        if let Some(buckets) = array.get() {
            return Some(buckets);
        }
        let buckets = zeroed(1 << (FIRST as usize + number))?;
        Some(array.get_or_init(|| buckets))
    }
}

impl<const KEY: u64> View<KEY> {
    /// The second word of the entry with this first word and these key bits in the second.
    #[inline]
    pub(super) fn find(self, first: u64, key: u64) -> Option<u64> {
        let last = self.buckets.len().checked_sub(1)?;
        let mut place = near(first, key) & last;
        let mut next = far(first, key);
        // Some of an array is never used, so a search ends.
        loop {
            for entry in &self.buckets[place].0 {
                // ORDERING: acquire; the second word was stored before the first.
                let found = entry.first.load(Ordering::Acquire);
                if found == first {
                    // ORDERING: relaxed; see above.
                    let second = entry.second.load(Ordering::Relaxed);
                    if second & KEY == key {
                        return Some(second);
                    }
                } else if found == 0 {
                    return None;
                }
            }
            place = next & last;
            next = place + 1;
        }
    }
}

/// Stores into an array that has room, where a search comes by.
fn put(buckets: &[Bucket], first: u64, second: u64, mask: u64) {
    let last = buckets.len() - 1;
    let key = second & mask;
    let mut place = near(first, key) & last;
    let mut next = far(first, key);
    // ORDERING: relaxed; who stores is alone.
    let is_free = |entry: &&Entry| entry.first.load(Ordering::Relaxed) == 0;
    let free = loop {
        if let Some(free) = buckets[place].0.iter().find(is_free) {
            break free;
        }
        place = next & last;
        next = place + 1;
    };
    // ORDERING: relaxed; the store below publishes it.
    free.second.store(second, Ordering::Relaxed);
    // ORDERING: release; whoever finds the first word finds the second.
    free.first.store(first, Ordering::Release);
}

/// The first bucket: keys that differ little are near each other, whether they differ in
/// a node's id, which an interner has in the upper half of its keys, or in an address.
#[inline]
fn near(first: u64, key: u64) -> usize {
    (key >> 25).wrapping_add(first >> 5) as usize
}

/// The second one: bits of a product that every bit of both words moves.
#[inline]
fn far(first: u64, key: u64) -> usize {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let hash = (first ^ key.rotate_left(7)).wrapping_mul(GOLDEN);
    (hash >> 32) as usize
}
