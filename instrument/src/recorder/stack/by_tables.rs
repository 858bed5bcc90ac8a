//! Captures by the compiler's unwind tables.
//!
//! **Invariant:** what the tables cannot tell, the system's unwinder does.

use std::ops::Range;

use super::incremental::Outcome;
use super::memory::{self, Memory};
use super::own_stack::own_stack;
use super::{plain, system};
use crate::recorder::interner::Interned;

pub(super) use super::registers::Registers;

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

    /// The node of the stack from `here` on.
    ///
    /// # Safety
    ///
    /// `here` is of this thread, is active, and stays so during the call.
    #[inline(always)]
    pub(super) unsafe fn capture(&mut self, here: Registers) -> Interned {
        if let Some(memory) = &mut self.memory
            && self.own.contains(&here.sp)
        {
            // SAFETY: the caller's promise, and `here` was found to be on this stack, as
            // it was each time.
            match unsafe { memory.kept.capture(here, self.own.end) } {
                Outcome::Whole(node) => return Interned::Whole(node),
                Outcome::Part(node) => return Interned::Part(node),
                Outcome::None => {}
            }
        }
        // SAFETY: the caller's promise.
        unsafe { self.otherwise(here) }
    }

    /// # Safety
    ///
    /// As of `capture`.
    #[cold]
    #[inline(never)]
    unsafe fn otherwise(&mut self, here: Registers) -> Interned {
        match self.state {
            State::Fresh => {
                self.state = State::Started;
                self.own = own_stack();
                self.memory = memory::take();
                // SAFETY: the caller's promise.
                unsafe { self.capture(here) }
            }
            State::Started => {
                // SAFETY: the caller's promise.
                let walked = unsafe { plain::walk(here) };
                walked.unwrap_or_else(system::walk).intern()
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
