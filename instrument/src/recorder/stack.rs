//! Capturing a stack: the interface behind which a faster unwinder will stand.
//!
//! **Invariant:** what is captured is right, or cut with a marker; never a guess.

use std::num::NonZero;
use std::panic::Location;

use racegate_eventlog::StackId;

use super::interner::{self, Frame};
use super::options::StackMode;

/// The deepest stack captured, in frames; what lies above is cut.
const DEPTH: usize = 256;
/// How many recent stacks a thread remembers.
const RECENT: usize = 64;

/// One thread's unwinder.
pub(super) struct Unwinder {
    /// The return addresses of this capture, innermost first.
    addresses: Vec<NonZero<usize>>,
    recent: Vec<Option<Recent>>,
}

/// A stack captured lately and its node.
struct Recent {
    site: &'static Location<'static>,
    addresses: Box<[NonZero<usize>]>,
    stack: StackId,
}

impl Unwinder {
    pub(super) fn new() -> Self {
        Self {
            addresses: Vec::new(),
            recent: Vec::new(),
        }
    }

    /// The stack of the access at `site`.
    pub(super) fn capture(&mut self, mode: StackMode, site: &'static Location<'static>) -> StackId {
        match mode {
            StackMode::Site => site_only(site),
            StackMode::Full => self.full(site),
        }
    }

    #[inline(never)]
    fn full(&mut self, site: &'static Location<'static>) -> StackId {
        self.walk();
        if self.recent.is_empty() {
            self.recent.resize_with(RECENT, || None);
        }
        let slot = self.slot(site);
        if let Some(recent) = &self.recent[slot]
            && std::ptr::eq(recent.site, site)
            && *recent.addresses == *self.addresses
        {
            return recent.stack;
        }
        let stack = self.intern(site);
        let addresses = self.addresses.as_slice().into();
        self.recent[slot] = Some(Recent {
            site,
            addresses,
            stack,
        });
        stack
    }

    fn walk(&mut self) {
        self.addresses.clear();
        let addresses = &mut self.addresses;
        // SAFETY: the frames are used only inside the closure, and on the systems
        // racegate records on, unwinding needs no lock of the crate's.
        unsafe {
            backtrace::trace_unsynchronized(|frame| {
                // The outermost frame of some threads has no address.
                addresses.extend(NonZero::new(frame.ip() as usize));
                // One more than is kept says that the stack went on.
                addresses.len() <= DEPTH
            });
        }
    }

    fn intern(&self, site: &'static Location<'static>) -> StackId {
        let cut = (self.addresses.len() > DEPTH).then_some(Frame::Cut);
        let kept = &self.addresses[..self.addresses.len().min(DEPTH)];
        let outermost_first = kept.iter().rev().map(|address| Frame::Address(*address));
        let frames = cut
            .into_iter()
            .chain(outermost_first)
            .chain([Frame::Site(site)]);
        interner::intern(StackId::EMPTY, frames)
    }

    fn slot(&self, site: &'static Location<'static>) -> usize {
        let seed = std::ptr::from_ref(site) as usize;
        let mix = |hash: usize, address: &NonZero<usize>| {
            (hash.rotate_left(5) ^ address.get()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        };
        self.addresses.iter().fold(seed, mix) >> 32 & (RECENT - 1)
    }
}

/// The stack that is nothing but a line.
pub(super) fn site_only(site: &'static Location<'static>) -> StackId {
    interner::intern(StackId::EMPTY, [Frame::Site(site)].into_iter())
}
