//! Epochs as numbers: a slot in the low bits, its time above them.
//!
//! **Invariant:** of two codes of one slot, the later is the greater, so that a clock
//! that holds a code for each slot knows an epoch exactly when `epoch <= clock[slot]`.
//!
//! Slot zero is nobody's: a clock's code for it is always zero. Zero itself is then an
//! epoch that everyone knows, "no access", and any other code of slot zero is one that
//! nobody knows: a mark, which sends whoever compares it to the slow path.

use std::fmt::Debug;

/// A number that holds an epoch.
pub(super) trait Code: Copy + Ord + Default + Debug + Send {
    /// The largest number it holds.
    const LARGEST: u64;

    /// The code with this number.
    ///
    /// # Panics
    ///
    /// Where it does not fit: whoever makes one has asked [`Width::holds`].
    fn of(number: u64) -> Self;

    /// The same as a number.
    fn number(self) -> u64;

    /// The greater of two.
    fn later(self, other: Self) -> Self;

    /// Where its time stands in a clock of so many slots: a power of two.
    fn slot(self, slots: usize) -> usize;
}

impl Code for u32 {
    // With the highest bit left alone, the greater of two is also the greater of two
    // signed numbers, which every x86-64 finds for four pairs at a time.
    const LARGEST: u64 = (u32::MAX >> 1) as u64;

    fn of(number: u64) -> Self {
        let code = u32::try_from(number).ok();
        code.filter(|&code| u64::from(code) <= Self::LARGEST)
            .expect("there was room for it")
    }

    fn number(self) -> u64 {
        u64::from(self)
    }

    #[inline]
    fn later(self, other: Self) -> Self {
        self.cast_signed().max(other.cast_signed()).cast_unsigned()
    }

    #[inline]
    fn slot(self, slots: usize) -> usize {
        self as usize & slots.wrapping_sub(1)
    }
}

impl Code for u64 {
    const LARGEST: u64 = u64::MAX;

    fn of(number: u64) -> Self {
        number
    }

    fn number(self) -> u64 {
        self
    }

    #[inline]
    fn later(self, other: Self) -> Self {
        self.max(other)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are the slot")]
    fn slot(self, slots: usize) -> usize {
        self as usize & slots.wrapping_sub(1)
    }
}

/// How many slots codes have room for, nobody's among them: a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Width(u32);

impl Width {
    /// The least width that has so many slots, nobody's among them.
    pub(super) fn of(slots: usize) -> Self {
        Self(slots.max(16).next_power_of_two().trailing_zeros())
    }

    /// Twice as many slots.
    pub(super) fn doubled(self) -> Self {
        Self(self.0 + 1)
    }

    /// How many slots there are.
    pub(super) fn slots(self) -> usize {
        1 << self.0
    }

    /// Whether every slot can have this time, in codes of this kind.
    pub(super) fn holds<C: Code>(self, time: u64) -> bool {
        time < C::LARGEST >> self.0
    }

    /// The code of a slot's time.
    pub(super) fn code<C: Code>(self, slot: usize, time: u64) -> C {
        C::of((time << self.0) | slot as u64)
    }

    /// A mark of this number, counted from zero.
    pub(super) fn mark<C: Code>(self, number: u64) -> C {
        self.code(0, number + 1)
    }

    /// The number of a mark; none for an epoch.
    #[inline]
    pub(super) fn marked<C: Code>(self, code: C) -> Option<u64> {
        let is_mark = code.slot(self.slots()) == 0;
        let number = self.time(code).checked_sub(1);
        number.filter(|_| is_mark)
    }

    /// The time of a code.
    pub(super) fn time<C: Code>(self, code: C) -> u64 {
        code.number() >> self.0
    }

    /// The same epoch or mark in codes of another width or kind.
    pub(super) fn recoded<A: Code, B: Code>(self, code: A, to: Self) -> B {
        to.code(code.slot(self.slots()), self.time(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_holds_its_slot_and_its_time_in_every_width() {
        let width = Width::of(17);
        assert_eq!(width.slots(), 32);
        let code: u32 = width.code(5, 7);
        let wide: u64 = width.recoded(code, width.doubled());
        assert_eq!((code.slot(32), width.time(code)), (5, 7));
        assert_eq!((wide.slot(64), width.doubled().time(wide)), (5, 7));
    }

    #[test]
    fn what_is_held_fits_and_what_is_not_would_not() {
        let width = Width::of(16);
        let last = (1 << 27) - 2;
        assert!(width.holds::<u32>(last));
        assert_eq!(width.time(width.code::<u32>(15, last)), last);
        assert!(!width.holds::<u32>(last + 1));
        assert!(width.holds::<u64>(last + 1));
    }

    #[test]
    fn marks_are_no_epochs_and_zero_is_neither() {
        let width = Width::of(16);
        assert_eq!(width.marked(width.mark::<u32>(3)), Some(3));
        assert_eq!(width.marked(width.code::<u32>(1, 4)), None);
        assert_eq!(width.marked(0_u32), None);
    }
}
