//! Where an event is: its line, and the frame from which its stack is told.
//!
//! **Invariant:** while a place can be used its frame is active, on the thread that made
//! it, and at the instruction that the registers say.

use std::marker::PhantomData;
use std::panic::Location;

use super::{Caller, Registers};
use crate::recorder::door::Entrance;

/// Where an event is.
///
/// An event may ask for its stack twice, first of what is known and then of the tables,
/// and both times it has to be told from the same frame.
#[derive(Clone, Copy)]
pub(in crate::recorder) struct Place<'frame> {
    pub(super) site: &'static Location<'static>,
    pub(super) frame: Registers,
    /// Of this thread, and no longer than the frame.
    _frame: PhantomData<(&'frame (), *const ())>,
}

/// What is done with the place of a caller.
pub(in crate::recorder) trait FromCaller {
    /// What it is done on.
    type On;

    /// Does it.
    fn run(on: &Self::On, caller: Caller<'_>, entrance: Entrance);

    /// Does what `run` asked [`Caller::hand_on`] for.
    fn any_way(on: &Self::On, place: Place<'_>);
}

/// Runs `event` with the place of an event at `site`, whose stack begins with the function
/// that this is inlined into.
#[expect(clippy::inline_always, reason = "on the path of every event")]
#[inline(always)]
pub(in crate::recorder) fn here<R>(
    site: &'static Location<'static>,
    event: impl FnOnce(Place<'_>) -> R,
) -> R {
    // SAFETY: of this very function, or of the one that it became a part of; it does
    // not end before `stay`, and the place does not outlive the closure.
    let place = unsafe { Place::of(site, Registers::here()) };
    let result = event(place);
    Registers::stay();
    result
}

impl Place<'_> {
    /// The event's line.
    #[inline(always)]
    pub(in crate::recorder) fn line(self) -> &'static Location<'static> {
        self.site
    }

    /// The place of an event at `site`, in this frame.
    ///
    /// # Safety
    ///
    /// The frame is of this thread, and active, and stays so until the place is used no
    /// more.
    #[inline(always)]
    pub(super) unsafe fn of(site: &'static Location<'static>, frame: Registers) -> Self {
        let _frame = PhantomData;
        Self {
            site,
            frame,
            _frame,
        }
    }
}
