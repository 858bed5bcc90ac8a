//! Logs written record by record, as a recorder would.

use racegate_eventlog::chunk::{self, ChunkHeader};
use racegate_eventlog::header::{LogHeader, VERSION};
use racegate_eventlog::reader::LogImage;
use racegate_eventlog::record::{
    Definition, ObjectKey, Record, Run, Stamp, SyncVerb, ThreadVerb, encode, encode_definition,
};
use racegate_eventlog::window::{HEADER_WORDS, MAGIC, WINDOW_WORDS, field};
use racegate_eventlog::{StackId, ThreadId};

/// A header for a log of this test process.
pub(crate) fn header() -> LogHeader {
    LogHeader {
        version: VERSION,
        incompatible: 0,
        compatible: 0,
        instance: 0x5eed,
        pid: 42,
        session: 0,
        opened_at: 0,
        recorder: "racegate tests".to_owned(),
    }
}

/// One stream of records that is being written.
pub(crate) struct Stream {
    pub(crate) header: ChunkHeader,
    words: Vec<u64>,
    current: (ThreadId, u64),
}

impl Stream {
    /// An empty stream.
    pub(crate) fn new(stream: u32) -> Self {
        Self {
            header: ChunkHeader {
                log: header().tag(),
                stream,
                sequence: 0,
                thread: ThreadId::ROOT,
                segment: 0,
                generation: 0,
                dropped_accesses: 0,
                dropped_sync: 0,
                outside: 0,
            },
            words: Vec::new(),
            current: (ThreadId::ROOT, 0),
        }
    }

    /// Appends a record.
    pub(crate) fn record(&mut self, record: Record) -> &mut Self {
        self.words.extend(encode(&record).as_slice());
        self
    }

    /// Appends a definition.
    pub(crate) fn define(&mut self, definition: &Definition) -> &mut Self {
        encode_definition(definition, &mut self.words);
        self
    }

    /// From here on the stream is this stretch of this thread.
    pub(crate) fn switch(&mut self, thread: u32, segment: u64) -> &mut Self {
        self.current = (ThreadId::new(thread), segment);
        self.record(Record::Thread {
            verb: ThreadVerb::Switch { segment },
            stack: StackId::EMPTY,
            thread: ThreadId::new(thread),
        })
    }

    /// Appends a thread event.
    pub(crate) fn thread(&mut self, verb: ThreadVerb, thread: u32) -> &mut Self {
        self.record(Record::Thread {
            verb,
            stack: StackId::EMPTY,
            thread: ThreadId::new(thread),
        })
    }

    /// Appends a synchronisation event.
    pub(crate) fn sync(&mut self, verb: SyncVerb, object: u64, sequence: u64) -> &mut Self {
        self.stamped(verb, object, sequence, false)
    }

    /// The same after another log's event.
    pub(crate) fn stamped(
        &mut self,
        verb: SyncVerb,
        object: u64,
        sequence: u64,
        gap: bool,
    ) -> &mut Self {
        self.record(Record::Sync {
            verb,
            stack: StackId::EMPTY,
            object: ObjectKey::new(object),
            stamp: Some(Stamp { sequence, gap }),
        })
    }

    /// Appends a synchronisation event whose stamp is left out.
    pub(crate) fn follow(&mut self, verb: SyncVerb, object: u64) -> &mut Self {
        self.record(Record::Sync {
            verb,
            stack: StackId::EMPTY,
            object: ObjectKey::new(object),
            stamp: None,
        })
    }

    /// Appends an access of one part.
    pub(crate) fn access(&mut self, write: bool, cell: u64, version: Option<u64>) -> &mut Self {
        self.run(
            write,
            Run {
                first: ObjectKey::new(cell),
                parts: 1,
                version,
                more: false,
            },
        )
    }

    /// Appends an access of parts in a row, or some of them.
    pub(crate) fn run(&mut self, write: bool, run: Run) -> &mut Self {
        self.record(Record::Access {
            write,
            stack: StackId::EMPTY,
            cell: run.first,
            parts: run.parts,
            version: run.version,
            more: run.more,
        })
    }

    /// Appends a word that need not be part of a record.
    pub(crate) fn word(&mut self, word: u64) -> &mut Self {
        self.words.push(word);
        self
    }

    /// What was appended since the last chunk.
    pub(crate) fn words(&self) -> Vec<u64> {
        self.words.clone()
    }

    /// Whether nothing was appended since the last chunk.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The chunk of what was appended since the last one.
    pub(crate) fn seal(&mut self) -> Vec<u8> {
        let bytes = chunk::encode(&self.header, &self.words);
        self.words.clear();
        self.header.sequence += 1;
        (self.header.thread, self.header.segment) = self.current;
        bytes
    }

    /// What was appended since the last chunk, as it stands in the window.
    pub(crate) fn window(&self) -> Vec<u64> {
        let mut words = vec![0; WINDOW_WORDS];
        words[field::MAGIC] = MAGIC;
        words[field::STREAM] = u64::from(self.header.stream);
        words[field::SEQUENCE] = self.header.sequence;
        words[field::THREAD] = u64::from(self.header.thread.number());
        words[field::SEGMENT] = self.header.segment;
        words[field::DROPPED_ACCESSES] = self.header.dropped_accesses;
        words[field::LOG] = self.header.log;
        words[field::OUTSIDE] = self.header.outside;
        words[field::GENERATION] = u64::from(self.header.generation);
        words[field::DROPPED_SYNC] = self.header.dropped_sync;
        words[HEADER_WORDS..HEADER_WORDS + self.words.len()].copy_from_slice(&self.words);
        words
    }
}

/// A log in memory of these chunks and windows.
pub(crate) fn image(
    chunks: impl IntoIterator<Item = Vec<u8>>,
    windows: impl IntoIterator<Item = Vec<u64>>,
) -> LogImage {
    let mut sealed = header().encode().to_vec();
    for chunk in chunks {
        sealed.extend(chunk);
    }
    LogImage {
        sealed,
        windows: windows.into_iter().collect(),
    }
}
