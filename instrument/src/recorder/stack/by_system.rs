//! Captures by the system's unwinder, where the compiler's tables are not read.
//!
//! **Invariant:** it remembers nothing.

use racegate_eventlog::StackId;

use super::place::Place;
use super::{system, with_site};

/// What captures one thread's stacks.
pub(super) struct Walker;

/// Where a frame stands, which the system's unwinder finds out itself.
#[derive(Clone, Copy)]
pub(super) struct Registers;

impl Registers {
    #[inline(always)]
    pub(super) fn here() -> Self {
        Self
    }

    #[inline(always)]
    pub(super) fn stay() {}

    #[inline(always)]
    pub(super) fn words(self) -> [usize; 3] {
        [0; 3]
    }

    #[inline(always)]
    pub(super) fn of(_words: [usize; 3]) -> Self {
        Self
    }
}

impl Walker {
    pub(super) const fn new() -> Self {
        Self
    }

    /// None is.
    #[inline]
    pub(super) fn known(&mut self, _place: Place<'_>) -> Option<StackId> {
        None
    }

    /// The stack of the event.
    pub(super) fn capture(&mut self, place: Place<'_>) -> StackId {
        with_site(system::walk().intern(), place.site)
    }
}

/// The frame that holds this would be one that is known to be active, if anything asked.
pub(crate) struct Rooted;

impl Rooted {
    /// Of the frame into which this is inlined.
    pub(crate) fn here() -> Self {
        Self
    }
}
