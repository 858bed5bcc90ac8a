//! Running every thread until it must wait, and waking those that wait for it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::begun::{Begun, Joined};
use super::cursor::{Cursor, Next, Program};
use super::event::event;
use super::plan::{Plan, for_parts};
use super::versions::VersionPlace;
use super::waiters::Waiters;
use super::{Merged, told};
use crate::event::Event;
use crate::id::ThreadId;
use crate::integrity::Integrity;
use crate::reader::definitions::Definitions;
use crate::record::{MemoryVerb, Record, ThreadVerb};
use crate::validate::ValidateError;

/// The merge under way.
pub(super) struct Merger<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) plan: Plan,
    pub(super) definitions: Definitions,
    events: Vec<Event>,
    /// Places in `events` before which another log's events belong.
    gaps: Vec<usize>,
    /// Accesses to bytes that cannot be used.
    dropped_accesses: u64,
    /// The first access that leaves its cell.
    beyond: Option<ValidateError>,
    /// By thread.
    pub(super) cursors: Vec<Cursor>,
    /// By thread.
    pub(super) lives: Vec<Life>,
    begun: Begun,
    waiters: Waiters,
    ready: VecDeque<u32>,
    /// Threads that wait for a version, and some that did: who goes first without it.
    guided: BinaryHeap<Reverse<(Guide, u32)>>,
    /// Reused for the versions that one access reaches.
    reached: Vec<VersionPlace>,
}

/// What is merged of a thread.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Life {
    forked: bool,
    started: bool,
    pub(super) ended: bool,
    /// It waits for a version only.
    guided: Option<Guide>,
    /// Nothing of it is left.
    pub(super) exhausted: bool,
}

/// What a version is to a record that waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Guide {
    /// A hint: without it the access is merged all the same. Versions of a cell are not
    /// all recorded, so one may never come.
    Hint,
    /// The bytes' own memory: without it the access is not used.
    Memory,
}

/// What a record waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// The thread's fork.
    Fork(ThreadId),
    /// The end of another thread.
    End(ThreadId),
    /// The stamp before this one.
    Stamp(usize),
    /// A version: only a guide.
    Version(VersionPlace),
}

impl<'a> Merger<'a> {
    /// Nothing merged yet.
    pub(super) fn new(program: &'a Program<'a>, plan: Plan, definitions: Definitions) -> Self {
        let threads = program.threads();
        let count = u32::try_from(threads).expect("threads have 32-bit ids");
        let places = threads * 2 + plan.stamps.count() + plan.versions.count();
        Self {
            program,
            definitions,
            events: Vec::with_capacity(plan.events),
            gaps: Vec::new(),
            dropped_accesses: 0,
            beyond: None,
            plan,
            cursors: (0..count)
                .map(|thread| program.cursor(ThreadId::new(thread)))
                .collect(),
            lives: vec![Life::default(); threads],
            begun: Begun::new(threads),
            waiters: Waiters::new(places, threads),
            ready: (0..count).collect(),
            guided: BinaryHeap::new(),
            reached: Vec::new(),
        }
    }

    /// Merges all that can be.
    pub(super) fn run(&mut self) {
        loop {
            while let Some(thread) = self.ready.pop_front() {
                self.run_thread(ThreadId::new(thread), false);
            }
            let Some(Reverse((guide, thread))) = self.guided.pop() else {
                return;
            };
            let guided = &mut self.lives[thread as usize].guided;
            if guided.take_if(|now| *now == guide).is_some() {
                self.waiters.leave(thread);
                self.run_thread(ThreadId::new(thread), true);
            }
        }
    }

    /// How many accesses to bytes could not be used.
    pub(super) fn dropped_accesses(&self) -> u64 {
        self.dropped_accesses
    }

    /// What was merged.
    pub(super) fn finish(self, mut integrity: Integrity) -> Merged {
        integrity.dropped_accesses += self.begun.broken();
        Merged {
            events: self.events,
            gaps: self.gaps,
            beyond: self.beyond,
            tables: self.definitions.into_tables(),
            integrity,
        }
    }

    /// Runs a thread until it must wait; `forced`, its first record goes on
    /// without the version it waits for.
    fn run_thread(&mut self, thread: ThreadId, mut forced: bool) {
        loop {
            let cursor = &mut self.cursors[thread.index()];
            let (record, taken) = match self.program.next(cursor) {
                (Next::Record(record), taken) => (record, taken),
                (Next::Missing(_), _) => return,
                (Next::End, _) => {
                    self.lives[thread.index()].exhausted = true;
                    return;
                }
            };
            if let Some(obstacle) = self.obstacle(thread, &record) {
                let guide = matches!(obstacle, Obstacle::Version(_));
                if !(guide && forced) {
                    self.wait(thread, &record, obstacle);
                    return;
                }
            }
            forced = false;
            self.cursors[thread.index()].advance(taken);
            self.take(thread, &record);
        }
    }

    /// What a record waits for.
    pub(super) fn obstacle(&self, thread: ThreadId, record: &Record) -> Option<Obstacle> {
        let life = self.lives[thread.index()];
        if !life.started && !life.forked && self.plan.needs_fork[thread.index()] {
            return Some(Obstacle::Fork(thread));
        }
        match *record {
            Record::Sync { object, stamp, .. } => {
                let object = self.definitions.object(object);
                let place = self.plan.stamps.obstacle(object, told(stamp));
                place.map(Obstacle::Stamp)
            }
            Record::Access { .. } | Record::Memory { .. } | Record::Forget { .. } => {
                let (definitions, versions) = (&self.definitions, &self.plan.versions);
                let mut place = None;
                for_parts(definitions, thread, record, |access| {
                    place = place.or_else(|| versions.obstacle(access));
                });
                place.map(Obstacle::Version)
            }
            Record::Thread {
                verb: ThreadVerb::Join,
                thread: joined,
                ..
            } => {
                let ended = self.lives[joined.index()].ended;
                (!ended && !self.plan.never_ran[joined.index()]).then_some(Obstacle::End(joined))
            }
            Record::Thread { .. } | Record::Fence { .. } | Record::Note { .. } => None,
        }
    }

    fn wait(&mut self, thread: ThreadId, record: &Record, obstacle: Obstacle) {
        let place = self.place(obstacle);
        self.waiters.wait(thread.number(), place);
        if let Obstacle::Version(_) = obstacle {
            let guide = if matches!(record, Record::Memory { .. }) {
                Guide::Memory
            } else {
                Guide::Hint
            };
            self.lives[thread.index()].guided = Some(guide);
            self.guided.push(Reverse((guide, thread.number())));
        }
    }

    /// Where threads wait for something: forks, ends, stamps and versions follow
    /// one another.
    fn place(&self, obstacle: Obstacle) -> usize {
        let threads = self.program.threads();
        match obstacle {
            Obstacle::Fork(thread) => thread.index(),
            Obstacle::End(thread) => threads + thread.index(),
            Obstacle::Stamp(place) => threads * 2 + place,
            Obstacle::Version(place) => threads * 2 + self.plan.stamps.count() + place.index(),
        }
    }

    /// What waited for this waits no longer.
    fn wake(&mut self, obstacle: Obstacle) {
        let place = self.place(obstacle);
        while let Some(thread) = self.waiters.wake(place) {
            self.lives[thread as usize].guided = None;
            self.ready.push_back(thread);
        }
    }

    /// A record becomes an event if it can be used, and what waited for it goes on. The
    /// records of one access wait for its last one.
    fn take(&mut self, thread: ThreadId, record: &Record) {
        self.lives[thread.index()].started = true;
        let Some(Joined { whole, earlier }) = self.begun.join(thread, record) else {
            return;
        };
        self.become_event(thread, &whole);
        for record in earlier.iter().chain([record]) {
            self.has_happened(thread, record);
        }
    }

    fn become_event(&mut self, thread: ThreadId, record: &Record) {
        self.stay_inside(thread, record);
        let event = self
            .is_in_its_memory(thread, record)
            .then(|| event(&self.definitions, thread, record));
        match event.flatten() {
            Some(event) => self.events.push(event),
            None => self.dropped_accesses += 1,
        }
    }

    /// What waited for a record goes on.
    fn has_happened(&mut self, thread: ThreadId, record: &Record) {
        match *record {
            Record::Access { .. } | Record::Memory { .. } | Record::Forget { .. } => {
                self.count_access(thread, record)
            }
            Record::Sync { object, stamp, .. } => {
                if told(stamp).gap {
                    self.gaps.push(self.events.len() - 1);
                }
                let object = self.definitions.object(object);
                if let Some(place) = self.plan.stamps.merge(object) {
                    self.wake(Obstacle::Stamp(place));
                }
            }
            Record::Thread { verb, thread, .. } => match verb {
                ThreadVerb::Fork => {
                    self.lives[thread.index()].forked = true;
                    self.wake(Obstacle::Fork(thread));
                }
                ThreadVerb::End => {
                    self.lives[thread.index()].ended = true;
                    self.wake(Obstacle::End(thread));
                }
                ThreadVerb::Begin | ThreadVerb::Join | ThreadVerb::Switch { .. } => {}
            },
            Record::Fence { .. } | Record::Note { .. } => {}
        }
    }

    fn stay_inside(&mut self, thread: ThreadId, record: &Record) {
        if let Record::Access { cell, parts, .. } | Record::Forget { cell, parts, .. } = *record
            && let Some(what) = self.definitions.beyond(cell, parts)
        {
            self.beyond.get_or_insert(ValidateError {
                event: self.events.len(),
                thread,
                what,
            });
        }
    }

    /// What came before bytes were forgotten and what came after must not meet, also
    /// where the forgetting itself is lost.
    fn is_in_its_memory(&mut self, thread: ThreadId, record: &Record) -> bool {
        let mut current = true;
        if let Record::Memory { verb, .. } = record
            && *verb != MemoryVerb::Forget
        {
            let versions = &self.plan.versions;
            for_parts(&self.definitions, thread, record, |access| {
                current = versions.is_current(access);
            });
        }
        current
    }

    fn count_access(&mut self, thread: ThreadId, record: &Record) {
        let mut reached = std::mem::take(&mut self.reached);
        let (definitions, versions) = (&self.definitions, &mut self.plan.versions);
        for_parts(definitions, thread, record, |access| {
            if access.write {
                reached.extend(versions.write(access));
            } else {
                reached.extend(versions.read(access));
            }
        });
        for place in reached.drain(..) {
            self.wake(Obstacle::Version(place));
        }
        self.reached = reached;
    }
}
