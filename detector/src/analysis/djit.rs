//! The analysis `djit`: plain vector clocks and full histories (DJIT+, Pozniansky
//! and Schuster, PPoPP 2003), the slow second opinion on [`hb`](super::hb).
//!
//! **Invariant:** it shares no rule with `hb`: clocks are maps from threads to
//! numbers, nothing is adaptive, no slot is used twice, nothing is forgotten.

use std::collections::BTreeMap;

use racegate_eventlog::{
    Event, EventKind, Extent, FenceOrdering, LoadOrdering, Location, ObjectId, RmwOrdering,
    StoreOrdering, ThreadId, Trace,
};

use super::Racy;

/// Every racy event of a trace.
#[must_use]
pub fn run(trace: &Trace) -> Racy {
    let mut state = State::default();
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

#[derive(Debug, Default)]
struct State {
    threads: BTreeMap<ThreadId, Clock>,
    ends: BTreeMap<ThreadId, Clock>,
    fences: BTreeMap<ThreadId, Fences>,
    objects: BTreeMap<ObjectId, Clock>,
    last_sc_fence: Clock,
    reads: BTreeMap<Location, Clock>,
    writes: BTreeMap<Location, Clock>,
}

impl State {
    fn step(&mut self, index: usize, event: &Event, racy: &mut Racy) {
        let thread = event.thread;
        let mut clock = self.threads.remove(&thread).unwrap_or_default();
        clock.0.entry(thread).or_insert(1);
        match event.kind {
            EventKind::Read(extent) => self.read(index, extent, thread, &clock, racy),
            EventKind::Write(extent) => self.write(index, extent, thread, &clock, racy),
            EventKind::Acquire(object) => clock.join(self.object(object)),
            EventKind::Release(object) => *self.object(object) = clock.clone(),
            EventKind::ReleaseMerge(object) => self.object(object).join(&clock),
            EventKind::Exchange(object) => {
                let found = self.object(object).clone();
                *self.object(object) = clock.clone();
                clock.join(&found);
            }
            EventKind::Load(object, ordering) => self.load(object, ordering, thread, &mut clock),
            EventKind::Store(object, ordering) => self.store(object, ordering, thread, &clock),
            EventKind::Rmw(object, ordering) => self.rmw(object, ordering, thread, &mut clock),
            EventKind::Fence(ordering) => self.fence(ordering, thread, &mut clock),
            EventKind::Fork(child) => self.threads.entry(child).or_default().join(&clock),
            EventKind::End => {
                self.ends.insert(thread, clock.clone());
            }
            EventKind::Join(child) => {
                if let Some(end) = self.ends.get(&child) {
                    clock.join(end);
                }
            }
            EventKind::Begin
            | EventKind::Request(..)
            | EventKind::BlockBegin(_)
            | EventKind::BlockEnd(_)
            | EventKind::Mark(_) => {}
        }
        // One tick an event, needed or not: the plainest rule that is right.
        *clock.0.entry(thread).or_default() += 1;
        self.threads.insert(thread, clock);
    }

    fn read(
        &mut self,
        index: usize,
        extent: Extent,
        thread: ThreadId,
        clock: &Clock,
        racy: &mut Racy,
    ) {
        for location in extent.locations() {
            let writes = self.writes.entry(location).or_default();
            if writes.exceeds(clock) {
                racy.events.push((index, location));
            }
            let reads = self.reads.entry(location).or_default();
            reads.0.insert(thread, clock.of(thread));
        }
    }

    fn write(
        &mut self,
        index: usize,
        extent: Extent,
        thread: ThreadId,
        clock: &Clock,
        racy: &mut Racy,
    ) {
        for location in extent.locations() {
            let reads = self.reads.entry(location).or_default();
            let writes = self.writes.entry(location).or_default();
            if reads.exceeds(clock) || writes.exceeds(clock) {
                racy.events.push((index, location));
            }
            writes.0.insert(thread, clock.of(thread));
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
        if how == FenceOrdering::SeqCst {
            clock.join(&self.last_sc_fence);
            self.last_sc_fence = clock.clone();
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
