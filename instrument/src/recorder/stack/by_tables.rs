//! Captures by the compiler's unwind tables.
//!
//! **Invariant:** what the tables cannot tell, the system's unwinder does.

use std::ops::Range;

use racegate_eventlog::StackId;

use super::incremental::Outcome;
use super::memo::{Situation, Spot};
use super::memory::{self, Memory};
use super::own_stack::own_stack;
use super::place::Place;
use super::root::Root;
use super::{plain, system, with_site};
use crate::recorder::era::Era;
use crate::recorder::interner::Interned;

pub(super) use super::registers::Registers;
pub(crate) use super::root::Rooted;

/// What captures one thread's stacks.
pub(super) struct Walker {
    memory: Option<&'static mut Memory>,
    own: Range<usize>,
    state: State,
}

/// Whether a walker has what it needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Started,
}

impl Walker {
    pub(super) const fn new() -> Self {
        Self {
            memory: None,
            own: 0..0,
            state: State::Fresh,
        }
    }

    /// Whether it remembers stacks. Then it always will.
    pub(super) fn remembers(&self) -> bool {
        self.memory.is_some()
    }

    /// The stack of the event, if it was captured in this era and is still what it was.
    ///
    /// # Safety
    ///
    /// The walker [`remembers`](Self::remembers).
    #[inline(always)]
    pub(super) unsafe fn known(&mut self, spot: impl Spot, era: Era) -> Option<StackId> {
        // SAFETY: the caller's promise; memory is given back when the walker is dropped.
        let memory = unsafe { self.memory.as_mut().unwrap_unchecked() };
        let now = Situation::of(Root::current_number(), era);
        // SAFETY: what was put is of the thread's own stack.
        unsafe { memory.memo.find(spot, now) }
    }

    /// The stack of the event.
    #[inline(never)]
    pub(super) fn capture(&mut self, place: Place<'_>, era: Era) -> StackId {
        let frame = place.frame;
        let (Some(memory), true) = (&mut self.memory, self.own.contains(&frame.sp)) else {
            return self.otherwise(place, era);
        };
        let root = Root::current().above(frame.sp, self.own.end);
        // SAFETY: what was put is of the thread's own stack, and so is the root.
        if let Some(stack) = unsafe { memory.memo.find_any(place, root, era) } {
            return stack;
        }
        // SAFETY: the frame is active, and stays so; the rest is as above.
        let frames = match unsafe { memory.kept.capture(frame, self.own.end, root) } {
            Outcome::Whole(frames) => Interned::Whole(frames),
            Outcome::Part(frames) => Interned::Part(frames),
            Outcome::None => return self.otherwise(place, era),
        };
        let stack = with_site(frames, place.site);
        if let Some(way) = memory.kept.way() {
            memory.memo.put(place, way, stack, (root, era));
        }
        stack
    }

    #[cold]
    #[inline(never)]
    fn otherwise(&mut self, place: Place<'_>, era: Era) -> StackId {
        match self.state {
            State::Fresh => {
                self.state = State::Started;
                self.own = own_stack();
                self.memory = memory::take();
                self.capture(place, era)
            }
            State::Started => {
                // SAFETY: the frame is active, and stays so.
                let walked = unsafe { plain::walk(place.frame) };
                with_site(walked.unwrap_or_else(system::walk).intern(), place.site)
            }
        }
    }
}

impl Drop for Walker {
    fn drop(&mut self) {
        if let Some(memory) = self.memory.take() {
            memory::give_back(memory);
        }
    }
}
