//! The events of a shape, made as they are asked for.

use std::collections::VecDeque;

use oracle::random::Random;
use racegate_eventlog::{Event, EventKind, Extent, Location, ObjectId, StackId, ThreadId};

use crate::shape::{Lives, Shape};

/// The events of a shape. What comes next is decided a section at a time.
pub(crate) struct Steps {
    shape: Shape,
    random: Random,
    /// The workers at work, with the events that each has still to make.
    live: Vec<(ThreadId, u64)>,
    /// The next worker's number.
    next: u32,
    /// Decided and not yet told.
    ready: VecDeque<Event>,
    /// Whether main has begun.
    begun: bool,
    /// Ends when all workers are joined.
    over: bool,
}

impl Steps {
    pub(crate) fn new(shape: Shape) -> Self {
        Self {
            shape,
            random: Random::new(shape.seed),
            live: Vec::new(),
            next: 1,
            ready: VecDeque::new(),
            begun: false,
            over: false,
        }
    }

    fn decide(&mut self) {
        if !self.begun {
            self.begun = true;
            self.begin();
        } else if self.live.is_empty() {
            self.tell(ThreadId::ROOT, EventKind::End);
            self.over = true;
        } else {
            self.work();
        }
    }

    /// Main writes what will only be read, and forks the first workers. It joins none of
    /// them before it has forked the last, so that no two are ordered by that.
    fn begin(&mut self) {
        self.tell(ThreadId::ROOT, EventKind::Begin);
        for location in self.shape.read_only_cells() {
            self.tell(ThreadId::ROOT, EventKind::Write(Extent::one(location)));
        }
        for _ in 0..self.shape.live() {
            self.fork();
        }
    }

    fn fork(&mut self) {
        let worker = ThreadId::new(self.next);
        self.next += 1;
        self.tell(ThreadId::ROOT, EventKind::Fork(worker));
        self.tell(worker, EventKind::Begin);
        if self.shape.races(worker) {
            for location in self.shape.racy_locations() {
                self.tell(worker, EventKind::Write(Extent::one(location)));
            }
        }
        self.live.push((worker, self.shape.events_each()));
    }

    /// One of the workers takes a lock for a while; the one that has done its share
    /// ends instead.
    fn work(&mut self) {
        let at = self.random.below(self.live.len());
        let (worker, left) = self.live[at];
        if left > 0 {
            let made = self.section(worker);
            self.live[at].1 = left.saturating_sub(made);
            return;
        }
        self.live.swap_remove(at);
        self.tell(worker, EventKind::End);
        self.tell(ThreadId::ROOT, EventKind::Join(worker));
        if let Lives::Tasks { total, .. } = self.shape.lives
            && self.next <= total
        {
            self.fork();
        }
    }

    /// A third of the accesses are of the same cell as the one before, in the same way;
    /// one in twelve reads what is only read; a quarter of the rest are writes.
    fn section(&mut self, worker: ThreadId) -> u64 {
        let lock = self.below(self.shape.locks);
        self.tell(worker, EventKind::Acquire(ObjectId::new(lock)));
        let mut last = self.guarded(lock);
        for _ in 0..self.shape.section {
            if !self.random.once_in(3) {
                last = self.own(worker).unwrap_or_else(|| self.guarded(lock));
            }
            let kind = if self.shape.read_only > 0 && self.random.once_in(12) {
                let cell = self.shape.locks * self.shape.guarded + self.below(self.shape.read_only);
                EventKind::Read(Extent::one(Location::new(cell)))
            } else {
                last
            };
            self.tell(worker, kind);
        }
        self.tell(worker, EventKind::Release(ObjectId::new(lock)));
        u64::from(self.shape.section) + 2
    }

    /// An access of a cell of the worker's own, as often as the shape says.
    fn own(&mut self, worker: ThreadId) -> Option<EventKind> {
        let share = self.shape.own_share;
        if share == 0 || self.below(100) >= share {
            return None;
        }
        let first = self.shape.own_cells(worker.number() - 1);
        let cell = first + self.below(self.shape.own);
        Some(self.read_or_write(cell))
    }

    /// An access of a cell that this lock guards.
    fn guarded(&mut self, lock: u32) -> EventKind {
        let cell = lock * self.shape.guarded + self.below(self.shape.guarded);
        self.read_or_write(cell)
    }

    fn read_or_write(&mut self, cell: u32) -> EventKind {
        let extent = Extent::one(Location::new(cell));
        if self.random.once_in(4) {
            EventKind::Write(extent)
        } else {
            EventKind::Read(extent)
        }
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.random.below(bound as usize)).expect("it is below a 32-bit bound")
    }

    fn tell(&mut self, thread: ThreadId, kind: EventKind) {
        let stack = StackId::new(1 + self.below(self.shape.sites));
        self.ready.push_back(Event {
            thread,
            stack,
            kind,
        });
    }
}

impl Iterator for Steps {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        while self.ready.is_empty() && !self.over {
            self.decide();
        }
        self.ready.pop_front()
    }
}
