//! The clock rules and the accesses, event by event, in codes of one kind.
//!
//! Each verb's rule is told in `racegate_eventlog::event`. Consecutive accesses of one
//! thread are a run, for which its clock is looked up once.
//!
//! **Invariant:** an event is taken as a whole or not at all, and it is not where codes
//! have no room for what it would make.

use racegate_eventlog::reader::{Demand, Ids, Stretch};
use racegate_eventlog::{Event, EventKind, Extent, Location, LockMode, ObjectId, Tables, ThreadId};

use super::clock::Kept;
use super::code::{Code, Width};
use super::shadow::{Full, Plain, Shadows};
use super::share::Share;
use super::slots::Slots;
use crate::analysis::AccessKind;
use crate::clock::Reuse;

/// What there is to judge: the same for every kind of codes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'l> {
    pub(super) tables: &'l Tables,
    pub(super) demand: &'l [Demand],
    pub(super) reuse: Reuse,
    /// The time at which a slot begins.
    pub(super) first: u64,
    /// How many threads there is room for at first.
    pub(super) slots: usize,
}

/// The state of pass one.
#[derive(Debug)]
pub(super) struct Judge<'l, C, S> {
    tables: &'l Tables,
    slots: Slots<C>,
    threads: Vec<Thread<C>>,
    objects: Vec<Kept<C>>,
    shadows: Shadows<C, S>,
    /// Where an exchange puts what it found.
    found: Kept<C>,
    /// What the objects' clocks and those of ended threads take.
    kept: usize,
}

#[derive(Debug)]
struct Thread<C> {
    /// Nobody's before its fork or first event, and after its last.
    slot: usize,
    /// How many events of it, and joins, are still to come.
    events: u64,
    joins: u64,
    /// What it knew when it ended, for those who join it.
    ended: Option<Box<Kept<C>>>,
}

impl<C> Thread<C> {
    fn new(demand: &Demand) -> Self {
        Self {
            slot: 0,
            events: demand.events,
            joins: demand.joins,
            ended: None,
        }
    }

    /// One of which nobody knows how much it will do.
    fn unknown() -> Self {
        Self::new(&Demand {
            events: u64::MAX,
            joins: u64::MAX,
        })
    }
}

impl<'l, C: Code, S: Share> Judge<'l, C, S> {
    /// Nothing happened yet.
    pub(super) fn new(case: &Case<'l>, width: Width, share: S) -> Self {
        let tables = case.tables;
        let mut shadows = Shadows::new(width, share, tables.locations.len());
        for cell in tables.memories.iter().flatten() {
            shadows.expect_atomics(tables.cell(*cell).extent);
        }
        let mut objects = Vec::new();
        objects.resize_with(tables.objects.len(), Kept::default);
        Self {
            tables,
            slots: Slots::new(width, case.first, case.reuse),
            threads: case.demand.iter().map(Thread::new).collect(),
            objects,
            shadows,
            found: Kept::default(),
            kept: 0,
        }
    }

    /// The bytes that the tables take before anything happens.
    pub(super) fn bytes_at_first(case: &Case<'_>, share: S) -> u64 {
        let tables = case.demand.len() * size_of::<Thread<C>>()
            + case.tables.objects.len() * size_of::<Kept<C>>();
        tables as u64 + Shadows::<C, S>::bytes_at_first(share, case.tables.locations.len())
    }

    /// So many ids are known by now, or more.
    pub(super) fn make_room_for(&mut self, ids: Ids) {
        if ids.threads > self.threads.len() {
            self.threads.resize_with(ids.threads, Thread::unknown);
        }
        if ids.objects > self.objects.len() {
            self.objects.resize_with(ids.objects, Kept::default);
        }
        self.shadows.make_room(ids.locations);
    }

    /// Takes events in their order, as long as there is room; how many. Within its callers it
    /// would have to share registers with them.
    #[inline(never)]
    pub(super) fn take(&mut self, events: &[Event]) -> usize {
        let mut taken = 0;
        while let Some(&Event { thread, .. }) = events.get(taken) {
            let Some(slot) = self.enter(thread) else {
                return taken;
            };
            let (run, room) = self.run(slot, thread, &events[taken..]);
            taken += run;
            if room.is_err() {
                return taken;
            }
            // What ends the run is this thread's too, unless it is another's turn.
            let Some(event) = events.get(taken).filter(|event| event.thread == thread) else {
                continue;
            };
            if self.step(slot, event).is_err() {
                return taken;
            }
            self.pass(thread, 1);
            taken += 1;
        }
        taken
    }

    /// Takes a stretch, as long as there is room: what is left of it is what was not taken.
    #[inline]
    pub(super) fn take_stretch(&mut self, stretch: &mut Stretch<'_>) -> Result<(), Full> {
        let slot = self.enter(stretch.thread).ok_or(Full)?;
        let (run, room) = self.run(slot, stretch.thread, stretch.accesses);
        stretch.accesses = &stretch.accesses[run..];
        room?;
        if let Some(event) = stretch.then {
            self.step(slot, event)?;
            self.pass(stretch.thread, 1);
            stretch.then = None;
        }
        Ok(())
    }

    /// Takes the plain accesses of one location each that these begin with: how many, and
    /// whether there was room for the next.
    #[inline]
    fn run(
        &mut self,
        slot: usize,
        thread: ThreadId,
        accesses: &[impl Plain],
    ) -> (usize, Result<(), Full>) {
        let (run, room) = self.shadows.run(accesses, thread, &self.slots.now(slot));
        if run > 0 {
            self.slots.accessed(slot);
            self.pass(thread, run);
        }
        (run, room)
    }

    /// The slot of a thread, which begins with its first event if nobody forked it.
    fn enter(&mut self, thread: ThreadId) -> Option<usize> {
        let slot = self.threads[thread.index()].slot;
        if slot != 0 {
            return Some(slot);
        }
        self.begin(0, thread).ok()?;
        Some(self.threads[thread.index()].slot)
    }

    fn begin(&mut self, forker: usize, thread: ThreadId) -> Result<(), Full> {
        if !(self.slots.has_vacancy() && self.slots.has_time()) {
            return Err(Full);
        }
        self.threads[thread.index()].slot = self.slots.begin(forker);
        Ok(())
    }

    /// So many events of a thread are over.
    #[inline]
    fn pass(&mut self, thread: ThreadId, events: usize) {
        let state = &mut self.threads[thread.index()];
        state.events = state.events.saturating_sub(events as u64);
        if state.events == 0 {
            self.retire(thread);
        }
    }

    fn retire(&mut self, thread: ThreadId) {
        let slot = std::mem::take(&mut self.threads[thread.index()].slot);
        if slot != 0 {
            self.slots.finish(slot);
        }
    }

    /// Takes one event.
    #[expect(
        clippy::inline_always,
        reason = "else it is or not, as the rest of the crate happens to be"
    )]
    #[inline(always)]
    fn step(&mut self, slot: usize, event: &Event) -> Result<(), Full> {
        if !self.slots.has_time() {
            return Err(Full);
        }
        match event.kind {
            EventKind::Read(extent) => self.plain(slot, AccessKind::Read, extent)?,
            EventKind::Write(extent) => self.plain(slot, AccessKind::Write, extent)?,
            EventKind::Forget(extent) => self.shadows.forget(extent),
            EventKind::Acquire(object) => self.slots.learn(slot, &self.objects[object.index()]),
            EventKind::Release(object) => {
                self.on(object, |slots, object| slots.give(slot, object));
                self.slots.tick(slot);
            }
            EventKind::ReleaseMerge(object) => {
                self.on(object, |slots, object| slots.add(slot, object));
                self.slots.tick(slot);
            }
            EventKind::Exchange(object) => self.exchange(slot, object),
            EventKind::Load(object, ordering) => {
                let kept = &self.objects[object.index()];
                self.slots.load(slot, kept, ordering);
                self.of_memory(slot, AccessKind::AtomicRead, object)?;
            }
            EventKind::Store(object, ordering) => {
                self.of_memory(slot, AccessKind::AtomicWrite, object)?;
                self.on(object, |slots, object| slots.store(slot, object, ordering));
            }
            EventKind::Rmw(object, ordering) => {
                let kept = &self.objects[object.index()];
                self.slots.read_to_modify(slot, kept, ordering);
                self.of_memory(slot, AccessKind::AtomicWrite, object)?;
                self.on(object, |slots, object| {
                    slots.write_modified(slot, object, ordering);
                });
            }
            EventKind::Request(object, LockMode::Read) => {
                self.of_memory(slot, AccessKind::AtomicRead, object)?;
            }
            EventKind::Request(object, LockMode::Write) => {
                self.of_memory(slot, AccessKind::AtomicWrite, object)?;
            }
            EventKind::Fence(ordering) => self.slots.fence(slot, ordering),
            EventKind::Fork(child) => self.fork(slot, child)?,
            EventKind::Join(child) => self.join(slot, child),
            EventKind::End => self.end(slot, event.thread),
            EventKind::Begin
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
        Ok(())
    }

    fn plain(&mut self, slot: usize, kind: AccessKind, extent: Extent) -> Result<(), Full> {
        let now = self.slots.now(slot);
        self.shadows.access(kind, extent, &now)?;
        self.slots.accessed(slot);
        Ok(())
    }

    /// Where the object has memory, an operation on it is an access too.
    fn of_memory(&mut self, slot: usize, kind: AccessKind, object: ObjectId) -> Result<(), Full> {
        match self.tables.memory(object) {
            Some(extent) => self.plain(slot, kind, extent),
            None => Ok(()),
        }
    }

    fn on(&mut self, object: ObjectId, rule: impl FnOnce(&mut Slots<C>, &mut Kept<C>)) {
        let object = &mut self.objects[object.index()];
        let before = object.bytes();
        rule(&mut self.slots, object);
        self.kept += object.bytes();
        self.kept -= before;
    }

    /// What is learnt is learnt after the tick: it is no part of what is given.
    fn exchange(&mut self, slot: usize, object: ObjectId) {
        let object = &mut self.objects[object.index()];
        std::mem::swap(object, &mut self.found);
        object.clear();
        let before = object.bytes();
        self.slots.give(slot, object);
        self.kept += object.bytes();
        self.kept -= before;
        self.slots.tick(slot);
        self.slots.learn(slot, &self.found);
    }

    fn fork(&mut self, slot: usize, child: ThreadId) -> Result<(), Full> {
        // Of a child that does nothing, nobody will learn anything.
        if self.threads[child.index()].events > 0 {
            self.begin(slot, child)?;
        }
        self.slots.tick(slot);
        Ok(())
    }

    fn end(&mut self, slot: usize, thread: ThreadId) {
        if self.threads[thread.index()].joins > 0 {
            let mut ended = Box::<Kept<C>>::default();
            self.slots.give(slot, &mut ended);
            self.slots.tick(slot);
            self.kept += size_of::<Kept<C>>() + ended.bytes();
            self.threads[thread.index()].ended = Some(ended);
        }
        self.retire(thread);
    }

    fn join(&mut self, slot: usize, child: ThreadId) {
        let state = &mut self.threads[child.index()];
        state.joins = state.joins.saturating_sub(1);
        let is_last = state.joins == 0;
        // A child that did not end was not joined: `validate` refuses it.
        let Some(ended) = state.ended.take() else {
            return;
        };
        self.slots.learn(slot, &ended);
        if is_last {
            self.kept -= size_of::<Kept<C>>() + ended.bytes();
        } else {
            self.threads[child.index()].ended = Some(ended);
        }
    }

    /// Whether it is for want of slots that there is no room.
    pub(super) fn has_vacancy(&self) -> bool {
        self.slots.has_vacancy()
    }

    pub(super) fn width(&self) -> Width {
        self.slots.width
    }

    /// The bytes that all of it takes.
    pub(super) fn bytes(&self) -> u64 {
        let tables = self.threads.capacity() * size_of::<Thread<C>>()
            + self.objects.capacity() * size_of::<Kept<C>>()
            + self.found.bytes()
            + self.kept;
        self.slots.bytes() + self.shadows.bytes() + tables as u64
    }

    /// The locations that raced, in no order.
    pub(super) fn into_raced(self) -> Vec<Location> {
        self.shadows.into_raced()
    }

    /// Whether codes of another width and kind have room for all there is, and more.
    pub(super) fn fits<D: Code>(&self, width: Width) -> bool {
        self.slots.fits::<D>(width) && self.shadows.fits::<D>(width)
    }

    /// The same in codes of another width or kind.
    pub(super) fn recoded<D: Code>(&self, width: Width) -> Judge<'l, D, S> {
        let from = self.slots.width;
        let recode = |code| from.recoded(code, width);
        let objects: Vec<Kept<D>> = self.objects.iter().map(|it| it.recoded(recode)).collect();
        let threads = self.threads.iter().map(|thread| Thread {
            slot: thread.slot,
            events: thread.events,
            joins: thread.joins,
            ended: thread
                .ended
                .as_ref()
                .map(|ended| Box::new(ended.recoded(recode))),
        });
        let threads: Vec<Thread<D>> = threads.collect();
        let ended = threads.iter().filter_map(|thread| thread.ended.as_ref());
        let ended = ended.map(|ended| size_of::<Kept<D>>() + ended.bytes());
        let kept = objects.iter().map(Kept::bytes).chain(ended).sum();
        Judge {
            tables: self.tables,
            slots: self.slots.recoded(width),
            threads,
            objects,
            shadows: self.shadows.recoded(width),
            found: Kept::default(),
            kept,
        }
    }
}
