//! Stacks captured lately: by where an access is, the way outward from there, and what
//! came of it.
//!
//! The way is verified as the incremental walk verifies that of one stack; here there are
//! many, and the line on top is known, too. Words at a live root or above are those that
//! they were when the stack was last verified under that root.
//!
//! **Invariant:** of an entry that is in use, the words are all that led outward from its
//! registers.

use racegate_eventlog::StackId;

use super::incremental::Way;
use super::place::Place;
use super::registers::Registers;
use super::root::Root;
use super::step::{BLOCK, Block, Word, are_blocks_unchanged};
use crate::recorder::zeroed::Zeroed;

/// How many sets of entries there are, and how many entries are in each.
const SETS: usize = 128;
const ENTRIES: usize = 4;
/// Room for blocks of words; what is put last pushes out what was put first.
const ROOM: usize = 512;
/// A longer way outward is not kept.
const LONGEST: usize = ROOM / 8;
/// How many stacks may be put in vain before only one in some is put.
const PATIENCE: u32 = 256;
/// How many more, for one that was not in vain.
const REWARD: u32 = 16;
/// One in so many.
const SELDOM: u32 = 16;

/// The stacks.
pub(super) struct Memo {
    /// In each the entry in front was found or put last.
    sets: [[Entry; ENTRIES]; SETS],
    blocks: [Block; ROOM],
    /// How many blocks were put since the beginning, those left out included.
    put: u64,
    /// Blocks put earlier are pushed out or forgotten.
    oldest: u64,
    /// How many were put in vain.
    in_vain: u32,
    /// What was not put since something was.
    left_out: u32,
}

#[derive(Clone, Copy)]
struct Entry {
    /// The site's address; zero in an entry that was never used.
    site: usize,
    frame: Registers,
    /// Its first block's number, counted from the beginning. The last one is filled up with
    /// the outermost word.
    start: u64,
    /// The root under which all words were verified last; zero for none.
    root: u64,
    stack: StackId,
    /// How many blocks it has.
    length: u16,
    /// How many of them have words that root does not keep: the first so many.
    below_root: u16,
    needs_bp: bool,
    /// It was found since it was put.
    is_used: bool,
}

// SAFETY: integers, and bools, which are false.
unsafe impl Zeroed for Memo {}

impl Memo {
    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        // Also when nothing was ever put.
        self.put += 1;
        self.oldest = self.put;
        self.in_vain = 0;
    }

    /// The stack of an access, if it is known under this root, and everything that led to
    /// it is as it was.
    ///
    /// # Safety
    ///
    /// Words were put of this thread's own stack only; and `root` is active on this thread.
    #[inline(always)]
    pub(super) unsafe fn find(&mut self, place: Place<'_>, root: Root) -> Option<StackId> {
        for entry in &mut self.sets[set_of(place)] {
            // A root under which the entry was verified called its frame, and still does.
            if !entry.is_of(place) || entry.root != root.number() || entry.start < self.oldest {
                continue;
            }
            let led = &self.blocks[index(entry.start)..][..usize::from(entry.below_root)];
            // SAFETY: they are at the frame or above, on the thread's own stack.
            if unsafe { are_blocks_unchanged(led) } {
                entry.is_used = true;
                return Some(entry.stack);
            }
        }
        None
    }

    /// The stack of an access, if it is any that is known, under whatever root. It is then
    /// in front, and known under this root, which is on the thread's own stack and called
    /// the frame.
    ///
    /// # Safety
    ///
    /// As of `find`.
    #[inline(always)]
    pub(super) unsafe fn find_any(&mut self, place: Place<'_>, root: Root) -> Option<StackId> {
        let set = &mut self.sets[set_of(place)];
        for number in 0..ENTRIES {
            let entry = &mut set[number];
            if !entry.is_of(place) || entry.start < self.oldest {
                continue;
            }
            let is_known = entry.root == root.number();
            let length = if is_known { entry.below_root } else { entry.length };
            let led = &self.blocks[index(entry.start)..][..usize::from(length)];
            // SAFETY: they are at the frame or above, on the thread's own stack.
            if unsafe { are_blocks_unchanged(led) } {
                if !is_known {
                    entry.learn(root, led);
                }
                entry.is_used = true;
                let stack = entry.stack;
                set.swap(0, number);
                return Some(stack);
            }
        }
        None
    }

    /// Keeps a stack that was just captured, unless that has been in vain lately.
    #[inline]
    pub(super) fn put(&mut self, place: Place<'_>, way: Way<'_>, stack: StackId, root: Root) {
        let set = set_of(place);
        let length = way.words.len().div_ceil(BLOCK);
        if length > LONGEST || !self.is_worth_it(set) {
            return;
        }
        let start = self.room_for(length);
        let blocks = &mut self.blocks[index(start)..][..length];
        let mut words = way.words.iter().rev();
        for place in blocks.as_flattened_mut() {
            if let Some(word) = words.next().or(way.words.first()) {
                *place = *word;
            }
        }
        let mut entry = Entry {
            site: std::ptr::from_ref(place.site).addr(),
            frame: place.frame,
            start,
            root: 0,
            stack,
            length: u16::try_from(length).unwrap_or(u16::MAX),
            below_root: 0,
            needs_bp: way.needs_bp,
            is_used: false,
        };
        entry.learn(root, blocks);
        self.sets[set].rotate_right(1);
        self.sets[set][0] = entry;
    }

    /// Whether to put one more. A thread that goes through more stacks than there is room
    /// for would only push out what it does not come back to.
    #[inline(always)]
    fn is_worth_it(&mut self, set: usize) -> bool {
        if self.sets[set][ENTRIES - 1].is_used {
            self.in_vain = self.in_vain.saturating_sub(REWARD);
        }
        if self.in_vain < PATIENCE {
            self.in_vain += 1;
            return true;
        }
        self.left_out += 1;
        let is_its_turn = self.left_out >= SELDOM;
        if is_its_turn {
            self.left_out = 0;
        }
        is_its_turn
    }

    /// The number of the first of so many blocks that stand in a row.
    #[inline(always)]
    fn room_for(&mut self, count: usize) -> u64 {
        let at = index(self.put);
        if at + count > ROOM {
            self.put += (ROOM - at) as u64;
        }
        let start = self.put;
        self.put += count as u64;
        self.oldest = self.oldest.max(self.put.saturating_sub(ROOM as u64));
        start
    }
}

impl Entry {
    /// Whether it is of an access there, as far as registers tell.
    #[inline(always)]
    fn is_of(&self, place: Place<'_>) -> bool {
        let Registers { ip, sp, bp } = place.frame;
        self.site == std::ptr::from_ref(place.site).addr()
            && self.frame.sp == sp
            && self.frame.ip == ip
            && (!self.needs_bp || self.frame.bp == bp)
    }

    /// All of its blocks were just verified under a root.
    #[inline(always)]
    fn learn(&mut self, root: Root, blocks: &[Block]) {
        let is_below = |word: &Word| !root.keeps(word.address);
        let below = blocks.partition_point(|block| is_below(&block[0]));
        self.root = root.number();
        self.below_root = u16::try_from(below).unwrap_or(u16::MAX);
    }
}

/// Where a block stands that was put as the so manieth.
#[inline(always)]
fn index(number: u64) -> usize {
    number as usize % ROOM
}

/// Which set of entries an access is in.
#[inline(always)]
fn set_of(place: Place<'_>) -> usize {
    const GOLDEN: usize = 0x9e37_79b9_7f4a_7c15;
    let site = std::ptr::from_ref(place.site).addr();
    // Few functions ask, so that the instruction tells little.
    let hash = (site ^ place.frame.sp.rotate_left(20)).wrapping_mul(GOLDEN);
    hash >> (usize::BITS - SETS.ilog2())
}
