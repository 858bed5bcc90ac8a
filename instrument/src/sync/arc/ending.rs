//! How a shared value ends: which of its references is the last.
//!
//! **Invariant:** a strong reference that is not the last is given up under a lock, and
//! no weak one is upgraded once the last was. So one giver is the last, and it finds all
//! others' steps done.

use std::sync::{Arc, PoisonError};

use crate::primitive::{Mutex, MutexGuard};

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// Whether the last strong reference was given up or claimed.
pub(super) struct Ending(Mutex<bool>);

/// A strong reference.
pub(super) trait Strong {
    /// Whether there is no other. Certain only while none can be made or dropped.
    fn is_only(&self) -> bool;
}

impl<T: ?Sized> Strong for Arc<T> {
    fn is_only(&self) -> bool {
        Arc::strong_count(self) == 1
    }
}

impl Ending {
    /// Of a value that has references.
    pub(super) fn not_yet() -> Self {
        Self(Mutex::new(false))
    }

    /// Drops a reference after its `release`, unless it is the last: that comes back.
    pub(super) fn give_up<R: Strong>(&self, reference: R, release: impl FnOnce()) -> Option<R> {
        let mut over = self.lock();
        release();
        if reference.is_only() {
            *over = true;
            return Some(reference);
        }
        // It destroys nothing, and runs none of the value's code under the lock.
        drop(reference);
        None
    }

    /// Makes sure that this is the only strong reference and stays it, if it is.
    pub(super) fn claim<R: Strong>(&self, reference: &R) -> bool {
        let mut over = self.lock();
        // Other references clone themselves without the lock, but if this is the
        // only one, nobody else has one to clone.
        *over = reference.is_only();
        *over
    }

    /// What `upgrade` makes, unless the last strong reference is gone.
    pub(super) fn upgrade<R>(&self, upgrade: impl FnOnce() -> Option<R>) -> Option<R> {
        let over = self.lock();
        if *over { None } else { upgrade() }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // Nothing panics under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
