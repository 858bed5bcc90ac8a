//! Threads that may borrow.
//!
//! **Invariant:** each thread of a scope releases to it after the last step of its
//! closure and before the real scope counts it as finished; the scope's end
//! acquires after the real scope has returned. What a thread does in its
//! thread-locals' destructors comes later, and std's scope does not wait for it.

use std::fmt;
use std::io;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Result;

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use super::builder::{Builder, Departure, Remaining};
use super::handle::Thread;
use super::outcome::Outcome;
use crate::recorder::{Joinable, Object};

/// A scope to spawn threads in; [`std::thread::Scope`]'s twin.
///
/// ```
/// use racegate::cell::RaceCell;
///
/// let balance = RaceCell::new(0);
/// racegate::thread::scope(|scope| {
///     scope.spawn(|| balance.set(200));
/// });
/// assert_eq!(balance.get(), 200);
/// ```
pub struct Scope<'scope, 'env: 'scope> {
    real: &'scope std::thread::Scope<'scope, 'env>,
    end: End,
}

/// What orders the end of a scope after its threads.
struct End {
    edge: Object,
    spawned: AtomicBool,
    site: &'static Location<'static>,
}

/// The right to join a thread of a scope; [`std::thread::ScopedJoinHandle`]'s twin.
pub struct ScopedJoinHandle<'scope, T> {
    real: std::thread::ScopedJoinHandle<'scope, Outcome<'scope, T>>,
    thread: Thread,
    joinable: Option<Joinable>,
}

/// Runs `f`, which may spawn threads that borrow, and waits for their closures, as
/// [`std::thread::scope`] does.
///
/// # Panics
///
/// When `f` does, and when a thread of the scope did that was not joined.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let mut kept = Kept(None);
    let end = End {
        edge: Object::new::<Scope<'_, '_>>(ObjectClass::Scope),
        spawned: AtomicBool::new(false),
        site: Location::caller(),
    };
    std::thread::scope(|real| {
        let scope: *mut Scope<'_, 'env> = Box::into_raw(Box::new(Scope { real, end }));
        kept.0 = Some(scope.cast());
        // SAFETY: the box was just made; it is freed when the real scope has
        // returned, and so outlives every use within the lifetime `'scope`.
        f(unsafe { &*scope })
    })
}

/// A scope that is freed, and its end recorded, when the real one has returned or
/// unwound.
struct Kept(Option<*mut Scope<'static, 'static>>);

impl Drop for Kept {
    fn drop(&mut self) {
        let Some(scope) = self.0 else { return };
        // SAFETY: the pointer is from `Box::into_raw` and used here alone. The real
        // scope is over, so no thread of it can reach the box, and the reference in
        // it, whose lifetime the cast made up, is not used again.
        let scope = unsafe { Box::from_raw(scope) };
        // ORDERING: relaxed; the real scope's end follows all its threads.
        if scope.end.spawned.load(Ordering::Relaxed) {
            scope.end.edge.step(SyncVerb::Acquire, scope.end.site);
        }
    }
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// Spawns a thread that ends before the scope does.
    ///
    /// # Panics
    ///
    /// When the system cannot make a thread; [`Builder::spawn_scoped`] returns the
    /// error.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Builder::new()
            .spawn_scoped(self, f)
            .expect("failed to spawn thread")
    }

    /// Spawns with a builder that has departed.
    #[track_caller]
    pub(super) fn start<F, T>(
        &'scope self,
        builder: std::thread::Builder,
        departure: Departure,
        remaining: Remaining,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        // ORDERING: relaxed; see `Kept`.
        self.end.spawned.store(true, Ordering::Relaxed);
        let site = Location::caller();
        let real = builder.spawn_scoped(self.real, move || {
            departure.run(|| Outcome::of(f, Some(&self.end.edge), site))
        })?;
        let (thread, joinable) = remaining.with_real(real.thread());
        Ok(ScopedJoinHandle {
            real,
            thread,
            joinable,
        })
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Waits for the thread to end, its thread-locals' destructors included. All
    /// that it did is ordered before what the caller does next.
    ///
    /// # Errors
    ///
    /// The payload, when the thread panicked.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let result = self.real.join();
        if let Some(joinable) = self.joinable {
            joinable.joined();
        }
        result.map(Outcome::joined)
    }

    /// Whether its closure has returned. This makes no edge; only a join does.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.real.is_finished()
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}
