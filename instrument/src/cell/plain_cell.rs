//! The cell of one owner, in loom's shape.

use std::fmt;
use std::panic::Location;

use super::identity::CellIdentity;
use crate::annotate::Named;

/// [`std::cell::Cell`], recorded: for types that unsafe code shares.
///
/// It is not `Sync`, and nothing guards it. A type that holds one and claims to be
/// `Sync` answers for that; the report tells where the claim was wrong.
///
/// ```
/// let cell = racegate::cell::Cell::new(1);
/// cell.set(cell.get() + 1);
/// assert_eq!(cell.replace(5), 2);
/// assert_eq!(cell.into_inner(), 5);
/// ```
#[cfg_attr(not(feature = "enabled"), repr(transparent))]
pub struct Cell<T> {
    identity: CellIdentity,
    value: std::cell::Cell<T>,
}

impl<T> Cell<T> {
    /// A new cell.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self {
            identity: CellIdentity::new::<T>(),
            value: std::cell::Cell::new(value),
        }
    }

    /// Writes the value; the one before is dropped.
    #[track_caller]
    #[inline]
    pub fn set(&self, value: T) {
        drop(self.replace(value));
    }

    /// Writes the value and returns the one before: one write.
    #[track_caller]
    #[inline]
    pub fn replace(&self, value: T) -> T {
        self.identity.write(Location::caller());
        self.value.replace(value)
    }

    /// Writes the default value and returns the one before: one write.
    #[track_caller]
    #[inline]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.replace(T::default())
    }

    /// Exchanges the values of two cells: a write of both.
    #[track_caller]
    #[inline]
    pub fn swap(&self, other: &Self) {
        self.identity.write(Location::caller());
        other.identity.write(Location::caller());
        self.value.swap(&other.value);
    }

    /// Reads the value.
    #[track_caller]
    #[inline]
    pub fn get(&self) -> T
    where
        T: Copy,
    {
        self.identity.read(Location::caller());
        self.value.get()
    }

    /// Reads the value and then writes what `change` makes of it.
    #[track_caller]
    #[inline]
    pub fn update(&self, change: impl FnOnce(T) -> T)
    where
        T: Copy,
    {
        self.set(change(self.get()));
    }

    /// The value. Nothing is recorded: the unique reference proves that nobody else
    /// has access to it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The value. Nothing is recorded, as by [`get_mut`](Self::get_mut).
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Named for Cell<T> {
    fn named(mut self, name: &str) -> Self {
        self.identity.set_name(name);
        self
    }
}

impl<T: Default> Default for Cell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Cell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// A new cell of the same value, which is read.
impl<T: Copy> Clone for Cell<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        Self::new(self.get())
    }
}

/// Shows the value, which is a read.
impl<T: Copy + fmt::Debug> fmt::Debug for Cell<T> {
    #[track_caller]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cell").field("value", &self.get()).finish()
    }
}
