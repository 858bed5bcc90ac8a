//! The streams of a log that is being written: one for each thread alive.

use std::collections::HashMap;
use std::io::{self, Write};

use racegate_eventlog::chunk::{self, ChunkHeader};
use racegate_eventlog::record::{Record, ThreadVerb, encode};
use racegate_eventlog::window::{HEADER_WORDS, WINDOW_WORDS};
use racegate_eventlog::{StackId, ThreadId};

/// The most words in a chunk: what a recorder's window holds.
const FULL_WORDS: usize = WINDOW_WORDS - HEADER_WORDS;
/// The most words of a step.
const STEP_WORDS: usize = 2;

/// Every stream of a log, and the file that takes their chunks.
pub(super) struct Streams<'a> {
    out: &'a mut dyn Write,
    written: u64,
    log: u64,
    streams: Vec<Stream>,
    /// Streams whose thread has ended.
    free: Vec<u32>,
    /// By thread alive: its stream.
    of_thread: HashMap<ThreadId, u32>,
    /// How many stretches and chunks have begun.
    stretches: u64,
}

struct Stream {
    words: Vec<u64>,
    sequence: u64,
    /// Which of all chunks and stretches it is in.
    stretch: u64,
    /// Whose records the chunk begins with.
    first: ThreadId,
    now: ThreadId,
}

impl<'a> Streams<'a> {
    /// Main's alone.
    pub(super) fn new(log: u64, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            written: 0,
            log,
            streams: Vec::new(),
            free: vec![],
            of_thread: HashMap::new(),
            stretches: 0,
        }
        .with_main()
    }

    fn with_main(mut self) -> Self {
        self.streams.push(Stream::of(ThreadId::ROOT));
        self.of_thread.insert(ThreadId::ROOT, 0);
        self
    }

    /// Appends words to main's stream.
    pub(super) fn append_main(&mut self, words: &[u64]) -> io::Result<()> {
        self.append_to(0, words)
    }

    /// Gives a thread that begins a stream. Main has its own already.
    pub(super) fn begin(&mut self, thread: ThreadId) -> io::Result<()> {
        let number = match self.of_thread.get(&thread) {
            Some(number) => *number,
            None => self.take(thread),
        };
        let switch = Record::Thread {
            verb: ThreadVerb::Switch { segment: 0 },
            stack: StackId::EMPTY,
            thread,
        };
        self.append_to(number, encode(&switch).as_slice())?;
        self.streams[number as usize].now = thread;
        self.of_thread.insert(thread, number);
        self.begin_stretch(number);
        Ok(())
    }

    fn take(&mut self, thread: ThreadId) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.streams.push(Stream::of(thread));
            u32::try_from(self.streams.len() - 1).expect("streams have 32-bit numbers")
        })
    }

    /// Appends a record of a thread.
    pub(super) fn append(&mut self, thread: ThreadId, words: &[u64]) -> io::Result<()> {
        self.append_to(self.of_thread[&thread], words)
    }

    /// A number of the chunk, and the stretch in it, in which a thread's next record will
    /// stand, if that is a step.
    pub(super) fn chunk_of_step(&mut self, thread: ThreadId) -> io::Result<u64> {
        let number = self.of_thread[&thread];
        self.make_room(number, STEP_WORDS)?;
        Ok(self.streams[number as usize].stretch)
    }

    fn begin_stretch(&mut self, number: u32) {
        self.stretches += 1;
        self.streams[number as usize].stretch = self.stretches;
    }

    /// The thread needs its stream no longer.
    pub(super) fn end(&mut self, thread: ThreadId) {
        if let Some(number) = self.of_thread.remove(&thread) {
            self.free.push(number);
        }
    }

    fn append_to(&mut self, number: u32, words: &[u64]) -> io::Result<()> {
        self.make_room(number, words.len())?;
        self.streams[number as usize].words.extend(words);
        Ok(())
    }

    fn make_room(&mut self, number: u32, words: usize) -> io::Result<()> {
        if self.streams[number as usize].words.len() + words > FULL_WORDS {
            self.seal(number)?;
            self.begin_stretch(number);
        }
        Ok(())
    }

    /// Writes what a stream holds; without words, its end.
    fn seal(&mut self, number: u32) -> io::Result<()> {
        let stream = &mut self.streams[number as usize];
        let header = ChunkHeader {
            log: self.log,
            stream: number,
            sequence: stream.sequence,
            thread: stream.first,
            segment: 0,
            generation: 0,
            dropped_accesses: 0,
            dropped_sync: 0,
            outside: 0,
        };
        let bytes = chunk::encode(&header, &stream.words);
        self.out.write_all(&bytes)?;
        self.written += bytes.len() as u64;
        stream.words.clear();
        stream.sequence += 1;
        stream.first = stream.now;
        Ok(())
    }

    /// Writes what the streams hold, and their ends. How many bytes that were in all.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        let count = u32::try_from(self.streams.len()).expect("streams have 32-bit numbers");
        for number in 0..count {
            if !self.streams[number as usize].words.is_empty() {
                self.seal(number)?;
            }
        }
        for number in 0..count {
            self.seal(number)?;
        }
        Ok(self.written)
    }
}

impl Stream {
    fn of(thread: ThreadId) -> Self {
        Self {
            words: Vec::with_capacity(FULL_WORDS),
            sequence: 0,
            stretch: 0,
            first: thread,
            now: thread,
        }
    }
}
