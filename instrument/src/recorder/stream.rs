//! A stream: one writer at a time, a window, and what it has defined.
//!
//! **Invariant:** whatever a record refers to is defined earlier in the same stream
//! and generation.

use std::ops::Range;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

use racegate_eventlog::chunk::ChunkHeader;
use racegate_eventlog::record::{
    self, Definition, Entry, MemoryVerb, ObjectKey, Record, encode_definition,
};
use racegate_eventlog::window::{self, HEADER_WORDS, field};
use racegate_eventlog::{NameId, StackId, ThreadId};

use super::era::Era;
use super::interner;
use super::publication::publish;
use super::sink::{Enclosure, Sink};
use super::stack;
use super::teller::{Teller, Tellers};
use super::window::{FILLED_WORDS, Pen};

// Too much for Miri, and in loom nothing runs at the speed that it asks for.
#[cfg(all(test, not(miri), not(racegate_loom)))]
mod tests;

mod defined;
mod room;

use defined::Defined;

/// How many chunks share their definitions: what a cut can cost in names.
const CHUNKS_PER_GENERATION: u64 = 64;

/// A stream of records.
pub(super) struct Stream {
    pen: Pen,
    /// The next free word of the window.
    position: usize,
    /// What the next chunk will say of itself.
    header: ChunkHeader,
    /// Who takes stamps here: this stretch in this chunk.
    teller: Teller,
    /// Who will.
    tellers: Tellers,
    defined: Defined,
    /// Reused for definitions.
    scratch: Vec<u64>,
}

impl Stream {
    /// An empty stream of the log with this tag, written with this pen.
    pub(super) fn new((tag, mut tellers): (u64, Tellers), stream: u32, pen: Pen) -> Self {
        let header = ChunkHeader {
            log: tag,
            stream,
            sequence: 0,
            thread: ThreadId::ROOT,
            segment: 0,
            generation: 0,
            dropped_accesses: 0,
            dropped_sync: 0,
            outside: 0,
        };
        let mut this = Self {
            pen,
            position: HEADER_WORDS,
            header,
            teller: tellers.next(),
            tellers,
            defined: Defined::nothing(),
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
        self.teller = self.tellers.next();
    }

    /// Who takes stamps here.
    #[inline]
    pub(super) fn teller(&self) -> Teller {
        self.teller
    }

    /// Appends a record. What it refers to must be defined.
    pub(super) fn append(&mut self, sink: &Sink, record: &Record) {
        self.store(sink, record::encode(record).as_slice());
    }

    /// What is defined now is defined until the end of this era.
    #[inline]
    pub(super) fn era(&self) -> Era {
        self.defined.era
    }

    /// The stack that is nothing but `site`, if it was asked for lately and is defined.
    #[inline]
    pub(super) fn line_at_hand(&self, site: &'static Location<'static>) -> Option<StackId> {
        self.defined.lines.known(site)
    }

    /// The stack that is nothing but `site`, defined.
    #[inline]
    pub(super) fn line(&mut self, sink: &Sink, site: &'static Location<'static>) -> StackId {
        match self.line_at_hand(site) {
            Some(stack) => stack,
            None => self.define_line(sink, site),
        }
    }

    #[cold]
    fn define_line(&mut self, sink: &Sink, site: &'static Location<'static>) -> StackId {
        let line = stack::site_only(site);
        self.define_stack(sink, line);
        // Not where a new era began with the definition.
        if self.defined.stacks.contains(u64::from(line.number())) {
            self.defined.lines.put(site, line);
        }
        line
    }

    /// Defines a stack and every stack it builds on, parents first.
    #[inline]
    pub(super) fn define_stack(&mut self, sink: &Sink, stack: StackId) {
        if !self.defined.stacks.contains(u64::from(stack.number())) {
            self.define_missing_stacks(sink, stack);
        }
    }

    #[cold]
    fn define_missing_stacks(&mut self, sink: &Sink, stack: StackId) {
        if stack == StackId::EMPTY {
            return;
        }
        self.define_modules(sink);
        let mut missing = Vec::new();
        let mut next = stack;
        while next != StackId::EMPTY && self.defined.stacks.insert(u64::from(next.number())) {
            let (definition, parent) = interner::definition(next);
            missing.push(definition);
            next = parent;
        }
        for definition in missing.iter().rev() {
            self.define(sink, definition);
        }
    }

    /// Whether this generation has defined a cell or an object.
    #[inline]
    pub(super) fn has_defined(&mut self, key: ObjectKey) -> bool {
        self.defined.objects.contains(key.number())
    }

    /// Defines a cell or an object, made at this stack.
    #[cold]
    pub(super) fn define_object(
        &mut self,
        sink: &Sink,
        key: ObjectKey,
        definition: &Definition,
        created_at: StackId,
    ) {
        self.define_stack(sink, created_at);
        // Sealing a chunk may start a new generation, so the mark comes first.
        self.defined.objects.insert(key.number());
        self.define(sink, definition);
    }

    /// Defines a thread, unless this generation has.
    pub(super) fn define_thread(&mut self, sink: &Sink, definition: &Definition, thread: ThreadId) {
        if self.defined.threads.insert(u64::from(thread.number())) {
            self.define(sink, definition);
        }
    }

    /// Defines a name, unless this generation has.
    pub(super) fn define_name(&mut self, sink: &Sink, name: NameId, text: &str) {
        if self.defined.names.insert(u64::from(name.number())) {
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
        self.pen.window().count_dropped(accesses, sync);
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
        if self.position + words.len() > FILLED_WORDS {
            self.seal(sink);
        }
        publish(&self.pen.words()[self.position..], words);
        self.position += words.len();
    }

    /// Sends what the window holds to the log and makes the window empty.
    fn seal(&mut self, sink: &Sink) {
        let held = HEADER_WORDS..self.position;
        let header = self.sealed_header();
        let words = self.pen.bytes(&held);
        // Made before the sink is locked, since the checksum takes its time.
        let enclosure = Enclosure::in_block(&header, words);
        // Whoever takes a snapshot holds the sink, and so finds this chunk either
        // in the window or among the sealed ones.
        let mut sealed = sink.sealed();
        match sealed.append(&header, words, enclosure) {
            Ok(()) => self.header.sequence += 1,
            Err(_) => self.count_lost(&held),
        }
        for word in &self.words()[held] {
            // ORDERING: relaxed; the header's release store below publishes it.
            word.store(0, Ordering::Relaxed);
        }
        self.position = HEADER_WORDS;
        self.teller = self.tellers.next();
        self.next_generation();
        self.store_header();
        drop(sealed);
    }

    /// What a chunk made of the window's words now says of itself: who it began
    /// with stands in the window, since the stream may have switched.
    fn sealed_header(&mut self) -> ChunkHeader {
        // ORDERING: relaxed; this thread stored them.
        let words = self.pen.words();
        let load = |field: usize| words[field].load(Ordering::Relaxed);
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
            self.defined.clear();
        }
    }

    /// A chunk that could not be written is lost, and says so.
    fn count_lost(&mut self, held: &Range<usize>) {
        let (mut accesses, mut sync) = (0, 0);
        // ORDERING: relaxed; this thread stored them.
        let load = |word: &AtomicU64| word.load(Ordering::Relaxed);
        let words: Vec<u64> = self.words()[held.clone()].iter().map(load).collect();
        let mut rest = words.as_slice();
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
        self.defined.clear();
    }

    fn store_header(&mut self) {
        self.put(field::LOG, self.header.log);
        self.put(field::STREAM, u64::from(self.header.stream));
        self.put(field::THREAD, u64::from(self.header.thread.number()));
        self.put(field::SEGMENT, self.header.segment);
        self.put(field::GENERATION, u64::from(self.header.generation));
        // Last: until here a reader takes the window for the chunk just sealed.
        self.put(field::SEQUENCE, self.header.sequence);
    }

    fn put(&mut self, field: usize, value: u64) {
        // ORDERING: release; `SEQUENCE` publishes the fields before it.
        self.words()[field].store(value, Ordering::Release);
    }

    fn words(&mut self) -> &[AtomicU64; FILLED_WORDS] {
        self.pen.words()
    }
}
