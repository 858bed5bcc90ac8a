//! Eras of a stream: from each time that it forgets what it has defined to the next.
//!
//! **Invariant:** what was found to be defined in an era is defined until its end.

/// An era, counted above the bits that are left to those who count something else in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Era(u64);

/// What may be counted in one word with eras: fewer than these. Of eras there are fewer
/// than would fill the rest, which would take a log of sixty terabytes.
const BESIDES: u32 = 40;

impl Era {
    /// The first one.
    pub(super) const FIRST: Self = Self(0);

    /// The one after.
    pub(super) fn next(self) -> Self {
        Self(self.0.wrapping_add(1 << BESIDES))
    }

    /// A word for the era and the number together.
    #[inline(always)]
    pub(super) fn with(self, number: u64) -> u64 {
        debug_assert!(number >> BESIDES == 0, "it is counted besides");
        self.0.wrapping_add(number)
    }
}
