//! Chains: slots that short threads use one after the other, so that a clock is
//! as long as the number of threads alive at once, not of all that ever were.
//!
//! This is a dynamic chain clock (Agarwal and Garg, *Efficient dependency tracking
//! for relevant events in shared-memory systems*, PODC 2005).
//!
//! **Invariant:** a forked thread takes over a slot only if the thread that forks
//! it knows the last access made in that slot.
//!
//! Why that is exact. Clocks are only ever asked whether they know the epoch of an
//! *access*. Let `f` be the last access of the old owner of a slot, and let the new
//! owner begin at a time later than any that the old one had.
//!
//! - *Nothing is invented.* A clock whose time for the slot is one of the old
//!   owner's learnt it from the old owner, as it would have with slots of their own.
//!   A time of the new owner claims the accesses of both; it comes from an event of
//!   the new owner, all of which happen after the fork, which knows `f`, and so
//!   every access of the old owner is ordered before.
//! - *Nothing is lost.* Times only grow along a slot, so a clock that does not know
//!   an access of the new owner has a smaller time, whoever it learnt it from.
//!
//! Everything a thread does after its last access (releases, its end) may be
//! unknown to the new owner, since nobody asks about it.

use std::collections::VecDeque;

use super::epoch::{Epoch, Slot, Time};
use super::vector::VectorClock;

/// Whether slots are used again. A property test holds both to the same verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// Wherever it is exact.
    Exact,
    /// Never: a slot for each thread.
    Never,
}

/// A thread's place in the chain of its slot.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// Its epoch now.
    pub epoch: Epoch,
    /// The last access made in the slot, by this thread or, as long as it made none,
    /// by one before it.
    pub last_access: Option<Time>,
}

/// Hands out slots.
#[derive(Debug)]
pub struct Chains {
    slots: u32,
    /// The last link of each slot whose owner will take no further step.
    vacant: Vacancies<Link>,
}

/// What is left of the slots whose owners will take no further step.
#[derive(Clone, Debug)]
pub struct Vacancies<T> {
    reuse: Reuse,
    vacant: VecDeque<T>,
}

/// How many vacant slots a fork looks at: a bound on the cost of a fork in a
/// program that never joins. Missing a slot that would have done is never wrong.
const LOOKED_AT: usize = 128;

impl Chains {
    /// No slot is taken yet.
    #[must_use]
    pub fn new(reuse: Reuse) -> Self {
        Self {
            slots: 0,
            vacant: Vacancies::new(reuse),
        }
    }

    /// How many slots there are: the length of the longest clock.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// The link of a new thread, in a slot whose last access is known to `forker`,
    /// the clock of the thread that forks it (empty where nobody did).
    pub fn begin(&mut self, forker: &VectorClock) -> Link {
        let heir = self.vacant.take(|last| {
            let slot = last.epoch.slot;
            let known = |time| forker.knows(Epoch { slot, time });
            last.last_access.is_none_or(known)
        });
        if let Some(last) = heir {
            let slot = last.epoch.slot;
            let time = last.epoch.time.next();
            return Link {
                epoch: Epoch { slot, time },
                last_access: last.last_access,
            };
        }
        let slot = Slot::new(self.slots);
        self.slots += 1;
        Link {
            epoch: Epoch {
                slot,
                time: Time::FIRST,
            },
            last_access: None,
        }
    }

    /// The owner of a slot will take no further step.
    pub fn finish(&mut self, link: Link) {
        self.vacant.add(link);
    }
}

impl<T> Vacancies<T> {
    /// No slot is vacant.
    #[must_use]
    pub fn new(reuse: Reuse) -> Self {
        Self {
            reuse,
            vacant: VecDeque::new(),
        }
    }

    /// One of which the last access is known, as far as a few were asked for it.
    pub fn take(&mut self, is_known: impl Fn(&T) -> bool) -> Option<T> {
        for _ in 0..self.vacant.len().min(LOOKED_AT) {
            let last = self.vacant.pop_front()?;
            if is_known(&last) {
                return Some(last);
            }
            self.vacant.push_back(last);
        }
        None
    }

    /// The owner of a slot will take no further step.
    pub fn add(&mut self, last: T) {
        match self.reuse {
            Reuse::Never => {}
            Reuse::Exact => self.vacant.push_back(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(link: &mut Link) -> Epoch {
        link.last_access = Some(link.epoch.time);
        link.epoch
    }

    #[test]
    fn a_slot_is_taken_over_only_by_who_knows_its_last_access() {
        let mut chains = Chains::new(Reuse::Exact);
        let mut old = chains.begin(&VectorClock::default());
        let last = access(&mut old);
        chains.finish(old);
        let stranger = chains.begin(&VectorClock::default());
        assert_ne!(stranger.epoch.slot, last.slot);
        let mut knowing = VectorClock::default();
        knowing.learn(last);
        let heir = chains.begin(&knowing);
        assert_eq!(heir.epoch.slot, last.slot);
        assert!(heir.epoch.time > last.time);
    }

    #[test]
    fn an_heir_that_accesses_nothing_hands_the_last_access_on() {
        let mut chains = Chains::new(Reuse::Exact);
        let mut old = chains.begin(&VectorClock::default());
        let last = access(&mut old);
        chains.finish(old);
        let mut knowing = VectorClock::default();
        knowing.learn(last);
        let idle = chains.begin(&knowing);
        chains.finish(idle);
        let stranger = chains.begin(&VectorClock::default());
        assert_ne!(stranger.epoch.slot, last.slot);
    }
}
