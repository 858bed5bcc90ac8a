//! Who waits for whom while a whole log is merged.
//!
//! **Invariant:** a thread is ready, or waits for one thing, or is done.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use super::index::Index;
use super::sequences::Sequences;
use crate::id::{ObjectId, ThreadId};

/// No thread.
const NONE: u32 = u32::MAX;

/// All who wait, and all who need not.
pub(super) struct Waiting {
    ready: VecDeque<ThreadId>,
    /// By object.
    objects: Vec<Object>,
    /// Who waits for an object's stamp: there is one thread that has it.
    stamps: HashMap<(u32, u64), ThreadId, BuildHasherDefault<Mixed>>,
    lives: Vec<Life>,
}

/// How far an object is.
#[derive(Clone, Copy)]
struct Object {
    /// The stamp that comes next; none comes where it is behind the last.
    next: u64,
    last: u64,
    /// How many threads wait for its stamps.
    waiting: u32,
}

#[derive(Clone, Copy)]
struct Life {
    /// It need not wait for its fork.
    may_begin: bool,
    ended: bool,
    /// The first who waits for its end.
    joiner: u32,
    /// The next who waits for the same end.
    neighbour: u32,
}

impl Waiting {
    /// Nothing merged yet: all are ready that need no fork.
    pub(super) fn new(index: &Index) -> Self {
        let threads = (0..).map(ThreadId::new).zip(&index.facts);
        let ready = threads.filter(|(_, facts)| !facts.foreseen.fork);
        let objects = u32::try_from(index.definitions.tables().objects.len());
        let objects = 0..objects.expect("objects have 32-bit ids");
        let life = |forked: bool| Life {
            may_begin: !forked,
            ended: false,
            joiner: NONE,
            neighbour: NONE,
        };
        Self {
            ready: ready.map(|(thread, _)| thread).collect(),
            objects: objects
                .map(|object| Object::of(&index.sequences, ObjectId::new(object)))
                .collect(),
            stamps: HashMap::default(),
            lives: index
                .facts
                .iter()
                .map(|facts| life(facts.foreseen.fork))
                .collect(),
        }
    }

    /// A thread that can go on.
    pub(super) fn next(&mut self) -> Option<ThreadId> {
        self.ready.pop_front()
    }

    /// Whether a stamp comes next. If not, the thread waits for it.
    #[inline]
    pub(super) fn is_next(&mut self, thread: ThreadId, object: ObjectId, sequence: u64) -> bool {
        let state = &mut self.objects[object.index()];
        if state.next == sequence && sequence <= state.last {
            return true;
        }
        state.waiting += 1;
        self.stamps.insert((object.number(), sequence), thread);
        false
    }

    /// The stamp that came next has happened.
    #[inline]
    pub(super) fn advance(&mut self, index: &Index, object: ObjectId) {
        let state = &mut self.objects[object.index()];
        if state.next == state.last {
            state.skip(&index.sequences, object);
        } else {
            state.next += 1;
        }
        if state.waiting > 0
            && let Some(thread) = self.stamps.remove(&(object.number(), state.next))
        {
            state.waiting -= 1;
            self.ready.push_back(thread);
        }
    }

    /// A thread was forked.
    pub(super) fn fork(&mut self, child: ThreadId) {
        let life = &mut self.lives[child.index()];
        if !std::mem::replace(&mut life.may_begin, true) {
            self.ready.push_back(child);
        }
    }

    /// A thread has ended.
    pub(super) fn end(&mut self, thread: ThreadId) {
        let life = &mut self.lives[thread.index()];
        life.ended = true;
        let mut joiner = std::mem::replace(&mut life.joiner, NONE);
        while joiner != NONE {
            self.ready.push_back(ThreadId::new(joiner));
            joiner = std::mem::replace(&mut self.lives[joiner as usize].neighbour, NONE);
        }
    }

    /// Whether a thread has ended. If not, the other waits for it.
    pub(super) fn has_ended(&mut self, thread: ThreadId, joined: ThreadId) -> bool {
        let life = &mut self.lives[joined.index()];
        if life.ended {
            return true;
        }
        let neighbour = std::mem::replace(&mut life.joiner, thread.number());
        self.lives[thread.index()].neighbour = neighbour;
        false
    }
}

impl Object {
    fn of(sequences: &Sequences, object: ObjectId) -> Self {
        // Behind its last stamp, where it has none.
        let none = (1, 0);
        let runs = sequences.of_object(object);
        let (next, last) = runs.first().map_or(none, |run| (run.first, run.last));
        Self {
            next,
            last,
            waiting: 0,
        }
    }

    /// Goes to the stamps after those in another log.
    #[cold]
    fn skip(&mut self, sequences: &Sequences, object: ObjectId) {
        let runs = sequences.of_object(object);
        let place = runs.partition_point(|run| run.first <= self.last);
        match runs.get(place) {
            Some(run) => (self.next, self.last) = (run.first, run.last),
            None => self.next = self.last.saturating_add(1),
        }
    }
}

/// Mixes two numbers: what is waited for is no one's choice, so this may be quick.
#[derive(Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
