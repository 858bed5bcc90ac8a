//! A hash table of two-word entries that is read without a lock and only grows.
//!
//! **Invariant:** an entry is stored once and never changes or moves within its array;
//! its first word is never zero, and is stored last. Arrays that were outgrown stay, so
//! whoever reads one meanwhile misses at worst what was stored since.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::zeroed::{Zeroed, zeroed};
use crate::primitive::{AtomicU64, AtomicUsize};

#[cfg(all(test, loom))]
mod in_loom;

/// Entries of the first array, as a power of two: two pages of them. In a model few
/// enough to be outgrown.
const FIRST: u32 = if cfg!(loom) { 2 } else { 9 };
/// How many arrays there can be, each with twice the room of the one before.
const ARRAYS: usize = 17;

/// The table. `KEY` masks the bits of a second word that belong to an entry's key, as
/// all bits of the first word do.
pub(super) struct Table<const KEY: u64> {
    arrays: [OnceLock<&'static [Entry]>; ARRAYS],
    /// Which of them is read.
    current: AtomicUsize,
}

/// An entry, or room for one.
struct Entry {
    first: AtomicU64,
    second: AtomicU64,
}

/// A table as it is read: an array of it, which may be outgrown meanwhile.
#[derive(Clone, Copy)]
pub(super) struct View<const KEY: u64> {
    entries: &'static [Entry],
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
unsafe impl Zeroed for Entry {
    #[cfg(any(miri, loom))]
    fn zero() -> Self {
        Self {
            first: AtomicU64::new(0),
            second: AtomicU64::new(0),
        }
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
        let entries = self.arrays.get(current).and_then(OnceLock::get);
        View {
            entries: entries.copied().unwrap_or_default(),
        }
    }

    /// Stores an entry that is not there. False when there is no memory for it.
    #[must_use]
    pub(super) fn store(&self, room: &mut Room, first: u64, second: u64) -> bool {
        debug_assert_ne!(first, 0, "zero is no entry");
        let Some(entries) = self.with_room(room) else {
            return false;
        };
        put(entries, first, second, KEY);
        room.stored += 1;
        true
    }

    /// The array with room for one more.
    fn with_room(&self, room: &Room) -> Option<&'static [Entry]> {
        // ORDERING: relaxed; who stores is alone.
        let current = self.current.load(Ordering::Relaxed);
        let Some(entries) = self.arrays[current].get() else {
            return self.array(current);
        };
        if (room.stored + 1) * 4 <= entries.len() * 3 {
            return Some(entries);
        }
        let larger = self.array(current + 1)?;
        for entry in *entries {
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
    fn array(&self, number: usize) -> Option<&'static [Entry]> {
        let array = self.arrays.get(number)?;
        if let Some(entries) = array.get() {
            return Some(entries);
        }
        let entries = zeroed(1 << (FIRST as usize + number))?;
        Some(array.get_or_init(|| entries))
    }
}

impl<const KEY: u64> View<KEY> {
    /// The second word of the entry with this first word and these key bits in the second.
    #[inline]
    pub(super) fn find(self, first: u64, key: u64) -> Option<u64> {
        let entries = self.entries;
        let last = entries.len().checked_sub(1)?;
        let mut place = place(first, key) & last;
        // Some of an array is never used, so a search ends.
        loop {
            let entry = &entries[place];
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
            place = (place + 1) & last;
        }
    }
}

/// Stores into an array that has room.
fn put(entries: &[Entry], first: u64, second: u64, mask: u64) {
    let last = entries.len() - 1;
    let mut place = place(first, second & mask) & last;
    // ORDERING: relaxed; who stores is alone.
    while entries[place].first.load(Ordering::Relaxed) != 0 {
        place = (place + 1) & last;
    }
    // ORDERING: relaxed; the store below publishes it.
    entries[place].second.store(second, Ordering::Relaxed);
    // ORDERING: release; whoever finds the first word finds the second.
    entries[place].first.store(first, Ordering::Release);
}

/// Where to look first, in an array of 2^32 entries: bits of a product that every bit
/// of both words moves.
#[inline]
fn place(first: u64, key: u64) -> usize {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let hash = (first ^ key.rotate_left(7)).wrapping_mul(GOLDEN);
    (hash >> 32) as usize
}
