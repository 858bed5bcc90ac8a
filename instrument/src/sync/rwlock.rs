//! A reader-writer lock: a writer is ordered with everybody, readers are not
//! ordered among themselves.
//!
//! **Invariant:** the records of one lock follow the real order: writers alternate
//! with each other and with groups of readers.
//!
//! The lock is two objects. Readers acquire the writers' clock and merge into the
//! readers' clock, which only writers acquire; so a reader learns of writers alone.

use std::fmt;
use std::panic::Location;
use std::sync::{LockResult, TryLockResult};

use racegate_eventlog::LockMode;

use super::holder::{Holder, panic_on_self_deadlock};
use super::poison::{carry, carry_try, unless_taken};
use super::read_holds;
use crate::recorder::RwObjects;

mod guard;
#[cfg(test)]
mod tests;

pub use guard::{RwLockReadGuard, RwLockWriteGuard};

/// std's [`RwLock`](std::sync::RwLock), recorded: a write-unlock happens before the
/// next lock, a read-unlock before the next write-lock.
///
/// It differs from std in one thing that std leaves open: a thread that would wait
/// for itself (it asks to write while it reads or writes, or to read while it writes)
/// panics, with both places named, instead of hanging.
///
/// ```
/// use racegate::sync::RwLock;
///
/// let icons = RwLock::new(vec!["spades"]);
/// icons.write().unwrap().push("hearts");
/// let (one, two) = (icons.read().unwrap(), icons.read().unwrap());
/// assert_eq!(one.len(), two.len());
/// ```
pub struct RwLock<T: ?Sized> {
    identity: RwLockIdentity,
    inner: std::sync::RwLock<T>,
}

/// What the recorder knows of an rwlock.
struct RwLockIdentity {
    objects: RwObjects,
    writer: Holder,
}

impl<T> RwLock<T> {
    /// As [`std::sync::RwLock::new`].
    #[track_caller]
    #[inline]
    pub const fn new(value: T) -> Self {
        Self {
            identity: RwLockIdentity {
                objects: RwObjects::new::<Self>(),
                writer: Holder::nobody(),
            },
            inner: std::sync::RwLock::new(value),
        }
    }

    /// As [`std::sync::RwLock::into_inner`]. Whoever owns the lock is alone with it:
    /// nothing is recorded.
    ///
    /// # Errors
    ///
    /// When the lock is poisoned; the error holds the value.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }

    /// Gives the lock a name for reports.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.identity.objects.set_name(name);
    }
}

impl<T: ?Sized> RwLock<T> {
    /// As [`std::sync::RwLock::read`].
    ///
    /// # Errors
    ///
    /// When the lock is poisoned; the error holds the guard.
    ///
    /// # Panics
    ///
    /// When the calling thread holds the lock for writing.
    #[track_caller]
    #[inline]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let site = Location::caller();
        let locked = match unless_taken(self.inner.try_read()) {
            Some(locked) => locked,
            None => {
                self.identity.before_blocking(LockMode::Read, site);
                self.inner.read()
            }
        };
        carry(locked, |inner| {
            RwLockReadGuard::begun(&self.identity, inner, site)
        })
    }

    /// As [`std::sync::RwLock::try_read`]. An attempt that fails is not recorded: it
    /// orders nothing.
    ///
    /// # Errors
    ///
    /// When the lock is write-locked, or poisoned; the latter error holds the guard.
    #[track_caller]
    #[inline]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let site = Location::caller();
        carry_try(self.inner.try_read(), |inner| {
            RwLockReadGuard::begun(&self.identity, inner, site)
        })
    }

    /// As [`std::sync::RwLock::write`].
    ///
    /// # Errors
    ///
    /// When the lock is poisoned; the error holds the guard.
    ///
    /// # Panics
    ///
    /// When the calling thread already holds the lock, for writing or reading.
    #[track_caller]
    #[inline]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let site = Location::caller();
        let locked = match unless_taken(self.inner.try_write()) {
            Some(locked) => locked,
            None => {
                self.identity.before_blocking(LockMode::Write, site);
                self.inner.write()
            }
        };
        carry(locked, |inner| {
            RwLockWriteGuard::begun(&self.identity, inner, site)
        })
    }

    /// As [`std::sync::RwLock::try_write`]. An attempt that fails is not recorded: it
    /// orders nothing.
    ///
    /// # Errors
    ///
    /// When the lock is locked, or poisoned; the latter error holds the guard.
    #[track_caller]
    #[inline]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let site = Location::caller();
        carry_try(self.inner.try_write(), |inner| {
            RwLockWriteGuard::begun(&self.identity, inner, site)
        })
    }

    /// As [`std::sync::RwLock::is_poisoned`].
    pub fn is_poisoned(&self) -> bool {
        self.inner.is_poisoned()
    }

    /// As [`std::sync::RwLock::clear_poison`].
    pub fn clear_poison(&self) {
        self.inner.clear_poison();
    }

    /// As [`std::sync::RwLock::get_mut`]. Whoever has the lock to itself is alone
    /// with it: nothing is recorded.
    ///
    /// # Errors
    ///
    /// When the lock is poisoned; the error holds the reference.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }
}

impl RwLockIdentity {
    /// Records the request, and refuses one that could never be granted.
    ///
    /// A second read lock may be granted, if no writer waits; it is let through.
    #[cold]
    #[track_caller]
    fn before_blocking(&self, mode: LockMode, site: &'static Location<'static>) {
        self.objects.request(mode, site);
        let own_write = self.writer.held_here_since();
        let (own_read, again) = match mode {
            LockMode::Read => (None, "read-locked"),
            LockMode::Write => {
                let own_read = read_holds::held_here_since(self.objects.number());
                (own_read, "write-locked")
            }
        };
        let own_write = own_write.map(|since| ("write-locked", since));
        let own_read = own_read.map(|since| ("read-locked", since));
        if let Some(first) = own_write.or(own_read) {
            panic_on_self_deadlock("rwlock", self.objects.writers(), first, again);
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    /// As std's; it read-locks for a moment, which is recorded, if it can.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RwLock");
        match unless_taken(self.try_read()) {
            Some(Ok(guard)) => shown.field("data", &&*guard),
            Some(Err(poisoned)) => shown.field("data", &&**poisoned.get_ref()),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.field("poisoned", &self.is_poisoned());
        shown.finish_non_exhaustive()
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
