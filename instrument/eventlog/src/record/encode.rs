//! From a record to words: no allocation, no failure.

use super::first_word::FirstWord;
use super::{
    ATOMIC_KEY_BITS, MemoryVerb, NoteVerb, OBJECT_BITS, ObjectKey, RANGE_MORE, RANGE_VERSION,
    Record, SHORT_KEY_BITS, SHORT_VERSION_BITS, STACK_BITS, Stamp, SyncVerb, ThreadVerb, kind,
};
use crate::event::{FenceOrdering, LoadOrdering, LockMode, RmwOrdering, StoreOrdering};
use crate::id::StackId;

/// The one, two or three words of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    words: [u64; 3],
    len: usize,
}

impl Words {
    const fn one(first: u64) -> Self {
        Self {
            words: [first, 0, 0],
            len: 1,
        }
    }

    const fn two(first: u64, second: u64) -> Self {
        Self {
            words: [first, second, 0],
            len: 2,
        }
    }

    const fn three(first: u64, second: u64, third: u64) -> Self {
        Self {
            words: [first, second, third],
            len: 3,
        }
    }

    /// The words, first one first.
    #[must_use]
    pub fn as_slice(&self) -> &[u64] {
        &self.words[..self.len]
    }
}

/// The words of a record.
#[inline]
#[must_use]
pub fn encode(record: &Record) -> Words {
    match *record {
        Record::Access {
            write,
            stack,
            cell,
            parts,
            version,
            more,
        } => {
            if (parts, more) == (1, false) {
                access_words(write, stack, cell, version).into()
            } else {
                let kind = kind::READ_RANGE + u64::from(write);
                range(first(kind, stack, cell.number()), (parts, more), version)
            }
        }
        Record::Memory {
            verb,
            stack,
            address,
            length,
            generation,
        } => Words::three(
            first(kind::NOTE, stack, length),
            address << 4 | memory_code(verb),
            generation,
        ),
        Record::Forget {
            stack,
            cell,
            parts,
            version,
            more,
        } => Words::three(
            first(kind::NOTE, stack, cell.number()),
            range_code((parts, more)) << 4 | 9,
            version,
        ),
        Record::Sync {
            verb,
            stack,
            object,
            stamp,
        } => {
            let verb = VerbCode::of(verb);
            match stamp {
                Some(stamp) => OneOrTwo::Two(verb.with_stamp(stack, object, stamp)),
                None => OneOrTwo::One(verb.without_stamp(stack, object)),
            }
            .into()
        }
        Record::Fence { stack, ordering } => {
            Words::one(first(kind::FENCE, stack, fence_code(ordering)))
        }
        Record::Thread {
            verb,
            stack,
            thread,
        } => {
            let word = first(kind::THREAD, stack, u64::from(thread.number()));
            Words::two(word, thread_code(verb))
        }
        Record::Note { verb, stack } => {
            let (code, subject) = note_code(verb);
            Words::two(first(kind::NOTE, stack, subject), code)
        }
    }
}

/// The words of a record that has a second one only where that has to be told: the version
/// of an access to one part, the stamp of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneOrTwo {
    /// It need not be told, or stands beside the key.
    One(u64),
    /// It has a word of its own.
    Two([u64; 2]),
}

/// The words of an access to one part.
#[inline]
#[must_use]
pub fn access_words(
    write: bool,
    stack: StackId,
    cell: ObjectKey,
    version: Option<u64>,
) -> OneOrTwo {
    let key = cell.number();
    let one = kind::READ + u64::from(write);
    let Some(version) = version else {
        return OneOrTwo::One(first(one, stack, key));
    };
    if key >> SHORT_KEY_BITS | version >> SHORT_VERSION_BITS == 0 {
        return OneOrTwo::One(first(one, stack, FirstWord::short_field(key, version)));
    }
    let two = kind::READ_VERSION + u64::from(write);
    OneOrTwo::Two([first(two, stack, key), version])
}

impl From<OneOrTwo> for Words {
    fn from(words: OneOrTwo) -> Self {
        match words {
            OneOrTwo::One(word) => Self::one(word),
            OneOrTwo::Two([first, second]) => Self::two(first, second),
        }
    }
}

/// What a record says of a verb: made ahead, where the verb is known. One number, which
/// fits a register.
///
/// From its lowest byte: the kind; what stands in the second word beside the gap; how far
/// left of that word's end the sequence stands.
#[derive(Clone, Copy, Debug)]
pub struct VerbCode(u32);

impl VerbCode {
    /// Of this verb.
    #[inline]
    #[must_use]
    pub const fn of(verb: SyncVerb) -> Self {
        match verb {
            SyncVerb::Acquire => Self::plain(kind::ACQUIRE),
            SyncVerb::Release => Self::plain(kind::RELEASE),
            SyncVerb::ReleaseMerge => Self::plain(kind::RELEASE_MERGE),
            SyncVerb::Exchange => Self::plain(kind::EXCHANGE),
            SyncVerb::Load(ordering) => Self::atomic(match ordering {
                LoadOrdering::Relaxed => 1,
                LoadOrdering::Acquire => 2,
                LoadOrdering::SeqCst => 3,
            }),
            SyncVerb::Store(ordering) => Self::atomic(match ordering {
                StoreOrdering::Relaxed => 4,
                StoreOrdering::Release => 5,
                StoreOrdering::SeqCst => 6,
            }),
            SyncVerb::Rmw(ordering) => Self::atomic(match ordering {
                RmwOrdering::Relaxed => 7,
                RmwOrdering::Acquire => 8,
                RmwOrdering::Release => 9,
                RmwOrdering::AcqRel => 10,
                RmwOrdering::SeqCst => 11,
            }),
        }
    }

    const fn plain(kind: u64) -> Self {
        Self(kind as u32 | 1 << 16)
    }

    const fn atomic(operation: u32) -> Self {
        Self(kind::ATOMIC as u32 | operation << 9 | 8 << 16)
    }

    #[inline]
    const fn kind(self) -> u64 {
        (self.0 & 0xf) as u64
    }

    /// The operation of an atomic, zero for any other.
    #[inline]
    const fn operation(self) -> u64 {
        (self.0 >> 9 & 0x7f) as u64
    }

    /// Whether there is room for the key where the stamp is left out.
    #[inline]
    const fn has_room_for(self, key: u64) -> bool {
        self.operation() == 0 || key >> ATOMIC_KEY_BITS == 0
    }

    #[inline]
    fn with_stamp(self, stack: StackId, object: ObjectKey, stamp: Stamp) -> [u64; 2] {
        let Self(code) = self;
        let low = u64::from(code >> 8 & 0xff) | u64::from(stamp.gap);
        [
            first(self.kind(), stack, object.number()),
            stamp.sequence << (code >> 16) | low,
        ]
    }

    #[inline]
    fn without_stamp(self, stack: StackId, object: ObjectKey) -> u64 {
        let key = object.number();
        debug_assert!(self.has_room_for(key), "object {object} does not fit");
        let field = FirstWord::field_without_stamp(key, self.operation());
        first(self.kind(), stack, field)
    }
}

/// The words of a step of an object. `follows` says that the object's step before this one
/// stands in the same chunk, in the same stretch of the thread: then it need not be told
/// which step this is, if there is room to say so.
#[expect(clippy::inline_always, reason = "on the path of every step")]
#[inline(always)]
#[must_use]
pub fn step_words(
    verb: VerbCode,
    stack: StackId,
    object: ObjectKey,
    (stamp, follows): (Stamp, bool),
) -> OneOrTwo {
    if follows && verb.has_room_for(object.number()) {
        return OneOrTwo::One(verb.without_stamp(stack, object));
    }
    OneOrTwo::Two(verb.with_stamp(stack, object, stamp))
}

/// The first word of every record.
#[inline]
pub(super) fn first(kind: u64, stack: StackId, object: u64) -> u64 {
    debug_assert!(
        object < 1 << OBJECT_BITS,
        "object {object} does not fit its field"
    );
    debug_assert!(
        stack.number() < 1 << STACK_BITS,
        "stack {stack:?} does not fit its field"
    );
    kind | u64::from(stack.number()) << 4 | object << (4 + STACK_BITS)
}

/// The words of an access to several parts, or of a part of one.
fn range(first: u64, range: (u32, bool), version: Option<u64>) -> Words {
    match version {
        None => Words::two(first, range_code(range)),
        Some(version) => Words::three(first, range_code(range) | RANGE_VERSION, version),
    }
}

/// How many parts, and whether more of them follow in the next record.
fn range_code((parts, more): (u32, bool)) -> u64 {
    u64::from(parts) | if more { RANGE_MORE } else { 0 }
}

fn thread_code(verb: ThreadVerb) -> u64 {
    match verb {
        ThreadVerb::Fork => 1,
        ThreadVerb::Begin => 2,
        ThreadVerb::End => 3,
        ThreadVerb::Join => 4,
        ThreadVerb::Switch { segment } => segment << 4 | 5,
    }
}

/// What the second word says, and what stands in the object's field.
fn note_code(verb: NoteVerb) -> (u64, u64) {
    match verb {
        NoteVerb::Request(object, LockMode::Read) => (1, object.number()),
        NoteVerb::Request(object, LockMode::Write) => (2, object.number()),
        NoteVerb::BlockBegin(name) => (3, u64::from(name.number())),
        NoteVerb::BlockEnd(name) => (4, u64::from(name.number())),
        NoteVerb::Mark(name) => (5, u64::from(name.number())),
    }
}

fn memory_code(verb: MemoryVerb) -> u64 {
    match verb {
        MemoryVerb::Read => 6,
        MemoryVerb::Write => 7,
        MemoryVerb::Forget => 8,
    }
}

fn fence_code(ordering: FenceOrdering) -> u64 {
    match ordering {
        FenceOrdering::Acquire => 1,
        FenceOrdering::Release => 2,
        FenceOrdering::AcqRel => 3,
        FenceOrdering::SeqCst => 4,
    }
}
