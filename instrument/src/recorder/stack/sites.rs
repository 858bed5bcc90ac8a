//! The stacks that are nothing but a line, by the line's address.
//!
//! **Invariant:** an entry's stack is its site's. Entries that fall into one place push
//! each other out.

use std::panic::Location;

use racegate_eventlog::StackId;

use super::site_only;

/// How many sites a thread remembers.
const SITES: usize = 64;

/// The stacks of the sites seen last.
pub(super) struct Sites {
    entries: [Option<(&'static Location<'static>, StackId)>; SITES],
}

impl Sites {
    pub(super) const fn new() -> Self {
        Self {
            entries: [None; SITES],
        }
    }

    /// The stack that is nothing but `site`, if it was seen lately.
    #[inline]
    pub(super) fn known(&self, site: &'static Location<'static>) -> Option<StackId> {
        match self.entries[place(site)] {
            Some((known, stack)) if std::ptr::eq(known, site) => Some(stack),
            Some(_) | None => None,
        }
    }

    /// The stack that is nothing but `site`.
    #[inline]
    pub(super) fn get(&mut self, site: &'static Location<'static>) -> StackId {
        match self.known(site) {
            Some(stack) => stack,
            None => self.look_up(site),
        }
    }

    #[cold]
    fn look_up(&mut self, site: &'static Location<'static>) -> StackId {
        let stack = site_only(site);
        self.entries[place(site)] = Some((site, stack));
        stack
    }
}

/// Sites stand beside each other in the binary, an odd number of words apart, so that
/// neighbours have places of their own.
#[inline]
fn place(site: &'static Location<'static>) -> usize {
    let address = std::ptr::from_ref(site).addr();
    (address / align_of::<Location<'static>>()) % SITES
}
