//! The sequence that an object counts its events by.
//!
//! **Invariant:** a stamp is taken once: while the sequence is locked, or while what the
//! object stands for keeps every other taker out.

use std::sync::atomic::Ordering;

use racegate_eventlog::record::Stamp;

use super::counter::{Counter, Locked};
use super::teller::Teller;
use crate::primitive::AtomicU64;

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// Stands for the log of events that no log saw.
const UNRECORDED: u32 = u32::MAX;

/// A stamp as it is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) stamp: Stamp,
    /// The same teller took the one before.
    pub(super) follows: bool,
}

/// An object's own count of its events.
pub(super) struct Sequence {
    /// The last stamp taken.
    last: Counter,
    /// The [`Teller`] that took the last stamp; some of [`UNRECORDED`] after an event that
    /// no log saw.
    teller: AtomicU64,
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
            teller: AtomicU64::new(Teller::NOBODY.to_bits()),
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
        let (log, last) = (other.last_log(), self.last_log());
        self.pass(if last == 0 || last == log {
            log
        } else {
            UNRECORDED
        });
    }

    #[inline]
    fn pass(&self, log: u32) {
        if self.last_log() != log {
            // ORDERING: relaxed, as in `last_log`. Whoever took a stamp meanwhile is not
            // remembered, and will tell the next one.
            let some = Teller::some(log).to_bits();
            self.teller.store(some, Ordering::Relaxed);
        }
    }

    /// The log of the last event.
    #[inline]
    fn last_log(&self) -> u32 {
        // ORDERING: relaxed; the number alone is used. Where it matters, as for a lock that
        // is taken outside a session and given back inside, the events are ordered by what
        // the object stands for.
        Teller::from_bits(self.teller.load(Ordering::Relaxed)).log()
    }

    /// The next stamp, taken where no other is taken meanwhile: what the object stands for
    /// excludes it, and orders the takers.
    #[inline]
    pub(super) fn next_alone(&self, teller: Teller) -> Taken {
        self.take(self.last.count_alone(), teller)
    }

    /// A stamp is taken by whoever is alone.
    #[inline]
    fn take(&self, sequence: u64, teller: Teller) -> Taken {
        // ORDERING: relaxed, both; whoever takes a stamp is alone.
        let last = self.teller.load(Ordering::Relaxed);
        let follows = last == teller.to_bits();
        let mut gap = false;
        if !follows {
            let last_log = Teller::from_bits(last).log();
            gap = last_log != 0 && last_log != teller.log();
            let teller = teller.remembered().to_bits();
            self.teller.store(teller, Ordering::Relaxed);
        }
        let stamp = Stamp { sequence, gap };
        Taken { stamp, follows }
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
    /// The next stamp.
    #[inline]
    pub(super) fn next(&mut self, teller: Teller) -> Taken {
        self.last = self.last.with_one_more();
        self.sequence.take(self.last.count(), teller)
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

    use super::{Sequence, Teller};

    /// A teller of this log.
    fn of(log: u32) -> Teller {
        Teller::of(log, 1)
    }

    #[test]
    fn a_panic_unlocks_and_keeps_the_stamps_taken() {
        let sequence = Sequence::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            sequence.lock().next(of(7));
            let _locked = sequence.lock();
            panic!("while locked");
        }));
        assert!(panicked.is_err());
        let stamp = sequence.lock().next(of(7)).stamp;
        assert_eq!((stamp.sequence, stamp.gap), (2, false));
    }

    #[test]
    fn a_stamp_says_that_another_log_or_none_saw_the_event_before() {
        let (sequence, other) = (Sequence::new(), Sequence::new());
        let gap = |log| sequence.lock().next(of(log)).stamp.gap;
        assert!(!gap(7));
        assert!(gap(8));
        assert!(!gap(8));
        sequence.pass_unrecorded();
        assert!(gap(8));
        other.lock().next(of(9));
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
            assert_eq!(sequence.next_alone(of(7)).stamp.sequence, expected);
            assert_eq!(sequence.lock().next(of(7)).stamp.sequence, expected + 1);
        }
        assert!(sequence.next_alone(of(8)).stamp.gap);
        assert!(!sequence.next_alone(of(8)).stamp.gap);
    }

    #[test]
    fn the_first_stamp_of_all_follows_the_event_that_took_none() {
        for (log, gap) in [(7, false), (8, true)] {
            let (sequence, other) = (Sequence::new(), Sequence::new());
            other.lock().next(of(7));
            sequence.pass_as(&other);
            assert_eq!(sequence.lock().next(of(log)).stamp.gap, gap);
        }
    }

    #[test]
    fn a_stamp_follows_its_own_tellers_and_no_other_event() {
        let (sequence, other) = (Sequence::new(), Sequence::new());
        let (one, two) = (Teller::of(7, 1), Teller::of(7, 2));
        let follows = |teller| sequence.lock().next(teller).follows;
        assert!(!follows(one));
        assert!(follows(one));
        assert!(sequence.next_alone(one).follows);
        assert!(!follows(two), "another took the stamp before");
        assert!(!follows(one));
        sequence.pass_unrecorded();
        assert!(!follows(one), "no log saw the event before");
        other.lock().next(two);
        sequence.pass_as(&other);
        assert!(follows(one), "no stamp was taken in between");
        other.lock().next(of(8));
        sequence.pass_as(&other);
        assert!(!follows(one));
    }
}
