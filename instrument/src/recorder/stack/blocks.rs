//! Words of the stack in blocks of four, which are looked at two at a time.
//!
//! A comparison that stopped at the first word that changed would branch at each, and what
//! is looked at is most often as it was. So it stops after the first block, or not at all.
//!
//! **Invariant:** every place of a block that was filled has an address of a word that was
//! loaded, and its value.

use std::arch::asm;

use super::step::Word;

/// How many words are in a block.
pub(super) const BLOCK: usize = 4;

/// Words of the stack, by their addresses.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Block {
    addresses: [usize; BLOCK],
    values: [usize; BLOCK],
}

impl Block {
    /// Words of ascending addresses; what is left over holds the last of them once more.
    /// `None` where there are none.
    #[inline(always)]
    pub(super) fn of(words: impl Iterator<Item = Word>) -> Option<Self> {
        let mut words = words.take(BLOCK);
        let mut word = words.next()?;
        let (mut addresses, mut values) = ([0; BLOCK], [0; BLOCK]);
        for (address, value) in addresses.iter_mut().zip(&mut values) {
            (*address, *value) = (word.address, word.value);
            word = words.next().unwrap_or(word);
        }
        Some(Self { addresses, values })
    }

    /// The addresses of its words.
    #[inline(always)]
    pub(super) fn addresses(&self) -> &[usize; BLOCK] {
        &self.addresses
    }
}

/// Whether all words of so many blocks, at least one, hold what they held.
///
/// # Safety
///
/// The blocks stand before `end`, and are filled with words of a stack that is in use.
#[inline(always)]
pub(super) unsafe fn are_unchanged(end: *const Block, blocks: Blocks) -> bool {
    let all: u64;
    // SAFETY: the blocks are loaded, which are there by the caller's promise, and the words
    // that they have addresses of, which are of this very thread's stack. What is loaded is
    // compared, and nothing is stored.
    unsafe {
        asm!(
            // The innermost block, in which most stacks differ that differ at all.
            "mov {at}, qword ptr [{end} + {block}]",
            "movq {all}, qword ptr [{at}]",
            "mov {at}, qword ptr [{end} + {block} + 8]",
            "movhps {all}, qword ptr [{at}]",
            "mov {at}, qword ptr [{end} + {block} + 16]",
            "movq {second}, qword ptr [{at}]",
            "mov {at}, qword ptr [{end} + {block} + 24]",
            "movhps {second}, qword ptr [{at}]",
            "pcmpeqd {all}, xmmword ptr [{end} + {block} + 32]",
            "pcmpeqd {second}, xmmword ptr [{end} + {block} + 48]",
            "pand {all}, {second}",
            "pmovmskb {at:e}, {all}",
            "cmp {at:e}, 0xffff",
            "jne 3f",
            "add {block}, 64",
            "jz 3f",
            // The others, all of them.
            "2:",
            "mov {at}, qword ptr [{end} + {block}]",
            "movq {first}, qword ptr [{at}]",
            "mov {at}, qword ptr [{end} + {block} + 8]",
            "movhps {first}, qword ptr [{at}]",
            "mov {at}, qword ptr [{end} + {block} + 16]",
            "movq {second}, qword ptr [{at}]",
            "mov {at}, qword ptr [{end} + {block} + 24]",
            "movhps {second}, qword ptr [{at}]",
            "pcmpeqd {first}, xmmword ptr [{end} + {block} + 32]",
            "pcmpeqd {second}, xmmword ptr [{end} + {block} + 48]",
            "pand {all}, {first}",
            "pand {all}, {second}",
            "add {block}, 64",
            "jnz 2b",
            "pmovmskb {at:e}, {all}",
            "3:",
            end = in(reg) end,
            block = inout(reg) blocks.offset() => _,
            at = out(reg) all,
            all = out(xmm_reg) _,
            first = out(xmm_reg) _,
            second = out(xmm_reg) _,
            options(readonly, nostack),
        );
    }
    all == 0xffff
}

/// The same of blocks that are a slice; of none it holds.
///
/// # Safety
///
/// They are filled with words of a stack that is in use.
#[inline(always)]
pub(super) unsafe fn all_unchanged(blocks: &[Block]) -> bool {
    // SAFETY: the caller's promise, and that they are a slice.
    blocks.is_empty() || unsafe { are_unchanged(blocks.as_ptr_range().end, Blocks::of(blocks.len())) }
}

/// How many blocks: minus their size, as one goes back from their end.
#[derive(Clone, Copy)]
pub(super) struct Blocks(i16);

impl Blocks {
    /// So many, but at least one, and no more than there can be.
    pub(super) fn of(count: usize) -> Self {
        let most = usize::from(i16::MIN.unsigned_abs()) / size_of::<Block>();
        let bytes = count.clamp(1, most) * size_of::<Block>();
        Self(i16::try_from(bytes).map_or(i16::MIN, |bytes| -bytes))
    }

    /// How many those are.
    #[inline(always)]
    pub(super) fn count(self) -> usize {
        usize::from(self.0.unsigned_abs()) / size_of::<Block>()
    }

    #[inline(always)]
    fn offset(self) -> isize {
        isize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word of each of so many blocks changes, and is found; what no block holds
    /// changes, and is not.
    #[test]
    fn a_change_of_any_word_is_found_and_of_no_other() {
        for count in 1..4 {
            let mut words = vec![7_usize; count * BLOCK + 1];
            let base = words.as_mut_ptr();
            let at = |index: usize| base.wrapping_add(index);
            // SAFETY: they are words of the vector.
            let load = |index| unsafe { Word::load(at(index).expose_provenance()) };
            let block = |block: usize| {
                Block::of((0..BLOCK).map(|word| load(block * BLOCK + word))).expect("it has words")
            };
            let blocks: Vec<_> = (0..count).map(block).collect();
            // SAFETY: they are of words of the vector.
            let unchanged = || unsafe { all_unchanged(&blocks) };
            assert_eq!(Blocks::of(count).count(), count);
            assert!(unchanged());
            for index in 0..=count * BLOCK {
                for change in [1, 1 << 31, 1 << 32, 1 << 63] {
                    // SAFETY: it is a word of the vector, to which nothing else refers.
                    unsafe { at(index).write(7 ^ change) };
                    assert_eq!(unchanged(), index == count * BLOCK, "word {index}");
                }
                // SAFETY: as above.
                unsafe { at(index).write(7) };
            }
        }
    }

    #[test]
    fn a_block_that_is_not_full_holds_its_last_word_again() {
        let word = |address: usize| Word { address, value: 1 };
        let block = Block::of([8, 16].map(word).into_iter()).expect("it has words");
        assert_eq!(*block.addresses(), [8, 16, 16, 16]);
        assert!(Block::of(std::iter::empty()).is_none());
    }
}
