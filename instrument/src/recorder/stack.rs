//! Capturing a stack.
//!
//! On Linux on x86-64 the walk goes by the compiler's unwind tables, whose rows are kept,
//! and of the last stack the frames that are still there are kept, too. Elsewhere, and
//! where the tables say more than a row holds, the system's unwinder walks.
//!
//! **Invariant:** what is captured is right, or cut with a marker; never a guess.

use std::panic::Location;

use racegate_eventlog::StackId;

use super::era::Era;
use super::interner::{self, Frame, Interned};

pub(super) use place::{FromCaller, Place, here};

mod addresses;
mod place;
mod system;

macro_rules! by_tables {
    ($($item:item)*) => { $(
        #[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom)))]
        $item
    )* };
}

by_tables! {
    mod binaries;
    mod blocks;
    mod by_tables;
    mod caller;
    mod incremental;
    mod memo;
    mod memory;
    mod own_stack;
    mod plain;
    mod registers;
    mod root;
    mod row;
    mod rows;
    mod step;
    mod tables;
    #[cfg(test)]
    mod tests;
    use by_tables::{Registers, Walker};
    pub(super) use caller::{Caller, from_caller};
    pub(crate) use by_tables::Rooted;
}

#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    not(miri),
    not(racegate_loom)
)))]
mod by_system;
#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    not(miri),
    not(racegate_loom)
)))]
pub(crate) use by_system::Rooted;
#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    not(miri),
    not(racegate_loom)
)))]
pub(super) use by_system::{Caller, from_caller};
#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    not(miri),
    not(racegate_loom)
)))]
use by_system::{Registers, Walker};

/// A line of the program.
type Site = &'static Location<'static>;

/// One thread's unwinder.
pub(super) struct Unwinder {
    walker: Walker,
}

impl Unwinder {
    pub(super) const fn new() -> Self {
        Self {
            walker: Walker::new(),
        }
    }

    /// Whether it remembers whole stacks. Then it always will.
    pub(super) fn remembers(&self) -> bool {
        self.walker.remembers()
    }

    /// The whole stack of the event of this caller, if it was captured in this era and is
    /// still the same.
    ///
    /// # Safety
    ///
    /// The unwinder [`remembers`](Self::remembers).
    #[inline(always)]
    pub(super) unsafe fn known(&mut self, caller: Caller<'_>, era: Era) -> Option<StackId> {
        // SAFETY: the caller's promise.
        unsafe { self.walker.known(caller, era) }
    }

    /// The whole stack of the event at `place`. Whoever asks has it defined in this era.
    #[inline]
    pub(super) fn capture(&mut self, place: Place<'_>, era: Era) -> StackId {
        self.walker.capture(place, era)
    }
}

/// The stack that is nothing but a line.
pub(super) fn site_only(site: Site) -> StackId {
    interner::child(StackId::EMPTY, Frame::Site(site)).unwrap_or(StackId::EMPTY)
}

/// A stack with its line on top.
fn with_site(frames: Interned, site: Site) -> StackId {
    match frames {
        Interned::Whole(frames) => interner::child(frames, Frame::Site(site)).unwrap_or(frames),
        // The line would stand under a caller that is not its own.
        Interned::Part(frames) => frames,
    }
}
