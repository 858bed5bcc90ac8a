//! The stacks that are nothing but a line, by the line's address: those that a stream was
//! asked for lately and has defined.
//!
//! **Invariant:** an entry's stack is its site's, and defined. Entries that fall into one
//! place push each other out.

use std::panic::Location;

use racegate_eventlog::StackId;

/// How many sites are remembered.
const SITES: usize = 64;

/// The stacks of the sites seen last.
pub(super) struct Lines {
    sites: [Option<&'static Location<'static>>; SITES],
    stacks: [StackId; SITES],
}

impl Lines {
    pub(super) const fn new() -> Self {
        Self {
            sites: [None; SITES],
            stacks: [StackId::EMPTY; SITES],
        }
    }

    /// The stack that is nothing but `site`, if it was seen lately.
    #[inline]
    pub(super) fn known(&self, site: &'static Location<'static>) -> Option<StackId> {
        let at = place(site);
        let is_known = self.sites[at].is_some_and(|known| std::ptr::eq(known, site));
        is_known.then(|| self.stacks[at])
    }

    /// That is the stack of `site`, and defined.
    pub(super) fn put(&mut self, site: &'static Location<'static>, stack: StackId) {
        let at = place(site);
        (self.sites[at], self.stacks[at]) = (Some(site), stack);
    }

    /// None is defined any more.
    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }
}

/// Sites stand beside each other in the binary, an odd number of words apart, so that
/// neighbours have places of their own.
#[inline]
fn place(site: &'static Location<'static>) -> usize {
    let address = std::ptr::from_ref(site).addr();
    (address / align_of::<Location<'static>>()) % SITES
}
