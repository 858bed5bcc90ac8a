//! Random programs, run by a model recorder: what they did, and their log.

use std::collections::BTreeSet;

use racegate_eventlog::reader::LogImage;
use racegate_eventlog::record::{Definition, ObjectKey, Runs, SyncVerb, ThreadVerb};
use racegate_eventlog::{
    Event, EventKind, Extent, Location, ObjectClass, StackId, Tables, ThreadId, ThreadOrigin,
};

use crate::recorded::{Stream, image};

/// How many mutexes and slots a program has.
const MUTEXES: usize = 2;
const SLOTS: usize = 2;
/// By cell: how many parts it has. All parts of all cells are numbered through.
const CELLS: [usize; 4] = [1, 1, 1, 4];
/// How many parts all cells have.
pub(crate) const PARTS: usize = 7;
/// What an access touches: the first part, and how many.
const EXTENTS: [(usize, usize); 10] = [
    (0, 1),
    (1, 1),
    (2, 1),
    (3, 1),
    (4, 1),
    (6, 1),
    (3, 2),
    (4, 3),
    (5, 2),
    (3, 4),
];

/// One random choice: who, what, on what.
pub(crate) type Choice = (u8, u8, u8);

/// What a thread did, by the numbers of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Begin,
    End,
    Fork(usize),
    Join(usize),
    /// Of so many parts from this one on.
    Read(usize, usize),
    Write(usize, usize),
    Acquire(usize),
    Release(usize),
    Exchange(usize),
}

/// A program that ran, and its log.
#[derive(Default)]
pub(crate) struct Run {
    /// What happened, in the real order.
    pub(crate) deeds: Vec<(usize, Deed)>,
    threads: Vec<Life>,
    streams: Vec<Stream>,
    idle: Vec<usize>,
    /// Sealed chunks in the order of their writing.
    pub(crate) chunks: Vec<Vec<u8>>,
    holders: [Option<usize>; MUTEXES],
    stamps: [u64; MUTEXES + SLOTS],
    /// By object: who took its last stamp, in which stretch and chunk.
    tellers: [Option<Teller>; MUTEXES + SLOTS],
    /// By part: how often it was written, and who knows that.
    versions: [(u64, BTreeSet<usize>); PARTS],
}

/// A thread, its stretch, and the place of the chunk in their stream.
type Teller = (usize, u64, u64);

struct Life {
    stream: usize,
    segments: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Ended,
    Joined,
}

impl Run {
    /// Runs what the choices say, as far as it can be done.
    pub(crate) fn of(choices: &[Choice]) -> Self {
        let mut run = Self::default();
        run.start(0);
        for choice in choices {
            run.step(*choice);
        }
        run
    }

    /// The log as it stands: sealed chunks, and the windows of all streams.
    pub(crate) fn image(&self) -> LogImage {
        let windows = self.streams.iter().map(Stream::window);
        image(self.chunks.iter().cloned(), windows)
    }

    /// The log after sealing, as a single file.
    pub(crate) fn file(mut self) -> Vec<u8> {
        for stream in 0..self.streams.len() {
            if !self.streams[stream].is_empty() {
                self.seal(stream);
            }
        }
        for stream in 0..self.streams.len() {
            self.seal(stream);
        }
        image(self.chunks, []).sealed
    }

    /// What an event of the merged trace is to the model. Numbers of cells and
    /// objects are found by their names.
    pub(crate) fn deed(event: &Event, trace: &racegate_eventlog::Trace) -> (usize, Deed) {
        let tables = trace.tables();
        let number = |name: &Option<String>| -> usize {
            let name = name.as_deref().expect("the model names everything");
            name.parse().expect("by numbers")
        };
        let object = |id| number(&tables.object(id).name);
        let first = |extent: Extent| {
            let (cell, part) = tables.cell_of(extent.first());
            first_part(number(&tables.cell(cell).name)) + part as usize
        };
        let deed = match event.kind {
            EventKind::Read(extent) => Deed::Read(first(extent), extent.parts() as usize),
            EventKind::Write(extent) => Deed::Write(first(extent), extent.parts() as usize),
            EventKind::Acquire(id) => Deed::Acquire(object(id)),
            EventKind::Release(id) => Deed::Release(object(id)),
            EventKind::Exchange(id) => Deed::Exchange(object(id)),
            EventKind::Fork(child) => Deed::Fork(child.index()),
            EventKind::Join(child) => Deed::Join(child.index()),
            EventKind::Begin => Deed::Begin,
            EventKind::End => Deed::End,
            EventKind::Forget(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => panic!("the model does not do {event:?}"),
        };
        (event.thread.index(), deed)
    }

    /// The model's number of a location's part.
    pub(crate) fn part(location: Location, tables: &Tables) -> usize {
        let (cell, part) = tables.cell_of(location);
        let name = tables.cell(cell).name.as_deref();
        let name = name.expect("the model names everything");
        first_part(name.parse().expect("by numbers")) + part as usize
    }

    fn step(&mut self, (who, what, on): Choice) {
        let running: Vec<usize> = (0..self.threads.len())
            .filter(|thread| self.threads[*thread].state == State::Running)
            .collect();
        let thread = running[usize::from(who) % running.len()];
        let on = usize::from(on);
        match what % 10 {
            0 | 1 => self.access(false, thread, EXTENTS[on % EXTENTS.len()]),
            2 | 3 => self.access(true, thread, EXTENTS[on % EXTENTS.len()]),
            4 => self.lock(thread, on % MUTEXES),
            5 => {
                let slot = MUTEXES + on % SLOTS;
                self.sync(thread, SyncVerb::Exchange, slot, Deed::Exchange(slot));
            }
            6 if self.threads.len() < 8 => self.fork(thread),
            7 if thread != 0 && !self.holders.contains(&Some(thread)) => self.end(thread),
            8 => self.join(thread, on),
            9 if on % 2 == 0 => self.migrate(thread),
            _ => {
                let stream = self.threads[thread].stream;
                if !self.streams[stream].is_empty() {
                    self.seal(stream);
                }
            }
        }
    }

    fn access(&mut self, write: bool, thread: usize, (first, parts): (usize, usize)) {
        let deed = if write { Deed::Write } else { Deed::Read };
        self.deeds.push((thread, deed(first, parts)));
        let mut runs = Runs::default();
        for part in first..first + parts {
            let (version, knowers) = &mut self.versions[part];
            let known = knowers.contains(&thread);
            if write {
                *version += 1;
                knowers.clear();
            }
            // A writer has it known, and a reader may: of every second version here.
            if write || known || version.is_multiple_of(2) {
                knowers.insert(thread);
            }
            let version = (!known).then_some(*version);
            if let Some(run) = runs.part(ObjectKey::new(part_key(part)), version) {
                self.stream(thread).run(write, run);
            }
        }
        let last = runs.last().expect("an access has parts");
        self.stream(thread).run(write, last);
    }

    fn lock(&mut self, thread: usize, mutex: usize) {
        match self.holders[mutex] {
            None => {
                self.holders[mutex] = Some(thread);
                self.sync(thread, SyncVerb::Acquire, mutex, Deed::Acquire(mutex));
            }
            Some(holder) if holder == thread => {
                self.holders[mutex] = None;
                self.sync(thread, SyncVerb::Release, mutex, Deed::Release(mutex));
            }
            Some(_) => {}
        }
    }

    fn sync(&mut self, thread: usize, verb: SyncVerb, object: usize, deed: Deed) {
        self.stamps[object] += 1;
        let stamp = self.stamps[object];
        self.deeds.push((thread, deed));
        let stretch = self.threads[thread].segments;
        let teller = Some((thread, stretch, self.stream(thread).header.sequence));
        if std::mem::replace(&mut self.tellers[object], teller) == teller {
            self.stream(thread).follow(verb, object_key(object));
        } else {
            self.stream(thread).sync(verb, object_key(object), stamp);
        }
    }

    fn fork(&mut self, thread: usize) {
        let child = self.threads.len();
        self.deeds.push((thread, Deed::Fork(child)));
        let stream = self.stream(thread);
        stream.define(&thread_definition(child));
        stream.thread(ThreadVerb::Fork, number(child));
        self.start(child);
    }

    fn start(&mut self, thread: usize) {
        let stream = self.take_stream();
        self.threads.push(Life {
            stream,
            segments: 0,
            state: State::Running,
        });
        self.speak(thread);
        self.deeds.push((thread, Deed::Begin));
        self.stream(thread)
            .thread(ThreadVerb::Begin, number(thread));
    }

    fn end(&mut self, thread: usize) {
        self.deeds.push((thread, Deed::End));
        self.stream(thread).thread(ThreadVerb::End, number(thread));
        self.threads[thread].state = State::Ended;
        self.idle.push(self.threads[thread].stream);
    }

    fn join(&mut self, thread: usize, which: usize) {
        let ended: Vec<usize> = (0..self.threads.len())
            .filter(|child| self.threads[*child].state == State::Ended)
            .collect();
        if !ended.is_empty() {
            let child = ended[which % ended.len()];
            self.threads[child].state = State::Joined;
            self.deeds.push((thread, Deed::Join(child)));
            self.stream(thread).thread(ThreadVerb::Join, number(child));
        }
    }

    /// The thread goes on in another stream, as a task does.
    fn migrate(&mut self, thread: usize) {
        let next = self.take_stream();
        self.idle.push(self.threads[thread].stream);
        self.threads[thread].stream = next;
        self.speak(thread);
    }

    fn speak(&mut self, thread: usize) {
        let life = &mut self.threads[thread];
        let segment = life.segments;
        life.segments += 1;
        let stream = &mut self.streams[life.stream];
        stream.define(&thread_definition(thread));
        stream.switch(number(thread), segment);
    }

    fn take_stream(&mut self) -> usize {
        self.idle.pop().unwrap_or_else(|| {
            let mut stream = Stream::new(number(self.streams.len()));
            define_all(&mut stream);
            self.streams.push(stream);
            self.streams.len() - 1
        })
    }

    fn seal(&mut self, stream: usize) {
        let chunk = self.streams[stream].seal();
        self.chunks.push(chunk);
    }

    fn stream(&mut self, thread: usize) -> &mut Stream {
        &mut self.streams[self.threads[thread].stream]
    }
}

fn define_all(stream: &mut Stream) {
    for (cell, parts) in CELLS.into_iter().enumerate() {
        stream.define(&Definition::Cell {
            key: ObjectKey::new(part_key(first_part(cell))),
            parts: number(parts),
            created_at: StackId::EMPTY,
            name: cell.to_string(),
            type_name: String::new(),
        });
    }
    for object in 0..MUTEXES + SLOTS {
        stream.define(&Definition::Object {
            key: ObjectKey::new(object_key(object)),
            class: if object < MUTEXES {
                ObjectClass::Mutex
            } else {
                ObjectClass::ChannelSlot
            },
            partner: None,
            created_at: StackId::EMPTY,
            name: object.to_string(),
            type_name: String::new(),
        });
    }
}

fn thread_definition(thread: usize) -> Definition {
    Definition::Thread {
        thread: ThreadId::new(number(thread)),
        origin: if thread == 0 {
            ThreadOrigin::Root
        } else {
            ThreadOrigin::Spawned
        },
        name: String::new(),
    }
}

fn first_part(cell: usize) -> usize {
    CELLS[..cell].iter().sum()
}

fn part_key(part: usize) -> u64 {
    part as u64 + 1
}

fn object_key(object: usize) -> u64 {
    (PARTS + object) as u64 + 1
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("the model is small")
}
