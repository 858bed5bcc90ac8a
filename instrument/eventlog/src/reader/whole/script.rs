//! What one chunk tells, as it is handed over before its log has an index.
//!
//! **Invariant:** the pieces are the passages of the chunk, and each tells all of its
//! passage's records in their order, under the keys of the recorded process.

use super::walk::Passage;
use crate::id::{Location, StackId};
use crate::reader::block::Access;
use crate::record::{self, Definition, Entry, FirstWord, ObjectKey, Record, Stamp};

/// What a passage tells.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// A location has the number of its key.
    pub(super) accesses: Vec<Access>,
    /// Every other record, and how many accesses come before it.
    pub(super) others: Vec<(u32, Record)>,
}

/// What the chunk tells that was walked last.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Whole passages, in order.
    pub(super) pieces: Vec<(Passage, Piece)>,
    /// Of objects and threads.
    pub(super) definitions: Vec<Definition>,
    /// Some of it can be told only when all of the log is known.
    pub(super) failed: bool,
    /// Room for the accesses of a passage, of which the first are there.
    accesses: Vec<Access>,
    filled: usize,
    others: Vec<(u32, Record)>,
    /// Pieces that are used again.
    spare: Vec<Piece>,
}

impl Piece {
    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let accesses = self.accesses.capacity() * size_of::<Access>();
        (accesses + self.others.capacity() * size_of::<(u32, Record)>()) as u64
    }
}

impl Script {
    /// A chunk of so many words begins.
    pub(super) fn begin(&mut self, words: usize) {
        self.pieces.clear();
        self.definitions.clear();
        self.filled = 0;
        self.others.clear();
        if self.accesses.len() < words {
            self.accesses.resize(words, Access::default());
        }
    }

    /// Marks the keys of the accesses of one word that the words begin with and takes them,
    /// as [`Walk`](super::walk::Walk) does that keeps none: how many.
    pub(super) fn accesses(&mut self, words: &[u64], marks: &mut [bool]) -> usize {
        let told = tell_accesses(words, marks, &mut self.accesses[self.filled..]);
        self.filled += told;
        told
    }

    /// Takes an access, where keys below `keys` have room for what is told of them.
    pub(super) fn access(&mut self, word: FirstWord, keys: usize) {
        let access = location(word.cell()).and_then(|it| Access::new(it, word.writes()));
        match access.filter(|it| it.location().index() < keys) {
            Some(access) => {
                self.accesses[self.filled] = access;
                self.filled += 1;
            }
            None => self.failed = true,
        }
    }

    /// Takes a step of an object.
    pub(super) fn step(&mut self, word: FirstWord, stamp: Stamp) {
        self.record(&Record::Sync {
            verb: word.verb(),
            // Nobody asks for the stacks of what is told so early.
            stack: StackId::EMPTY,
            object: ObjectKey::new(word.object()),
            stamp: Some(stamp),
        });
    }

    /// Takes any record.
    pub(super) fn record(&mut self, record: &Record) {
        match *record {
            // What comes before, only all stamps of the object can say.
            Record::Sync { stamp, .. } => {
                self.failed |= stamp.is_none_or(|stamp| stamp.gap && stamp.sequence > 1);
            }
            // Which bytes are apart, only all accesses can say.
            Record::Memory { .. } | Record::Forget { .. } => self.failed = true,
            Record::Access { .. }
            | Record::Fence { .. }
            | Record::Thread { .. }
            | Record::Note { .. } => {}
        }
        let at = u32::try_from(self.filled).expect("a chunk is small");
        self.others.push((at, *record));
    }

    /// Takes a definition.
    pub(super) fn define(&mut self, words: &[u64]) {
        if record::is_of_object_or_thread(words)
            && let Ok(Some((Entry::Definition(definition), _))) = record::decode(words)
        {
            self.definitions.push(definition);
        }
    }

    /// The passage is over.
    pub(super) fn end(&mut self, passage: &Passage) {
        let mut piece = self.spare.pop().unwrap_or_default();
        piece.accesses.extend(&self.accesses[..self.filled]);
        // It has none, and its room is as good.
        std::mem::swap(&mut piece.others, &mut self.others);
        self.filled = 0;
        self.pieces.push((*passage, piece));
    }

    /// A piece is not needed any more.
    pub(super) fn reuse(&mut self, mut piece: Piece) {
        piece.accesses.clear();
        piece.others.clear();
        self.spare.push(piece);
    }
}

/// The location that a key is taken for.
pub(super) fn location(key: u64) -> Option<Location> {
    u32::try_from(key).ok().map(Location::new)
}

/// Takes as many of the accesses of one word that the words begin with as there is room
/// for, if they have room for their marks: how many.
// A function of its own, so that all it needs is in registers.
#[inline(never)]
fn tell_accesses(words: &[u64], marks: &mut [bool], room: &mut [Access]) -> usize {
    // Of what is below, an access can be told: the compiler knows, and asks no more.
    let most = marks.len().min(Access::LOCATIONS);
    let marks = &mut marks[..most];
    let mut told = 0;
    for (place, word) in room.iter_mut().zip(words) {
        let word = FirstWord::new(*word);
        if !word.is_one_word_access() {
            break;
        }
        let Some(mark) = mark(marks, word) else {
            break;
        };
        *mark = true;
        let Some(access) = location(word.cell()).and_then(|it| Access::new(it, word.writes()))
        else {
            break;
        };
        *place = access;
        told += 1;
    }
    told
}

/// The mark of the key of an access, if there is room for it.
#[inline]
pub(super) fn mark(marks: &mut [bool], word: FirstWord) -> Option<&mut bool> {
    marks.get_mut(usize::try_from(word.cell()).ok()?)
}
