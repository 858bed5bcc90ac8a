//! Records: what a stream holds, as 8-byte words.
//!
//! The first word of every record has the kind in bits 0 to 3, the stack in bits
//! 4 to 27 and the object in bits 28 to 63. A kind says how many words follow, so
//! a zero first word is the end of what was written. `docs/event-log-format.md`
//! draws every kind.
//!
//! **Invariant:** `decode(encode(record)) == record`, and the first word of an
//! encoded record is never zero.

use std::fmt;

use crate::event::{FenceOrdering, LoadOrdering, LockMode, RmwOrdering, StoreOrdering};
use crate::id::{NameId, StackId, ThreadId};

mod decode;
mod definition;
mod encode;
mod first_word;
mod runs;
mod told;

pub use decode::{Entry, MalformedRecord, decode, definition_length};
pub(crate) use decode::{decode_record, expect_the_end, is_of_object_or_thread};
pub use definition::{Definition, encode_definition};
pub use encode::{OneOrTwo, VerbCode, Words, access_words, encode, step_words};
pub(crate) use first_word::{FirstWord, step_stamp};
pub use runs::{Run, Runs};
pub(crate) use told::Told;
pub use told::with_stamps;

/// Bits of a stack id in a record.
pub const STACK_BITS: u32 = 24;
/// Bits of the object field in a record.
pub const OBJECT_BITS: u32 = 36;
/// Bits of the key that an access has beside a short version, which takes the bits from
/// there to [`SHORT`].
pub(crate) const SHORT_KEY_BITS: u32 = 23;
/// Bits of a short version.
pub(crate) const SHORT_VERSION_BITS: u32 = OBJECT_BITS - 1 - SHORT_KEY_BITS;
/// In the first word of a read or a write: its version is short and stands in this word. In
/// that of a step: its stamp is left out.
pub(crate) const SHORT: u64 = 1 << 63;
/// Bits of the key of an atomic whose stamp is left out. Its operation takes the bits from
/// there to [`SHORT`].
pub(crate) const ATOMIC_KEY_BITS: u32 = OBJECT_BITS - 1 - 4;

/// A cell's or an object's identity in the recorded process: handed out once,
/// never an address, never used again. A cell of `n` parts owns `n` consecutive
/// keys. Cells and objects share one numbering. Zero is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(u64);

impl ObjectKey {
    /// No key.
    pub const NONE: Self = Self(0);
    /// The largest key a record can hold. The bit above says that the record is a short one.
    pub const MAX: u64 = (1 << (OBJECT_BITS - 1)) - 1;

    /// The key with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Where an event stands in its object's own sequence, which starts at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The position. Each event of the object takes the next one.
    pub sequence: u64,
    /// The event before it belongs to another session's log (or to none), so its
    /// absence here is no loss.
    pub gap: bool,
}

/// A recorded event of the running program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// An access to `parts` parts of a cell, the first of them being `cell`.
    Access {
        /// Whether it writes.
        write: bool,
        /// Where.
        stack: StackId,
        /// The first part.
        cell: ObjectKey,
        /// How many parts.
        parts: u32,
        /// The version of each of the parts: the number of its writes, this one
        /// included. Left out when this thread made the last write of each itself (a
        /// reader of the log then counts), and always for an object's own memory.
        version: Option<u64>,
        /// The next record of the thread tells of the parts that follow: they are at
        /// another version, and it is the same access.
        more: bool,
    },
    /// An access to bytes that are no cell, or the end of what they were.
    Memory {
        /// What was done.
        verb: MemoryVerb,
        /// Where.
        stack: StackId,
        /// The first byte's address, below 2^60.
        address: u64,
        /// How many bytes, at least one and fewer than 2^36.
        length: u64,
        /// How often memory was forgotten in the process so far, this time included.
        generation: u64,
    },
    /// From here on parts of a cell are new memory.
    Forget {
        /// Where.
        stack: StackId,
        /// The first part.
        cell: ObjectKey,
        /// How many parts.
        parts: u32,
        /// The version that this makes, as a write would.
        version: u64,
        /// As of an access.
        more: bool,
    },
    /// A step of a synchronisation object.
    Sync {
        /// What was done.
        verb: SyncVerb,
        /// Where.
        stack: StackId,
        /// To what.
        object: ObjectKey,
        /// When, by the object's own count. Left out when the object's step before it
        /// stands in the same chunk, in the same stretch of this thread, and in the log of
        /// this one (a reader of the log then counts).
        stamp: Option<Stamp>,
    },
    /// A fence.
    Fence {
        /// Where.
        stack: StackId,
        /// How strong.
        ordering: FenceOrdering,
    },
    /// The life of threads.
    Thread {
        /// What was done.
        verb: ThreadVerb,
        /// Where.
        stack: StackId,
        /// To which thread.
        thread: ThreadId,
    },
    /// Something that makes no edge.
    Note {
        /// What.
        verb: NoteVerb,
        /// Where.
        stack: StackId,
    },
}

/// What was done to bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryVerb {
    /// They were read.
    Read,
    /// They were written.
    Write,
    /// They are new memory from here on: freed, or allocated again.
    Forget,
}

/// What was done to a synchronisation object; the rules are on
/// [`EventKind`](crate::EventKind).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncVerb {
    /// `C ⊔= L`
    Acquire,
    /// `L := C`
    Release,
    /// `L ⊔= C`
    ReleaseMerge,
    /// `(L, C) := (C, C ⊔ L)`
    Exchange,
    /// An atomic load.
    Load(LoadOrdering),
    /// An atomic store.
    Store(StoreOrdering),
    /// An atomic read-modify-write.
    Rmw(RmwOrdering),
}

/// What was done to a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadVerb {
    /// The current thread is about to start the named one.
    Fork,
    /// The named thread, now current, starts.
    Begin,
    /// The named thread, which is current, ends.
    End,
    /// The current thread waited for the named one's end.
    Join,
    /// From here on the stream belongs to the named thread: this is its
    /// `segment`-th stretch, counted from zero, over all streams.
    Switch {
        /// Which stretch.
        segment: u64,
    },
}

/// What makes no edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteVerb {
    /// About to block on an object.
    Request(ObjectKey, LockMode),
    /// A declared atomic block begins.
    BlockBegin(NameId),
    /// A declared atomic block ends.
    BlockEnd(NameId),
    /// A named point.
    Mark(NameId),
}

/// In the second word of a range: a third word holds the version.
pub(crate) const RANGE_VERSION: u64 = 1 << 32;
/// In the second word of a range: the next record belongs to the same access.
const RANGE_MORE: u64 = 1 << 33;

/// The kinds, as they stand in bits 0 to 3.
pub(crate) mod kind {
    pub(crate) const READ: u64 = 1;
    pub(crate) const WRITE: u64 = 2;
    pub(crate) const READ_VERSION: u64 = 3;
    pub(crate) const WRITE_VERSION: u64 = 4;
    pub(crate) const READ_RANGE: u64 = 5;
    pub(crate) const WRITE_RANGE: u64 = 6;
    pub(crate) const ACQUIRE: u64 = 7;
    pub(crate) const RELEASE: u64 = 8;
    pub(crate) const RELEASE_MERGE: u64 = 9;
    pub(crate) const EXCHANGE: u64 = 10;
    pub(crate) const ATOMIC: u64 = 11;
    pub(crate) const FENCE: u64 = 12;
    pub(crate) const THREAD: u64 = 13;
    pub(crate) const NOTE: u64 = 14;
    pub(crate) const DEFINITION: u64 = 15;
}

#[cfg(test)]
mod tests;
