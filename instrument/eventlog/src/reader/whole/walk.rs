//! What the words of a log's chunks tell, whatever the order of the chunks.
//!
//! **Invariant:** of a chunk that was walked without an error, every record and every
//! definition is one, as far as that can be said without looking at others.

use std::collections::BTreeSet;

use super::marks::Marks;
use super::script::{Script, mark};
use super::stamps::{Stamps, Unusual};
use crate::chunk::ChunkHeader;
use crate::id::ThreadId;
use crate::reader::merge::begun::{continues, goes_on};
use crate::reader::streams::SPARE_IDS;
use crate::record::{self, FirstWord, MemoryVerb, NoteVerb, Record, ThreadVerb, step_stamp};
use crate::validate::Foreseen;

/// Consecutive records of one thread in one chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage {
    pub(super) thread: u32,
    /// The chunk's number.
    pub(super) chunk: u32,
    /// Which stretch of the thread, over all streams.
    pub(super) segment: u64,
    /// Its first word, and one past its last.
    pub(super) start: u32,
    pub(super) end: u32,
    /// It goes on with the stretch in which the chunk before ended.
    pub(super) continues: bool,
}

/// What is known of a thread before anything is merged.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) foreseen: Foreseen,
    /// How many records there are of it.
    pub(super) records: u64,
    pub(super) joins: u64,
}

/// Definitions of one chunk, among the words of all definitions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defined {
    pub(super) chunk: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What all chunks so far have told.
pub(super) struct Walk {
    /// In the order of the chunks' walks.
    pub(super) passages: Vec<Passage>,
    /// By thread.
    pub(super) facts: Vec<Facts>,
    /// One more than the largest name's number.
    pub(super) names: usize,
    /// Keys of what is accessed.
    pub(super) accessed: Marks<bool>,
    pub(super) stamps: Stamps,
    /// Ranges of bytes that are accessed: address and length.
    pub(super) ranges: BTreeSet<(u64, u64)>,
    pub(super) definitions: Vec<u64>,
    pub(super) defined: Vec<Defined>,
    /// Where what the chunks tell is put to be handed over at once, if it is.
    pub(super) script: Option<Script>,
    /// No id of a log so long is larger.
    limit: usize,
}

/// Where a walk stands in its chunk.
struct Position {
    chunk: u32,
    open: Passage,
    /// Records of the passage.
    records: u64,
    /// Whether the chunk told any record so far.
    told: bool,
    /// The passage's last record, if the access goes on in the next one.
    begun: Option<Record>,
}

impl Walk {
    /// Nothing told yet, of a log of at most `words` words.
    pub(super) fn new(words: u64) -> Self {
        // Keys are handed out one by one: there are hardly more than records.
        let keys = words / 2 + SPARE_IDS as u64;
        Self {
            passages: Vec::new(),
            facts: vec![Facts::default()],
            names: 0,
            accessed: Marks::new(keys),
            stamps: Stamps::new(words, keys),
            ranges: BTreeSet::new(),
            definitions: Vec::new(),
            defined: Vec::new(),
            script: None,
            limit: usize::try_from(words).map_or(usize::MAX, |words| words + SPARE_IDS),
        }
    }

    /// Takes a chunk: whose records it ends with.
    pub(super) fn chunk(
        &mut self,
        chunk: u32,
        header: &ChunkHeader,
        words: &[u64],
    ) -> Result<(ThreadId, u64), Unusual> {
        self.meet(header.thread)?;
        self.stamps.begin_stretch();
        if let Some(script) = &mut self.script {
            script.begin(words.len());
        }
        let mut at = 0;
        let mut position = Position {
            chunk,
            open: passage(chunk, header.thread, header.segment, 0),
            records: 0,
            told: false,
            begun: None,
        };
        loop {
            if position.begun.is_none() {
                at = self.accesses(&mut position, words, at);
                if let Some(next) = self.step(&mut position, words, at)? {
                    at = next;
                    continue;
                }
            }
            if words.get(at).is_none_or(|word| *word == 0) {
                record::expect_the_end(&words[at..]).map_err(|_| Unusual)?;
                break;
            }
            at = self.entry(&mut position, words, at)?;
        }
        let current = (ThreadId::new(position.open.thread), position.open.segment);
        self.close(&position, at)?;
        Ok(current)
    }

    /// Passes over accesses of one part: where the first word stands that begins none.
    fn accesses(&mut self, position: &mut Position, words: &[u64], mut at: usize) -> usize {
        let mut records = 0;
        loop {
            let rest = words.get(at..).unwrap_or_default();
            let marks = self.accessed.dense();
            let passed = match &mut self.script {
                Some(script) => script.accesses(rest, marks),
                None => pass_accesses(rest, marks),
            };
            records += passed as u64;
            at += passed;
            // Of two words, or without room for its key, or none at all.
            let Some(word) = words.get(at).map(|word| FirstWord::new(*word)) else {
                break;
            };
            let next = at + word.words();
            if !word.is_access() || next > words.len() {
                break;
            }
            *self.accessed.at(word.cell()) = true;
            if let Some(script) = &mut self.script {
                script.access(word, self.accessed.dense().len());
            }
            records += 1;
            at = next;
        }
        position.records += records;
        position.told |= records > 0;
        at
    }

    /// Takes a step of an object, if that is what comes next.
    fn step(
        &mut self,
        position: &mut Position,
        words: &[u64],
        at: usize,
    ) -> Result<Option<usize>, Unusual> {
        let Some(word) = words.get(at).map(|word| FirstWord::new(*word)) else {
            return Ok(None);
        };
        if !word.is_step() {
            return Ok(None);
        }
        let taken = word.step_words();
        let Some(rest) = words.get(at + 1..at + taken) else {
            return Ok(None);
        };
        let told = rest.first().map(|second| step_stamp(*second));
        let stamp = self.stamps.insert(word.object(), told)?;
        if let Some(script) = &mut self.script {
            script.step(word, stamp);
        }
        position.records += 1;
        position.told = true;
        Ok(Some(at + taken))
    }

    /// Takes any entry: where the next one stands.
    fn entry(
        &mut self,
        position: &mut Position,
        words: &[u64],
        at: usize,
    ) -> Result<usize, Unusual> {
        let rest = &words[at..];
        if let Some(length) = record::definition_length(rest) {
            self.define(position.chunk, &rest[..length]);
            return Ok(at + length);
        }
        let Ok((record, taken)) = record::decode_record(rest) else {
            return Err(Unusual);
        };
        let next = at + taken;
        if let Record::Thread {
            verb: ThreadVerb::Switch { segment },
            thread,
            ..
        } = record
        {
            self.meet(thread)?;
            self.close(position, at)?;
            self.stamps.begin_stretch();
            position.open = passage(position.chunk, thread, segment, small(next)?);
            position.records = 0;
            position.begun = None;
        } else {
            if position
                .begun
                .is_some_and(|begun| !continues(&begun, &record))
            {
                return Err(Unusual);
            }
            position.begun = goes_on(&record).then_some(record);
            let record = self.with_stamp(record)?;
            self.record(ThreadId::new(position.open.thread), &record)?;
            if let Some(script) = &mut self.script {
                script.record(&record);
            }
            position.records += 1;
        }
        position.told = true;
        Ok(next)
    }

    fn define(&mut self, chunk: u32, words: &[u64]) {
        if let Some(script) = &mut self.script {
            script.define(words);
        }
        let start = self.definitions.len();
        self.definitions.extend(words);
        let end = self.definitions.len();
        match self.defined.last_mut() {
            Some(last) if last.chunk == chunk => last.end = end,
            Some(_) | None => self.defined.push(Defined { chunk, start, end }),
        }
    }

    /// Takes the stamp of a step, which is told with it from here on.
    fn with_stamp(&mut self, mut record: Record) -> Result<Record, Unusual> {
        if let Record::Sync { object, stamp, .. } = &mut record {
            *stamp = Some(self.stamps.insert(object.number(), *stamp)?);
        }
        Ok(record)
    }

    /// Looks at what a thread's record names.
    fn record(&mut self, own: ThreadId, record: &Record) -> Result<(), Unusual> {
        match *record {
            Record::Access { cell, .. } => *self.accessed.at(cell.number()) = true,
            Record::Memory {
                verb,
                address,
                length,
                ..
            } => {
                // What comes before and after it only a count of versions can say.
                if verb == MemoryVerb::Forget {
                    return Err(Unusual);
                }
                self.ranges.insert((address, length));
            }
            Record::Forget { .. } => return Err(Unusual),
            Record::Sync { .. } | Record::Fence { .. } => {}
            Record::Thread { verb, thread, .. } => self.life(own, verb, thread)?,
            Record::Note { verb, .. } => match verb {
                NoteVerb::Request(object, _) => {
                    self.stamps.meet(object.number());
                }
                NoteVerb::BlockBegin(name) | NoteVerb::BlockEnd(name) | NoteVerb::Mark(name) => {
                    self.names = self.names.max(name.index() + 1);
                }
            },
        }
        Ok(())
    }

    fn life(&mut self, own: ThreadId, verb: ThreadVerb, thread: ThreadId) -> Result<(), Unusual> {
        self.meet(thread)?;
        match verb {
            ThreadVerb::Fork => self.facts[thread.index()].foreseen.fork = true,
            ThreadVerb::Join => self.facts[thread.index()].joins += 1,
            ThreadVerb::Begin | ThreadVerb::End if thread != own => return Err(Unusual),
            ThreadVerb::Begin => self.facts[own.index()].foreseen.begin = true,
            ThreadVerb::End => self.facts[own.index()].foreseen.end = true,
            ThreadVerb::Switch { .. } => unreachable!("a switch is no record of its thread"),
        }
        Ok(())
    }

    /// Makes room for a thread.
    pub(super) fn meet(&mut self, thread: ThreadId) -> Result<(), Unusual> {
        let index = thread.index();
        if index >= self.limit {
            return Err(Unusual);
        }
        if index >= self.facts.len() {
            self.facts.resize(index + 1, Facts::default());
        }
        Ok(())
    }

    fn close(&mut self, position: &Position, end: usize) -> Result<(), Unusual> {
        if position.told {
            let end = small(end)?;
            let open = position.open;
            self.passages.push(Passage { end, ..open });
            if let Some(script) = &mut self.script {
                script.end(&open);
            }
            self.facts[open.thread as usize].records += position.records;
        }
        Ok(())
    }

    /// Keys that most of the log's are below.
    pub(super) fn key_limit(&self) -> u64 {
        self.accessed.limit()
    }

    /// How many bytes all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let bytes = self.passages.capacity() * size_of::<Passage>()
            + self.facts.capacity() * size_of::<Facts>()
            + self.ranges.len() * 32
            + self.definitions.capacity() * 8
            + self.defined.capacity() * size_of::<Defined>();
        bytes as u64 + self.accessed.bytes() + self.stamps.bytes()
    }
}

/// Marks the keys of the accesses of one word that the words begin with, as far as they
/// have room for their marks: how many.
// A function of its own, so that all it needs is in registers.
#[inline(never)]
fn pass_accesses(words: &[u64], marks: &mut [bool]) -> usize {
    let mut passed = 0;
    for word in words.iter().map(|word| FirstWord::new(*word)) {
        if !word.is_one_word_access() {
            break;
        }
        let Some(mark) = mark(marks, word) else {
            break;
        };
        *mark = true;
        passed += 1;
    }
    passed
}

fn passage(chunk: u32, thread: ThreadId, segment: u64, start: u32) -> Passage {
    Passage {
        thread: thread.number(),
        chunk,
        segment,
        start,
        end: start,
        continues: false,
    }
}

/// A place in a chunk.
fn small(at: usize) -> Result<u32, Unusual> {
    u32::try_from(at).map_err(|_| Unusual)
}
