//! A stream: one writer at a time, a window, and what it has defined.
//!
//! **Invariant:** whatever a record refers to is defined earlier in the same stream
//! and generation.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::chunk::{self, ChunkHeader};
use racegate_eventlog::record::{
    self, Definition, Entry, MemoryVerb, ObjectKey, Record, encode_definition,
};
use racegate_eventlog::window::{self, HEADER_WORDS, WINDOW_WORDS, field};
use racegate_eventlog::{NameId, StackId, ThreadId};

use super::interner;
use super::publication::publish;
use super::sink::Sink;
use super::window::Window;

// Too much for Miri, and in loom nothing runs at the speed that it asks for.
#[cfg(all(test, not(miri), not(loom)))]
mod tests;

/// How many chunks share their definitions: what a cut can cost in names.
const CHUNKS_PER_GENERATION: u64 = 64;

/// A stream of records.
pub(super) struct Stream {
    window: Arc<Window>,
    /// The next free word of the window.
    position: usize,
    /// What the next chunk will say of itself.
    header: ChunkHeader,
    defined: Defined,
    /// Reused for definitions.
    scratch: Vec<u64>,
}

/// What this generation of the stream has defined.
#[derive(Default)]
struct Defined {
    stacks: HashSet<StackId>,
    objects: HashSet<ObjectKey>,
    threads: HashSet<ThreadId>,
    names: HashSet<NameId>,
    modules: bool,
}

impl Stream {
    /// An empty stream of the log with this tag over a window.
    pub(super) fn new(log: u64, stream: u32, window: Arc<Window>) -> Self {
        let header = ChunkHeader {
            log,
            stream,
            sequence: 0,
            thread: ThreadId::ROOT,
            segment: 0,
            generation: 0,
            dropped_accesses: 0,
            dropped_sync: 0,
            outside: 0,
        };
        let this = Self {
            window,
            position: HEADER_WORDS,
            header,
            defined: Defined::default(),
            scratch: Vec::new(),
        };
        this.store_header();
        this.words()[field::MAGIC].store(window::MAGIC, Ordering::Release);
        this
    }

    /// The stream now speaks for this stretch of this thread.
    pub(super) fn switch(&mut self, sink: &Sink, thread: ThreadId, segment: u64) {
        let verb = record::ThreadVerb::Switch { segment };
        self.append(
            sink,
            &Record::Thread {
                verb,
                stack: StackId::EMPTY,
                thread,
            },
        );
        self.header.thread = thread;
        self.header.segment = segment;
    }

    /// Appends a record. What it refers to must be defined.
    pub(super) fn append(&mut self, sink: &Sink, record: &Record) {
        self.store(sink, record::encode(record).as_slice());
    }

    /// Defines a stack and every stack it builds on, parents first.
    pub(super) fn define_stack(&mut self, sink: &Sink, stack: StackId) {
        if stack == StackId::EMPTY || self.defined.stacks.contains(&stack) {
            return;
        }
        self.define_modules(sink);
        let mut missing = Vec::new();
        let mut next = stack;
        while next != StackId::EMPTY && self.defined.stacks.insert(next) {
            let (definition, parent) = interner::definition(next);
            missing.push(definition);
            next = parent;
        }
        for definition in missing.iter().rev() {
            self.define(sink, definition);
        }
    }

    /// Defines a cell or an object, unless this generation has.
    pub(super) fn define_object(
        &mut self,
        sink: &Sink,
        key: ObjectKey,
        definition: impl FnOnce() -> (Definition, StackId),
    ) {
        if self.defined.objects.contains(&key) {
            return;
        }
        let (definition, created_at) = definition();
        self.define_stack(sink, created_at);
        // Sealing a chunk may start a new generation, so the mark comes first.
        self.defined.objects.insert(key);
        self.define(sink, &definition);
    }

    /// Defines a thread, unless this generation has.
    pub(super) fn define_thread(&mut self, sink: &Sink, definition: &Definition, thread: ThreadId) {
        if self.defined.threads.insert(thread) {
            self.define(sink, definition);
        }
    }

    /// Defines a name, unless this generation has.
    pub(super) fn define_name(&mut self, sink: &Sink, name: NameId, text: &str) {
        if self.defined.names.insert(name) {
            self.define(
                sink,
                &Definition::Name {
                    name,
                    text: text.to_owned(),
                },
            );
        }
    }

    /// Counts events that could not be recorded.
    pub(super) fn count_dropped(&self, accesses: u64, sync: u64) {
        self.window.count_dropped(accesses, sync);
    }

    /// Says how many operations happened outside of the log.
    pub(super) fn set_outside(&mut self, outside: u64) {
        self.header.outside = outside;
        self.put(field::OUTSIDE, outside);
    }

    fn define_modules(&mut self, sink: &Sink) {
        if std::mem::replace(&mut self.defined.modules, true) {
            return;
        }
        for module in sink.modules() {
            self.define(sink, module);
        }
    }

    pub(super) fn define(&mut self, sink: &Sink, definition: &Definition) {
        let mut words = std::mem::take(&mut self.scratch);
        words.clear();
        encode_definition(definition, &mut words);
        self.store(sink, &words);
        self.scratch = words;
    }

    fn store(&mut self, sink: &Sink, words: &[u64]) {
        if self.position + words.len() > WINDOW_WORDS {
            self.seal(sink);
        }
        publish(&self.words()[self.position..], words);
        self.position += words.len();
    }

    /// Sends what the window holds to the log and makes the window empty.
    fn seal(&mut self, sink: &Sink) {
        let held: Vec<u64> = self.words()[HEADER_WORDS..self.position]
            .iter()
            // ORDERING: relaxed; this thread stored them.
            .map(|word| word.load(Ordering::Relaxed))
            .collect();
        let bytes = chunk::encode(&self.sealed_header(), &held);
        // Whoever takes a snapshot holds the sink, and so finds this chunk either
        // in the window or among the sealed ones.
        let mut sealed = sink.sealed();
        match sealed.append(&bytes) {
            Ok(()) => self.header.sequence += 1,
            Err(_) => self.count_lost(&held),
        }
        for word in &self.words()[HEADER_WORDS..self.position] {
            // ORDERING: relaxed; the header's release store below publishes it.
            word.store(0, Ordering::Relaxed);
        }
        self.position = HEADER_WORDS;
        self.next_generation();
        self.store_header();
        drop(sealed);
    }

    /// What a chunk made of the window's words now says of itself: who it began
    /// with stands in the window, since the stream may have switched.
    fn sealed_header(&self) -> ChunkHeader {
        // ORDERING: relaxed; this thread stored them.
        let load = |field: usize| self.words()[field].load(Ordering::Relaxed);
        let thread = u32::try_from(load(field::THREAD)).expect("a thread id was stored");
        ChunkHeader {
            thread: ThreadId::new(thread),
            segment: load(field::SEGMENT),
            dropped_accesses: load(field::DROPPED_ACCESSES),
            dropped_sync: load(field::DROPPED_SYNC),
            ..self.header
        }
    }

    fn next_generation(&mut self) {
        if self.header.sequence.is_multiple_of(CHUNKS_PER_GENERATION) {
            self.header.generation += 1;
            self.defined = Defined::default();
        }
    }

    /// A chunk that could not be written is lost, and says so.
    fn count_lost(&mut self, words: &[u64]) {
        let (mut accesses, mut sync) = (0, 0);
        let mut rest = words;
        while let Ok(Some((entry, taken))) = record::decode(rest) {
            match entry {
                Entry::Record(Record::Memory {
                    verb: MemoryVerb::Forget,
                    ..
                }) => sync += 1,
                // Counted by the last of its records.
                Entry::Record(Record::Access { more: true, .. }) => {}
                Entry::Record(
                    Record::Access { .. } | Record::Memory { .. } | Record::Note { .. },
                ) => accesses += 1,
                Entry::Record(
                    Record::Sync { .. }
                    | Record::Fence { .. }
                    | Record::Thread { .. }
                    | Record::Forget { .. },
                ) => sync += 1,
                Entry::Definition(_) => {}
            }
            rest = &rest[taken..];
        }
        self.count_dropped(accesses, sync);
        self.defined = Defined::default();
    }

    fn store_header(&self) {
        self.put(field::LOG, self.header.log);
        self.put(field::STREAM, u64::from(self.header.stream));
        self.put(field::THREAD, u64::from(self.header.thread.number()));
        self.put(field::SEGMENT, self.header.segment);
        self.put(field::GENERATION, u64::from(self.header.generation));
        // Last: until here a reader takes the window for the chunk just sealed.
        self.put(field::SEQUENCE, self.header.sequence);
    }

    fn put(&self, field: usize, value: u64) {
        // ORDERING: release; `SEQUENCE` publishes the fields before it.
        self.words()[field].store(value, Ordering::Release);
    }

    fn words(&self) -> &[AtomicU64] {
        self.window.words()
    }
}
