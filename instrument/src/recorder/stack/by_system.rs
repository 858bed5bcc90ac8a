//! Captures by the system's unwinder, where the compiler's tables are not read.
//!
//! **Invariant:** it remembers nothing.

use std::panic::Location;

use racegate_eventlog::StackId;

use super::place::{FromCaller, Place, here};
use super::{system, with_site};
use crate::recorder::door::Entrance;
use crate::recorder::era::Era;

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
}

impl Walker {
    pub(super) const fn new() -> Self {
        Self
    }

    /// It does not.
    pub(super) fn remembers(&self) -> bool {
        false
    }

    /// None is.
    ///
    /// # Safety
    ///
    /// None is needed.
    #[inline]
    pub(super) unsafe fn known(&mut self, _caller: Caller<'_>, _era: Era) -> Option<StackId> {
        None
    }

    /// The stack of the event.
    pub(super) fn capture(&mut self, place: Place<'_>, _era: Era) -> StackId {
        with_site(system::walk().intern(), place.site)
    }
}

/// Where the caller is of a function that an event is recorded by: in that function.
#[derive(Clone, Copy)]
pub(in crate::recorder) struct Caller<'frame>(Place<'frame>);

/// Does it.
#[inline(never)]
pub(in crate::recorder) fn from_caller<F: FromCaller>(
    on: &F::On,
    site: &'static Location<'static>,
    entrance: Entrance,
) {
    here(site, |place| F::run(on, Caller(place), entrance));
}

impl Caller<'_> {
    /// Runs `any_way`.
    pub(in crate::recorder) fn hand_on<F: FromCaller>(self, on: &F::On, _entrance: Entrance) {
        F::any_way(on, self.0);
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
