//! Live roots: frames of racegate's own that are certainly still on this thread's stack.
//!
//! While such a frame is active, what it saved and what its callers saved stays as it is.
//! So a word at a live root or above it, once looked at, need not be looked at again.
//!
//! **Invariant:** the current root and all roots behind it are active frames.

use std::cell::Cell;
use std::marker::PhantomData;

use super::registers::Registers;
use crate::recorder::local::local;
use crate::recorder::zeroed::Zeroed;

local! {
    /// The roots of this thread. It works to the very end of a thread.
    Own: Roots, "roots", load current: u64
}

/// What a thread knows of its roots. Zero is none.
#[derive(Debug)]
struct Roots {
    /// The number of the root that was set last and is active.
    current: Cell<u64>,
    /// The end of its frame.
    sp: Cell<usize>,
    /// The number given last.
    last: Cell<u64>,
}

// SAFETY: cells of numbers.
unsafe impl Zeroed for Roots {}

/// A root, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// No two roots of a thread share one; zero is none.
    number: u64,
    /// The end of its frame: whatever it saved is here or above.
    sp: usize,
}

impl Root {
    pub(super) const NONE: Self = Self { number: 0, sp: 0 };

    /// The root that was set last and is active.
    pub(super) fn current() -> Self {
        Own::with(|own| own.root())
    }

    /// Its number.
    #[inline(always)]
    pub(super) fn current_number() -> u64 {
        Own::current(Own::distance())
    }

    /// This root, if it is on the stack that ends at `end` and called the frame that ends
    /// at `sp` on that stack. A root can be on another stack than the frames are.
    #[inline(always)]
    pub(super) fn above(self, sp: usize, end: usize) -> Self {
        if (sp..end).contains(&self.sp) {
            self
        } else {
            Self::NONE
        }
    }

    /// Whether there is none.
    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.number == 0
    }

    /// Its number; zero is none.
    #[inline(always)]
    pub(super) fn number(self) -> u64 {
        self.number
    }

    /// Whether a word at this address stays as it is while the root is active.
    #[inline(always)]
    pub(super) fn keeps(self, address: usize) -> bool {
        self.number != 0 && address >= self.sp
    }
}

/// The frame that holds this is a root.
#[must_use = "the root ends when this is dropped"]
pub(crate) struct Rooted {
    root: Root,
    before: Root,
    /// The thread's own place for roots: a stack that moves to another thread takes this
    /// along, and its root means nothing there.
    place: *const Roots,
    _local: PhantomData<*const ()>,
}

impl Rooted {
    /// Makes the frame into which this is inlined the current root.
    #[inline(always)]
    pub(crate) fn here() -> Self {
        Self::at(Registers::here().sp)
    }

    pub(super) fn at(sp: usize) -> Self {
        Own::with(|own| {
            let number = own.last.get() + 1;
            own.last.set(number);
            let root = Root { number, sp };
            Self {
                root,
                before: own.replace(root),
                place: own,
                _local: PhantomData,
            }
        })
    }
}

impl Roots {
    fn root(&self) -> Root {
        let (number, sp) = (self.current.get(), self.sp.get());
        Root { number, sp }
    }

    /// Makes it the current one; which that was.
    fn replace(&self, root: Root) -> Root {
        let before = self.root();
        self.current.set(root.number);
        self.sp.set(root.sp);
        before
    }
}

impl Drop for Rooted {
    fn drop(&mut self) {
        Own::with(|current| {
            // Where roots do not end in the reverse order, since stacks are switched, the
            // one before may have ended, too.
            let in_order = std::ptr::eq(current, self.place) && current.root() == self.root;
            current.replace(if in_order { self.before } else { Root::NONE });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_that_nest_come_back_and_none_is_like_another() {
        let outer = Rooted::at(800);
        let is_outer = Root::current();
        let inner = Rooted::at(400);
        let is_inner = Root::current();
        assert!(is_inner != is_outer && !is_inner.is_none());
        drop(inner);
        assert_eq!(Root::current(), is_outer);
        let again = Rooted::at(400);
        assert_ne!(Root::current(), is_inner);
        drop(again);
        drop(outer);
        assert!(Root::current().is_none());
    }

    #[test]
    fn a_root_that_ends_out_of_order_takes_all_with_it() {
        let first = Rooted::at(800);
        let second = Rooted::at(400);
        drop(first);
        assert!(Root::current().is_none(), "the one behind it is over");
        let third = Rooted::at(300);
        drop(second);
        assert!(Root::current().is_none(), "the one before it was over");
        drop(third);
        assert!(Root::current().is_none());
    }

    #[test]
    fn a_root_that_ends_on_another_thread_is_none_there() {
        struct Moved(Rooted);
        impl Moved {
            fn end(self) {
                drop(self.0);
            }
        }
        // SAFETY: dropping it touches the place of the thread that drops it, and compares
        // the other one's address.
        unsafe impl Send for Moved {}
        let first = Rooted::at(800);
        let second = Moved(Rooted::at(400));
        std::thread::spawn(move || {
            let theirs = Rooted::at(900);
            second.end();
            assert!(Root::current().is_none());
            drop(theirs);
            assert!(Root::current().is_none());
        })
        .join()
        .expect("its assertions hold");
        drop(first);
        assert!(Root::current().is_none());
    }

    #[test]
    fn a_root_keeps_what_is_at_it_or_above_on_its_own_stack() {
        let _rooted = Rooted::at(800);
        let root = Root::current();
        assert_eq!(root.above(700, 900), root);
        assert!(root.above(800, 900) == root && root.above(801, 900).is_none());
        assert!(root.above(700, 800).is_none());
        assert!(root.keeps(800) && root.keeps(808) && !root.keeps(792));
        assert!(!Root::NONE.keeps(800));
    }
}
