//! What is expected of the next record: the same for whoever packs and whoever
//! unpacks, so that only what is not as expected has to be written.
//!
//! **Invariant:** what is expected depends only on the records before.

use std::hint::select_unpredictable;

use super::shape::{HEAD_BITS, Shape, growth, low_bits};
use crate::record::FirstWord;

/// Objects whose count is remembered; a power of two.
const SLOTS: usize = 512;

/// All that records of one place have in common: kind, stack and shape, and the
/// low bits of their count, or an atomic's operation where that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head(u64);

impl Head {
    const OWN: u64 = 1 << HEAD_BITS;
    const COUNTS: u64 = 1 << (HEAD_BITS + 1);
    /// The object is expected to be that of the record before, whichever that was.
    const FOLLOWS: u64 = 1 << (HEAD_BITS + 2);
    /// As of a [`Shape`].
    const SHORT: u64 = 1 << (HEAD_BITS + 3);
    const LOW: u32 = 32;

    /// The head of a record of this shape.
    pub(super) fn new(first: u64, shape: Shape, last: u64) -> Self {
        let head = first & ((1 << HEAD_BITS) - 1);
        let low = match (shape.counts, shape.short) {
            (true, _) => last & ((1 << low_bits(head & 0xf)) - 1),
            (false, true) => FirstWord::new(first).operation(),
            (false, false) => 0,
        };
        let own = if shape.own { Self::OWN } else { 0 };
        let counts = if shape.counts { Self::COUNTS } else { 0 };
        let short = if shape.short { Self::SHORT } else { 0 };
        Self(head | own | counts | short | low << Self::LOW)
    }

    /// Bits that all heads have together.
    pub(super) const BITS: u32 = 40;

    /// The head of these bits.
    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits & ((1 << Self::BITS) - 1))
    }

    /// Its bits.
    pub(super) fn bits(self) -> u64 {
        self.0
    }

    /// By stack and kind, then by the rest.
    pub(super) fn rank(self) -> (u64, u64) {
        (self.0 & ((1 << HEAD_BITS) - 1), self.0)
    }

    /// A number that few other heads have.
    pub(super) fn hash(self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
    }

    /// The same, where the object is expected to be that of the record before.
    pub(super) fn following(self) -> Self {
        Self(self.0 | Self::FOLLOWS)
    }
}

/// What is known of one place. There may be as many as records, so it is small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    head: u32,
    low: u8,
    low_bits: u8,
    growth: u8,
    /// Whether a second word is told, and whether a count is.
    pub(super) own: bool,
    pub(super) counts: bool,
    /// Whether the first word is a short one.
    pub(super) short: bool,
    /// Whether the object is expected to be that of the record before.
    follows: bool,
    /// What it told last.
    object: u64,
    pub(super) second: u64,
    count: u64,
}

impl Place {
    pub(super) fn new(head: Head) -> Self {
        let [a, b, c, d, low, ..] = head.0.to_le_bytes();
        let bits = u32::from_le_bytes([a, b, c, d]);
        let kind = head.0 & 0xf;
        Self {
            head: bits & ((1 << HEAD_BITS) - 1),
            low,
            low_bits: low_bits(kind),
            growth: growth(kind),
            own: head.0 & Head::OWN != 0,
            counts: head.0 & Head::COUNTS != 0,
            short: head.0 & Head::SHORT != 0,
            follows: head.0 & Head::FOLLOWS != 0,
            object: 0,
            second: 0,
            count: 0,
        }
    }

    /// The first word of a record here.
    pub(super) fn first(&self, object: u64, count: u64) -> u64 {
        let version = FirstWord::short_field(object, count);
        let no_stamp = FirstWord::field_without_stamp(object, u64::from(self.low));
        let short = select_unpredictable(self.counts, version, no_stamp);
        u64::from(self.head) | select_unpredictable(self.short, short, object) << HEAD_BITS
    }

    /// The last word of a record here that counts there.
    pub(super) fn last(&self, count: u64) -> u64 {
        count << self.low_bits | u64::from(self.low)
    }

    /// The count in such a word.
    pub(super) fn count_in(&self, last: u64) -> u64 {
        last >> self.low_bits
    }
}

/// The last known count of an object.
#[derive(Clone, Copy, Default)]
struct Slot {
    object: u64,
    count: u64,
}

/// Which object is expected.
pub(super) struct Objects {
    /// That of the record before.
    before: u64,
}

impl Objects {
    pub(super) fn new() -> Self {
        Self { before: 0 }
    }

    #[inline]
    pub(super) fn expected(&self, place: &Place) -> u64 {
        select_unpredictable(place.follows, self.before, place.object)
    }

    /// What the object is.
    #[inline]
    pub(super) fn learn(&mut self, place: &mut Place, object: u64) {
        self.before = object;
        place.object = object;
    }
}

/// Which count is expected.
pub(super) struct Counts {
    slots: [Slot; SLOTS],
}

impl Counts {
    pub(super) fn new() -> Self {
        Self {
            slots: [Slot::default(); SLOTS],
        }
    }

    #[inline]
    pub(super) fn expected(&self, place: &Place, object: u64) -> u64 {
        let slot = self.slots[slot(object)];
        let known = slot.count.wrapping_add(u64::from(place.growth));
        select_unpredictable(slot.object == object, known, place.count)
    }

    /// What the count is; where a record does not tell it, what was expected.
    #[inline]
    pub(super) fn learn(&mut self, place: &mut Place, object: u64, count: u64) {
        place.count = count;
        self.slots[slot(object)] = Slot { object, count };
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the remainder is what is wanted"
)]
fn slot(object: u64) -> usize {
    object as usize % SLOTS
}
