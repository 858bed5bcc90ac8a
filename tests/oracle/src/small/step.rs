//! What may happen next.

use racegate_eventlog::{
    EventKind, Extent, FenceOrdering, LoadOrdering, Location, ObjectId, RmwOrdering, StoreOrdering,
    ThreadId,
};

use super::{ATOMIC, CELLS, MUTEXES, THREADS};

/// What happened so far, as far as it decides what may happen next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    /// How many threads, mutexes and cells were named.
    threads: u32,
    mutexes: u32,
    cells: u32,
    holders: [Option<u32>; MUTEXES as usize],
    lives: [Life; THREADS as usize],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Life {
    #[default]
    Unknown,
    Running,
    Ended,
}

/// A thread's step, and what is so afterwards.
type Next = (ThreadId, EventKind, State);

impl State {
    /// Nothing happened yet, and the cells are not each other's like.
    pub(super) fn of_different_cells() -> Self {
        Self {
            cells: CELLS,
            ..Self::default()
        }
    }

    /// Every step that some thread may take.
    pub(super) fn next(&self) -> Vec<Next> {
        let mut steps = Vec::new();
        for thread in 0..THREADS.min(self.threads + 1) {
            if self.lives[thread as usize] != Life::Ended {
                let mut state = *self;
                state.meet(thread);
                state.steps_of(thread, &mut steps);
            }
        }
        steps
    }

    fn meet(&mut self, thread: u32) {
        self.threads = self.threads.max(thread + 1);
        self.lives[thread as usize] = Life::Running;
    }

    fn steps_of(&self, thread: u32, steps: &mut Vec<Next>) {
        let mut step = |kind, state| steps.push((ThreadId::new(thread), kind, state));
        for cell in 0..CELLS.min(self.cells + 1) {
            let mut state = *self;
            state.cells = self.cells.max(cell + 1);
            let extent = Extent::one(Location::new(cell));
            step(EventKind::Read(extent), state);
            step(EventKind::Write(extent), state);
            step(EventKind::Forget(extent), state);
        }
        for mutex in 0..MUTEXES.min(self.mutexes + 1) {
            let mut state = *self;
            state.mutexes = self.mutexes.max(mutex + 1);
            let object = ObjectId::new(mutex);
            let holder = &mut state.holders[mutex as usize];
            if holder.is_none() {
                *holder = Some(thread);
                step(EventKind::Acquire(object), state);
            } else if *holder == Some(thread) {
                *holder = None;
                step(EventKind::Release(object), state);
            }
        }
        for kind in ATOMICS {
            step(kind, *self);
        }
        for other in (0..THREADS).filter(|other| *other != thread) {
            match self.lives[other as usize] {
                Life::Unknown if other == self.threads => {
                    let mut state = *self;
                    state.meet(other);
                    step(EventKind::Fork(ThreadId::new(other)), state);
                }
                Life::Unknown | Life::Running => {}
                Life::Ended => step(EventKind::Join(ThreadId::new(other)), *self),
            }
        }
        let mut state = *self;
        state.lives[thread as usize] = Life::Ended;
        step(EventKind::End, state);
    }
}

/// Every operation on the atomic, and every fence.
const ATOMICS: [EventKind; 15] = [
    EventKind::Load(ATOMIC, LoadOrdering::Relaxed),
    EventKind::Load(ATOMIC, LoadOrdering::Acquire),
    EventKind::Load(ATOMIC, LoadOrdering::SeqCst),
    EventKind::Store(ATOMIC, StoreOrdering::Relaxed),
    EventKind::Store(ATOMIC, StoreOrdering::Release),
    EventKind::Store(ATOMIC, StoreOrdering::SeqCst),
    EventKind::Rmw(ATOMIC, RmwOrdering::Relaxed),
    EventKind::Rmw(ATOMIC, RmwOrdering::Acquire),
    EventKind::Rmw(ATOMIC, RmwOrdering::Release),
    EventKind::Rmw(ATOMIC, RmwOrdering::AcqRel),
    EventKind::Rmw(ATOMIC, RmwOrdering::SeqCst),
    EventKind::Fence(FenceOrdering::Acquire),
    EventKind::Fence(FenceOrdering::Release),
    EventKind::Fence(FenceOrdering::AcqRel),
    EventKind::Fence(FenceOrdering::SeqCst),
];
