//! From words to a record. Any words decode to a record or to an error.

use std::fmt;

use super::definition::{self, Definition};
use super::first_word::{FirstWord, step_stamp, step_verb};
use super::{
    MemoryVerb, NoteVerb, ObjectKey, RANGE_MORE, RANGE_VERSION, Record, STACK_BITS, Stamp,
    SyncVerb, ThreadVerb, kind,
};
use crate::event::{FenceOrdering, LoadOrdering, LockMode, RmwOrdering, StoreOrdering};
use crate::id::{NameId, StackId, ThreadId};

/// What one step of decoding yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A recorded event.
    Record(Record),
    /// What an id stands for.
    Definition(Definition),
}

/// Words that are no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedRecord {
    /// What was expected.
    pub what: &'static str,
}

impl fmt::Display for MalformedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.what)
    }
}

impl std::error::Error for MalformedRecord {}

/// The first entry of `words` and how many words it took, or `None` at the end
/// (no words left, or a zero word).
///
/// # Errors
///
/// When the words are no record of this version, or stop inside one.
pub fn decode(words: &[u64]) -> Result<Option<(Entry, usize)>, MalformedRecord> {
    let Some(&first) = words.first().filter(|word| **word != 0) else {
        return Ok(None);
    };
    let fields = Fields::of(first);
    if fields.kind != kind::DEFINITION {
        let (record, taken) = decode_record(words)?;
        return Ok(Some((Entry::Record(record), taken)));
    }
    let payload = words.get(1..=fields.stack.index()).ok_or(MalformedRecord {
        what: "as many words as the definition says",
    })?;
    let definition = definition::decode(fields.object, payload)?;
    Ok(Some((Entry::Definition(definition), 1 + payload.len())))
}

/// The record that `words` begin with, and how many words it took.
///
/// # Errors
///
/// As of [`decode`]; and when no record begins there.
pub(crate) fn decode_record(words: &[u64]) -> Result<(Record, usize), MalformedRecord> {
    let first = words.first().copied().unwrap_or_default();
    let (word, fields) = (FirstWord::new(first), Fields::of(first));
    let second = words.get(1).copied();
    let need = || {
        second.ok_or(MalformedRecord {
            what: "a second word",
        })
    };
    let third = || {
        words.get(2).copied().ok_or(MalformedRecord {
            what: "a third word",
        })
    };
    let decoded = match fields.kind {
        kind::READ | kind::WRITE => {
            let fields = Fields {
                object: word.cell(),
                ..fields
            };
            (access(fields, (1, false), word.short_version()), 1)
        }
        kind::READ_VERSION | kind::WRITE_VERSION => (access(fields, (1, false), Some(need()?)), 2),
        kind::READ_RANGE | kind::WRITE_RANGE => {
            let range = range(need()? & !RANGE_VERSION)?;
            if need()? & RANGE_VERSION == 0 {
                (access(fields, range, None), 2)
            } else {
                (access(fields, range, Some(third()?)), 3)
            }
        }
        kind::ACQUIRE..=kind::ATOMIC if word.is_without_stamp() => {
            (step_without_stamp(fields, word)?, 1)
        }
        kind::ACQUIRE | kind::RELEASE | kind::RELEASE_MERGE | kind::EXCHANGE => {
            let stamp = step_stamp(need()?);
            (step(fields, step_verb(fields.kind), Some(stamp)), 2)
        }
        kind::ATOMIC => (atomic(fields, need()?)?, 2),
        kind::FENCE => (fence(fields)?, 1),
        kind::THREAD => (thread(fields, need()?)?, 2),
        kind::NOTE => match need()? & 0xf {
            6..=9 => (memory(fields, need()?, third()?)?, 3),
            _ => (note(fields, need()?)?, 2),
        },
        _ => {
            return Err(MalformedRecord {
                what: "a known kind",
            });
        }
    };
    Ok(decoded)
}

/// Whether words after the last record of a chunk are what fills it up.
///
/// # Errors
///
/// When they are not: records may stand among them, and are lost.
pub(crate) fn expect_the_end(words: &[u64]) -> Result<(), MalformedRecord> {
    if words.iter().all(|word| *word == 0) {
        return Ok(());
    }
    Err(MalformedRecord {
        what: "nothing but zeros after the last record",
    })
}

/// How many words the definition at the start of `words` takes, known to this
/// crate or not. `None` where no definition starts, or it does not fit.
#[must_use]
pub fn definition_length(words: &[u64]) -> Option<usize> {
    let fields = Fields::of(*words.first()?);
    let length = 1 + fields.stack.index();
    (fields.kind == kind::DEFINITION && length <= words.len()).then_some(length)
}

/// Whether what starts `words`, if it is a definition, is one of an object or a thread: most
/// are of something else, and decoding one makes its names.
pub(crate) fn is_of_object_or_thread(words: &[u64]) -> bool {
    words
        .first()
        .is_some_and(|word| matches!(Fields::of(*word).object, 6 | 7))
}

/// The fields of a first word.
#[derive(Clone, Copy)]
struct Fields {
    kind: u64,
    stack: StackId,
    object: u64,
}

impl Fields {
    fn of(word: u64) -> Self {
        let stack = (word >> 4) & ((1 << STACK_BITS) - 1);
        Self {
            kind: word & 0xf,
            stack: StackId::new(u32::try_from(stack).expect("a 24-bit field fits")),
            object: word >> (4 + STACK_BITS),
        }
    }

    fn key(self) -> ObjectKey {
        ObjectKey::new(self.object)
    }
}

/// The second word of a range: how many parts, and whether more follow.
fn range(word: u64) -> Result<(u32, bool), MalformedRecord> {
    let parts = u32::try_from(word & !RANGE_MORE).map_err(|_| MalformedRecord {
        what: "a length below 2^32",
    })?;
    Ok((parts, word & RANGE_MORE != 0))
}

fn access(fields: Fields, (parts, more): (u32, bool), version: Option<u64>) -> Record {
    let write = matches!(
        fields.kind,
        kind::WRITE | kind::WRITE_VERSION | kind::WRITE_RANGE
    );
    Record::Access {
        write,
        stack: fields.stack,
        cell: fields.key(),
        parts,
        version,
        more,
    }
}

fn step(fields: Fields, verb: SyncVerb, stamp: Option<Stamp>) -> Record {
    Record::Sync {
        verb,
        stack: fields.stack,
        object: fields.key(),
        stamp,
    }
}

fn step_without_stamp(fields: Fields, word: FirstWord) -> Result<Record, MalformedRecord> {
    let verb = match fields.kind {
        kind::ATOMIC => atomic_verb(word.operation())?,
        step => step_verb(step),
    };
    let object = word.subject();
    Ok(step(Fields { object, ..fields }, verb, None))
}

fn atomic(fields: Fields, second: u64) -> Result<Record, MalformedRecord> {
    let stamp = Stamp {
        sequence: second >> 8,
        gap: second & 1 == 1,
    };
    let verb = atomic_verb(second >> 1 & 0x7f)?;
    Ok(step(fields, verb, Some(stamp)))
}

fn atomic_verb(operation: u64) -> Result<SyncVerb, MalformedRecord> {
    Ok(match operation {
        1 => SyncVerb::Load(LoadOrdering::Relaxed),
        2 => SyncVerb::Load(LoadOrdering::Acquire),
        3 => SyncVerb::Load(LoadOrdering::SeqCst),
        4 => SyncVerb::Store(StoreOrdering::Relaxed),
        5 => SyncVerb::Store(StoreOrdering::Release),
        6 => SyncVerb::Store(StoreOrdering::SeqCst),
        7 => SyncVerb::Rmw(RmwOrdering::Relaxed),
        8 => SyncVerb::Rmw(RmwOrdering::Acquire),
        9 => SyncVerb::Rmw(RmwOrdering::Release),
        10 => SyncVerb::Rmw(RmwOrdering::AcqRel),
        11 => SyncVerb::Rmw(RmwOrdering::SeqCst),
        _ => {
            return Err(MalformedRecord {
                what: "a known atomic operation",
            });
        }
    })
}

fn fence(fields: Fields) -> Result<Record, MalformedRecord> {
    let ordering = match fields.object {
        1 => FenceOrdering::Acquire,
        2 => FenceOrdering::Release,
        3 => FenceOrdering::AcqRel,
        4 => FenceOrdering::SeqCst,
        _ => {
            return Err(MalformedRecord {
                what: "a known fence ordering",
            });
        }
    };
    Ok(Record::Fence {
        stack: fields.stack,
        ordering,
    })
}

fn thread(fields: Fields, second: u64) -> Result<Record, MalformedRecord> {
    let thread = ThreadId::new(u32::try_from(fields.object).map_err(|_| MalformedRecord {
        what: "a thread below 2^32",
    })?);
    let verb = match second & 0xf {
        1 => ThreadVerb::Fork,
        2 => ThreadVerb::Begin,
        3 => ThreadVerb::End,
        4 => ThreadVerb::Join,
        5 => ThreadVerb::Switch {
            segment: second >> 4,
        },
        _ => {
            return Err(MalformedRecord {
                what: "a known thread verb",
            });
        }
    };
    Ok(Record::Thread {
        verb,
        stack: fields.stack,
        thread,
    })
}

fn memory(fields: Fields, second: u64, third: u64) -> Result<Record, MalformedRecord> {
    let stack = fields.stack;
    let verb = match second & 0xf {
        6 => MemoryVerb::Read,
        7 => MemoryVerb::Write,
        8 => MemoryVerb::Forget,
        _ => {
            let (parts, more) = range(second >> 4)?;
            return Ok(Record::Forget {
                stack,
                cell: fields.key(),
                parts,
                version: third,
                more,
            });
        }
    };
    if fields.object == 0 {
        return Err(MalformedRecord {
            what: "a length above zero",
        });
    }
    Ok(Record::Memory {
        verb,
        stack,
        address: second >> 4,
        length: fields.object,
        generation: third,
    })
}

fn note(fields: Fields, second: u64) -> Result<Record, MalformedRecord> {
    let name = || {
        u32::try_from(fields.object)
            .map(NameId::new)
            .map_err(|_| MalformedRecord {
                what: "a name below 2^32",
            })
    };
    let verb = match second {
        1 => NoteVerb::Request(fields.key(), LockMode::Read),
        2 => NoteVerb::Request(fields.key(), LockMode::Write),
        3 => NoteVerb::BlockBegin(name()?),
        4 => NoteVerb::BlockEnd(name()?),
        5 => NoteVerb::Mark(name()?),
        _ => {
            return Err(MalformedRecord {
                what: "a known note",
            });
        }
    };
    Ok(Record::Note {
        verb,
        stack: fields.stack,
    })
}
