//! The atomics of C++20, as in `happens_before/atomics.rs`, where the rules are told.
//!
//! **Invariant:** what fences keep for a thread is kept for it alone, and goes with it.

use racegate_eventlog::{FenceOrdering, LoadOrdering, RmwOrdering, StoreOrdering};

use super::clock::Kept;
use super::code::Code;
use super::slots::Slots;

/// What fences keep for a thread; most threads have none.
#[derive(Debug, Default)]
pub(super) struct Fences<C> {
    /// What relaxed loads read: an acquire fence would learn it.
    unfenced: Kept<C>,
    /// What the last release fence released: a relaxed store hands it on.
    fenced: Kept<C>,
}

impl<C: Code> Slots<C> {
    pub(super) fn load(&mut self, slot: usize, object: &Kept<C>, ordering: LoadOrdering) {
        match ordering {
            LoadOrdering::Relaxed => self.read_unfenced(slot, object),
            LoadOrdering::Acquire | LoadOrdering::SeqCst => self.learn(slot, object),
        }
    }

    pub(super) fn store(&mut self, slot: usize, object: &mut Kept<C>, ordering: StoreOrdering) {
        match ordering {
            StoreOrdering::Relaxed => match &self.slot_mut(slot).fences {
                Some(fences) => object.copy(&fences.fenced),
                None => object.clear(),
            },
            StoreOrdering::Release | StoreOrdering::SeqCst => {
                self.give(slot, object);
                self.tick(slot);
            }
        }
    }

    /// The first half of a read-modify-write: it reads like a load.
    pub(super) fn read_to_modify(&mut self, slot: usize, object: &Kept<C>, ordering: RmwOrdering) {
        match ordering {
            RmwOrdering::Relaxed | RmwOrdering::Release => self.read_unfenced(slot, object),
            RmwOrdering::Acquire | RmwOrdering::AcqRel | RmwOrdering::SeqCst => {
                self.learn(slot, object);
            }
        }
    }

    /// The second half: it continues every release sequence that it read from.
    pub(super) fn write_modified(
        &mut self,
        slot: usize,
        object: &mut Kept<C>,
        ordering: RmwOrdering,
    ) {
        match ordering {
            RmwOrdering::Relaxed | RmwOrdering::Acquire => {
                if let Some(fences) = &self.slot_mut(slot).fences {
                    object.merge(&fences.fenced);
                }
            }
            RmwOrdering::Release => {
                self.add(slot, object);
                self.tick(slot);
            }
            RmwOrdering::AcqRel | RmwOrdering::SeqCst => {
                // The first half has learnt all that was there.
                self.give(slot, object);
                self.tick(slot);
            }
        }
    }

    pub(super) fn fence(&mut self, slot: usize, ordering: FenceOrdering) {
        match ordering {
            FenceOrdering::Acquire => self.acquire_fence(slot),
            FenceOrdering::Release => self.release_fence(slot),
            FenceOrdering::AcqRel | FenceOrdering::SeqCst => {
                self.acquire_fence(slot);
                self.release_fence(slot);
            }
        }
    }

    /// An acquire fence would learn this. What the thread knows, it need not learn.
    fn read_unfenced(&mut self, slot: usize, object: &Kept<C>) {
        if self.knows_all(slot, object) {
            return;
        }
        let mut fences = self.slot_mut(slot).fences.take().unwrap_or_default();
        if !self.is_known(object.stamp, &fences.unfenced.times) {
            fences.unfenced.merge(object);
        }
        self.slot_mut(slot).fences = Some(fences);
    }

    fn acquire_fence(&mut self, slot: usize) {
        if let Some(fences) = self.slot_mut(slot).fences.take() {
            self.learn(slot, &fences.unfenced);
            self.slot_mut(slot).fences = Some(fences);
        }
    }

    fn release_fence(&mut self, slot: usize) {
        let mut fences = self.slot_mut(slot).fences.take().unwrap_or_default();
        self.give(slot, &mut fences.fenced);
        self.slot_mut(slot).fences = Some(fences);
        self.tick(slot);
    }
}

impl<C: Code> Fences<C> {
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.unfenced.bytes() + self.fenced.bytes()
    }

    /// The same in other codes.
    pub(super) fn recoded<D>(&self, recode: impl Fn(C) -> D) -> Fences<D> {
        Fences {
            unfenced: self.unfenced.recoded(&recode),
            fenced: self.fenced.recoded(&recode),
        }
    }
}
