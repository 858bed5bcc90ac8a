//! The guards of an rwlock.
//!
//! **Invariant:** a guard's release is recorded before the real unlock: the part that
//! records is declared before std's guard, and so dropped before it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use super::RwLockIdentity;
use crate::sync::read_holds;

/// A read-locked [`RwLock`](super::RwLock); std's [`RwLockReadGuard`](std::sync::RwLockReadGuard), recorded.
///
/// ```
/// use racegate::sync::{RwLock, RwLockReadGuard};
///
/// let balance = RwLock::new(100);
/// let reading: RwLockReadGuard<'_, i32> = balance.read().unwrap();
/// assert_eq!(*reading, 100);
/// ```
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized + 'a> {
    /// Declared first, so dropped first: the release is recorded before the real one.
    _reading: Reading<'a>,
    inner: std::sync::RwLockReadGuard<'a, T>,
}

/// A write-locked [`RwLock`](super::RwLock); std's [`RwLockWriteGuard`](std::sync::RwLockWriteGuard), recorded.
///
/// ```
/// use racegate::sync::{RwLock, RwLockWriteGuard};
///
/// let balance = RwLock::new(100);
/// let mut writing: RwLockWriteGuard<'_, i32> = balance.write().unwrap();
/// *writing += 1;
/// let reading = RwLockWriteGuard::downgrade(writing);
/// assert_eq!(*reading, 101);
/// ```
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized + 'a> {
    /// Declared first, so dropped first: the release is recorded before the real one.
    writing: Writing<'a>,
    inner: std::sync::RwLockWriteGuard<'a, T>,
}

/// From a read-lock's record to its unlock's.
struct Reading<'a> {
    identity: &'a RwLockIdentity,
    site: &'static Location<'static>,
}

/// From a write-lock's record to its unlock's.
struct Writing<'a> {
    identity: &'a RwLockIdentity,
    site: &'static Location<'static>,
}

impl<'a> Reading<'a> {
    /// The calling thread has really read-locked it.
    #[inline]
    fn begun(identity: &'a RwLockIdentity, site: &'static Location<'static>) -> Self {
        read_holds::note(identity.objects.number(), site);
        identity.objects.read_acquired(site);
        Self { identity, site }
    }
}

impl Drop for Reading<'_> {
    /// The thread is about to really unlock it.
    #[inline]
    fn drop(&mut self) {
        self.identity.objects.read_releases(self.site);
        read_holds::forget(self.identity.objects.number());
    }
}

impl<'a> Writing<'a> {
    /// The calling thread has really write-locked it.
    #[inline]
    fn begun(identity: &'a RwLockIdentity, site: &'static Location<'static>) -> Self {
        identity.writer.set(site);
        identity.objects.write_acquired(site);
        Self { identity, site }
    }
}

impl Drop for Writing<'_> {
    /// The thread is about to really unlock it.
    #[inline]
    fn drop(&mut self) {
        self.identity.objects.write_releases(self.site);
        self.identity.writer.clear();
    }
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// The calling thread has really read-locked it.
    #[inline]
    pub(super) fn begun(
        identity: &'a RwLockIdentity,
        inner: std::sync::RwLockReadGuard<'a, T>,
        site: &'static Location<'static>,
    ) -> Self {
        Self {
            _reading: Reading::begun(identity, site),
            inner,
        }
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// The calling thread has really write-locked it.
    #[inline]
    pub(super) fn begun(
        identity: &'a RwLockIdentity,
        inner: std::sync::RwLockWriteGuard<'a, T>,
        site: &'static Location<'static>,
    ) -> Self {
        Self {
            writing: Writing::begun(identity, site),
            inner,
        }
    }

    /// As [`std::sync::RwLockWriteGuard::downgrade`]: a write-unlock and a read-lock
    /// with no other writer in between.
    #[track_caller]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        let site = Location::caller();
        let Self { mut writing, inner } = this;
        let identity = writing.identity;
        writing.site = site;
        // The release comes before the real downgrade, which lets other readers in.
        drop(writing);
        let inner = std::sync::RwLockWriteGuard::downgrade(inner);
        RwLockReadGuard::begun(identity, inner, site)
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
