//! The last access of each slot, where more than one counts: sparse, for most locations
//! are read by few of many threads.
//!
//! **Invariant:** at most one epoch for each slot, in the order of the slots.

use super::clock::Now;
use super::code::Code;

/// Epochs of different slots.
#[derive(Debug)]
pub(super) struct Latest<C> {
    epochs: Vec<C>,
}

impl<C> Default for Latest<C> {
    fn default() -> Self {
        Self { epochs: Vec::new() }
    }
}

impl<C: Code> Latest<C> {
    /// Remembers an epoch of a slot instead of the one before it. Codes have `slots` slots.
    pub(super) fn learn(&mut self, epoch: C, slots: usize) {
        let slot = epoch.slot(slots);
        let at = self.epochs.partition_point(|it| it.slot(slots) < slot);
        match self.epochs.get_mut(at) {
            Some(last) if last.slot(slots) == slot => *last = epoch,
            Some(_) | None => self.epochs.insert(at, epoch),
        }
    }

    /// Whether a thread knows all of them.
    pub(super) fn known_to(&self, now: &Now<'_, C>) -> bool {
        self.epochs.iter().all(|&epoch| now.knows(epoch))
    }

    /// Forgets those that a thread knows, up to the first that it does not; whether that
    /// leaves none. What is looked at is paid for by its having been remembered.
    pub(super) fn forget_known(&mut self, now: &Now<'_, C>) -> bool {
        let unknown = self.epochs.iter().position(|&epoch| !now.knows(epoch));
        self.epochs.drain(..unknown.unwrap_or(self.epochs.len()));
        self.epochs.is_empty()
    }

    /// Forgets all of them, and keeps the room.
    pub(super) fn clear(&mut self) {
        self.epochs.clear();
    }

    /// The bytes that it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        self.epochs.capacity() * size_of::<C>()
    }

    /// The same epochs in other codes, which keep the order of the slots.
    pub(super) fn recoded<D>(&self, recode: impl Fn(C) -> D) -> Latest<D> {
        Latest {
            epochs: self.epochs.iter().map(|&epoch| recode(epoch)).collect(),
        }
    }
}
