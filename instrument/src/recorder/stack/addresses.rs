//! The return addresses of one stack.
//!
//! **Invariant:** no more are kept than a log holds of a stack, and whether there were
//! more is known.

use std::num::NonZero;

use crate::recorder::interner::{self, Frame, Interned};

/// The deepest stack captured, in frames; what lies above is cut.
pub(super) const DEPTH: usize = 256;

/// Addresses, innermost first: those that are kept, and one more where the stack went on.
pub(super) struct Addresses {
    held: [usize; DEPTH + 1],
    count: usize,
}

impl Addresses {
    pub(super) const fn none() -> Self {
        Self {
            held: [0; DEPTH + 1],
            count: 0,
        }
    }

    /// Adds the next one outward. False when there are enough.
    pub(super) fn push(&mut self, address: usize) -> bool {
        if let Some(place) = self.held.get_mut(self.count) {
            *place = address;
            self.count += 1;
        }
        self.count <= DEPTH
    }

    /// Whether the stack went on.
    pub(super) fn are_cut(&self) -> bool {
        self.count > DEPTH
    }

    /// Those that are kept, outermost first.
    pub(super) fn outermost_first(&self) -> impl Iterator<Item = NonZero<usize>> + '_ {
        let kept = &self.held[..self.count.min(DEPTH)];
        kept.iter().rev().copied().filter_map(NonZero::new)
    }

    /// The node of the stack.
    pub(super) fn intern(&self) -> Interned {
        let cut = self.are_cut().then_some(Frame::Cut);
        let frames = self.outermost_first().map(Frame::Address);
        interner::intern(cut.into_iter().chain(frames))
    }
}
