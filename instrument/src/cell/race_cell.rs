//! The safe shared cell.

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::Location;

use super::gate::{self, Gate, Mode};
use super::hold;
use super::identity::{CellIdentity, Lasting, Recorded, count_lost_access};
use crate::annotate::Named;

/// A variable that threads share without synchronisation, safely.
///
/// It stands for the plain variable of a racy program: `Sync`, and yet read and
/// written through a shared reference. What races is told by the report; the
/// value itself is accessed under a hidden gate, so the program stays defined.
/// The gate stays when nothing is recorded, and without the feature `enabled`.
///
/// ```
/// use racegate::cell::RaceCell;
///
/// let balance = RaceCell::named("balance", 100);
/// balance.set(balance.get() + 200);
/// assert_eq!(balance.get(), 300);
/// ```
///
/// An access that finds a conflicting one under way has proved a race. It waits
/// for that one to end, a few seconds at most, and then panics with both places.
pub struct RaceCell<T: ?Sized> {
    identity: CellIdentity,
    gate: Gate,
    value: UnsafeCell<T>,
}

// SAFETY: the gate lets one writer or many readers at the value; a writer may be
// any thread (`Send`), and readers may be many at once (`Sync`).
unsafe impl<T: ?Sized + Send + Sync> Sync for RaceCell<T> {}

impl<T> RaceCell<T> {
    /// A new cell.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self {
            identity: CellIdentity::new::<T>(),
            gate: Gate::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// A new cell with a name for reports.
    #[track_caller]
    pub fn named(name: &str, value: T) -> Self {
        Self::new(value).named(name)
    }

    /// Writes the value; the one before is dropped afterwards.
    #[track_caller]
    #[inline]
    pub fn set(&self, value: T) {
        drop(self.replace(value));
    }

    /// Writes the value and returns the one before: one write.
    #[track_caller]
    #[inline]
    pub fn replace(&self, value: T) -> T {
        self.once(Mode::Exclusive, Location::caller(), |place| {
            // SAFETY: the pass is for writing, so nothing else refers to the value.
            std::mem::replace(unsafe { &mut *place }, value)
        })
    }

    /// Writes the default value and returns the one before: one write.
    #[track_caller]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.replace(T::default())
    }

    /// Reads the value.
    #[track_caller]
    #[inline]
    pub fn get(&self) -> T
    where
        T: Copy,
    {
        self.once(Mode::Shared, Location::caller(), |place| {
            // SAFETY: the pass keeps writers out.
            unsafe { *place }
        })
    }

    /// Reads the value and then writes what `change` makes of it, as
    /// `balance = change(balance)` does: two accesses, and whatever another thread
    /// writes in between is lost.
    #[track_caller]
    pub fn update(&self, change: impl FnOnce(T) -> T)
    where
        T: Copy,
    {
        self.set(change(self.get()));
    }

    /// The value. Nothing is recorded: that the cell is owned proves that nobody
    /// else has access to it.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// One access that is over in an instant.
    #[track_caller]
    #[inline]
    fn once<R>(
        &self,
        mode: Mode,
        site: &'static Location<'static>,
        access: impl FnOnce(*mut T) -> R,
    ) -> R {
        let Some(_alone) = self.gate.try_alone() else {
            return self.once_among_others(mode, site, access);
        };
        self.identity.access_alone(mode, site);
        access(self.value.get())
    }

    /// The same where others are inside, or wait.
    #[track_caller]
    #[cold]
    fn once_among_others<R>(
        &self,
        mode: Mode,
        site: &'static Location<'static>,
        access: impl FnOnce(*mut T) -> R,
    ) -> R {
        let _pass = gate::enter(self.gates(), 0, mode, site, || self.lost(mode, site));
        self.identity.access(mode, site);
        access(self.value.get())
    }
}

impl<T: ?Sized> RaceCell<T> {
    /// Reads the value for as long as `read` runs. Recorded when it begins and,
    /// when this thread synchronises meanwhile, again when it ends.
    ///
    /// # Panics
    ///
    /// As every access does. The cell may be read, but not written, inside `read`.
    #[track_caller]
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.during(Mode::Shared, Location::caller(), |place| {
            // SAFETY: the pass keeps writers out until `read` has returned.
            read(unsafe { &*place })
        })
    }

    /// Writes the value for as long as `write` runs. Recorded when it begins and,
    /// when this thread synchronises meanwhile, again when it ends.
    ///
    /// # Panics
    ///
    /// As every access does. The cell must not be accessed inside `write`.
    #[track_caller]
    pub fn with_mut<R>(&self, write: impl FnOnce(&mut T) -> R) -> R {
        self.during(Mode::Exclusive, Location::caller(), |place| {
            // SAFETY: the pass keeps everyone else out until `write` has returned.
            write(unsafe { &mut *place })
        })
    }

    /// The value. Nothing is recorded: the unique reference proves that nobody
    /// else has access to it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// An access that waited in vain.
    fn lost(&self, mode: Mode, site: &'static Location<'static>) {
        if !gate::record_lost(self.gates(), || self.identity.access(mode, site)) {
            count_lost_access();
        }
    }

    fn gates(&self) -> &[Gate] {
        std::slice::from_ref(&self.gate)
    }

    /// One access that lasts as long as a closure of the program.
    #[track_caller]
    fn during<R>(
        &self,
        mode: Mode,
        site: &'static Location<'static>,
        access: impl FnOnce(*mut T) -> R,
    ) -> R {
        let _pass = gate::enter(self.gates(), 0, mode, site, || self.lost(mode, site));
        hold::during(self.gates(), mode, site, || {
            let _lasting = Lasting::begin(&self.identity, mode, site);
            access(self.value.get())
        })
    }
}

impl<T> Named for RaceCell<T> {
    fn named(mut self, name: &str) -> Self {
        self.identity.set_name(name);
        self
    }
}

impl<T: Default> Default for RaceCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for RaceCell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the value, which is a read.
impl<T: ?Sized + fmt::Debug> fmt::Debug for RaceCell<T> {
    #[track_caller]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|value| f.debug_struct("RaceCell").field("value", &value).finish())
    }
}
