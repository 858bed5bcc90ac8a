//! One step of a walk: from a frame to its caller.
//!
//! **Invariant:** a step is decided by the frame's registers and the words it names.

use super::registers::Registers;
use super::row::{Base, Row};
use super::rows::Rows;

/// The size of a word on the stack.
const WORD: usize = size_of::<usize>();

/// A word of the stack that a walk loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) address: usize,
    pub(super) value: usize,
}

impl Word {
    /// Loads the word at `address`.
    ///
    /// # Safety
    ///
    /// The address is aligned, and of a word of a stack that is in use.
    #[inline(always)]
    pub(super) unsafe fn load(address: usize) -> Self {
        let word = std::ptr::with_exposed_provenance::<usize>(address);
        // SAFETY: the caller's promise. The word is some frame's of this very thread,
        // which does nothing else meanwhile; a volatile load takes it as it is.
        let value = unsafe { word.read_volatile() };
        Self { address, value }
    }

    /// Whether the word still holds what it held.
    ///
    /// # Safety
    ///
    /// As of `load`.
    #[inline(always)]
    pub(super) unsafe fn is_unchanged(self) -> bool {
        // SAFETY: the caller's promise.
        let now = unsafe { Self::load(self.address) };
        now.value == self.value
    }
}

/// What a walk finds at a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A caller: its registers, and how they were found. Where it has no address, nothing
    /// called the frame after all.
    Outward(Registers, Found),
    /// Nothing called it.
    Outermost,
    /// What only the system's unwinder can tell.
    Beyond,
}

/// How a caller's registers were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The register from which the caller's frame was counted.
    pub(super) from: Base,
    /// Where its frame pointer was saved, in words from the beginning of its frame; zero
    /// when it was not. It is no option, since zeros must be a value of this type.
    saved_bp: i16,
}

impl Found {
    /// The word that the address was loaded from.
    #[inline(always)]
    pub(super) fn returns(caller: Registers) -> Word {
        let (address, value) = (caller.sp - WORD, caller.ip);
        Word { address, value }
    }

    /// The word that the frame pointer was loaded from.
    #[inline(always)]
    pub(super) fn saved_bp(self, caller: Registers) -> Option<Word> {
        let value = caller.bp;
        (self.saved_bp != 0).then(|| Word {
            address: word_from(caller.sp, self.saved_bp),
            value,
        })
    }
}

/// The address so many words from another.
#[inline(always)]
fn word_from(address: usize, words: i16) -> usize {
    address.wrapping_add_signed(isize::from(words) * WORD as isize)
}

/// The step from `frame`.
///
/// # Safety
///
/// `frame` is of this thread, is active, and stays so during the call. Its stack pointer
/// is aligned, as any caller's is that a step comes to.
#[inline(always)]
pub(super) unsafe fn step(frame: Registers, rows: Rows) -> Step {
    let (from, offset, saved_bp) = match rows.row(frame.ip) {
        Row::Caller {
            from,
            offset,
            saved_bp,
        } => (from, offset, saved_bp),
        Row::Outermost => return Step::Outermost,
        Row::Beyond => return Step::Beyond,
    };
    let sp = match from {
        Base::Stack => frame.sp.wrapping_add_signed(offset as isize),
        Base::Frame => frame.bp.wrapping_add_signed(offset as isize),
    };
    let returns_at = sp.wrapping_sub(WORD);
    let saved_at = saved_bp.map_or(returns_at, |words| word_from(sp, words));
    if from == Base::Frame {
        // All of a frame is above its end. Where it is not, the stack was switched.
        let is_above = sp > frame.sp && returns_at >= frame.sp && saved_at >= frame.sp;
        if !is_above || !sp.is_multiple_of(WORD) {
            return Step::Beyond;
        }
    }
    // SAFETY: the frame is active, and the compiler's tables say that these are the words
    // that lead to its caller; the system's unwinder would load the same.
    let load = |address| unsafe { Word::load(address) }.value;
    let caller = Registers {
        ip: load(returns_at),
        sp,
        bp: saved_bp.map_or(frame.bp, |_| load(saved_at)),
    };
    let saved_bp = saved_bp.unwrap_or(0);
    Step::Outward(caller, Found { from, saved_bp })
}

/// How many words are looked at at a time: no load waits for another one, as it would in a
/// walk.
const AT_A_TIME: usize = 4;

/// Whether all words hold what they held.
///
/// # Safety
///
/// They are of a stack that is in use.
#[inline(always)]
pub(super) unsafe fn are_unchanged(words: &[Word]) -> bool {
    let (blocks, rest) = words.as_chunks::<AT_A_TIME>();
    // SAFETY: the caller's promise.
    let is_unchanged = |word: &Word| unsafe { word.is_unchanged() };
    // SAFETY: the same.
    let change = |word: &Word| unsafe { Word::load(word.address) }.value ^ word.value;
    let are_blocks = blocks.iter().all(|[first, second, third, fourth]| {
        (change(first) | change(second)) | (change(third) | change(fourth)) == 0
    });
    are_blocks && rest.iter().all(is_unchanged)
}
