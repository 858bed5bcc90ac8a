//! Captures by the compiler's unwind tables.
//!
//! **Invariant:** what the tables cannot tell, the system's unwinder does.

use std::ops::Range;

use racegate_eventlog::StackId;

use super::incremental::Outcome;
use super::memo::Place;
use super::memory::{self, Memory};
use super::own_stack::own_stack;
use super::root::Root;
use super::{Site, plain, system, with_site};
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

    /// The stack from `here` on with the access at `site` on top.
    ///
    /// # Safety
    ///
    /// `here` is of this thread, is active, and stays so during the call.
    #[inline(always)]
    pub(super) unsafe fn capture(&mut self, here: Registers, site: Site) -> StackId {
        // SAFETY: the caller's promise.
        unsafe { self.recall(here.ip, here.sp, here.bp, site) }
    }

    /// `capture`, of registers that are arguments, and so stay in registers.
    ///
    /// # Safety
    ///
    /// As of `capture`.
    #[inline(never)]
    unsafe fn recall(&mut self, ip: usize, sp: usize, bp: usize, site: Site) -> StackId {
        let frame = Registers { ip, sp, bp };
        if let Some(memory) = &mut self.memory {
            // SAFETY: the caller's promise; and what was put is of the thread's own stack.
            let known = unsafe { memory.memo.find(Place { site, frame }, Root::current()) };
            if let Some(stack) = known {
                return stack;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { self.walk(frame, site) }
    }

    /// # Safety
    ///
    /// As of `capture`.
    #[inline(never)]
    unsafe fn walk(&mut self, frame: Registers, site: Site) -> StackId {
        let (Some(memory), true) = (&mut self.memory, self.own.contains(&frame.sp)) else {
            // SAFETY: the caller's promise.
            return unsafe { self.otherwise(frame, site) };
        };
        let root = Root::current().above(frame.sp, self.own.end);
        let place = Place { site, frame };
        // SAFETY: the caller's promise; what was put is of the thread's own stack, and so
        // is the root.
        if let Some(stack) = unsafe { memory.memo.find_any(place, root) } {
            return stack;
        }
        // SAFETY: the same.
        let frames = match unsafe { memory.kept.capture(frame, self.own.end, root) } {
            Outcome::Whole(frames) => Interned::Whole(frames),
            Outcome::Part(frames) => Interned::Part(frames),
            // SAFETY: the caller's promise.
            Outcome::None => return unsafe { self.otherwise(frame, site) },
        };
        let stack = with_site(frames, site);
        if let Some(way) = memory.kept.way() {
            memory.memo.put(place, way, stack, root);
        }
        stack
    }

    /// # Safety
    ///
    /// As of `capture`.
    #[cold]
    #[inline(never)]
    unsafe fn otherwise(&mut self, here: Registers, site: Site) -> StackId {
        match self.state {
            State::Fresh => {
                self.state = State::Started;
                self.own = own_stack();
                self.memory = memory::take();
                // SAFETY: the caller's promise.
                unsafe { self.walk(here, site) }
            }
            State::Started => {
                // SAFETY: the caller's promise.
                let walked = unsafe { plain::walk(here) };
                with_site(walked.unwrap_or_else(system::walk).intern(), site)
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
