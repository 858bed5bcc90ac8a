//! Histories written by hand: a trace in the words of a test.

use racegate_detector::analysis::pass_one::{Options, raced_locations};
use racegate_detector::analysis::{ANALYSES, Racy, hb};
use racegate_eventlog::reader::Log;
use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, EventKind, Extent, FenceOrdering, Integrity, LoadOrdering, Location, ObjectClass,
    ObjectId, ObjectInfo, RmwOrdering, Site, StackId, StackNode, StoreOrdering, Tables, ThreadId,
    ThreadInfo, ThreadOrigin, Trace,
};

pub(crate) const MAIN: ThreadId = ThreadId::ROOT;

/// A history in the making. The main thread is there from the start.
pub(crate) struct History {
    events: Vec<Event>,
    tables: Tables,
    lines: u32,
}

impl History {
    pub(crate) fn new() -> Self {
        let mut history = Self {
            events: Vec::new(),
            tables: Tables::default(),
            lines: 0,
        };
        let main = history.add_thread("main", ThreadOrigin::Root);
        history.push(main, EventKind::Begin);
        history
    }

    /// A history with a cell `x` and two threads that main forks.
    pub(crate) fn with_two_threads() -> (Self, Location, ThreadId, ThreadId) {
        let mut history = Self::new();
        let x = history.cell("x");
        let one = history.fork(MAIN);
        let two = history.fork(MAIN);
        (history, x, one, two)
    }

    pub(crate) fn cell(&mut self, name: &str) -> Location {
        self.array(name, 1).first()
    }

    pub(crate) fn array(&mut self, name: &str, parts: u32) -> Extent {
        let name = Some(name.to_owned());
        let made = self.at("src/cells.rs", 1);
        let cell = self
            .tables
            .add_cell(name, Some("i64".to_owned()), made, parts);
        self.tables.cell(cell).extent
    }

    pub(crate) fn object(&mut self, class: ObjectClass, name: &str) -> ObjectId {
        let created_at = self.at("src/objects.rs", 1);
        self.tables.add_object(ObjectInfo {
            class,
            name: Some(name.to_owned()),
            type_name: None,
            created_at,
            partner: None,
        })
    }

    pub(crate) fn mutex(&mut self, name: &str) -> ObjectId {
        self.object(ObjectClass::Mutex, name)
    }

    pub(crate) fn atomic(&mut self, name: &str) -> ObjectId {
        self.object(ObjectClass::Atomic, name)
    }

    pub(crate) fn rwlock(&mut self, name: &str) -> RwLock {
        let writers = self.object(ObjectClass::RwLock, name);
        let readers = self.object(ObjectClass::RwLockReaders, name);
        self.tables.objects[writers.index()].partner = Some(readers);
        self.tables.objects[readers.index()].partner = Some(writers);
        RwLock { writers, readers }
    }

    pub(crate) fn fork(&mut self, parent: ThreadId) -> ThreadId {
        let name = format!("worker-{}", self.tables.threads.len());
        let child = self.add_thread(&name, ThreadOrigin::Spawned);
        self.push(parent, EventKind::Fork(child));
        self.push(child, EventKind::Begin);
        child
    }

    /// A thread that nobody was seen to fork.
    pub(crate) fn foreign(&mut self) -> ThreadId {
        let thread = self.add_thread("foreign", ThreadOrigin::Foreign);
        self.push(thread, EventKind::Begin);
        thread
    }

    pub(crate) fn end(&mut self, thread: ThreadId) {
        self.push(thread, EventKind::End);
    }

    pub(crate) fn join(&mut self, joiner: ThreadId, child: ThreadId) {
        self.push(joiner, EventKind::Join(child));
    }

    pub(crate) fn read(&mut self, thread: ThreadId, cell: Location) {
        self.push(thread, EventKind::Read(Extent::one(cell)));
    }

    pub(crate) fn write(&mut self, thread: ThreadId, cell: Location) {
        self.push(thread, EventKind::Write(Extent::one(cell)));
    }

    pub(crate) fn acquire(&mut self, thread: ThreadId, object: ObjectId) {
        self.push(thread, EventKind::Acquire(object));
    }

    pub(crate) fn release(&mut self, thread: ThreadId, object: ObjectId) {
        self.push(thread, EventKind::Release(object));
    }

    pub(crate) fn merge(&mut self, thread: ThreadId, object: ObjectId) {
        self.push(thread, EventKind::ReleaseMerge(object));
    }

    pub(crate) fn exchange(&mut self, thread: ThreadId, object: ObjectId) {
        self.push(thread, EventKind::Exchange(object));
    }

    pub(crate) fn load(&mut self, thread: ThreadId, atomic: ObjectId, ordering: LoadOrdering) {
        self.push(thread, EventKind::Load(atomic, ordering));
    }

    pub(crate) fn store(&mut self, thread: ThreadId, atomic: ObjectId, ordering: StoreOrdering) {
        self.push(thread, EventKind::Store(atomic, ordering));
    }

    pub(crate) fn rmw(&mut self, thread: ThreadId, atomic: ObjectId, ordering: RmwOrdering) {
        self.push(thread, EventKind::Rmw(atomic, ordering));
    }

    pub(crate) fn fence(&mut self, thread: ThreadId, ordering: FenceOrdering) {
        self.push(thread, EventKind::Fence(ordering));
    }

    pub(crate) fn read_lock(&mut self, thread: ThreadId, lock: RwLock) {
        self.acquire(thread, lock.writers);
    }

    pub(crate) fn read_unlock(&mut self, thread: ThreadId, lock: RwLock) {
        self.merge(thread, lock.readers);
    }

    pub(crate) fn write_lock(&mut self, thread: ThreadId, lock: RwLock) {
        self.acquire(thread, lock.writers);
        self.acquire(thread, lock.readers);
    }

    pub(crate) fn write_unlock(&mut self, thread: ThreadId, lock: RwLock) {
        self.release(thread, lock.writers);
    }

    /// An event at a line of its own.
    pub(crate) fn push(&mut self, thread: ThreadId, kind: EventKind) {
        self.lines += 1;
        let line = self.lines;
        self.push_at(thread, kind, line);
    }

    /// An event at this line of `src/main.rs`.
    pub(crate) fn push_at(&mut self, thread: ThreadId, kind: EventKind, line: u32) {
        let stack = self.at("src/main.rs", line);
        self.events.push(Event {
            thread,
            stack,
            kind,
        });
    }

    /// The end of a cell, which is recorded where the cell was made, under these calls, the
    /// outermost first.
    pub(crate) fn drop_in(&mut self, thread: ThreadId, cell: Location, calls: &[&str]) {
        let (id, _) = self.tables.cell_of(cell);
        let made = self.tables.stacks.site(self.tables.cell(id).created_at);
        let made = made.expect("a history's cells are made at a line").clone();
        self.push_in(thread, EventKind::Write(Extent::one(cell)), made, calls);
    }

    /// A read at this line of `src/main.rs`, under these calls, the outermost first.
    pub(crate) fn read_in(&mut self, thread: ThreadId, cell: Location, line: u32, calls: &[&str]) {
        let site = site("src/main.rs", line);
        self.push_in(thread, EventKind::Read(Extent::one(cell)), site, calls);
    }

    /// The same with a write.
    pub(crate) fn write_in(&mut self, thread: ThreadId, cell: Location, line: u32, calls: &[&str]) {
        let site = site("src/main.rs", line);
        self.push_in(thread, EventKind::Write(Extent::one(cell)), site, calls);
    }

    fn push_in(&mut self, thread: ThreadId, kind: EventKind, site: Site, calls: &[&str]) {
        let mut parent = StackId::EMPTY;
        for call in calls {
            let text = (*call).to_owned();
            parent = self.stack(StackNode::Text { parent, text });
        }
        let stack = self.stack(StackNode::Site { parent, site });
        self.events.push(Event {
            thread,
            stack,
            kind,
        });
    }

    pub(crate) fn trace(&self) -> Trace {
        let events = self.events.clone();
        validate(events, self.tables.clone(), Integrity::default())
            .expect("a history written by a test is a possible one")
    }

    pub(crate) fn races(&self) -> Racy {
        agreed(&self.trace())
    }

    pub(crate) fn assert_clean(&self) {
        assert_eq!(self.races(), Racy::default());
    }

    /// Asserts that exactly the last event races.
    pub(crate) fn assert_only_the_last_event_races(&self) {
        let racy: Vec<usize> = self.races().events.iter().map(|race| race.0).collect();
        assert_eq!(racy, [self.events.len() - 1]);
    }

    fn add_thread(&mut self, name: &str, origin: ThreadOrigin) -> ThreadId {
        self.tables.threads.push(ThreadInfo {
            name: Some(name.to_owned()),
            origin,
        });
        ThreadId::new(u32::try_from(self.tables.threads.len() - 1).expect("few threads"))
    }

    fn at(&mut self, file: &str, line: u32) -> StackId {
        let parent = StackId::EMPTY;
        let site = site(file, line);
        self.tables.stacks.push(StackNode::Site { parent, site })
    }

    /// The same node for the same call, as in a log.
    fn stack(&mut self, node: StackNode) -> StackId {
        let stacks = &mut self.tables.stacks;
        let ids = (0..u32::try_from(stacks.len()).expect("few stacks")).map(StackId::new);
        let mut known = ids.filter(|&id| *stacks.node(id) == node);
        known.next().unwrap_or_else(|| stacks.push(node))
    }
}

fn site(file: &str, line: u32) -> Site {
    Site {
        file: file.to_owned(),
        line,
        column: 5,
    }
}

/// The racy events, on which every analysis agrees, and pass one on where they are.
#[track_caller]
pub(crate) fn agreed(trace: &Trace) -> Racy {
    let racy = hb::run(trace);
    for analysis in ANALYSES {
        assert_eq!((analysis.run)(trace), racy, "{}", analysis.name);
    }
    let raced = raced_locations(&Log::of_trace(trace), &Options::default());
    let raced = raced.expect("a trace can be read");
    assert_eq!(raced.locations, racy.locations(), "pass one");
    racy
}

/// The two clocks of a reader-writer lock.
#[derive(Clone, Copy)]
pub(crate) struct RwLock {
    pub(crate) writers: ObjectId,
    pub(crate) readers: ObjectId,
}
