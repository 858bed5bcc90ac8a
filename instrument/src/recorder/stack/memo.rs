//! Stacks captured lately: by where an access is, the way outward from there, and what
//! came of it.
//!
//! The way is verified as the incremental walk verifies that of one stack; here there are
//! many, and the line on top is known, too. Words at a live root or above are those that
//! they were when the stack was last verified under that root.
//!
//! **Invariant:** of an entry that is in use, the words are all that led outward from its
//! registers.

use std::ops::Range;
use std::panic::Location;

use racegate_eventlog::StackId;

use super::blocks::{BLOCK, Block, Blocks, all_unchanged, are_unchanged};
use super::incremental::Way;
use super::place::Place;
use super::registers::Registers;
use super::root::Root;
use crate::recorder::era::Era;
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
#[repr(C)]
pub(super) struct Memo {
    /// In each the entry in front was found or put last.
    sets: [[Entry; ENTRIES]; SETS],
    blocks: [Block; ROOM],
    /// Which set the entry is or was in that has a block.
    owners: [u8; ROOM],
    /// Where the next block is put.
    next: usize,
    /// How many blocks were put since nothing was known, or all.
    used: usize,
    /// How many were put in vain.
    in_vain: u32,
    /// What was not put since something was.
    left_out: u32,
}

/// While an entry is in use, its blocks are its own.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Entry {
    /// The site's address; zero in an entry that is not in use.
    site: usize,
    frame: Registers,
    /// Where and when all words were verified last.
    situation: Situation,
    /// The address where the blocks end that have words which the root did not keep that
    /// was active then.
    below_root_end: usize,
    stack: StackId,
    /// How many those are, and at least one.
    below_root: Blocks,
    /// Its first block. The last one is filled up with the outermost word.
    start: u16,
    /// How many blocks it has.
    length: u16,
    needs_bp: bool,
    /// It was found since it was put.
    is_used: bool,
}

/// A root, or none, and an era of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Situation(u64);

impl Situation {
    /// While the root of this number is the current one.
    #[inline(always)]
    pub(super) fn of(root: u64, era: Era) -> Self {
        Self(era.with(root))
    }
}

/// Where an access is, as far as registers tell.
pub(super) trait Spot: Copy {
    fn site(self) -> &'static Location<'static>;
    fn ip(self) -> usize;
    fn sp(self) -> usize;
    fn bp(self) -> usize;
}

impl Spot for Place<'_> {
    #[inline(always)]
    fn site(self) -> &'static Location<'static> {
        self.site
    }

    #[inline(always)]
    fn ip(self) -> usize {
        self.frame.ip
    }

    #[inline(always)]
    fn sp(self) -> usize {
        self.frame.sp
    }

    #[inline(always)]
    fn bp(self) -> usize {
        self.frame.bp
    }
}

// SAFETY: integers, and bools, which are false.
unsafe impl Zeroed for Memo {}

impl Memo {
    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        let used = self.used;
        self.push_out(0..used);
        (self.next, self.used, self.in_vain) = (0, 0, 0);
    }

    /// The stack of an access, if it was verified in this situation, and everything that
    /// led to it is as it was.
    ///
    /// # Safety
    ///
    /// Words were put of this thread's own stack only; and the situation's root is active
    /// on this thread.
    #[inline(always)]
    pub(super) unsafe fn find(
        &mut self,
        spot: impl Spot,
        now: Situation,
    ) -> Option<StackId> {
        let memo = &raw mut *self;
        // SAFETY: it is this memo, whose sets nobody else has.
        let sets = unsafe { &mut (*memo).sets };
        for entry in &mut sets[set_of(spot)] {
            // A root under which the entry was verified called its frame, and still does.
            if !entry.is_of(spot) || entry.situation != now {
                continue;
            }
            let end = memo.cast_const().cast::<Block>();
            let end = end.with_addr(entry.below_root_end);
            // SAFETY: it is the end of blocks of this memo that are the entry's, since that
            // is in use; and their words are at the frame or above, on the thread's own stack.
            if unsafe { are_unchanged(end, entry.below_root) } {
                entry.is_used = true;
                return Some(entry.stack);
            }
        }
        None
    }

    /// The stack of an access, if it is any that is known, in whatever situation. It is then
    /// in front, and verified in this one, whose root is on the thread's own stack and
    /// called the frame.
    ///
    /// # Safety
    ///
    /// As of `find`.
    #[inline(always)]
    pub(super) unsafe fn find_any(
        &mut self,
        place: Place<'_>,
        root: Root,
        era: Era,
    ) -> Option<StackId> {
        let now = Situation::of(root.number(), era);
        let set = &mut self.sets[set_of(place)];
        for number in 0..ENTRIES {
            let entry = &mut set[number];
            if !entry.is_of(place) {
                continue;
            }
            let blocks = &self.blocks[usize::from(entry.start)..][..usize::from(entry.length)];
            let looked_at = if entry.situation == now {
                &blocks[..entry.below_root.count()]
            } else {
                blocks
            };
            // SAFETY: their words are at the frame or above, on the thread's own stack.
            if unsafe { all_unchanged(looked_at) } {
                if entry.situation != now {
                    entry.learn(root, now, blocks);
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
    pub(super) fn put(
        &mut self,
        place: Place<'_>,
        way: Way<'_>,
        stack: StackId,
        (root, era): (Root, Era),
    ) {
        let set = set_of(place);
        let length = way.words.len().div_ceil(BLOCK);
        // A way without words is that of a stack's outermost frame.
        if length == 0 || length > LONGEST || !self.is_worth_it(set) {
            return;
        }
        let start = self.room_for(length, set);
        let blocks = &mut self.blocks[start..][..length];
        let mut words = way.words.iter().rev().copied();
        for (block, filled) in blocks.iter_mut().zip(std::iter::from_fn(|| Block::of(&mut words))) {
            *block = filled;
        }
        let mut entry = Entry {
            site: std::ptr::from_ref(place.site).addr(),
            frame: place.frame,
            situation: Situation(0),
            below_root_end: 0,
            stack,
            below_root: Blocks::of(length),
            start: u16::try_from(start).unwrap_or(u16::MAX),
            length: u16::try_from(length).unwrap_or(u16::MAX),
            needs_bp: way.needs_bp,
            is_used: false,
        };
        entry.learn(root, Situation::of(root.number(), era), blocks);
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

    /// Where so many blocks in a row may be put for an entry of this set. Whatever was there
    /// is pushed out.
    #[inline(always)]
    fn room_for(&mut self, count: usize, set: usize) -> usize {
        if self.next + count > ROOM {
            self.next = 0;
        }
        let room = self.next..self.next + count;
        self.push_out(room.clone());
        self.owners[room.clone()].fill(u8::try_from(set).unwrap_or(u8::MAX));
        self.next = room.end;
        self.used = self.used.max(room.end);
        room.start
    }

    /// No entry that has one of these blocks is in use any more.
    fn push_out(&mut self, room: Range<usize>) {
        const { assert!(SETS <= 1 << u8::BITS, "an owner has room for a set") };
        let mut block = room.start;
        while block < room.end {
            let set = usize::from(self.owners[block]) % SETS;
            block += 1;
            for entry in &mut self.sets[set] {
                if entry.site != 0 && entry.blocks().contains(&(block - 1)) {
                    entry.site = 0;
                    block = entry.blocks().end;
                }
            }
        }
    }
}

impl Entry {
    /// Whether it is of an access there, as far as registers tell.
    #[inline(always)]
    fn is_of(&self, spot: impl Spot) -> bool {
        self.site == std::ptr::from_ref(spot.site()).addr()
            && self.frame.sp == spot.sp()
            && self.frame.ip == spot.ip()
            && (!self.needs_bp || self.frame.bp == spot.bp())
    }

    /// Its blocks, while it is in use.
    #[inline(always)]
    fn blocks(&self) -> Range<usize> {
        let start = usize::from(self.start);
        start..start + usize::from(self.length)
    }

    /// All of its blocks, which are these, were just verified under a root.
    #[inline(always)]
    fn learn(&mut self, root: Root, now: Situation, blocks: &[Block]) {
        let is_below = |address: &usize| !root.keeps(*address);
        let below = blocks.partition_point(|block| is_below(&block.addresses()[0])).max(1);
        self.situation = now;
        self.below_root = Blocks::of(below);
        self.below_root_end = blocks[..below].as_ptr_range().end.addr();
    }
}

/// Which set of entries an access is in.
#[inline(always)]
fn set_of(spot: impl Spot) -> usize {
    // Lines stand 24 bytes apart, and frames end at multiples of 16. As many as 64 of either
    // are spread well by this factor; the golden ratio puts every sixth line into one set.
    const SPREAD: u32 = 0xbd73_89ef;
    let site = std::ptr::from_ref(spot.site()).addr() as u32;
    // One line has few instructions, so that those tell little.
    let mixed = site.wrapping_add((spot.sp() as u32) << 3);
    (mixed.wrapping_mul(SPREAD) >> (u32::BITS - SETS.ilog2())) as usize
}
