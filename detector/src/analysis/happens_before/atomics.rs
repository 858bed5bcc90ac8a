//! The atomics of C++20 (\[atomics.order\], \[atomics.fences\]), which are Rust's.
//!
//! An atomic's clock is what an acquire load of its last store learns: the clock
//! of the release store that heads its release sequence, and those of all the
//! read-modify-writes that continue it. A fence splits a release in two: the fence
//! fixes what is released, a later relaxed store says where; for an acquire the
//! other way about.
//!
//! **Invariant:** the log holds an atomic's operations in its modification order,
//! so the store that a load read is the last one before it.

use racegate_eventlog::{FenceOrdering, LoadOrdering, RmwOrdering, StoreOrdering};

use super::Now;
use crate::clock::VectorClock;

/// What fences keep for a thread; most threads have none.
#[derive(Debug, Default)]
pub(super) struct Atomics {
    /// What relaxed loads read: an acquire fence would learn it.
    unfenced: VectorClock,
    /// What the last release fence released: a relaxed store hands it on.
    fenced: VectorClock,
}

impl Now {
    pub(super) fn load(&mut self, object: &VectorClock, ordering: LoadOrdering) {
        match ordering {
            LoadOrdering::Relaxed => self.atomics().unfenced.join(object),
            LoadOrdering::Acquire | LoadOrdering::SeqCst => self.clock.join(object),
        }
    }

    /// A plain store ends every release sequence on the atomic, its own thread's too.
    pub(super) fn store(&mut self, object: &mut VectorClock, ordering: StoreOrdering) {
        match ordering {
            StoreOrdering::Relaxed => object.clone_from(&self.atomics().fenced),
            StoreOrdering::Release | StoreOrdering::SeqCst => {
                object.clone_from(&self.clock);
                self.tick();
            }
        }
    }

    /// The first half of a read-modify-write: it reads like a load.
    pub(super) fn read_to_modify(&mut self, object: &VectorClock, ordering: RmwOrdering) {
        match ordering {
            RmwOrdering::Relaxed | RmwOrdering::Release => self.atomics().unfenced.join(object),
            RmwOrdering::Acquire | RmwOrdering::AcqRel | RmwOrdering::SeqCst => {
                self.clock.join(object);
            }
        }
    }

    /// The second half: it continues every release sequence that it read from.
    pub(super) fn write_modified(&mut self, object: &mut VectorClock, ordering: RmwOrdering) {
        match ordering {
            RmwOrdering::Relaxed | RmwOrdering::Acquire => object.join(&self.atomics().fenced),
            RmwOrdering::Release | RmwOrdering::AcqRel | RmwOrdering::SeqCst => {
                object.join(&self.clock);
                self.tick();
            }
        }
    }

    /// A sequentially consistent fence has a place among its like, which tells what a
    /// load may read and no more: two of them synchronise through an atomic, as any do.
    pub(super) fn fence(&mut self, ordering: FenceOrdering) {
        match ordering {
            FenceOrdering::Acquire => self.acquire_fence(),
            FenceOrdering::Release => self.release_fence(),
            FenceOrdering::AcqRel | FenceOrdering::SeqCst => {
                self.acquire_fence();
                self.release_fence();
            }
        }
    }

    fn acquire_fence(&mut self) {
        if let Some(atomics) = &self.atomics {
            self.clock.join(&atomics.unfenced);
        }
    }

    fn release_fence(&mut self) {
        let clock = self.clock.clone();
        self.atomics().fenced = clock;
        self.tick();
    }

    fn atomics(&mut self) -> &mut Atomics {
        self.atomics.get_or_insert_default()
    }
}
