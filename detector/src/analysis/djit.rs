//! The analysis `djit`: plain vector clocks and full histories (DJIT+, Pozniansky
//! and Schuster, PPoPP 2003), the slow second opinion on [`hb`](super::hb).
//!
//! **Invariant:** it shares no rule with `hb`: clocks are maps from threads to
//! numbers, nothing is adaptive, no slot is used twice, nothing is forgotten.

use std::collections::BTreeMap;

use racegate_eventlog::{
    Event, EventKind, Extent, FenceOrdering, LoadOrdering, Location, LockMode, ObjectId,
    RmwOrdering, StoreOrdering, Tables, ThreadId, Trace,
};

use super::Racy;

/// Every racy event of a trace.
#[must_use]
pub fn run(trace: &Trace) -> Racy {
    let mut state = State::new(trace.tables());
    let mut racy = Racy::default();
    for (index, event) in trace.events().iter().enumerate() {
        state.step(index, event, &mut racy);
    }
    racy
}

#[derive(Clone, Debug, Default)]
struct Clock(BTreeMap<ThreadId, u64>);

impl Clock {
    fn of(&self, thread: ThreadId) -> u64 {
        self.0.get(&thread).copied().unwrap_or(0)
    }

    fn join(&mut self, other: &Self) {
        for (&thread, &time) in &other.0 {
            let mine = self.0.entry(thread).or_default();
            *mine = time.max(*mine);
        }
    }

    /// Whether something happened of which the other clock does not know.
    fn exceeds(&self, other: &Self) -> bool {
        self.0
            .iter()
            .any(|(&thread, &time)| time > other.of(thread))
    }
}

#[derive(Debug, Default)]
struct Fences {
    acquire: Clock,
    release: Clock,
}

/// The ways to access a location.
#[derive(Clone, Copy, Debug)]
enum Way {
    Read,
    Write,
    AtomicRead,
    AtomicWrite,
}

impl Way {
    /// Those that must not happen at the same time as this one.
    fn conflicting(self) -> &'static [Self] {
        match self {
            Self::Read => &[Self::Write, Self::AtomicWrite],
            Self::Write => &[Self::Read, Self::Write, Self::AtomicRead, Self::AtomicWrite],
            Self::AtomicRead => &[Self::Write],
            Self::AtomicWrite => &[Self::Read, Self::Write],
        }
    }
}

/// By [`Way`]: when each thread last accessed a location so.
type Past = [Clock; 4];

/// Which event, whose, and what that thread knows.
struct Now<'c> {
    index: usize,
    thread: ThreadId,
    clock: &'c Clock,
}

#[derive(Debug)]
struct State<'t> {
    tables: &'t Tables,
    threads: BTreeMap<ThreadId, Clock>,
    ends: BTreeMap<ThreadId, Clock>,
    fences: BTreeMap<ThreadId, Fences>,
    objects: BTreeMap<ObjectId, Clock>,
    pasts: BTreeMap<Location, Past>,
}

impl<'t> State<'t> {
    fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            threads: BTreeMap::new(),
            ends: BTreeMap::new(),
            fences: BTreeMap::new(),
            objects: BTreeMap::new(),
            pasts: BTreeMap::new(),
        }
    }

    fn step(&mut self, index: usize, event: &Event, racy: &mut Racy) {
        let thread = event.thread;
        let mut clock = self.threads.remove(&thread).unwrap_or_default();
        clock.0.entry(thread).or_insert(1);
        self.synchronise(event.kind, thread, &mut clock);
        let now = Now {
            index,
            thread,
            clock: &clock,
        };
        self.look(event.kind, &now, racy);
        // One tick an event, needed or not: the plainest rule that is right.
        *clock.0.entry(thread).or_default() += 1;
        self.threads.insert(thread, clock);
    }

    fn synchronise(&mut self, kind: EventKind, thread: ThreadId, clock: &mut Clock) {
        match kind {
            EventKind::Acquire(object) => clock.join(self.object(object)),
            EventKind::Release(object) => *self.object(object) = clock.clone(),
            EventKind::ReleaseMerge(object) => self.object(object).join(clock),
            EventKind::Exchange(object) => {
                let found = self.object(object).clone();
                *self.object(object) = clock.clone();
                clock.join(&found);
            }
            EventKind::Load(object, ordering) => self.load(object, ordering, thread, clock),
            EventKind::Store(object, ordering) => self.store(object, ordering, thread, clock),
            EventKind::Rmw(object, ordering) => self.rmw(object, ordering, thread, clock),
            EventKind::Fence(ordering) => self.fence(ordering, thread, clock),
            EventKind::Fork(child) => self.threads.entry(child).or_default().join(clock),
            EventKind::End => {
                self.ends.insert(thread, clock.clone());
            }
            EventKind::Join(child) => {
                if let Some(end) = self.ends.get(&child) {
                    clock.join(end);
                }
            }
            EventKind::Read(_)
            | EventKind::Write(_)
            | EventKind::Forget(_)
            | EventKind::Begin
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
    }

    /// Checks and remembers what an event accesses. It has learnt what it acquires,
    /// and what it releases has the time it is remembered at.
    fn look(&mut self, kind: EventKind, now: &Now<'_>, racy: &mut Racy) {
        match kind {
            EventKind::Read(extent) => self.access(Way::Read, extent, now, racy),
            EventKind::Write(extent) => self.access(Way::Write, extent, now, racy),
            EventKind::Forget(extent) => {
                for location in extent.locations() {
                    self.pasts.remove(&location);
                }
            }
            EventKind::Load(object, _) | EventKind::Request(object, LockMode::Read) => {
                self.of_memory(Way::AtomicRead, object, now, racy);
            }
            EventKind::Store(object, _)
            | EventKind::Rmw(object, _)
            | EventKind::Request(object, LockMode::Write) => {
                self.of_memory(Way::AtomicWrite, object, now, racy);
            }
            EventKind::Acquire(_)
            | EventKind::Release(_)
            | EventKind::ReleaseMerge(_)
            | EventKind::Exchange(_)
            | EventKind::Fence(_)
            | EventKind::Fork(_)
            | EventKind::Begin
            | EventKind::End
            | EventKind::Join(_)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
    }

    /// Where the object has memory, an operation on it is an access too.
    fn of_memory(&mut self, way: Way, object: ObjectId, now: &Now<'_>, racy: &mut Racy) {
        if let Some(extent) = self.tables.memory(object) {
            self.access(way, extent, now, racy);
        }
    }

    fn access(&mut self, way: Way, extent: Extent, now: &Now<'_>, racy: &mut Racy) {
        for location in extent.locations() {
            let past = self.pasts.entry(location).or_default();
            let exceeds = |other: &Way| past[*other as usize].exceeds(now.clock);
            if way.conflicting().iter().any(exceeds) {
                racy.events.push((now.index, location));
            }
            let time = now.clock.of(now.thread);
            past[way as usize].0.insert(now.thread, time);
        }
    }

    fn load(&mut self, object: ObjectId, how: LoadOrdering, thread: ThreadId, clock: &mut Clock) {
        let found = self.object(object).clone();
        match how {
            LoadOrdering::Relaxed => self.fences(thread).acquire.join(&found),
            LoadOrdering::Acquire | LoadOrdering::SeqCst => clock.join(&found),
        }
    }

    fn store(&mut self, object: ObjectId, how: StoreOrdering, thread: ThreadId, clock: &Clock) {
        *self.object(object) = match how {
            StoreOrdering::Relaxed => self.fences(thread).release.clone(),
            StoreOrdering::Release | StoreOrdering::SeqCst => clock.clone(),
        };
    }

    fn rmw(&mut self, object: ObjectId, how: RmwOrdering, thread: ThreadId, clock: &mut Clock) {
        let found = self.object(object).clone();
        match how {
            RmwOrdering::Relaxed | RmwOrdering::Release => {
                self.fences(thread).acquire.join(&found);
            }
            RmwOrdering::Acquire | RmwOrdering::AcqRel | RmwOrdering::SeqCst => clock.join(&found),
        }
        let given = match how {
            RmwOrdering::Relaxed | RmwOrdering::Acquire => self.fences(thread).release.clone(),
            RmwOrdering::Release | RmwOrdering::AcqRel | RmwOrdering::SeqCst => clock.clone(),
        };
        self.object(object).join(&given);
    }

    fn fence(&mut self, how: FenceOrdering, thread: ThreadId, clock: &mut Clock) {
        let (acquires, releases) = match how {
            FenceOrdering::Acquire => (true, false),
            FenceOrdering::Release => (false, true),
            FenceOrdering::AcqRel | FenceOrdering::SeqCst => (true, true),
        };
        if acquires {
            clock.join(&self.fences(thread).acquire);
        }
        if releases {
            self.fences(thread).release = clock.clone();
        }
    }

    fn object(&mut self, object: ObjectId) -> &mut Clock {
        self.objects.entry(object).or_default()
    }

    fn fences(&mut self, thread: ThreadId) -> &mut Fences {
        self.fences.entry(thread).or_default()
    }
}
