//! A vector clock: for each slot, the last time known to have happened.
//!
//! **Invariant:** the last stored time is never zero. One value has one
//! representation, so the derived `PartialEq` is equality of clocks.

use smallvec::SmallVec;

use super::epoch::{Epoch, Slot, Time};

/// A vector clock.
///
/// ```
/// use racegate_detector::clock::{Epoch, Slot, Time, VectorClock};
///
/// let step = Epoch { slot: Slot::new(2), time: Time::FIRST };
/// let mut clock = VectorClock::default();
/// assert!(!clock.knows(step));
/// clock.learn(step);
/// assert!(clock.knows(step));
/// ```
#[derive(Debug, Default, PartialEq, Eq)]
pub struct VectorClock {
    times: SmallVec<[u32; 6]>,
}

impl Clone for VectorClock {
    fn clone(&self) -> Self {
        Self {
            times: SmallVec::from_slice(&self.times),
        }
    }

    // A release copies a whole clock into one that is there already: no allocation.
    fn clone_from(&mut self, source: &Self) {
        self.times.clear();
        self.times.extend_from_slice(&source.times);
    }
}

impl VectorClock {
    /// The last time known of a slot; none where nothing is known of it.
    #[must_use]
    pub fn time(&self, slot: Slot) -> Option<Time> {
        self.times.get(slot.index()).copied().and_then(Time::new)
    }

    /// FastTrack's `c@t ≼ C`: whether this step is known to have happened.
    #[must_use]
    pub fn knows(&self, epoch: Epoch) -> bool {
        self.times
            .get(epoch.slot.index())
            .is_some_and(|&time| time >= epoch.time.number())
    }

    /// Whether everything known here is known to the other clock too (`⊑`).
    #[must_use]
    pub fn leq(&self, other: &Self) -> bool {
        self.times.len() <= other.times.len()
            && self.times.iter().zip(&other.times).all(|(a, b)| a <= b)
    }

    /// The pointwise maximum with another clock (`⊔=`).
    pub fn join(&mut self, other: &Self) {
        if self.times.len() < other.times.len() {
            self.times.resize(other.times.len(), 0);
        }
        for (mine, theirs) in self.times.iter_mut().zip(&other.times) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// Learns of a single step, which never makes a clock forget a later one.
    pub fn learn(&mut self, epoch: Epoch) {
        let index = epoch.slot.index();
        if self.times.len() <= index {
            self.times.resize(index + 1, 0);
        }
        self.times[index] = self.times[index].max(epoch.time.number());
    }

    /// Every step known, one for each slot of which anything is known.
    pub fn epochs(&self) -> impl Iterator<Item = Epoch> {
        self.times.iter().zip(0..).filter_map(|(&time, slot)| {
            Some(Epoch {
                slot: Slot::new(slot),
                time: Time::new(time)?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock() -> impl Strategy<Value = VectorClock> {
        prop::collection::vec((0_u32..9, 1_u32..5), 0..6).prop_map(|steps| {
            let mut clock = VectorClock::default();
            for (slot, time) in steps {
                clock.learn(epoch(slot, time));
            }
            clock
        })
    }

    fn epoch(slot: u32, time: u32) -> Epoch {
        Epoch {
            slot: Slot::new(slot),
            time: Time::new(time).expect("times count from one"),
        }
    }

    #[test]
    fn to_learn_of_an_earlier_step_forgets_no_later_one() {
        let mut clock = VectorClock::default();
        clock.learn(epoch(1, 3));
        clock.learn(epoch(1, 2));
        assert!(clock.knows(epoch(1, 3)));
    }

    proptest! {
        #[test]
        fn join_is_the_pointwise_maximum(a in clock(), b in clock()) {
            let mut joined = a.clone();
            joined.join(&b);
            for slot in (0..10).map(Slot::new) {
                prop_assert_eq!(joined.time(slot), a.time(slot).max(b.time(slot)));
            }
        }

        #[test]
        fn leq_holds_exactly_when_every_step_is_known(a in clock(), b in clock()) {
            prop_assert_eq!(a.leq(&b), a.epochs().all(|step| b.knows(step)));
        }

        #[test]
        fn a_clock_is_equal_to_itself_after_any_detour(a in clock(), b in clock()) {
            let mut detour = b;
            detour.clone_from(&a);
            prop_assert_eq!(&detour, &a);
            prop_assert_ne!(a.times.last(), Some(&0));
        }
    }
}
