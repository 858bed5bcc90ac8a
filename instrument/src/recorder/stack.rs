//! Capturing a stack.
//!
//! On Linux on x86-64 the walk goes by the compiler's unwind tables, whose rows are kept,
//! and of the last stack the frames that are still there are kept, too. Elsewhere, and
//! where the tables say more than a row holds, the system's unwinder walks.
//!
//! **Invariant:** what is captured is right, or cut with a marker; never a guess.

use std::panic::Location;

use racegate_eventlog::StackId;

use super::interner::{self, Frame, Interned};
use super::options::StackMode;
use sites::Sites;

pub(super) use place::{Place, here};

mod addresses;
mod place;
mod sites;
mod system;

macro_rules! by_tables {
    ($($item:item)*) => { $(
        #[cfg(all(target_os = "linux", target_arch = "x86_64", not(miri), not(racegate_loom)))]
        $item
    )* };
}

by_tables! {
    mod binaries;
    mod by_tables;
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
use by_system::{Registers, Walker};

/// A line of the program.
type Site = &'static Location<'static>;

/// One thread's unwinder.
pub(super) struct Unwinder {
    walker: Walker,
    sites: Sites,
}

impl Unwinder {
    pub(super) const fn new() -> Self {
        Self {
            walker: Walker::new(),
            sites: Sites::new(),
        }
    }

    /// The stack that is nothing but `site`, if it was told lately.
    #[inline]
    pub(super) fn known_line(&self, site: Site) -> Option<StackId> {
        self.sites.known(site)
    }

    /// The whole stack of the event at `place`, if it was told lately and is still the same.
    #[inline(always)]
    pub(super) fn known(&mut self, place: Place<'_>) -> Option<StackId> {
        self.walker.known(place)
    }

    /// The stack of the event at `place`.
    #[inline]
    pub(super) fn capture(&mut self, mode: StackMode, place: Place<'_>) -> StackId {
        match mode {
            StackMode::Site => self.sites.get(place.site),
            StackMode::Full => self.walker.capture(place),
        }
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
