//! Tellers: who takes stamps, as the object remembers whoever took its last one.
//!
//! Whoever is told to have taken the last stamp need not tell the next one, since a reader
//! can count: it reads the records of one stretch of one thread in one chunk in their order.
//!
//! **Invariant:** no two stretches are one teller, nor are two chunks; and none is the
//! teller that the object remembers unless it took the object's last stamp.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many numbers a stream takes at once.
const AT_ONCE: u64 = 1 << 6;

/// A stretch of a thread in one chunk of a log: the log's number in the upper half, and in
/// the lower one its own, or [`ANY`] where there are no more numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Teller(u64);

/// Some stretch of a log, and none that asks.
const SOME: u32 = u32::MAX;
/// Any stretch, which is not known from the others: no object remembers it as such.
const ANY: u32 = 0;

impl Teller {
    /// Nobody took a stamp so far.
    pub(super) const NOBODY: Self = Self::of(0, 0);

    /// The teller of this number.
    pub(super) const fn of(log: u32, number: u32) -> Self {
        Self((log as u64) << 32 | number as u64)
    }

    /// Some teller of a log, which knows nothing of the last stamp.
    pub(super) const fn some(log: u32) -> Self {
        Self::of(log, SOME)
    }

    /// The log.
    pub(super) const fn log(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// What an object remembers of it.
    pub(super) const fn remembered(self) -> Self {
        if self.0 << 32 == 0 {
            Self::some(self.log())
        } else {
            self
        }
    }

    /// As one number.
    #[inline]
    pub(super) const fn to_bits(self) -> u64 {
        self.0
    }

    /// The teller of such a number.
    #[inline]
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}

/// The tellers that one stream is, one after another.
pub(super) struct Tellers {
    log: u32,
    /// Numbers that no other stream has.
    numbers: Range<u64>,
}

impl Tellers {
    /// None yet.
    pub(super) const fn of_log(log: u32) -> Self {
        Self { log, numbers: 0..0 }
    }

    /// One that was none before.
    pub(super) fn next(&mut self) -> Teller {
        static TAKEN: AtomicU64 = AtomicU64::new(1);
        if self.numbers.is_empty() {
            // ORDERING: relaxed; an RMW never returns one twice.
            let first = TAKEN.fetch_add(AT_ONCE, Ordering::Relaxed);
            self.numbers = first..first + AT_ONCE;
        }
        let number = self.numbers.start;
        self.numbers.start += 1;
        let number = u32::try_from(number).ok().filter(|it| *it != SOME);
        Teller::of(self.log, number.unwrap_or(ANY))
    }
}

#[cfg(all(test, not(racegate_loom)))]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_teller_is_another() {
        let mut streams = [Tellers::of_log(7), Tellers::of_log(7), Tellers::of_log(8)];
        let mut met = HashSet::from([Teller::NOBODY.to_bits(), Teller::some(7).to_bits()]);
        for _ in 0..3 * AT_ONCE {
            for (stream, log) in streams.iter_mut().zip([7, 7, 8]) {
                let teller = stream.next();
                assert!(met.insert(teller.to_bits()), "{teller:?}");
                assert_eq!((teller.log(), teller.remembered()), (log, teller));
            }
        }
    }

    #[test]
    fn without_numbers_a_teller_never_knows_itself() {
        let mut tellers = Tellers::of_log(7);
        let last = u64::from(SOME) - 1;
        tellers.numbers = last..last + 3;
        let known = tellers.next();
        assert_eq!(known.remembered(), known);
        for _ in 0..2 {
            let any = tellers.next();
            assert_ne!(any.remembered(), any);
            assert_eq!(any.remembered().log(), 7);
        }
    }
}
