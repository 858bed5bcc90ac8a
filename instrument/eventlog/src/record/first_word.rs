//! The first word of a record, as far as it tells of most records by itself.
//!
//! **Invariant:** it tells of an access of one part and of a step what decoding it does.

use std::hint::select_unpredictable;

use super::{
    ATOMIC_KEY_BITS, OBJECT_BITS, SHORT, SHORT_KEY_BITS, STACK_BITS, Stamp, SyncVerb, kind,
};

/// The first word of a record of a kind that most records are of: what can be told of it
/// without a branch for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FirstWord(u64);

impl FirstWord {
    /// Any first word.
    #[inline]
    pub(crate) fn new(word: u64) -> Self {
        Self(word)
    }

    /// Whether it is an access of one part.
    #[inline]
    pub(crate) fn is_access(self) -> bool {
        (self.0 & 0xf).wrapping_sub(kind::READ) <= kind::WRITE_VERSION - kind::READ
    }

    /// Whether it is an access of one part that takes no other word.
    #[inline]
    pub(crate) fn is_one_word_access(self) -> bool {
        (self.0 & 0xf).wrapping_sub(kind::READ) <= kind::WRITE - kind::READ
    }

    /// Whether it is a step of an object that is no atomic: acquire to exchange.
    #[inline]
    pub(crate) fn is_step(self) -> bool {
        (self.0 & 0xf).wrapping_sub(kind::ACQUIRE) <= kind::EXCHANGE - kind::ACQUIRE
    }

    /// Of an access: whether it writes. Reads have odd numbers.
    #[inline]
    pub(crate) fn writes(self) -> bool {
        self.0 & 1 == 0
    }

    /// Of an access: how many words it takes.
    #[inline]
    pub(crate) fn words(self) -> usize {
        1 + usize::from(self.0 & 0xf >= kind::READ_VERSION)
    }

    /// What stands in the object's field.
    #[inline]
    fn field(self) -> u64 {
        self.0 >> (4 + STACK_BITS)
    }

    /// Of any record: the key of the cell or object, or what else the object's field names.
    #[inline]
    pub(crate) fn subject(self) -> u64 {
        let bits = SUBJECT_BITS[(self.0 & 0xf) as usize];
        let bits = select_unpredictable(self.0 & SHORT != 0, bits, OBJECT_BITS);
        self.field() & ((1 << bits) - 1)
    }

    /// Of an access: the key of the cell.
    #[inline]
    pub(crate) fn cell(self) -> u64 {
        let beside_version = self.field() & ((1 << SHORT_KEY_BITS) - 1);
        select_unpredictable(self.has_short_version(), beside_version, self.field())
    }

    /// Of a step: the key of the object.
    #[inline]
    pub(crate) fn object(self) -> u64 {
        (self.0 & !SHORT) >> (4 + STACK_BITS)
    }

    /// Whether it is an access whose version is short and stands in this word.
    #[inline]
    pub(crate) fn has_short_version(self) -> bool {
        (self.0 & SHORT != 0) & (self.0 & 0xf <= kind::WRITE)
    }

    /// That version.
    #[inline]
    pub(crate) fn short_version(self) -> Option<u64> {
        self.has_short_version()
            .then_some((self.0 & !SHORT) >> (4 + STACK_BITS + SHORT_KEY_BITS))
    }

    /// Whether it is a step, an atomic one or another, that leaves out its stamp, and so
    /// takes no other word.
    #[inline]
    pub(crate) fn is_without_stamp(self) -> bool {
        let is_step = (self.0 & 0xf).wrapping_sub(kind::ACQUIRE) <= kind::ATOMIC - kind::ACQUIRE;
        (self.0 & SHORT != 0) & is_step
    }

    /// Of a step: how many words it takes.
    #[inline]
    pub(crate) fn step_words(self) -> usize {
        2 - usize::from(self.0 & SHORT != 0)
    }

    /// Of a step that leaves out its stamp: an atomic's operation, zero for any other.
    #[inline]
    pub(crate) fn operation(self) -> u64 {
        (self.0 & !SHORT) >> (4 + STACK_BITS + SUBJECT_BITS[(self.0 & 0xf) as usize])
    }

    /// What stands in the object's field where a step leaves out its stamp. The operation
    /// of a step that is no atomic is zero.
    #[inline]
    pub(crate) fn field_without_stamp(key: u64, operation: u64) -> u64 {
        SHORT >> (4 + STACK_BITS) | key | operation << ATOMIC_KEY_BITS
    }

    /// What stands in the object's field where the version of this key is short.
    #[inline]
    pub(crate) fn short_field(key: u64, version: u64) -> u64 {
        SHORT >> (4 + STACK_BITS) | key | version << SHORT_KEY_BITS
    }

    /// The stack's number.
    #[inline]
    pub(crate) fn stack(self) -> u64 {
        self.0 >> 4 & ((1 << STACK_BITS) - 1)
    }

    /// Of a step: what was done.
    #[inline]
    pub(crate) fn verb(self) -> SyncVerb {
        step_verb(self.0 & 0xf)
    }
}

/// By kind: how many bits of the object's field are the subject's in a short record.
const SUBJECT_BITS: [u32; 16] = {
    let mut bits = [OBJECT_BITS; 16];
    bits[kind::READ as usize] = SHORT_KEY_BITS;
    bits[kind::WRITE as usize] = SHORT_KEY_BITS;
    bits[kind::ACQUIRE as usize] = OBJECT_BITS - 1;
    bits[kind::RELEASE as usize] = OBJECT_BITS - 1;
    bits[kind::RELEASE_MERGE as usize] = OBJECT_BITS - 1;
    bits[kind::EXCHANGE as usize] = OBJECT_BITS - 1;
    bits[kind::ATOMIC as usize] = ATOMIC_KEY_BITS;
    bits
};

/// The stamp in the second word of a step.
#[inline]
pub(crate) fn step_stamp(second: u64) -> Stamp {
    Stamp {
        sequence: second >> 1,
        gap: second & 1 == 1,
    }
}

#[inline]
pub(super) fn step_verb(kind: u64) -> SyncVerb {
    match kind {
        kind::ACQUIRE => SyncVerb::Acquire,
        kind::RELEASE => SyncVerb::Release,
        kind::RELEASE_MERGE => SyncVerb::ReleaseMerge,
        _ => SyncVerb::Exchange,
    }
}
