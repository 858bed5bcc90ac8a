//! The cell of unsafe code, whose pointers have no lifetime.
//!
//! **Invariant:** a pointer reaches the cell's identity only while the program, by its own
//! promise, may reach the value.

use std::fmt;

use racegate::cell as recorded;

/// A cell for unsafe code: it hands out pointers, and records what is done with them.
pub struct UnsafeCell<T: ?Sized>(recorded::UnsafeCell<T>);

/// A pointer to read a cell through. The read is recorded when the pointer is taken, and
/// again whenever it is made a reference.
///
/// It has no lifetime, as loom's has none. So neither its end is recorded nor a
/// [`with`](Self::with), at which the cell may be gone.
pub struct ConstPtr<T: ?Sized> {
    cell: *const UnsafeCell<T>,
    value: *const T,
}

/// A pointer to write a cell through. The write is recorded when the pointer is taken, and
/// again whenever it is made a reference.
///
/// As with [`ConstPtr`], neither its end nor a [`with`](Self::with) is recorded.
pub struct MutPtr<T: ?Sized> {
    cell: *const UnsafeCell<T>,
    value: *mut T,
}

impl<T> UnsafeCell<T> {
    /// A new cell.
    #[track_caller]
    pub const fn new(data: T) -> Self {
        Self(recorded::UnsafeCell::new(data))
    }

    /// The value. The cell is gone then, which is recorded as a write.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Reads through a pointer for as long as `f` runs.
    #[track_caller]
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*const T) -> R,
    {
        self.0.with(f)
    }

    /// Writes through a pointer for as long as `f` runs.
    #[track_caller]
    pub fn with_mut<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*mut T) -> R,
    {
        self.0.with_mut(f)
    }

    /// A pointer to read through.
    #[track_caller]
    pub fn get(&self) -> ConstPtr<T> {
        let value = self.0.with(|value| value);
        ConstPtr { cell: self, value }
    }

    /// A pointer to write through.
    #[track_caller]
    pub fn get_mut(&self) -> MutPtr<T> {
        let value = self.0.with_mut(|value| value);
        MutPtr { cell: self, value }
    }
}

impl<T: ?Sized> ConstPtr<T> {
    /// The value.
    ///
    /// # Safety
    ///
    /// The cell must be there, and nobody may write it while the reference is in use.
    #[track_caller]
    pub unsafe fn deref(&self) -> &T {
        // SAFETY: the caller's promise.
        let cell = unsafe { &*self.cell };
        // SAFETY: the same.
        cell.with(|value| unsafe { &*value })
    }

    /// Runs `f` with the pointer.
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*const T) -> R,
    {
        f(self.value)
    }
}

impl<T: ?Sized> MutPtr<T> {
    /// The value.
    ///
    /// # Safety
    ///
    /// The cell must be there, and nobody else may use it while the reference is in use.
    #[expect(
        clippy::mut_from_ref,
        reason = "it stands for a raw pointer, as loom's does"
    )]
    #[track_caller]
    pub unsafe fn deref(&self) -> &mut T {
        // SAFETY: the caller's promise.
        let cell = unsafe { &*self.cell };
        // SAFETY: the same.
        cell.with_mut(|value| unsafe { &mut *value })
    }

    /// Runs `f` with the pointer.
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*mut T) -> R,
    {
        f(self.value)
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

impl<T: ?Sized> fmt::Debug for ConstPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConstPtr").finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for MutPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MutPtr").finish_non_exhaustive()
    }
}
