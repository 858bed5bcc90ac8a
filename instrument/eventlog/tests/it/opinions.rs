//! Four opinions on every log that a test reads: all of it at once, block by block, by one
//! thread and by two, and as it is told while it is being opened.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use racegate_eventlog::reader::{self, Block, Limits, Log, LogImage, ReadError};
use racegate_eventlog::{
    CellId, Event, EventKind, Extent, Integrity, Location, ObjectId, StackId, Tables, ThreadId,
    Trace,
};

/// The trace of the log at a path, on which all agree.
pub(crate) fn read(path: &Path) -> Result<Trace, ReadError> {
    let at_once = agreed(reader::read(path), Log::open(path));
    assert_told(&at_once, |block, take| {
        Log::open_telling(path, BY_TWO, block, take)
    });
    agreed(at_once, Log::open_within(path, BY_TWO))
}

/// The trace of a log in memory, on which all agree.
pub(crate) fn read_image(image: &LogImage) -> Result<Trace, ReadError> {
    let at_once = agreed(reader::read_image(image), Log::of_image(image));
    assert_told(&at_once, |block, take| {
        Log::of_image_telling(image, Limits::default(), block, take)
    });
    agreed(at_once, Log::of_image_within(image, BY_TWO))
}

const BY_TWO: Limits = Limits {
    max_memory: u64::MAX,
    second_thread: true,
};

fn agreed(
    at_once: Result<Trace, ReadError>,
    opened: Result<Log<'_>, ReadError>,
) -> Result<Trace, ReadError> {
    let replayed = opened.and_then(|log| {
        let (events, integrity) = replay(&log)?;
        Ok((log, events, integrity))
    });
    match (&at_once, replayed) {
        (Ok(trace), Ok((log, events, integrity))) => {
            assert_eq!(&integrity, trace.integrity());
            assert_same_tables(log.tables(), trace.tables());
            assert_same_history((&events, log.tables()), (trace.events(), trace.tables()));
            assert_demanded(&log, trace.events());
            let exact = log.trace().expect("what can be replayed can be ordered");
            assert_eq!(exact.integrity(), trace.integrity());
            let told = |trace: &Trace| told(trace.events(), trace.tables());
            assert_eq!(told(&exact), told(trace), "the real order");
        }
        (Err(error), Err(other)) => assert_eq!(error.to_string(), other.to_string()),
        (Ok(_), Err(error)) => panic!("only the replay is refused: {error}"),
        (Err(error), Ok(_)) => panic!("only the replay is not refused: {error}"),
    }
    at_once
}

/// A log that was told while it was being opened, and what is missing if it was told.
type Told<'a> = Result<(Log<'a>, Option<Integrity>), ReadError>;

/// What is told of a log while it is being opened is what is known of it in the end, or
/// nothing.
fn assert_told<'a>(
    at_once: &Result<Trace, ReadError>,
    open: impl Fn(Block, &mut dyn FnMut(&mut Block)) -> Told<'a>,
) {
    for room in [1, 3, 500] {
        let mut events = Vec::new();
        let opened = open(Block::with_room(room), &mut |block| {
            events.extend(events_of(block));
        });
        let Ok((log, integrity)) = opened else {
            assert!(at_once.is_err(), "only what is told is refused");
            continue;
        };
        let Some(integrity) = integrity else {
            continue;
        };
        let trace = at_once.as_ref().expect("what is told is possible");
        assert_eq!(&integrity, trace.integrity());
        let events: Vec<Event> = events.iter().map(|event| settled(&log, *event)).collect();
        let without_stacks = |event: &Event| Event {
            stack: StackId::EMPTY,
            ..*event
        };
        let expected: Vec<Event> = trace.events().iter().map(without_stacks).collect();
        assert_same_history((&events, log.tables()), (&expected, trace.tables()));
    }
}

/// The events of a block that is told.
pub(crate) fn events_of(block: &Block) -> Vec<Event> {
    let ids = block.ids();
    let mut events = Vec::new();
    for stretch in block.stretches() {
        let thread = stretch.thread;
        assert!(thread.index() < ids.threads);
        events.extend(stretch.accesses.iter().map(|access| {
            let extent = Extent::one(access.location());
            let kind = if access.writes() {
                EventKind::Write(extent)
            } else {
                EventKind::Read(extent)
            };
            Event {
                thread,
                stack: StackId::EMPTY,
                kind,
            }
        }));
        events.extend(stretch.then);
    }
    for event in &events {
        let object = event.kind.object();
        assert!(object.is_none_or(|object| object.index() < ids.objects));
        if let EventKind::Read(extent) | EventKind::Write(extent) = event.kind {
            let mut locations = extent.locations();
            assert!(locations.all(|location| location.index() < ids.locations));
        }
    }
    assert_eq!(events.len(), block.events());
    events
}

/// The same event at the locations of the tables.
fn settled(log: &Log<'_>, event: Event) -> Event {
    let extent = |extent: Extent| {
        let settled = |location| log.settled(location).expect("what was told is known");
        let first = settled(extent.first());
        let all = extent.locations().map(settled);
        let in_a_row = Extent::new(first, extent.parts());
        assert!(all.eq(in_a_row.locations()));
        in_a_row
    };
    let kind = if let EventKind::Read(told) = event.kind {
        EventKind::Read(extent(told))
    } else if let EventKind::Write(told) = event.kind {
        EventKind::Write(extent(told))
    } else {
        event.kind
    };
    Event { kind, ..event }
}

/// All events of a replay, and what is missing.
pub(crate) fn replay(log: &Log<'_>) -> Result<(Vec<Event>, Integrity), ReadError> {
    let mut events = Vec::new();
    let integrity = log.replay(|block| events.extend_from_slice(block))?;
    Ok((events, integrity))
}

fn assert_same_tables(one: &Tables, other: &Tables) {
    assert_eq!(one.threads, other.threads);
    assert_eq!(one.names, other.names);
    assert_eq!(one.modules, other.modules);
    assert_eq!(one.stacks.len(), other.stacks.len());
    assert_eq!(one.cells.len(), other.cells.len());
    assert_eq!(one.locations.len(), other.locations.len());
    assert_eq!(one.objects.len(), other.objects.len());
}

fn assert_demanded(log: &Log<'_>, events: &[Event]) {
    let mut needed: BTreeMap<ThreadId, (u64, u64)> = BTreeMap::new();
    for event in events {
        needed.entry(event.thread).or_default().0 += 1;
        if let EventKind::Join(child) = event.kind {
            needed.entry(child).or_default().1 += 1;
        }
    }
    for (thread, (events, joins)) in needed {
        let told = log.demand()[thread.index()];
        assert!(told.events >= events && told.joins >= joins, "{thread:?}");
    }
}

/// What is the same in every order of a history: what each thread did, what was done to
/// each object, and that fork and join order.
fn assert_same_history(one: (&[Event], &Tables), other: (&[Event], &Tables)) {
    let history = |(events, tables): (&[Event], &Tables)| -> Vec<Vec<Event>> {
        let told = told(events, tables);
        let mut threads = vec![Vec::new(); tables.threads.len()];
        let mut objects: BTreeMap<ObjectId, Vec<Event>> = BTreeMap::new();
        for event in told {
            threads[event.thread.index()].push(event);
            if let Some(object) = event.kind.object() {
                objects.entry(object).or_default().push(event);
            }
        }
        threads.extend(objects.into_values().map(without_requests));
        threads
    };
    assert_eq!(history(one), history(other));
    assert_eq!(lives(one.0), lives(other.0));
}

/// A request orders nothing, so its place among an object's events is no one's.
fn without_requests(mut events: Vec<Event>) -> Vec<Event> {
    events.retain(|event| !matches!(event.kind, EventKind::Request(..)));
    events
}

/// Whether each thread came after its fork, and each join after the end.
fn lives(events: &[Event]) -> Vec<bool> {
    let first = |thread: ThreadId| events.iter().position(|event| event.thread == thread);
    let ends = |thread: ThreadId| {
        let end = |event: &Event| event.thread == thread && event.kind == EventKind::End;
        events.iter().position(end)
    };
    let mut told = Vec::new();
    for (place, event) in events.iter().enumerate() {
        match event.kind {
            EventKind::Fork(child) => told.push(first(child).is_none_or(|first| place < first)),
            EventKind::Join(child) => told.push(ends(child).is_none_or(|end| end < place)),
            EventKind::Read(_)
            | EventKind::Write(_)
            | EventKind::Forget(_)
            | EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Load(..)
            | EventKind::Store(..)
            | EventKind::Rmw(..)
            | EventKind::Fence(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
    }
    told.sort_unstable();
    told
}

/// The events, with cells and objects numbered as the threads, one after the other, name
/// them: what was never defined has no number that means anything.
fn told(events: &[Event], tables: &Tables) -> Vec<Event> {
    let mut numbers = Numbers {
        tables,
        cells: HashMap::new(),
        objects: HashMap::new(),
    };
    let mut by_thread: Vec<&Event> = events.iter().collect();
    by_thread.sort_by_key(|event| event.thread);
    for event in by_thread {
        numbers.kind(event.kind);
    }
    let told = events.iter().map(|event| Event {
        kind: numbers.kind(event.kind),
        ..*event
    });
    told.collect()
}

struct Numbers<'a> {
    tables: &'a Tables,
    cells: HashMap<CellId, u32>,
    objects: HashMap<ObjectId, u32>,
}

impl Numbers<'_> {
    fn extent(&mut self, extent: Extent) -> Extent {
        let (cell, part) = self.tables.cell_of(extent.first());
        let next = u32::try_from(self.cells.len()).expect("few cells");
        let number = *self.cells.entry(cell).or_insert(next);
        Extent::new(Location::new(number << 8 | part), extent.parts())
    }

    fn object(&mut self, object: ObjectId) -> ObjectId {
        let next = u32::try_from(self.objects.len()).expect("few objects");
        ObjectId::new(*self.objects.entry(object).or_insert(next))
    }

    fn kind(&mut self, kind: EventKind) -> EventKind {
        match kind {
            EventKind::Read(extent) => EventKind::Read(self.extent(extent)),
            EventKind::Write(extent) => EventKind::Write(self.extent(extent)),
            EventKind::Forget(extent) => EventKind::Forget(self.extent(extent)),
            EventKind::Acquire(object) => EventKind::Acquire(self.object(object)),
            EventKind::Release(object) => EventKind::Release(self.object(object)),
            EventKind::ReleaseMerge(object) => EventKind::ReleaseMerge(self.object(object)),
            EventKind::Exchange(object) => EventKind::Exchange(self.object(object)),
            EventKind::Load(object, how) => EventKind::Load(self.object(object), how),
            EventKind::Store(object, how) => EventKind::Store(self.object(object), how),
            EventKind::Rmw(object, how) => EventKind::Rmw(self.object(object), how),
            EventKind::Request(object, how) => EventKind::Request(self.object(object), how),
            EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => kind,
        }
    }
}
