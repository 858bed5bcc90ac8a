//! How a stream's words become visible to whoever looks at its window meanwhile: a
//! snapshot, another process, or a reader of what a killed process left behind.
//!
//! **Invariant:** the first word of a record is stored last, and a reader loads it
//! first; so a reader finds a record whole or not at all, and with it all before it.

use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::record;
use racegate_eventlog::window::HEADER_WORDS;

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// How many words a snapshot takes at a time.
const BLOCK: usize = 64;

/// A word of a window: an atomic, or the model of one.
pub(super) trait Word {
    fn load(&self, ordering: Ordering) -> u64;
    fn store(&self, value: u64, ordering: Ordering);
}

impl Word for AtomicU64 {
    #[inline]
    fn load(&self, ordering: Ordering) -> u64 {
        self.load(ordering)
    }

    #[inline]
    fn store(&self, value: u64, ordering: Ordering) {
        self.store(value, ordering);
    }
}

/// Stores a record where zeros are.
#[inline]
pub(super) fn publish<W: Word>(target: &[W], record: &[u64]) {
    for (target, word) in target.iter().zip(record).rev() {
        // ORDERING: release, and last word first, so that whoever loads a record's
        // first word finds the words after it.
        target.store(*word, Ordering::Release);
    }
}

/// Stores a record of one word where a zero is.
#[inline]
pub(super) fn publish_word<W: Word>(place: &W, word: u64) {
    // ORDERING: release, so that whoever loads it finds the records before it.
    place.store(word, Ordering::Release);
}

/// Stores a record of two words where zeros are.
#[inline]
pub(super) fn publish_pair<W: Word>(first: &W, second: &W, record: [u64; 2]) {
    // ORDERING: release, both, as in `publish`, and last word first.
    second.store(record[1], Ordering::Release);
    first.store(record[0], Ordering::Release);
}

/// What a window holds: its header, its records and zeros. It may be written to
/// meanwhile, but not sealed.
pub(super) fn snapshot<W: Word>(window: &[W]) -> Vec<u64> {
    let mut copy = vec![0; window.len()];
    let (mut loaded, mut end) = (0, HEADER_WORDS);
    for block in window.chunks(BLOCK) {
        for word in block {
            // ORDERING: acquire, first word first, of what `publish` releases.
            copy[loaded] = word.load(Ordering::Acquire);
            loaded += 1;
        }
        // What is not yet loaded whole decodes to an error.
        while let Some(Ok(Some((_, taken)))) = copy.get(end..loaded).map(record::decode) {
            end += taken;
        }
        // Words after the end may be those of a record that is being stored.
        if end < loaded && copy[end] == 0 {
            copy[end..loaded].fill(0);
            break;
        }
    }
    copy
}

#[cfg(all(test, racegate_loom))]
impl Word for loom::sync::atomic::AtomicU64 {
    fn load(&self, ordering: Ordering) -> u64 {
        self.load(ordering)
    }

    fn store(&self, value: u64, ordering: Ordering) {
        self.store(value, ordering);
    }
}
