//! From chunks to every thread's records in program order.
//!
//! **Invariant:** the words of every [`Piece`] decode, each step tells its stamp, and a
//! piece with a loss is one before which records of its stream are missing.

use std::collections::HashSet;

use super::chunks::RawLog;
use super::definitions::Definitions;
use super::order;
use crate::chunk::Chunk;
use crate::id::ThreadId;
use crate::integrity::{Damage, Integrity};
use crate::record::{self, Definition, Entry, MalformedRecord, NoteVerb, Record, ThreadVerb};

/// Ids beyond the number of words by more than this are taken for damage, so
/// that a table is never much larger than the log.
pub(super) const SPARE_IDS: usize = 1 << 16;

/// Where a log comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A process that ended, or is taken as it stands: what is not there is missing.
    Ended,
    /// A process whose threads may still run: what is not there is yet to come.
    Live,
}

/// Consecutive records of one thread in one chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) thread: ThreadId,
    /// Which stretch of the thread, over all streams.
    pub(crate) segment: u64,
    /// Whether it goes on with the stretch that the chunk before ended in.
    pub(crate) continues: bool,
    /// The place in [`Streams::losses`] of what is missing before it.
    pub(crate) loss: Option<usize>,
    /// The place in [`Streams::chunks`].
    pub(crate) chunk: usize,
    /// Its first word.
    pub(crate) start: usize,
    /// One past its last word.
    pub(crate) end: usize,
}

/// All records of a log.
pub(crate) struct Streams {
    /// By stream, then by place in the stream; each at most once.
    pub(crate) chunks: Vec<Chunk>,
    /// By thread, then by segment, then by place in the stream.
    pub(crate) pieces: Vec<Piece>,
    /// What is missing from streams.
    pub(crate) losses: Vec<String>,
    /// One more than the largest thread's number.
    pub(crate) threads: usize,
    /// What is known to be missing so far.
    pub(crate) integrity: Integrity,
}

impl Streams {
    /// Whether nothing is lost that could order anything.
    pub(crate) fn are_whole(&self) -> bool {
        self.integrity.damage.is_empty() && self.integrity.dropped_sync == 0
    }

    /// Orders the chunks of a log and collects its definitions.
    pub(crate) fn assemble(raw: RawLog, source: Source) -> (Self, Definitions) {
        let (file, length, newer) = (raw.file.clone(), raw.length, raw.newer);
        let open: HashSet<u32> = raw
            .windows
            .iter()
            .map(|chunk| chunk.header.stream)
            .collect();
        let (mut chunks, damage) = order::order(raw);
        for chunk in &mut chunks {
            chunk.words = record::with_stamps(std::mem::take(&mut chunk.words));
        }
        let words = chunks.iter().map(|chunk| chunk.words.len()).sum();
        let mut walk = Walk {
            file,
            length,
            newer,
            limit: words + SPARE_IDS,
            position: Position::default(),
            threads: 1,
            pieces: Vec::new(),
            losses: Vec::new(),
            definitions: Definitions::new(words),
            integrity: Integrity {
                damage,
                ..Integrity::default()
            },
        };
        let mut index = 0;
        for stream in chunks.chunk_by(|one, next| one.header.stream == next.header.stream) {
            for chunk in stream {
                walk.visit(index, chunk);
                index += 1;
            }
            let number = stream[0].header.stream;
            let ended = stream.last().is_some_and(|last| last.words.is_empty());
            if source == Source::Ended && !ended && !open.contains(&number) {
                walk.lose_end(index, number);
            }
            walk.end_stream();
        }
        // Stable: the pieces of one segment stay in their stream's order.
        walk.pieces
            .sort_by_key(|piece| (piece.thread, piece.segment));
        let streams = Self {
            chunks,
            pieces: walk.pieces,
            losses: walk.losses,
            threads: walk.threads,
            integrity: walk.integrity,
        };
        (streams, walk.definitions)
    }
}

/// One walk over all chunks.
struct Walk {
    file: String,
    length: u64,
    newer: bool,
    limit: usize,
    position: Position,
    threads: usize,
    pieces: Vec<Piece>,
    losses: Vec<String>,
    definitions: Definitions,
    integrity: Integrity,
}

/// What an entry is to the piece it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Definition,
    Record,
    /// Another one begins after it.
    Switch(ThreadId, u64),
}

/// Where a walk stands in its stream.
#[derive(Default)]
struct Position {
    /// The chunk expected next.
    sequence: u64,
    /// Whose records come next.
    current: Option<(ThreadId, u64)>,
    /// Whether the stream held any record so far.
    told: bool,
    loss: Option<usize>,
    dropped_accesses: u64,
    dropped_sync: u64,
}

impl Walk {
    fn visit(&mut self, index: usize, chunk: &Chunk) {
        let header = &chunk.header;
        if header.sequence != self.position.sequence && self.position.loss.is_none() {
            let missing = format!(
                "chunk {} of stream {}",
                self.position.sequence, header.stream
            );
            self.damaged(format!("expected {missing}"));
            self.lose(index, format!("{missing} is missing"));
        } else if header.dropped_sync > self.position.dropped_sync {
            // They may stand anywhere between the chunk before and this one's end.
            self.lose(
                index,
                format!("synchronisation was dropped from stream {}", header.stream),
            );
        }
        self.position.sequence = header.sequence.saturating_add(1);
        self.position.dropped_sync = self.position.dropped_sync.max(header.dropped_sync);
        self.position.dropped_accesses =
            self.position.dropped_accesses.max(header.dropped_accesses);
        self.integrity.outside = self.integrity.outside.max(header.outside);
        if let Err(error) = self.records(index, chunk) {
            let place = format!("chunk {} of stream {}", header.sequence, header.stream);
            self.damaged(format!("{error} in {place}"));
            self.lose(index, format!("the rest of {place} is no record"));
        }
    }

    /// A stream that neither says that it ended nor has a window may have lost
    /// its last chunks.
    fn lose_end(&mut self, index: usize, stream: u32) {
        if self.position.loss.is_none() {
            self.damaged(format!("expected the end of stream {stream}"));
            self.lose(index - 1, format!("the end of stream {stream} is missing"));
        }
    }

    fn end_stream(&mut self) {
        let ended = std::mem::take(&mut self.position);
        let integrity = &mut self.integrity;
        integrity.dropped_accesses = integrity
            .dropped_accesses
            .saturating_add(ended.dropped_accesses);
        integrity.dropped_sync = integrity.dropped_sync.saturating_add(ended.dropped_sync);
    }

    fn damaged(&mut self, what: String) {
        self.integrity.damage.push(Damage {
            file: self.file.clone(),
            offset: self.length,
            what,
        });
    }

    /// From here on the stream cannot be used.
    fn lose(&mut self, index: usize, what: String) {
        if self.position.loss.is_some() {
            return;
        }
        let loss = Some(self.losses.len());
        self.losses.push(what);
        self.position.loss = loss;
        let current = self.position.current.filter(|_| self.position.told);
        if let Some((thread, segment)) = current {
            // The thread may go on in another stream: it must stop here.
            self.pieces.push(Piece {
                thread,
                segment,
                continues: true,
                loss,
                chunk: index,
                start: 0,
                end: 0,
            });
        }
    }

    /// Cuts a chunk's records into pieces and takes its definitions.
    fn records(&mut self, index: usize, chunk: &Chunk) -> Result<(), MalformedRecord> {
        let header = (chunk.header.thread, chunk.header.segment);
        self.meet(header.0)?;
        let mut open = self.piece(header, index, 0);
        open.continues = self.position.current == Some(header);
        // A chunk's header names a thread even if none of its records follow.
        let mut told = false;
        self.position.current = Some(header);
        let mut at = 0;
        let result = loop {
            match self.entry(&chunk.words[at..]) {
                Ok(None) => break record::expect_the_end(&chunk.words[at..]),
                Ok(Some((step, taken))) => {
                    if let Step::Switch(thread, segment) = step {
                        self.close(open, at, told);
                        self.position.current = Some((thread, segment));
                        open = self.piece((thread, segment), index, at + taken);
                    }
                    told |= step != Step::Definition;
                    at += taken;
                }
                Err(error) => break Err(error),
            }
        };
        self.close(open, at, told);
        self.position.told |= told;
        result
    }

    /// Takes one entry: what it is to its piece, and its length.
    fn entry(&mut self, words: &[u64]) -> Result<Option<(Step, usize)>, MalformedRecord> {
        let (entry, taken) = match record::decode(words) {
            Ok(None) => return Ok(None),
            Ok(Some(decoded)) => decoded,
            Err(error) => {
                let skipped = record::definition_length(words).filter(|_| self.newer);
                let skipped = skipped.map(|taken| Some((Step::Definition, taken)));
                return skipped.ok_or(error);
            }
        };
        let step = match entry {
            Entry::Definition(definition) => {
                self.define(definition)?;
                Step::Definition
            }
            Entry::Record(record) => self.check(record)?,
        };
        Ok(Some((step, taken)))
    }

    /// Looks at the ids of a record.
    fn check(&mut self, record: Record) -> Result<Step, MalformedRecord> {
        match record {
            Record::Thread { verb, thread, .. } => match verb {
                ThreadVerb::Switch { segment } => {
                    self.meet(thread)?;
                    return Ok(Step::Switch(thread, segment));
                }
                ThreadVerb::Fork | ThreadVerb::Join => self.meet(thread)?,
                ThreadVerb::Begin | ThreadVerb::End => {
                    if self.position.current.is_none_or(|(own, _)| own != thread) {
                        return Err(MalformedRecord {
                            what: "a thread to tell of its own begin and end",
                        });
                    }
                }
            },
            Record::Note { verb, .. } => match verb {
                NoteVerb::BlockBegin(name) | NoteVerb::BlockEnd(name) | NoteVerb::Mark(name) => {
                    self.within_limit(name.index())?;
                    self.definitions.meet_name(name);
                }
                NoteVerb::Request(..) => {}
            },
            Record::Sync { stamp: None, .. } => {
                return Err(MalformedRecord {
                    what: "a step whose stamp is told, since none of its object stands before it",
                });
            }
            Record::Access { .. }
            | Record::Memory { .. }
            | Record::Forget { .. }
            | Record::Sync { .. }
            | Record::Fence { .. } => {}
        }
        Ok(Step::Record)
    }

    fn define(&mut self, definition: Definition) -> Result<(), MalformedRecord> {
        match &definition {
            Definition::Thread { thread, .. } => self.meet(*thread)?,
            Definition::Name { name, .. } => self.within_limit(name.index())?,
            Definition::Site { .. }
            | Definition::Frame { .. }
            | Definition::Cut { .. }
            | Definition::Module { .. }
            | Definition::Cell { .. }
            | Definition::Memory { .. }
            | Definition::Object { .. } => {}
        }
        self.definitions.define(definition)
    }

    fn meet(&mut self, thread: ThreadId) -> Result<(), MalformedRecord> {
        self.within_limit(thread.index())?;
        self.threads = self.threads.max(thread.index() + 1);
        Ok(())
    }

    fn within_limit(&self, index: usize) -> Result<(), MalformedRecord> {
        if index < self.limit {
            return Ok(());
        }
        Err(MalformedRecord {
            what: "an id that is not far above all others",
        })
    }

    fn piece(&self, (thread, segment): (ThreadId, u64), chunk: usize, start: usize) -> Piece {
        Piece {
            thread,
            segment,
            continues: false,
            loss: self.position.loss,
            chunk,
            start,
            end: start,
        }
    }

    fn close(&mut self, mut piece: Piece, end: usize, told: bool) {
        piece.end = end;
        if told {
            self.pieces.push(piece);
        }
    }
}
