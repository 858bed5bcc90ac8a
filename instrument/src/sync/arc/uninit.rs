//! Values that are written only after they are shared out.

use std::mem::MaybeUninit;
use std::sync as real;

use super::Arc;

impl<T> Arc<T> {
    /// Room for a value.
    #[must_use]
    #[track_caller]
    pub fn new_uninit() -> Arc<MaybeUninit<T>> {
        Arc::counted(real::Arc::new_uninit())
    }

    /// Room for a value, filled with zeros.
    #[must_use]
    #[track_caller]
    pub fn new_zeroed() -> Arc<MaybeUninit<T>> {
        Arc::counted(real::Arc::new_zeroed())
    }
}

impl<T> Arc<[T]> {
    /// Room for a slice.
    #[must_use]
    #[track_caller]
    pub fn new_uninit_slice(len: usize) -> Arc<[MaybeUninit<T>]> {
        Arc::counted(real::Arc::new_uninit_slice(len))
    }

    /// Room for a slice, filled with zeros.
    #[must_use]
    #[track_caller]
    pub fn new_zeroed_slice(len: usize) -> Arc<[MaybeUninit<T>]> {
        Arc::counted(real::Arc::new_zeroed_slice(len))
    }
}

impl<T> Arc<MaybeUninit<T>> {
    /// The reference to the value, which has been written.
    ///
    /// # Safety
    ///
    /// It must have been.
    #[must_use]
    #[track_caller]
    pub unsafe fn assume_init(self) -> Arc<T> {
        let (real, count) = self.into_parts();
        // SAFETY: the caller says that the value was written.
        Arc::assembled(unsafe { real.assume_init() }, count)
    }
}

impl<T> Arc<[MaybeUninit<T>]> {
    /// The reference to the slice, all of which has been written.
    ///
    /// # Safety
    ///
    /// It must have been.
    #[must_use]
    #[track_caller]
    pub unsafe fn assume_init(self) -> Arc<[T]> {
        let (real, count) = self.into_parts();
        // SAFETY: the caller says that every element was written.
        Arc::assembled(unsafe { real.assume_init() }, count)
    }
}
