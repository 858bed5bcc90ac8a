//! An epoch: one step of one slot.
//!
//! **Invariant:** a time is never zero, so that "no epoch" is `None` and costs no space.

use std::num::NonZeroU32;

/// A component of a vector clock: a thread, or a chain of threads each of which
/// started knowing every access of the one before it (see [`Chains`](super::Chains)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Slot {
    /// The slot with this index.
    #[must_use]
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    /// Where its time stands in a vector clock.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The time of a slot: how often it has ticked, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(NonZeroU32);

impl Time {
    /// The first time of a slot.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The time with this number; none for zero.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The next time.
    ///
    /// # Panics
    ///
    /// After 2^32 - 1 ticks of one slot, which no log of the stated size holds.
    #[must_use]
    pub fn next(self) -> Self {
        Self(
            self.0
                .checked_add(1)
                .expect("fewer than 2^32 ticks of one slot"),
        )
    }

    /// The same as a number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0.get()
    }
}

/// FastTrack's `c@t`: the time `c` of the slot `t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch {
    /// Whose time it is.
    pub slot: Slot,
    /// The time.
    pub time: Time,
}
