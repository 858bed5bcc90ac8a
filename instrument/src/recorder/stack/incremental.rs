//! The incremental walk: of the stack captured last it keeps the frames that are still
//! there, and walks the others only.
//!
//! That a frame returns to where a frame of the last stack returned to, from the same
//! place, does not make it the same: two callers with frames of one size may have called
//! it. So a frame is taken for an old one only if its registers are, and if, besides,
//! every word that led outward from there is what it was. Then a walk from here would
//! go as it went, step by step.
//!
//! **Invariant:** of frames kept, the registers are those that a walk would find, and the
//! words are all that it would load.

use std::num::NonZero;

use racegate_eventlog::StackId;

use super::addresses::DEPTH;
use super::registers::Registers;
use super::row::Base;
use super::rows;
use super::root::Root;
use super::step::{Found, Step, Word, are_unchanged, step};
use crate::recorder::interner::{self, Frame, Known};
use crate::recorder::zeroed::Zeroed;

/// The frames of the last stack, on the thread's own stack.
pub(super) struct Kept {
    /// Outermost first.
    frames: [KeptFrame; DEPTH],
    count: usize,
    /// What led from the frames to their callers, in their order.
    words: [Word; 2 * DEPTH],
    /// The root under which all words were verified last, and how many of them it keeps:
    /// the first so many.
    root: u64,
    rooted: usize,
    /// The frames of the walk in progress, innermost first, and where that came to.
    walked: [Walked; DEPTH + 1],
}

/// A frame that was walked, and how its caller was found.
#[derive(Clone, Copy)]
struct Walked {
    at: Registers,
    found: Found,
}

#[derive(Clone, Copy)]
struct KeptFrame {
    at: Registers,
    led: Led,
}

/// What leads outward from a frame to the end of its stack.
#[derive(Clone, Copy)]
struct Led {
    /// The frame and all that called it.
    node: StackId,
    /// How many words lead outward: the first so many.
    words: u16,
    /// Whether it depends on the frame's frame pointer.
    needs_bp: bool,
}

impl Led {
    /// Of what nothing called.
    const NONE: Self = Self {
        node: StackId::EMPTY,
        words: 0,
        needs_bp: false,
    };
}

/// What led outward from a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'w> {
    /// The words loaded, outermost first.
    pub(super) words: &'w [Word],
    /// Whether the frame's frame pointer mattered.
    pub(super) needs_bp: bool,
}

/// What became of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The whole stack.
    Whole(StackId),
    /// The stack up to a frame for which the tree has no room.
    Part(StackId),
    /// Not a stack to be walked so: too deep, or beyond what rows can say.
    None,
}

/// Where a walk ended.
enum End {
    /// At a frame that is kept, with so many others outward.
    Kept(usize),
    /// At a frame that nothing called.
    Outermost(Registers),
    /// At a frame that returns to nowhere.
    Nowhere,
}

// SAFETY: integers, a bool, which is false, and an enum with a value for zero.
unsafe impl Zeroed for Kept {}

impl KeptFrame {
    /// Whether a walk that comes to a frame finds what was found at this one, as far as
    /// registers tell.
    #[inline(always)]
    fn is_entered_by(&self, frame: Registers) -> bool {
        self.at.sp == frame.sp
            && self.at.ip == frame.ip
            && (!self.led.needs_bp || self.at.bp == frame.bp)
    }
}

impl Kept {
    /// Keeps nothing.
    pub(super) fn forget(&mut self) {
        self.count = 0;
        self.root = Root::NONE.number();
    }

    /// The way outward from where the last capture was. `None` when it is not kept.
    pub(super) fn way(&self) -> Option<Way<'_>> {
        let last = self.frames[..self.count].last()?;
        Some(Way {
            words: self.words_of(last),
            needs_bp: last.led.needs_bp,
        })
    }

    /// The node of the stack from `here` on, whose end is below `end`.
    ///
    /// # Safety
    ///
    /// `here` is of this thread, is active, stays so during the call, and is on the
    /// stack that ends at `end`. So were the stacks captured before. `root` is active on
    /// that stack, and called `here`.
    #[inline(always)]
    pub(super) unsafe fn capture(&mut self, here: Registers, end: usize, root: Root) -> Outcome {
        // SAFETY: the caller's promise.
        let outcome = match unsafe { self.walk(here, end, root) } {
            Some((taken, reached)) => self.keep(taken, reached),
            None => Outcome::None,
        };
        match outcome {
            Outcome::Whole(_) => self.learn(root),
            Outcome::Part(_) | Outcome::None => self.forget(),
        }
        outcome
    }

    /// All words were just verified or loaded, under a root.
    #[inline(always)]
    fn learn(&mut self, root: Root) {
        if self.root != root.number() {
            let words = self.way().map_or(&[][..], |way| way.words);
            self.rooted = words.partition_point(|word| root.keeps(word.address));
            self.root = root.number();
        }
    }

    /// Walks until a frame that is kept, or to the end; how many steps that took.
    ///
    /// # Safety
    ///
    /// As of `capture`.
    #[inline(always)]
    unsafe fn walk(&mut self, here: Registers, end: usize, root: Root) -> Option<(usize, End)> {
        let mut frame = here;
        let mut kept = self.count;
        let mut are_verified = false;
        let rows = rows::rows();
        if !here.is_aligned() {
            return None;
        }
        for taken in 0..DEPTH {
            self.walked[taken].at = frame;
            while kept > 0 && self.frames[kept - 1].at.sp < frame.sp {
                kept -= 1;
            }
            if kept > 0 && self.frames[kept - 1].is_entered_by(frame) {
                if !are_verified {
                    // SAFETY: the frames are at `here` or above, on the same stack.
                    kept = unsafe { self.unchanged(kept, root) };
                    are_verified = true;
                }
                if kept > 0 && self.frames[kept - 1].is_entered_by(frame) {
                    return Some((taken, End::Kept(kept)));
                }
            }
            // SAFETY: the first frame is active by the caller's promise, and any other
            // one is the caller of one that is.
            let (caller, found) = match unsafe { step(frame, rows) } {
                Step::Outward(caller, found) => (caller, found),
                Step::Outermost => return Some((taken, End::Outermost(frame))),
                Step::Beyond => return None,
            };
            self.walked[taken].found = found;
            if caller.sp > end {
                // What is kept must stay mapped.
                return None;
            }
            if caller.ip == 0 {
                self.walked[taken + 1].at = caller;
                return Some((taken + 1, End::Nowhere));
            }
            frame = caller;
        }
        None
    }

    /// The words that lead outward from a frame.
    #[inline(always)]
    fn words_of(&self, frame: &KeptFrame) -> &[Word] {
        &self.words[..usize::from(frame.led.words)]
    }

    /// How many of the first `kept` frames are as they were, outermost first: those to
    /// which unchanged words alone lead.
    ///
    /// # Safety
    ///
    /// They are on a stack that is in use, at its current frame or above.
    #[inline(always)]
    unsafe fn unchanged(&self, mut kept: usize, root: Root) -> usize {
        let words = self.words_of(&self.frames[kept - 1]);
        let is_known = !root.is_none() && root.number() == self.root;
        let rooted = if is_known { self.rooted.min(words.len()) } else { 0 };
        let words = &words[rooted..];
        // SAFETY: the caller's promise.
        if unsafe { are_unchanged(words) } {
            return kept;
        }
        // SAFETY: the caller's promise.
        let is_changed = |word: &Word| unsafe { !word.is_unchanged() };
        let first = words.iter().position(is_changed).unwrap_or(words.len());
        let first = rooted + first;
        while kept > 0 && self.words_of(&self.frames[kept - 1]).len() > first {
            kept -= 1;
        }
        kept
    }

    /// Keeps what was walked on top of what it ended at.
    #[inline(always)]
    fn keep(&mut self, taken: usize, reached: End) -> Outcome {
        let nodes = interner::nodes();
        let (mut count, mut led) = match reached {
            End::Kept(kept) => (kept, self.frames[kept - 1].led),
            End::Outermost(frame) => match node(nodes, StackId::EMPTY, frame) {
                Some(node) => {
                    let led = Led { node, ..Led::NONE };
                    self.frames[0] = KeptFrame { at: frame, led };
                    (1, led)
                }
                None => return Outcome::Part(StackId::EMPTY),
            },
            End::Nowhere => (0, Led::NONE),
        };
        if count + taken > DEPTH {
            return Outcome::None;
        }
        for number in (0..taken).rev() {
            let Walked { at, found } = self.walked[number];
            let caller = self.walked[number + 1].at;
            let Some(node) = node(nodes, led.node, at) else {
                return Outcome::Part(led.node);
            };
            led = self.keep_words(found, caller, led, node);
            self.frames[count] = KeptFrame { at, led };
            count += 1;
        }
        self.count = count;
        Outcome::Whole(led.node)
    }

    /// Keeps the words of a step to `caller`; what leads from where it began, given what
    /// leads from there.
    #[inline(always)]
    fn keep_words(&mut self, found: Found, caller: Registers, beyond: Led, node: StackId) -> Led {
        let Led {
            mut words,
            mut needs_bp,
            ..
        } = beyond;
        self.words[usize::from(words)] = Found::returns(caller);
        words += 1;
        if let Some(saved) = found.saved_bp(caller) {
            if needs_bp {
                self.words[usize::from(words)] = saved;
                words += 1;
            }
            // The frame's own does not come to the caller.
            needs_bp = false;
        }
        needs_bp |= found.from == Base::Frame;
        Led {
            node,
            words,
            needs_bp,
        }
    }
}

#[inline(always)]
fn node(nodes: Known, caller: StackId, frame: Registers) -> Option<StackId> {
    nodes.child(caller, Frame::Address(NonZero::new(frame.ip)?))
}
