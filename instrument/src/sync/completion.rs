//! The edges of one-time initialisation: what the initialiser did happens before
//! everything that is done by whoever found it done.
//!
//! **Invariant:** the release is recorded inside the initialiser, before anybody can
//! find it done; an acquire after it was found done.
//!
//! An initialiser that panics releases, too: the one that is run in its place comes
//! after it, and acquires.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use racegate_eventlog::record::SyncVerb;
use racegate_eventlog::{LockMode, ObjectClass};

use super::holder::{Holder, panic_on_self_deadlock};
use crate::recorder::Object;

/// What the recorder knows of something that is initialised once.
pub(super) struct Completion {
    object: Object,
    /// The thread whose initialiser runs.
    initialiser: Holder,
    /// An initialiser panicked.
    abandoned: AtomicBool,
}

impl Completion {
    /// Of a value of type `T` made by the caller.
    #[track_caller]
    pub(super) const fn new<T: ?Sized>() -> Self {
        Self {
            object: Object::new::<T>(ObjectClass::Once),
            initialiser: Holder::nobody(),
            abandoned: AtomicBool::new(false),
        }
    }

    /// Gives it a name for reports.
    pub(super) fn set_name(&mut self, name: &str) {
        self.object.set_name(name);
    }

    /// The calling thread found it done.
    #[inline]
    pub(super) fn observed(&self, site: &'static Location<'static>) {
        self.object.step(SyncVerb::Acquire, site);
    }

    /// The calling thread did not find it done, and may have to wait for the thread
    /// that runs the initialiser.
    ///
    /// # Panics
    ///
    /// When that is the calling thread, which would wait for itself.
    #[cold]
    #[track_caller]
    pub(super) fn before_waiting(&self) {
        if self.initialiser.is_somebody() {
            self.object.request(LockMode::Write, Location::caller());
        }
        if let Some(first) = self.initialiser.held_here_since() {
            let first = ("begun", first);
            panic_on_self_deadlock("one-time initialisation", &self.object, first, "begun");
        }
    }

    /// Runs the initialiser. To be called where std has seen to it that no other one
    /// runs, and inside of what std calls done.
    pub(super) fn initialise<R>(
        &self,
        site: &'static Location<'static>,
        initialiser: impl FnOnce() -> R,
    ) -> R {
        // ORDERING: relaxed; stored by an initialiser, and std orders those.
        if self.abandoned.load(Ordering::Relaxed) {
            self.object.step(SyncVerb::Acquire, site);
        }
        self.initialiser.set(site);
        let mut running = Running {
            completion: self,
            site,
            finished: false,
        };
        let result = initialiser();
        running.finished = true;
        result
    }
}

/// An initialiser at work.
struct Running<'a> {
    completion: &'a Completion,
    site: &'static Location<'static>,
    finished: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Completion {
            object,
            initialiser,
            abandoned,
        } = self.completion;
        object.step(SyncVerb::Release, self.site);
        initialiser.clear();
        if !self.finished {
            // ORDERING: relaxed, as where it is loaded.
            abandoned.store(true, Ordering::Relaxed);
        }
    }
}
