//! What all references to one value share for the recorder.
//!
//! **Invariant:** whoever destroys the value has recorded an acquire after the
//! releases of all others. To that end a strong reference that is not the last is
//! given up under a lock, and no weak one is upgraded once the last was.

use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::registry;
use crate::recorder::Object;

type Site = &'static Location<'static>;

pub(super) struct Count {
    object: Object,
    /// Whether the last strong reference was given up or claimed.
    over: Mutex<bool>,
    /// Under which address the registry knows it; zero if it does not.
    pub(super) registered_at: AtomicUsize,
}

impl Count {
    /// For a value of type `T` made by the caller.
    #[track_caller]
    pub(super) fn new<T: ?Sized>() -> Self {
        Self {
            object: Object::new::<T>(ObjectClass::Arc),
            over: Mutex::new(false),
            registered_at: AtomicUsize::new(0),
        }
    }

    /// Drops a reference, unless it is the last: that comes back, for the caller to
    /// end the value with.
    pub(super) fn give_up<T: ?Sized>(&self, real: Arc<T>, site: Site) -> Option<Arc<T>> {
        let mut over = self.lock();
        self.object.step(SyncVerb::ReleaseMerge, site);
        if Arc::strong_count(&real) > 1 {
            // It destroys nothing, and runs none of the value's code under the lock.
            drop(real);
            return None;
        }
        *over = true;
        drop(over);
        self.object.step(SyncVerb::Acquire, site);
        Some(real)
    }

    /// Makes sure that `real` is the only strong reference and stays it, if it is.
    pub(super) fn claim<T: ?Sized>(&self, real: &Arc<T>, site: Site) -> bool {
        let mut over = self.lock();
        // Other references clone themselves without the lock, but if this is the
        // only one, nobody else has one to clone.
        *over = Arc::strong_count(real) == 1;
        if *over {
            self.object.step(SyncVerb::Acquire, site);
        }
        *over
    }

    /// The value was found to have no other reference of either kind.
    pub(super) fn reached_alone(&self, site: Site) {
        self.object.step(SyncVerb::Acquire, site);
    }

    /// A strong reference, unless the last one is gone.
    pub(super) fn upgrade<T: ?Sized>(&self, weak: &Weak<T>) -> Option<Arc<T>> {
        let over = self.lock();
        if *over { None } else { weak.upgrade() }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        // Nothing panics under the lock.
        self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        // ORDERING: relaxed; the last reference to the count sees all earlier stores.
        let address = self.registered_at.load(Ordering::Relaxed);
        if address != 0 {
            registry::forget(address, self);
        }
    }
}
