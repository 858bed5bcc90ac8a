//! Captures by the system's unwinder, where the compiler's tables are not read.
//!
//! **Invariant:** it remembers nothing.

use super::system;
use crate::recorder::interner::Interned;

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

    /// The node of the stack of whoever calls.
    ///
    /// # Safety
    ///
    /// None is needed here.
    pub(super) unsafe fn capture(&mut self, _here: Registers) -> Interned {
        system::walk().intern()
    }
}
