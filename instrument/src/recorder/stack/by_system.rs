//! Captures by the system's unwinder, where the compiler's tables are not read.
//!
//! **Invariant:** it remembers nothing.

use racegate_eventlog::StackId;

use super::{Site, system, with_site};

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
}

impl Walker {
    pub(super) const fn new() -> Self {
        Self
    }

    /// The stack of whoever calls, with the access at `site` on top.
    ///
    /// # Safety
    ///
    /// None is needed here.
    pub(super) unsafe fn capture(&mut self, _here: Registers, site: Site) -> StackId {
        with_site(system::walk().intern(), site)
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
