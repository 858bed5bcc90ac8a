//! The sequence that an object counts its events by.
//!
//! **Invariant:** a stamp is taken once, and only while the sequence is locked.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use racegate_eventlog::record::Stamp;

/// An object's own count of its events.
pub(super) struct Sequence {
    /// The last stamp taken, twice, plus one while locked.
    last: AtomicU64,
    /// The log that took the last stamp.
    log: AtomicU32,
}

/// A sequence locked until this is dropped, by a panic too.
pub(super) struct LockedSequence<'a> {
    sequence: &'a Sequence,
    /// The last stamp taken.
    last: u64,
}

impl Sequence {
    pub(super) const fn new() -> Self {
        Self {
            last: AtomicU64::new(0),
            log: AtomicU32::new(0),
        }
    }

    #[inline]
    pub(super) fn lock(&self) -> LockedSequence<'_> {
        let mut spins = 0_u32;
        loop {
            // ORDERING: relaxed; only a guess for the exchange.
            let seen = self.last.load(Ordering::Relaxed) & !1;
            // ORDERING: acquire, to follow the last holder's release.
            let locked = self.last.compare_exchange_weak(
                seen,
                seen | 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            if locked.is_ok() {
                return LockedSequence {
                    sequence: self,
                    last: seen >> 1,
                };
            }
            spins += 1;
            if spins.is_multiple_of(64) {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
    }
}

impl LockedSequence<'_> {
    /// The next stamp, taken by this log.
    #[inline]
    pub(super) fn next(&mut self, log: u32) -> Stamp {
        // ORDERING: relaxed; under the lock.
        let last_log = self.sequence.log.load(Ordering::Relaxed);
        let gap = self.last > 0 && last_log != log;
        // ORDERING: relaxed; under the lock.
        self.sequence.log.store(log, Ordering::Relaxed);
        self.last += 1;
        Stamp {
            sequence: self.last,
            gap,
        }
    }
}

impl Drop for LockedSequence<'_> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: release to the next holder.
        self.sequence.last.store(self.last << 1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Sequence;

    #[test]
    fn a_panic_unlocks_and_keeps_the_stamps_taken() {
        let sequence = Sequence::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            sequence.lock().next(7);
            let _locked = sequence.lock();
            panic!("while locked");
        }));
        assert!(panicked.is_err());
        let stamp = sequence.lock().next(7);
        assert_eq!((stamp.sequence, stamp.gap), (2, false));
    }
}
