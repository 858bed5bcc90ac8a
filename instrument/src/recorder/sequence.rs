//! The sequence that an object counts its events by.
//!
//! **Invariant:** a stamp is taken once: while the sequence is locked, or while what the
//! object stands for keeps every other taker out.

use std::sync::atomic::Ordering;

use racegate_eventlog::record::Stamp;

use super::counter::{Counter, Locked};
use crate::primitive::AtomicU32;

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// Stands for the log of events that no log saw.
const UNRECORDED: u32 = u32::MAX;

/// An object's own count of its events.
pub(super) struct Sequence {
    /// The last stamp taken.
    last: Counter,
    /// The log that took the last stamp; zero before the first, [`UNRECORDED`] after
    /// an event that no log saw.
    log: AtomicU32,
}

/// A sequence locked until this is dropped, by a panic too.
pub(super) struct LockedSequence<'a> {
    sequence: &'a Sequence,
    /// The last stamp taken.
    last: Locked,
}

impl Sequence {
    pub(super) const fn new() -> Self {
        Self {
            last: Counter::new(),
            log: AtomicU32::new(0),
        }
    }

    /// An event that no log sees: the next one that a log sees says so.
    #[inline]
    pub(super) fn pass_unrecorded(&self) {
        self.pass(UNRECORDED);
    }

    /// An event of the log that took the last stamp of `other`, but none to stamp. Where
    /// the last event here was not of that log, the next one has a gap before it in any.
    #[inline]
    pub(super) fn pass_as(&self, other: &Self) {
        // ORDERING: relaxed, both, as in `pass`.
        let log = other.log.load(Ordering::Relaxed);
        let last = self.log.load(Ordering::Relaxed);
        self.pass(if last == 0 || last == log {
            log
        } else {
            UNRECORDED
        });
    }

    #[inline]
    fn pass(&self, log: u32) {
        // ORDERING: relaxed, both; the number alone is used. Where it matters, as for a
        // lock that is taken outside a session and given back inside, the events are
        // ordered by what the object stands for.
        if self.log.load(Ordering::Relaxed) != log {
            self.log.store(log, Ordering::Relaxed);
        }
    }

    /// The next stamp, taken by this log where no other is taken meanwhile: what the
    /// object stands for excludes it, and orders the takers.
    #[inline]
    pub(super) fn next_alone(&self, log: u32) -> Stamp {
        Stamp {
            sequence: self.last.count_alone(),
            gap: self.goes_on_in(log),
        }
    }

    /// The next stamp is taken by this log; whether there is a gap before it.
    #[inline]
    fn goes_on_in(&self, log: u32) -> bool {
        // ORDERING: relaxed, both; whoever takes a stamp is alone.
        let last_log = self.log.load(Ordering::Relaxed);
        let mut gap = false;
        if last_log != log {
            gap = last_log != 0;
            self.log.store(log, Ordering::Relaxed);
        }
        gap
    }

    pub(super) fn lock(&self) -> LockedSequence<'_> {
        LockedSequence {
            sequence: self,
            last: self.last.lock(),
        }
    }

    /// Locks it, unless it is locked.
    #[inline]
    pub(super) fn try_lock(&self) -> Option<LockedSequence<'_>> {
        let last = self.last.try_lock()?;
        Some(LockedSequence {
            sequence: self,
            last,
        })
    }
}

impl LockedSequence<'_> {
    /// The next stamp, taken by this log.
    #[inline]
    pub(super) fn next(&mut self, log: u32) -> Stamp {
        self.last = self.last.with_one_more();
        Stamp {
            sequence: self.last.count(),
            gap: self.sequence.goes_on_in(log),
        }
    }
}

impl Drop for LockedSequence<'_> {
    #[inline]
    fn drop(&mut self) {
        self.sequence.last.unlock(self.last);
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

    #[test]
    fn a_stamp_says_that_another_log_or_none_saw_the_event_before() {
        let (sequence, other) = (Sequence::new(), Sequence::new());
        let gap = |log| sequence.lock().next(log).gap;
        assert!(!gap(7));
        assert!(gap(8));
        assert!(!gap(8));
        sequence.pass_unrecorded();
        assert!(gap(8));
        other.lock().next(9);
        sequence.pass_as(&other);
        assert!(gap(9), "the stamp before is the other log's");
        sequence.pass_as(&other);
        assert!(!gap(9));
        sequence.pass_as(&other);
        assert!(gap(8));
    }

    #[test]
    fn stamps_that_are_taken_alone_and_under_the_lock_follow_one_another() {
        let sequence = Sequence::new();
        for expected in [1, 3, 5] {
            assert_eq!(sequence.next_alone(7).sequence, expected);
            assert_eq!(sequence.lock().next(7).sequence, expected + 1);
        }
        assert!(sequence.next_alone(8).gap);
        assert!(!sequence.next_alone(8).gap);
    }

    #[test]
    fn the_first_stamp_of_all_follows_the_event_that_took_none() {
        for (log, gap) in [(7, false), (8, true)] {
            let (sequence, other) = (Sequence::new(), Sequence::new());
            other.lock().next(7);
            sequence.pass_as(&other);
            assert_eq!(sequence.lock().next(log).gap, gap);
        }
    }
}
