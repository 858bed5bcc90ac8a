//! One of std's atomics and the object that its operations are recorded on.
//!
//! **Invariant:** the real operation runs exactly once, under the object's own
//! sequence when it is recorded; an ordering that std refuses reaches std
//! unrecorded, which panics with its own words.

use std::mem::ManuallyDrop;
use std::panic::Location;
use std::sync::atomic::Ordering;

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::orderings;
use crate::recorder::Object;

/// An atomic `A` of std, recorded.
pub(super) struct Recorded<A> {
    // Never dropped, so that an atomic's `into_inner` can be `const`; a name stays
    // behind.
    object: ManuallyDrop<Object>,
    /// To be used directly only by what is no event.
    pub(super) real: A,
}

impl<A> Recorded<A> {
    /// The real atomic of a value of type `T`, made by the caller.
    #[track_caller]
    pub(super) const fn new<T>(real: A) -> Self {
        Self::made_at::<T>(real, Location::caller())
    }

    /// The same for a value that was made at a site that was kept.
    pub(super) const fn made_at<T>(real: A, site: &'static Location<'static>) -> Self {
        let object = ManuallyDrop::new(Object::made_at::<T>(ObjectClass::Atomic, site));
        Self { object, real }
    }

    /// Gives it a name for reports.
    pub(super) fn set_name(&mut self, name: &str) {
        self.object.set_name(name);
    }

    /// Takes its name away, which would stay behind.
    pub(super) fn forget_name(&mut self) {
        self.object.forget_name();
    }

    /// The memory is accessed without an atomic operation.
    pub(super) fn access_memory(&self, write: bool, site: &'static Location<'static>) {
        self.object.access(write, site);
    }

    #[track_caller]
    #[inline]
    pub(super) fn load<R>(&self, ordering: Ordering, operation: impl FnOnce(&A) -> R) -> R {
        self.one_step(orderings::load(ordering), operation)
    }

    #[track_caller]
    #[inline]
    pub(super) fn store(&self, ordering: Ordering, operation: impl FnOnce(&A)) {
        self.one_step(orderings::store(ordering), operation);
    }

    #[track_caller]
    #[inline]
    pub(super) fn read_modify_write<R>(
        &self,
        ordering: Ordering,
        operation: impl FnOnce(&A) -> R,
    ) -> R {
        self.one_step(orderings::read_modify_write(ordering), operation)
    }

    /// A failed exchange is a load with the failure ordering: it stores nothing.
    #[track_caller]
    #[inline]
    pub(super) fn compare_exchange<R>(
        &self,
        success: Ordering,
        failure: Ordering,
        operation: impl FnOnce(&A) -> Result<R, R>,
    ) -> Result<R, R> {
        let verbs = (
            orderings::read_modify_write(success),
            orderings::load(failure),
        );
        let (Some(exchanged), Some(loaded)) = verbs else {
            return operation(&self.real);
        };
        let verb = move |result: &Result<R, R>| match result {
            Ok(_) => exchanged,
            Err(_) => loaded,
        };
        self.object
            .atomic(Location::caller(), verb, move || operation(&self.real))
    }

    #[track_caller]
    #[inline]
    fn one_step<R>(&self, verb: Option<SyncVerb>, operation: impl FnOnce(&A) -> R) -> R {
        match verb {
            Some(verb) => self
                .object
                .atomic_of(Location::caller(), verb, move || operation(&self.real)),
            None => operation(&self.real),
        }
    }
}
