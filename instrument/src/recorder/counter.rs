//! A count that whoever counts on locks, in one word.
//!
//! To try the lock is to add to the word, which takes less than to exchange it: the low bits
//! are how many have tried since it was unlocked last, and whoever found none has the lock.
//!
//! **Invariant:** while it is locked only the one who locked it stores the count.

use std::sync::atomic::Ordering;

use crate::primitive::{AtomicU64, spin_loop, yield_now};

/// So many threads may try at once, each once and then not before it saw the lock free, as
/// there are numbers of these bits.
const TRIES_BITS: u32 = 20;
const TRIES: u64 = ONE - 1;
/// One that is counted.
const ONE: u64 = 1 << TRIES_BITS;

/// A count and its lock.
pub(super) struct Counter(AtomicU64);

/// A count that is locked. Whoever has it unlocks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Locked(u64);

impl Locked {
    /// The count.
    #[inline]
    pub(super) fn count(self) -> u64 {
        self.0 >> TRIES_BITS
    }

    /// One more is counted.
    #[inline]
    pub(super) fn with_one_more(self) -> Self {
        Self(self.0 + ONE)
    }
}

impl Counter {
    /// Zero, and unlocked.
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Locks it, unless it is locked.
    #[inline]
    pub(super) fn try_lock(&self) -> Option<Locked> {
        // ORDERING: acquire, to follow whoever had it locked before.
        let found = self.add_a_try(Ordering::Acquire);
        (found & TRIES == 0).then_some(Locked(found))
    }

    /// Locks it.
    pub(super) fn lock(&self) -> Locked {
        let mut waits = 0_u32;
        loop {
            if let Some(locked) = self.try_lock() {
                return locked;
            }
            // ORDERING: relaxed; only a guess for the next try.
            while self.0.load(Ordering::Relaxed) & TRIES != 0 {
                waits += 1;
                if waits.is_multiple_of(64) {
                    yield_now();
                } else {
                    spin_loop();
                }
            }
        }
    }

    /// The count is this from here on, and locked no more.
    #[inline]
    pub(super) fn unlock(&self, Locked(count): Locked) {
        // ORDERING: release to the next one.
        self.0.store(count, Ordering::Release);
    }

    /// One more is counted, and whoever called has it locked no more.
    #[inline]
    pub(super) fn unlock_with_one_more(&self) {
        // ORDERING: relaxed; whoever else stores only adds tries.
        let found = self.0.load(Ordering::Relaxed);
        // ORDERING: release to the next one.
        self.0.store((found | TRIES) + 1, Ordering::Release);
    }

    /// The count and what `beside` finds that belongs to it, unless it is locked meanwhile.
    /// What `beside` loads is to be loaded with acquire, which keeps the second look after it.
    #[inline]
    pub(super) fn with<R>(&self, beside: impl FnOnce() -> R) -> Option<(u64, R)> {
        // ORDERING: acquire, of whoever unlocked it.
        let before = self.0.load(Ordering::Acquire);
        let found = beside();
        // ORDERING: relaxed; see above.
        let after = self.0.load(Ordering::Relaxed);
        (before == after && before & TRIES == 0).then_some((before >> TRIES_BITS, found))
    }

    /// The count, where something else keeps out all others that count, and orders them.
    #[inline]
    pub(super) fn get_alone(&self) -> u64 {
        // ORDERING: relaxed; see above.
        let found = self.0.load(Ordering::Relaxed);
        debug_assert!(found & TRIES == 0, "nobody has locked it");
        found >> TRIES_BITS
    }

    /// One more is counted, in the same place: the count from here on.
    #[inline]
    pub(super) fn count_alone(&self) -> u64 {
        // ORDERING: relaxed, both, as of `get_alone`.
        let found = self.0.load(Ordering::Relaxed);
        debug_assert!(found & TRIES == 0, "nobody has locked it");
        self.0.store(found + ONE, Ordering::Relaxed);
        (found + ONE) >> TRIES_BITS
    }

    /// Adds a try: what was there before.
    #[cfg(not(all(test, racegate_loom)))]
    #[inline]
    fn add_a_try(&self, ordering: Ordering) -> u64 {
        self.0.fetch_add(1, ordering)
    }

    /// The same for loom, which lets an addition find what preceded a plain store, again and
    /// again: one that would find it locked does not add.
    #[cfg(all(test, racegate_loom))]
    fn add_a_try(&self, ordering: Ordering) -> u64 {
        // ORDERING: relaxed; a guess for the exchange.
        let found = self.0.load(Ordering::Relaxed);
        if found & TRIES != 0 {
            return found;
        }
        let added = self
            .0
            .compare_exchange(found, found + 1, ordering, Ordering::Relaxed);
        added.unwrap_or(1)
    }
}

#[cfg(all(test, not(racegate_loom)))]
mod tests {
    use super::*;

    #[test]
    fn whoever_finds_it_locked_changes_neither_the_count_nor_the_lock() {
        let counter = Counter::new();
        for count in 0..3 {
            let locked = counter.try_lock().expect("nobody has locked it");
            assert_eq!(locked.count(), count);
            for _ in 0..1000 {
                assert_eq!(counter.try_lock(), None);
                assert_eq!(counter.with(|| ()), None);
            }
            if count == 1 {
                counter.unlock_with_one_more();
            } else {
                counter.unlock(locked.with_one_more());
            }
            assert_eq!(counter.with(|| 5), Some((count + 1, 5)));
            assert_eq!(counter.get_alone(), count + 1);
        }
        assert_eq!(counter.count_alone(), 4);
        assert_eq!(counter.lock().count(), 4);
    }

    #[test]
    fn all_that_is_counted_under_the_lock_is_counted() {
        let counter = Counter::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        counter.unlock(counter.lock().with_one_more());
                    }
                });
            }
        });
        assert_eq!(counter.get_alone(), 40_000);
    }
}
