//! Which words a record has, and what they are likely to be.
//!
//! **Invariant:** a shape depends on the first two words alone, and says how many
//! words the record has as [`record::decode`](crate::record::decode) would.

use crate::record::{FirstWord, RANGE_VERSION, STACK_BITS, kind};

/// Bits of a first word below its object.
pub(super) const HEAD_BITS: u32 = 4 + STACK_BITS;

/// What the words of a record are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The second word is likely to be the one that the same place told last.
    pub(super) own: bool,
    /// Steps of the object are counted: a version or a stamp is told.
    pub(super) counts: bool,
    /// The first word is a short one: a count stands there, beside the object, and not in
    /// the last word. Without a count it is a step that leaves out its stamp.
    pub(super) short: bool,
}

impl Shape {
    /// The shape of the record at the start of `words`; none where it is to be kept
    /// as it is, because it is a definition, no record, or not whole.
    pub(super) fn of(words: &[u64]) -> Option<Self> {
        let first = *words.first()?;
        let second = words.get(1).copied();
        let word = FirstWord::new(first);
        let short = word.has_short_version() | word.is_without_stamp();
        let (own, counts) = match first & 0xf {
            kind::READ | kind::WRITE => (false, short),
            kind::ACQUIRE..=kind::ATOMIC if short => (false, false),
            kind::FENCE => (false, false),
            kind::READ_RANGE | kind::WRITE_RANGE => (true, second? & RANGE_VERSION != 0),
            kind::THREAD => (true, false),
            kind::NOTE => (true, matches!(second? & 0xf, 6..=9)),
            0 | kind::DEFINITION => return None,
            // Versions, stamps, atomic operations.
            _ => (false, true),
        };
        let shape = Self { own, counts, short };
        (shape.words() <= words.len()).then_some(shape)
    }

    /// How many words the record has.
    pub(super) fn words(self) -> usize {
        1 + usize::from(self.own) + usize::from(self.counts & !self.short)
    }
}

/// Bits of the last word, from the lowest, that are no count: whether a stamp has
/// a gap before it, and which operation an atomic one was.
pub(super) fn low_bits(kind: u64) -> u8 {
    LOW_BITS[kind_index(kind)]
}

/// By how much the count of an object grows with a record of this kind.
pub(super) fn growth(kind: u64) -> u8 {
    GROWTH[kind_index(kind)]
}

// Tables, since a chunk may have thousands of places whose kinds no one can guess.

const LOW_BITS: [u8; 16] = {
    let mut bits = [0; 16];
    bits[kind_index(kind::ACQUIRE)] = 1;
    bits[kind_index(kind::RELEASE)] = 1;
    bits[kind_index(kind::RELEASE_MERGE)] = 1;
    bits[kind_index(kind::EXCHANGE)] = 1;
    bits[kind_index(kind::ATOMIC)] = 8;
    bits
};

const GROWTH: [u8; 16] = {
    let mut growth = [0; 16];
    growth[kind_index(kind::WRITE)] = 1;
    growth[kind_index(kind::WRITE_VERSION)] = 1;
    growth[kind_index(kind::WRITE_RANGE)] = 1;
    growth[kind_index(kind::ACQUIRE)] = 1;
    growth[kind_index(kind::RELEASE)] = 1;
    growth[kind_index(kind::RELEASE_MERGE)] = 1;
    growth[kind_index(kind::EXCHANGE)] = 1;
    growth[kind_index(kind::ATOMIC)] = 1;
    growth
};

const fn kind_index(kind: u64) -> usize {
    (kind & 0xf) as usize
}
