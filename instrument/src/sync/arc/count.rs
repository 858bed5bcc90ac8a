//! What all references to one value share for the recorder.
//!
//! **Invariant:** whoever destroys the value has recorded an acquire after the
//! releases of all others.

use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::ending::Ending;
use super::registry;
use crate::recorder::{Listed, Object, list_living};

type Site = &'static Location<'static>;

pub(super) struct Count {
    object: Object,
    ending: Ending,
    /// Where somebody asks whether the value ends.
    listed: Option<Listed>,
    /// Under which address the registry knows it; zero if it does not.
    pub(super) registered_at: AtomicUsize,
}

impl Count {
    /// For a value of type `T` made by the caller.
    #[track_caller]
    pub(super) fn new<T: ?Sized>() -> Self {
        Self::listed_as::<T>(list_living(Location::caller()))
    }

    /// For a value of type `T` that was made elsewhere, and may well end there.
    #[track_caller]
    pub(super) fn of_others<T: ?Sized>() -> Self {
        Self::listed_as::<T>(None)
    }

    #[track_caller]
    fn listed_as<T: ?Sized>(listed: Option<Listed>) -> Self {
        Self {
            object: Object::new::<T>(ObjectClass::Arc),
            ending: Ending::not_yet(),
            listed,
            registered_at: AtomicUsize::new(0),
        }
    }

    /// Drops a reference, unless it is the last: that comes back, for the caller to
    /// end the value with.
    pub(super) fn give_up<T: ?Sized>(&self, real: Arc<T>, site: Site) -> Option<Arc<T>> {
        let release = || self.object.step(SyncVerb::ReleaseMerge, site);
        let last = self.ending.give_up(real, release)?;
        self.object.step(SyncVerb::Acquire, site);
        self.value_ends();
        Some(last)
    }

    /// Makes sure that `real` is the only strong reference and stays it, if it is.
    pub(super) fn claim<T: ?Sized>(&self, real: &Arc<T>, site: Site) -> bool {
        let claimed = self.ending.claim(real);
        if claimed {
            self.object.step(SyncVerb::Acquire, site);
            self.value_ends();
        }
        claimed
    }

    fn value_ends(&self) {
        if let Some(listed) = &self.listed {
            listed.end();
        }
    }

    /// The value was found to have no other reference of either kind.
    pub(super) fn reached_alone(&self, site: Site) {
        self.object.step(SyncVerb::Acquire, site);
    }

    /// A strong reference, unless the last one is gone.
    pub(super) fn upgrade<T: ?Sized>(&self, weak: &Weak<T>) -> Option<Arc<T>> {
        self.ending.upgrade(|| weak.upgrade())
    }
}

/// Ends a value with its last reference. It is a call of its own, by which a stack tells that
/// the order of this drop was recorded.
#[inline(never)]
pub(super) fn end<T: ?Sized>(last: Arc<T>) {
    drop(last);
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
