//! Happens-before: the clock of every thread, one event after the other.
//!
//! Each verb's clock rule is told in `racegate_eventlog::event`; the atomics follow
//! C++20 (`atomics.rs`). Both the analysis and the story told
//! afterwards step through a trace with this. [`HappensBefore::schedulable`] adds that
//! a read follows the write that it reads from (`reads_from.rs`).
//!
//! **Invariant:** before an event is stepped over, its thread's clock knows exactly
//! those accesses that happen before it (and the thread's own earlier ones). What a
//! read learns from the write it reads from, it learns as it is stepped over.

mod atomics;
mod demand;
mod reads_from;

use std::collections::BTreeSet;

use racegate_eventlog::{Event, EventKind, Extent, Location, ObjectId, ThreadId, Trace};

use self::atomics::Atomics;
use self::demand::Demand;
pub(crate) use self::reads_from::moves_values;
use self::reads_from::{Atomicity, LastWrites};
use crate::clock::{Chains, Epoch, Link, Reuse, Slot, Time, VectorClock};

/// The clocks at one point of a trace.
#[derive(Debug)]
pub struct HappensBefore {
    threads: Vec<ThreadClock>,
    objects: Vec<VectorClock>,
    last_writes: LastWrites,
    chains: Chains,
    demand: Demand,
}

/// What one thread knows.
#[derive(Debug, Default)]
struct ThreadClock {
    /// None before its fork or first event, and after its last.
    now: Option<Now>,
    /// What it knew when it ended, for those who join it.
    ended: Option<VectorClock>,
}

/// A thread in the course of its events.
#[derive(Debug)]
struct Now {
    clock: VectorClock,
    link: Link,
    atomics: Option<Box<Atomics>>,
}

impl HappensBefore {
    /// The clocks before the first event of a trace.
    #[must_use]
    pub fn new(trace: &Trace) -> Self {
        Self::with_reuse(trace, Reuse::Exact)
    }

    /// The same, told whether short threads may share a slot.
    #[must_use]
    pub fn with_reuse(trace: &Trace, reuse: Reuse) -> Self {
        let tables = trace.tables();
        let (threads, objects) = (tables.threads.len(), tables.objects.len());
        Self::of_events(trace.events(), threads, objects, reuse)
    }

    /// Schedulable happens-before: the same, and whatever follows a read of one of these
    /// locations follows the write that it reads from.
    ///
    /// The locations that raced, be it in this order alone, are all that matter:
    /// elsewhere that write comes before the read anyway. Slots are used again as for
    /// happens-before, for the argument (`clock/chain.rs`) is one about any order of
    /// which the clocks are the exact image, and asks nothing but that a fork belongs
    /// to it.
    #[must_use]
    pub fn schedulable(trace: &Trace, raced: &BTreeSet<Location>, reuse: Reuse) -> Self {
        Self {
            last_writes: LastWrites::of(trace, raced),
            ..Self::with_reuse(trace, reuse)
        }
    }

    /// The same for events that need be no trace, such as one with an edge added.
    #[must_use]
    pub fn of_events(events: &[Event], threads: usize, objects: usize, reuse: Reuse) -> Self {
        let mut clocks = Vec::new();
        clocks.resize_with(threads, ThreadClock::default);
        Self {
            threads: clocks,
            objects: vec![VectorClock::default(); objects],
            last_writes: LastWrites::default(),
            chains: Chains::new(reuse),
            demand: Demand::of(threads, events),
        }
    }

    /// Before an event of this thread: its epoch, and what it knows.
    pub fn now(&mut self, thread: ThreadId) -> (Epoch, &VectorClock) {
        let now = self.started(thread);
        (now.link.epoch, &now.clock)
    }

    /// The last time of a slot that a thread knows of; none for a thread that has not
    /// begun or has made its last step.
    #[must_use]
    pub fn time_known(&self, thread: ThreadId, slot: Slot) -> Option<Time> {
        let now = self.threads[thread.index()].now.as_ref()?;
        now.clock.time(slot)
    }

    /// How many slots the clocks have.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.chains.slots()
    }

    /// Takes one event into account. Events come in the merged order, each once.
    pub fn step(&mut self, event: &Event) {
        self.step_with(event, |_, _| ());
    }

    /// The same; `see` is shown the thread's epoch and what it knows where the event
    /// happens: after what it acquires, and before others can acquire it. Of the events
    /// that can be no access it is shown none.
    pub fn step_with(&mut self, event: &Event, see: impl FnOnce(Epoch, &VectorClock)) {
        let thread = event.thread;
        match event.kind {
            EventKind::Read(extent) => {
                self.started(thread).access(see);
                self.read(thread, extent, Atomicity::Plain);
            }
            EventKind::Write(extent) => {
                self.started(thread).access(see);
                self.write(thread, extent, Atomicity::Plain);
            }
            EventKind::Request(..) => self.started(thread).access(see),
            EventKind::Acquire(object) => self.on(thread, object, |now, object| {
                now.clock.join(object);
            }),
            EventKind::Release(object) => self.on(thread, object, |now, object| {
                object.clone_from(&now.clock);
                now.tick();
            }),
            EventKind::ReleaseMerge(object) => self.on(thread, object, |now, object| {
                object.join(&now.clock);
                now.tick();
            }),
            EventKind::Exchange(object) => self.on(thread, object, |now, object| {
                let before = std::mem::replace(object, now.clock.clone());
                now.clock.join(&before);
                now.tick();
            }),
            EventKind::Load(object, ordering) => {
                self.on(thread, object, |now, object| {
                    now.load(object, ordering);
                    now.access(see);
                });
                self.read_memory(thread, object);
            }
            EventKind::Store(object, ordering) => {
                self.on(thread, object, |now, object| {
                    now.access(see);
                    now.store(object, ordering);
                });
                self.write_memory(thread, object);
            }
            EventKind::Rmw(object, ordering) => {
                self.on(thread, object, |now, object| {
                    now.read_to_modify(object, ordering);
                    now.access(see);
                });
                self.read_memory(thread, object);
                self.on(thread, object, |now, object| {
                    now.write_modified(object, ordering);
                });
                self.write_memory(thread, object);
            }
            EventKind::Fence(ordering) => self.started(thread).fence(ordering),
            EventKind::Fork(child) => self.fork(thread, child),
            EventKind::Join(child) => self.join(thread, child),
            EventKind::End => self.end(thread),
            EventKind::Forget(extent) => self.last_writes.forget(extent),
            EventKind::Begin
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
        if self.demand.event_was_its_last(thread) {
            self.retire(thread);
        }
    }

    fn read(&mut self, thread: ThreadId, extent: Extent, how: Atomicity) {
        let last_writes = std::mem::take(&mut self.last_writes);
        let now = self.started(thread);
        last_writes.teach(extent, how, &mut now.clock);
        self.last_writes = last_writes;
    }

    fn write(&mut self, thread: ThreadId, extent: Extent, how: Atomicity) {
        let mut last_writes = std::mem::take(&mut self.last_writes);
        let now = self.started(thread);
        if last_writes.keep(extent, how, now.link.epoch, &now.clock) {
            now.tick();
        }
        self.last_writes = last_writes;
    }

    fn read_memory(&mut self, thread: ThreadId, object: ObjectId) {
        if let Some(memory) = self.last_writes.memory(object) {
            self.read(thread, memory, Atomicity::Atomic);
        }
    }

    fn write_memory(&mut self, thread: ThreadId, object: ObjectId) {
        if let Some(memory) = self.last_writes.memory(object) {
            self.write(thread, memory, Atomicity::Atomic);
        }
    }

    fn on(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        rule: impl FnOnce(&mut Now, &mut VectorClock),
    ) {
        let mut clock = std::mem::take(&mut self.objects[object.index()]);
        rule(self.started(thread), &mut clock);
        self.objects[object.index()] = clock;
    }

    fn fork(&mut self, parent: ThreadId, child: ThreadId) {
        let known = self.started(parent).clock.clone();
        self.threads[child.index()].now = Some(Now::begin(&mut self.chains, known));
        self.started(parent).tick();
    }

    fn end(&mut self, thread: ThreadId) {
        let joined = self.demand.joins_of(thread) > 0;
        let now = self.started(thread);
        let ended = joined.then(|| now.clock.clone());
        now.tick();
        self.threads[thread.index()].ended = ended;
    }

    fn join(&mut self, joiner: ThreadId, child: ThreadId) {
        let Some(ended) = self.threads[child.index()].ended.take() else {
            // A child that did not end was not joined: `validate` refuses it.
            return;
        };
        self.started(joiner).clock.join(&ended);
        if self.demand.join_was_not_the_last(child) {
            self.threads[child.index()].ended = Some(ended);
        }
    }

    fn retire(&mut self, thread: ThreadId) {
        if let Some(now) = self.threads[thread.index()].now.take() {
            self.chains.finish(now.link);
        }
    }

    /// A thread that nobody forked begins knowing nothing.
    fn started(&mut self, thread: ThreadId) -> &mut Now {
        let chains = &mut self.chains;
        self.threads[thread.index()]
            .now
            .get_or_insert_with(|| Now::begin(chains, VectorClock::default()))
    }
}

impl Now {
    fn begin(chains: &mut Chains, known: VectorClock) -> Self {
        let link = chains.begin(&known);
        let mut clock = known;
        clock.learn(link.epoch);
        Self {
            clock,
            link,
            atomics: None,
        }
    }

    /// An access happens here, which others may ask about.
    fn access(&mut self, see: impl FnOnce(Epoch, &VectorClock)) {
        self.link.last_access = Some(self.link.epoch.time);
        see(self.link.epoch, &self.clock);
    }

    /// What follows is not part of what was just released.
    fn tick(&mut self) {
        self.link.epoch.time = self.link.epoch.time.next();
        self.clock.learn(self.link.epoch);
    }
}
