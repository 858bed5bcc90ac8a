//! Go's wait group: what was done before a `done` happens before the return of a
//! `wait` that it let go.
//!
//! **Invariant:** a `done` is recorded before it counts, a `wait` when the count was
//! seen at zero, both under the group's lock.
//!
//! std has no counterpart, so it is the same with the feature `enabled` and without,
//! but for its records.

use std::fmt;
use std::panic::Location;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[cfg(feature = "enabled")]
mod recorded;
#[cfg(not(feature = "enabled"))]
mod unrecorded;

#[cfg(feature = "enabled")]
use recorded::Edges;
#[cfg(not(feature = "enabled"))]
use unrecorded::Edges;

/// Waits for a number of things to be done, as Go's `sync.WaitGroup`.
///
/// `add` what is to be waited for before it is started; a group may be used again
/// when every `wait` has returned. An `add` that begins at zero and is not ordered with
/// a `wait` may come too late for it: that is a conflict, and is reported as one.
///
/// ```
/// use racegate::sync::WaitGroup;
///
/// static BAKED: WaitGroup = WaitGroup::new();
///
/// for _ in 0..3 {
///     BAKED.add(1);
///     std::thread::spawn(|| BAKED.done());
/// }
/// BAKED.wait();
/// ```
pub struct WaitGroup {
    edges: Edges,
    progress: Mutex<Progress>,
    zero: Condvar,
}

/// How far a group is.
struct Progress {
    /// What is still to be done.
    count: usize,
    /// How often the count has come down to zero, counted around. A `wait` is let go
    /// by the next time, also when more is added before it wakes up.
    zeros: usize,
}

impl WaitGroup {
    /// A group that has nothing to wait for.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            edges: Edges::new(),
            progress: Mutex::new(Progress { count: 0, zeros: 0 }),
            zero: Condvar::new(),
        }
    }

    /// Adds to what is to be done. As in Go it may be negative, which is that many
    /// times [`done`](Self::done).
    ///
    /// # Panics
    ///
    /// When less than nothing would remain to be done, or more than a `usize` holds.
    #[track_caller]
    pub fn add(&self, delta: isize) {
        let mut progress = self.lock();
        let Some(count) = progress.count.checked_add_signed(delta) else {
            // Not under the lock, which others need.
            drop(progress);
            panic!("the counter of a wait group would be negative or overflow");
        };
        if delta < 0 {
            self.edges.done(Location::caller());
        } else if delta > 0 && progress.count == 0 {
            self.edges.adds_from_zero(Location::caller());
        }
        progress.count = count;
        if delta < 0 && count == 0 {
            progress.zeros = progress.zeros.wrapping_add(1);
            self.zero.notify_all();
        }
    }

    /// One thing is done.
    ///
    /// # Panics
    ///
    /// When there was nothing to be done.
    #[track_caller]
    pub fn done(&self) {
        self.add(-1);
    }

    /// Waits until nothing is left to be done.
    #[track_caller]
    pub fn wait(&self) {
        self.edges.waits(Location::caller());
        let progress = self.lock();
        let zeros = progress.zeros;
        let _progress = self
            .zero
            .wait_while(progress, |now| now.count > 0 && now.zeros == zeros)
            .unwrap_or_else(PoisonError::into_inner);
        self.edges.waited(Location::caller());
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        // The fields are changed together, with no panic in between.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives it a name for reports.
    #[cfg(feature = "enabled")]
    pub(crate) fn set_name(&mut self, name: &str) {
        self.edges.set_name(name);
    }
}

impl fmt::Debug for WaitGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.lock().count;
        f.debug_struct("WaitGroup")
            .field("count", &count)
            .finish_non_exhaustive()
    }
}

impl Default for WaitGroup {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}
