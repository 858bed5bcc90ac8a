//! Which words a record has, and what they are likely to be.
//!
//! **Invariant:** a shape depends on the first two words alone, and says how many
//! words the record has as [`record::decode`](crate::record::decode) would.

use crate::record::{RANGE_VERSION, STACK_BITS, kind};

/// Bits of a first word below its object.
pub(super) const HEAD_BITS: u32 = 4 + STACK_BITS;

/// What the words of a record are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The second word is likely to be the one that the same place told last.
    pub(super) own: bool,
    /// The last word counts steps of the object: it is a version or a stamp.
    pub(super) counts: bool,
}

impl Shape {
    /// The shape of the record at the start of `words`; none where it is to be kept
    /// as it is, because it is a definition, no record, or not whole.
    pub(super) fn of(words: &[u64]) -> Option<Self> {
        let first = *words.first()?;
        let second = words.get(1).copied();
        let (own, counts) = match first & 0xf {
            kind::READ | kind::WRITE | kind::FENCE => (false, false),
            kind::READ_RANGE | kind::WRITE_RANGE => (true, second? & RANGE_VERSION != 0),
            kind::THREAD => (true, false),
            kind::NOTE => (true, matches!(second? & 0xf, 6..=9)),
            0 | kind::DEFINITION => return None,
            // Versions, stamps, atomic operations.
            _ => (false, true),
        };
        let shape = Self { own, counts };
        (shape.words() <= words.len()).then_some(shape)
    }

    /// How many words the record has.
    pub(super) fn words(self) -> usize {
        1 + usize::from(self.own) + usize::from(self.counts)
    }
}

/// Bits of the last word, from the lowest, that are no count: whether a stamp has
/// a gap before it, and which operation an atomic one was.
pub(super) fn low_bits(kind: u64) -> u8 {
    match kind {
        kind::ACQUIRE | kind::RELEASE | kind::RELEASE_MERGE | kind::EXCHANGE => 1,
        kind::ATOMIC => 8,
        _ => 0,
    }
}

/// By how much the count of an object grows with a record of this kind.
pub(super) fn growth(kind: u64) -> u8 {
    match kind {
        kind::WRITE | kind::WRITE_VERSION | kind::WRITE_RANGE => 1,
        kind::ACQUIRE | kind::RELEASE | kind::RELEASE_MERGE | kind::EXCHANGE | kind::ATOMIC => 1,
        _ => 0,
    }
}
