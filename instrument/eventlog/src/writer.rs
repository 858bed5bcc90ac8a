//! A whole log from a trace: so that text traces become logs.
//!
//! Stream 0 holds all definitions; every thread has a stream after it. Stamps and
//! versions are counted anew in the trace's order.
//!
//! **Invariant:** reading the log gives the trace's events, in an order that
//! agrees with the trace's for every thread, object and location.

use crate::chunk::{self, ChunkHeader, MAX_WORDS};
use crate::event::{Event, EventKind};
use crate::header::{LogHeader, VERSION};
use crate::id::{Extent, Location, ObjectId, StackId, ThreadId};
use crate::memory::bytes_of;
use crate::record::{
    MemoryVerb, NoteVerb, ObjectKey, Record, Run, Runs, STACK_BITS, Stamp, SyncVerb, ThreadVerb,
    encode,
};
use crate::tables::{CellPlace, Tables};
use crate::trace::Trace;

mod definitions;

/// The most words in one of the log's chunks.
const FULL_WORDS: usize = MAX_WORDS as usize / 16;
/// The most words of a step.
const STEP_WORDS: usize = 2;

/// The log that holds a trace. What the trace's integrity tells is not in it.
///
/// ```
/// use racegate_eventlog::reader::{LogImage, read_image};
/// use racegate_eventlog::text::{TextForm, parse};
/// use racegate_eventlog::writer::write_log;
///
/// let trace = parse(b"T1|fork(T2)|1\nT2|w(x)|2\n", TextForm::Std).unwrap();
/// let sealed = write_log(&trace);
/// let image = LogImage { sealed, windows: Vec::new() };
/// assert_eq!(read_image(&image).unwrap().events(), trace.events());
/// ```
#[must_use]
pub fn write_log(trace: &Trace) -> Vec<u8> {
    let mut log = Log::new(trace);
    for event in trace.events() {
        log.event(event);
    }
    log.finish()
}

/// A log that is being written.
struct Log<'a> {
    tables: &'a Tables,
    /// The definitions', then by thread.
    streams: Vec<Stream>,
    /// By object: its last stamp, and which chunk of whose stream tells it.
    sequences: Vec<(u64, Option<(ThreadId, usize)>)>,
    /// By location: how often it was written, and by whom last.
    versions: Vec<(u64, Option<ThreadId>)>,
    /// How often bytes were forgotten.
    forgotten: u64,
    /// By thread: whether it ends somewhere, and did something so far.
    ends: Vec<bool>,
    began: Vec<bool>,
}

/// All words of one stream.
struct Stream {
    thread: ThreadId,
    words: Vec<u64>,
    /// Where its chunks start.
    starts: Vec<usize>,
}

impl<'a> Log<'a> {
    fn new(trace: &'a Trace) -> Self {
        let tables = trace.tables();
        let threads = u32::try_from(tables.threads.len()).expect("threads have 32-bit ids");
        let mut ends = vec![false; tables.threads.len()];
        for event in trace.events() {
            ends[event.thread.index()] |= event.kind == EventKind::End;
        }
        Self {
            tables,
            streams: std::iter::once(Stream::of_definitions(trace))
                .chain((0..threads).map(Stream::of_thread))
                .collect(),
            sequences: vec![(0, None); tables.objects.len()],
            versions: vec![(0, None); tables.locations.len()],
            forgotten: 0,
            ends,
            began: vec![false; tables.threads.len()],
        }
    }

    fn event(&mut self, event: &Event) {
        let thread = event.thread;
        let stack = stack(event.stack);
        self.began[thread.index()] = true;
        if let EventKind::Join(child) = event.kind {
            self.end_before_join(child);
        }
        let record = match event.kind {
            EventKind::Read(extent) => self.access(thread, stack, false, extent),
            EventKind::Write(extent) => self.access(thread, stack, true, extent),
            EventKind::Forget(extent) => self.forget(thread, stack, extent),
            EventKind::Acquire(id) => self.sync(event, id, SyncVerb::Acquire),
            EventKind::Release(id) => self.sync(event, id, SyncVerb::Release),
            EventKind::ReleaseMerge(id) => self.sync(event, id, SyncVerb::ReleaseMerge),
            EventKind::Exchange(id) => self.sync(event, id, SyncVerb::Exchange),
            EventKind::Load(id, ordering) => self.sync(event, id, SyncVerb::Load(ordering)),
            EventKind::Store(id, ordering) => self.sync(event, id, SyncVerb::Store(ordering)),
            EventKind::Rmw(id, ordering) => self.sync(event, id, SyncVerb::Rmw(ordering)),
            EventKind::Fence(ordering) => Record::Fence { stack, ordering },
            EventKind::Fork(child) => life(ThreadVerb::Fork, stack, child),
            EventKind::Join(child) => life(ThreadVerb::Join, stack, child),
            EventKind::Begin => life(ThreadVerb::Begin, stack, thread),
            EventKind::End => life(ThreadVerb::End, stack, thread),
            EventKind::Request(id, mode) => Record::Note {
                verb: NoteVerb::Request(object_key(self.tables, id), mode),
                stack,
            },
            EventKind::BlockBegin(name) => Record::Note {
                verb: NoteVerb::BlockBegin(name),
                stack,
            },
            EventKind::BlockEnd(name) => Record::Note {
                verb: NoteVerb::BlockEnd(name),
                stack,
            },
            EventKind::Mark(name) => Record::Note {
                verb: NoteVerb::Mark(name),
                stack,
            },
        };
        self.append(thread, &record);
    }

    /// The last record of an access; those before it are appended. The version is left
    /// out where the thread's own write was the last: a reader may count from there.
    fn access(&mut self, thread: ThreadId, stack: StackId, write: bool, extent: Extent) -> Record {
        let verb = match write {
            true => MemoryVerb::Write,
            false => MemoryVerb::Read,
        };
        if let Some(record) = self.bytes(verb, stack, extent) {
            return record;
        }
        if let CellPlace::Object(object) = self.place(extent) {
            return Record::Access {
                write,
                stack,
                cell: object_key(self.tables, *object),
                parts: 1,
                version: None,
                more: false,
            };
        }
        self.in_runs(thread, extent, write, |run| Record::Access {
            write,
            stack,
            cell: run.first,
            parts: run.parts,
            version: run.version,
            more: run.more,
        })
    }

    /// New memory is a version of its own, as if it had been written.
    fn forget(&mut self, thread: ThreadId, stack: StackId, extent: Extent) -> Record {
        if let Some(record) = self.bytes(MemoryVerb::Forget, stack, extent) {
            return record;
        }
        // It always tells its version, as if another thread had written before.
        for location in extent.locations() {
            self.versions[location.index()].1 = None;
        }
        self.in_runs(thread, extent, true, |run| Record::Forget {
            stack,
            cell: run.first,
            parts: run.parts,
            version: run.version.unwrap_or_default(),
            more: run.more,
        })
    }

    /// Appends all records of an access but the last, which it returns.
    fn in_runs(
        &mut self,
        thread: ThreadId,
        extent: Extent,
        write: bool,
        record: impl Fn(Run) -> Record,
    ) -> Record {
        let mut runs = Runs::default();
        for location in extent.locations() {
            let (version, writer) = &mut self.versions[location.index()];
            let streak = *writer == Some(thread);
            if write {
                *version += 1;
                *writer = Some(thread);
            }
            let version = (!streak).then_some(*version);
            if let Some(run) = runs.part(location_key(location), version) {
                self.append(thread, &record(run));
            }
        }
        record(runs.last().unwrap_or(Run {
            first: location_key(extent.first()),
            parts: 0,
            version: None,
            more: false,
        }))
    }

    /// What is done to bytes that are no cell; `None` for cells.
    fn bytes(&mut self, verb: MemoryVerb, stack: StackId, extent: Extent) -> Option<Record> {
        let (address, length) = bytes_of(self.tables, extent)?;
        if verb == MemoryVerb::Forget {
            self.forgotten += 1;
        }
        Some(Record::Memory {
            verb,
            stack,
            address,
            length,
            generation: self.forgotten,
        })
    }

    fn place(&self, extent: Extent) -> &'a CellPlace {
        let (cell, _) = self.tables.cell_of(extent.first());
        &self.tables.cell(cell).place
    }

    /// A step. The stamp is left out where its chunk tells the one before: a reader may
    /// count from there.
    fn sync(&mut self, event: &Event, object: ObjectId, verb: SyncVerb) -> Record {
        let stream = &mut self.streams[event.thread.index() + 1];
        let chunk = Some((event.thread, stream.chunk_of(STEP_WORDS)));
        let (sequence, told) = &mut self.sequences[object.index()];
        *sequence += 1;
        let stamp = Stamp {
            sequence: *sequence,
            gap: false,
        };
        Record::Sync {
            verb,
            stack: stack(event.stack),
            object: object_key(self.tables, object),
            stamp: (std::mem::replace(told, chunk) != chunk).then_some(stamp),
        }
    }

    /// A reader of the log wants a joined thread's end, which a trace may lack.
    fn end_before_join(&mut self, child: ThreadId) {
        let ends = std::mem::replace(&mut self.ends[child.index()], true);
        if !ends && self.began[child.index()] {
            self.append(child, &life(ThreadVerb::End, StackId::EMPTY, child));
        }
    }

    fn append(&mut self, thread: ThreadId, record: &Record) {
        self.streams[thread.index() + 1].append(encode(record).as_slice());
    }

    /// Header, definitions, records; last of all each stream's end.
    fn finish(self) -> Vec<u8> {
        let header = header(&self.streams);
        let mut log = header.encode().to_vec();
        let chunk_header = |(number, stream): (u32, &Stream), sequence: usize| ChunkHeader {
            log: header.tag(),
            stream: number,
            sequence: sequence as u64,
            thread: stream.thread,
            segment: 0,
            generation: 0,
            dropped_accesses: 0,
            dropped_sync: 0,
            outside: 0,
        };
        for numbered in (0..).zip(&self.streams) {
            let (_, stream) = numbered;
            let ends = stream.starts.iter().skip(1).copied();
            let ends = ends.chain([stream.words.len()]);
            for (sequence, (start, end)) in stream.starts.iter().zip(ends).enumerate() {
                let words = &stream.words[*start..end];
                log.extend(chunk::encode(&chunk_header(numbered, sequence), words));
            }
        }
        for numbered in (0..).zip(&self.streams) {
            let sequence = numbered.1.starts.len();
            log.extend(chunk::encode(&chunk_header(numbered, sequence), &[]));
        }
        log
    }
}

impl Stream {
    fn of_definitions(trace: &Trace) -> Self {
        let mut stream = Self::new(ThreadId::ROOT);
        for definition in definitions::write(trace) {
            stream.append(&definition);
        }
        stream
    }

    fn of_thread(thread: u32) -> Self {
        let thread = ThreadId::new(thread);
        let mut stream = Self::new(thread);
        let switch = life(ThreadVerb::Switch { segment: 0 }, StackId::EMPTY, thread);
        stream.append(encode(&switch).as_slice());
        stream
    }

    fn new(thread: ThreadId) -> Self {
        Self {
            thread,
            words: Vec::new(),
            starts: Vec::new(),
        }
    }

    /// Appends what must not be split.
    fn append(&mut self, words: &[u64]) {
        self.chunk_of(words.len());
        self.words.extend(words);
    }

    /// The number of the chunk that so many words more will stand in.
    fn chunk_of(&mut self, words: usize) -> usize {
        let end = self.words.len();
        let full = |start: &usize| end + words - start > FULL_WORDS;
        if self.starts.last().is_none_or(full) {
            self.starts.push(end);
        }
        self.starts.len()
    }
}

/// Equal traces make equal logs, so the instance is made of what the log holds.
fn header(streams: &[Stream]) -> LogHeader {
    let mut hasher = crc32fast::Hasher::new();
    let mut length = 0;
    for stream in streams {
        length += stream.words.len() as u64;
        for word in &stream.words {
            hasher.update(&word.to_le_bytes());
        }
    }
    LogHeader {
        version: VERSION,
        incompatible: 0,
        compatible: 0,
        instance: u128::from(hasher.finalize()) << 32 ^ u128::from(length),
        pid: 0,
        session: 0,
        opened_at: 0,
        recorder: concat!("racegate-eventlog ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

fn life(verb: ThreadVerb, stack: StackId, thread: ThreadId) -> Record {
    Record::Thread {
        verb,
        stack,
        thread,
    }
}

/// Stacks beyond what a record holds are told as none.
fn stack(stack: StackId) -> StackId {
    if stack.number() >> STACK_BITS == 0 {
        stack
    } else {
        StackId::EMPTY
    }
}

fn location_key(location: Location) -> ObjectKey {
    ObjectKey::new(u64::from(location.number()) + 1)
}

/// Objects are numbered after all locations.
fn object_key(tables: &Tables, object: ObjectId) -> ObjectKey {
    ObjectKey::new(tables.locations.len() as u64 + u64::from(object.number()) + 1)
}
