//! The cell of unsafe code, in loom's shape.

use std::fmt;
use std::panic::Location;

use super::gate::Mode;
use super::identity::{CellIdentity, Lasting};
use crate::annotate::Named;

/// A cell for unsafe code: it hands out pointers, and records for how long.
///
/// Nothing guards the value. Whoever uses a pointer answers for it, as with
/// [`std::cell::UnsafeCell`]; the report tells where that promise was broken. Each
/// access is recorded when it begins and, when its thread synchronises meanwhile,
/// again when it ends. A drop is recorded as a write, so that a use that nothing
/// orders before the drop races.
///
/// Without the feature `enabled` it is laid out as a `T`, and records nothing.
///
/// ```
/// use racegate::cell::UnsafeCell;
///
/// let cell = UnsafeCell::new(1);
/// // SAFETY: no other pointer to the value is in use.
/// cell.with_mut(|value| unsafe { *value += 1 });
/// // SAFETY: as above.
/// assert_eq!(cell.with(|value| unsafe { *value }), 2);
/// ```
#[cfg_attr(not(feature = "enabled"), repr(transparent))]
pub struct UnsafeCell<T: ?Sized> {
    // First, so that the drop is recorded before the value is dropped.
    identity: Watched,
    value: std::cell::UnsafeCell<T>,
}

/// An identity whose drop is recorded.
struct Watched(CellIdentity);

impl Drop for Watched {
    #[inline]
    fn drop(&mut self) {
        self.0.drops();
    }
}

impl<T> UnsafeCell<T> {
    /// A new cell.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self {
            identity: Watched(CellIdentity::new::<T>()),
            value: std::cell::UnsafeCell::new(value),
        }
    }

    /// The value. The cell is gone then, which is recorded as a write.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Reads through a pointer for as long as `read` runs.
    #[track_caller]
    #[inline]
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        let _access = self.begin(Mode::Shared, Location::caller());
        read(self.value.get())
    }

    /// Writes through a pointer for as long as `write` runs.
    #[track_caller]
    #[inline]
    pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        let _access = self.begin(Mode::Exclusive, Location::caller());
        write(self.value.get())
    }

    /// A pointer to read through, for as long as the guard lives.
    #[track_caller]
    #[inline]
    pub fn get(&self) -> ConstPtr<'_, T> {
        ConstPtr {
            _access: self.begin(Mode::Shared, Location::caller()),
            pointer: self.value.get(),
        }
    }

    /// A pointer to write through, for as long as the guard lives.
    #[track_caller]
    #[inline]
    pub fn get_mut(&self) -> MutPtr<'_, T> {
        MutPtr {
            _access: self.begin(Mode::Exclusive, Location::caller()),
            pointer: self.value.get(),
        }
    }

    #[inline]
    fn begin(&self, mode: Mode, site: &'static Location<'static>) -> Lasting<'_, CellIdentity> {
        Lasting::begin(&self.identity.0, mode, site)
    }
}

/// A pointer to read a cell through; the access lasts until it is dropped.
///
/// ```
/// let cell = racegate::cell::UnsafeCell::new(1);
/// let pointer = cell.get();
/// // SAFETY: nobody writes.
/// assert_eq!(unsafe { *pointer.deref() }, 1);
/// ```
pub struct ConstPtr<'cell, T: ?Sized> {
    _access: Lasting<'cell, CellIdentity>,
    pointer: *const T,
}

/// A pointer to write a cell through; the access lasts until it is dropped.
///
/// ```
/// let cell = racegate::cell::UnsafeCell::new(1);
/// // SAFETY: no other pointer to the value is in use.
/// unsafe { *cell.get_mut().deref() = 2 };
/// assert_eq!(cell.into_inner(), 2);
/// ```
pub struct MutPtr<'cell, T: ?Sized> {
    _access: Lasting<'cell, CellIdentity>,
    pointer: *mut T,
}

impl<T: ?Sized> ConstPtr<'_, T> {
    /// The value.
    ///
    /// # Safety
    ///
    /// Nobody may write the value while the reference is in use.
    #[must_use]
    pub unsafe fn deref(&self) -> &T {
        // SAFETY: the cell is borrowed, so the value is alive; the rest is the
        // caller's promise.
        unsafe { &*self.pointer }
    }

    /// Runs `read` with the pointer.
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        read(self.pointer)
    }
}

impl<T: ?Sized> MutPtr<'_, T> {
    /// The value.
    ///
    /// # Safety
    ///
    /// Nobody else may read or write the value while the reference is in use.
    #[expect(
        clippy::mut_from_ref,
        reason = "the guard stands for a raw pointer, as loom's does"
    )]
    #[must_use]
    pub unsafe fn deref(&self) -> &mut T {
        // SAFETY: the cell is borrowed, so the value is alive; the rest is the
        // caller's promise.
        unsafe { &mut *self.pointer }
    }

    /// Runs `write` with the pointer.
    pub fn with<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        write(self.pointer)
    }
}

impl<T> Named for UnsafeCell<T> {
    fn named(mut self, name: &str) -> Self {
        self.identity.0.set_name(name);
        self
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for UnsafeCell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for ConstPtr<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.pointer, f)
    }
}

impl<T: ?Sized> fmt::Debug for MutPtr<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.pointer, f)
    }
}
