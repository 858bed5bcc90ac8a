//! A mutex: each unlock is ordered before the next lock.
//!
//! **Invariant:** an acquire is recorded after the real lock and a release before
//! the real unlock, so that the records of one mutex alternate.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, TryLockResult};

use racegate_eventlog::record::SyncVerb;
use racegate_eventlog::{LockMode, ObjectClass};

use super::holder::{Holder, panic_on_self_deadlock};
use super::poison::{carry, carry_try, unless_taken};
use crate::recorder::Object;

#[cfg(test)]
mod tests;

/// std's [`Mutex`](std::sync::Mutex), recorded: an unlock happens before the next lock.
///
/// It differs from std in one thing that std leaves open: a thread that locks a
/// mutex that it holds already panics, with both places named, instead of waiting
/// for itself for ever.
///
/// ```
/// use racegate::sync::Mutex;
///
/// static BALANCE: Mutex<i32> = Mutex::new(0);
///
/// std::thread::scope(|scope| {
///     scope.spawn(|| *BALANCE.lock().unwrap() += 1);
///     scope.spawn(|| *BALANCE.lock().unwrap() += 2);
/// });
/// assert_eq!(*BALANCE.lock().unwrap(), 3);
/// ```
pub struct Mutex<T: ?Sized> {
    identity: MutexIdentity,
    inner: std::sync::Mutex<T>,
}

/// What the recorder knows of a mutex.
struct MutexIdentity {
    object: Object,
    holder: Holder,
}

/// A locked [`Mutex`]; std's [`MutexGuard`](std::sync::MutexGuard), recorded.
///
/// Its drop is recorded at the place where the lock was taken: a drop has no place
/// of its own, but the stack tells where it happened.
///
/// ```
/// use racegate::sync::{Mutex, MutexGuard};
///
/// fn deposit(mut balance: MutexGuard<'_, i32>, amount: i32) {
///     *balance += amount;
/// }
///
/// let balance = Mutex::new(0);
/// deposit(balance.lock().unwrap(), 100);
/// assert_eq!(*balance.lock().unwrap(), 100);
/// ```
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized + 'a> {
    /// Declared first, so dropped first: the release is recorded before the real one.
    held: Held<'a>,
    inner: std::sync::MutexGuard<'a, T>,
}

/// From a lock's record to its unlock's.
struct Held<'a> {
    identity: &'a MutexIdentity,
    site: &'static Location<'static>,
}

impl<'a> Held<'a> {
    /// The calling thread has really locked the mutex.
    #[inline]
    fn taken(identity: &'a MutexIdentity, site: &'static Location<'static>) -> Self {
        identity.holder.set(site);
        identity.object.step_alone(SyncVerb::Acquire, site);
        Self { identity, site }
    }
}

impl Drop for Held<'_> {
    /// The thread is about to really unlock it.
    #[inline]
    fn drop(&mut self) {
        self.identity
            .object
            .step_alone(SyncVerb::Release, self.site);
        self.identity.holder.clear();
    }
}

impl<T> Mutex<T> {
    /// As [`std::sync::Mutex::new`].
    #[track_caller]
    #[inline]
    pub const fn new(value: T) -> Self {
        Self {
            identity: MutexIdentity {
                object: Object::new::<Self>(ObjectClass::Mutex),
                holder: Holder::nobody(),
            },
            inner: std::sync::Mutex::new(value),
        }
    }

    /// As [`std::sync::Mutex::into_inner`]. Whoever owns the mutex is alone with it:
    /// nothing is recorded.
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the value.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }

    /// Gives the mutex a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.identity.object.set_name(name);
    }
}

impl<T: ?Sized> Mutex<T> {
    /// As [`std::sync::Mutex::lock`].
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the guard.
    ///
    /// # Panics
    ///
    /// When the calling thread already holds the mutex.
    #[track_caller]
    #[inline]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let site = Location::caller();
        let locked = match unless_taken(self.inner.try_lock()) {
            Some(locked) => locked,
            None => {
                self.identity.before_blocking(site);
                self.inner.lock()
            }
        };
        carry(locked, |inner| self.guard(inner, site))
    }

    /// As [`std::sync::Mutex::try_lock`]. An attempt that fails is not recorded: it
    /// orders nothing.
    ///
    /// # Errors
    ///
    /// When the mutex is locked, or poisoned; the latter error holds the guard.
    #[track_caller]
    #[inline]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let site = Location::caller();
        carry_try(self.inner.try_lock(), |inner| self.guard(inner, site))
    }

    /// As [`std::sync::Mutex::is_poisoned`].
    pub fn is_poisoned(&self) -> bool {
        self.inner.is_poisoned()
    }

    /// As [`std::sync::Mutex::clear_poison`].
    pub fn clear_poison(&self) {
        self.inner.clear_poison();
    }

    /// As [`std::sync::Mutex::get_mut`]. Whoever has the mutex to itself is alone
    /// with it: nothing is recorded.
    ///
    /// # Errors
    ///
    /// When the mutex is poisoned; the error holds the reference.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }

    #[inline]
    fn guard<'a>(
        &'a self,
        inner: std::sync::MutexGuard<'a, T>,
        site: &'static Location<'static>,
    ) -> MutexGuard<'a, T> {
        MutexGuard {
            held: Held::taken(&self.identity, site),
            inner,
        }
    }
}

impl MutexIdentity {
    /// Records the request, and refuses one that could never be granted.
    #[cold]
    #[track_caller]
    fn before_blocking(&self, site: &'static Location<'static>) {
        self.object.request(LockMode::Write, site);
        if let Some(first) = self.holder.held_here_since() {
            panic_on_self_deadlock("mutex", &self.object, ("locked", first), "locked");
        }
    }
}

impl<'a, T: ?Sized + 'a> MutexGuard<'a, T> {
    /// Gives up the lock while `wait` waits with std's guard, and has it again
    /// afterwards: a release and an acquire at `site`.
    pub(super) fn while_waiting<Said>(
        self,
        site: &'static Location<'static>,
        wait: impl FnOnce(
            std::sync::MutexGuard<'a, T>,
        ) -> LockResult<(std::sync::MutexGuard<'a, T>, Said)>,
    ) -> LockResult<(Self, Said)> {
        let Self { mut held, inner } = self;
        let identity = held.identity;
        held.site = site;
        drop(held);
        carry(wait(inner), |(inner, said)| {
            let held = Held::taken(identity, site);
            (Self { held, inner }, said)
        })
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    /// As std's; it locks the mutex for a moment, which is recorded, if it can.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mutex");
        match unless_taken(self.try_lock()) {
            Some(Ok(guard)) => shown.field("data", &&*guard),
            Some(Err(poisoned)) => shown.field("data", &&**poisoned.get_ref()),
            None => shown.field("data", &"<locked>"),
        };
        shown.field("poisoned", &self.is_poisoned());
        shown.finish_non_exhaustive()
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
