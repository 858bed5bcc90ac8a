//! The atomic pointer.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use racegate::annotate::Named;
use racegate::sync::atomic as recorded;
use racegate::sync::atomic::Ordering;

use super::operations::{atomic, read_modify_writes};
use super::value::Value;
use super::word::{Initial, Recorded, Word};
use crate::execution::Site;

atomic! {
    /// An atomic raw pointer.
    ///
    /// In a `const` or a `static` it can be made with a null pointer alone.
    ///
    /// ```
    /// use loom::sync::atomic::{AtomicPtr, Ordering};
    ///
    /// static LATEST: AtomicPtr<u32> = AtomicPtr::new(std::ptr::null_mut());
    /// let mut first = 1;
    /// assert!(LATEST.swap(&raw mut first, Ordering::AcqRel).is_null());
    /// assert_eq!(LATEST.load(Ordering::Acquire), &raw mut first);
    /// ```
    AtomicPtr<T>, *mut T, recorded::AtomicPtr<()>, recorded::AtomicPtr<T>, of_pointer(*mut ())
}

impl<T> AtomicPtr<T> {
    /// Adds so many `T`s, wrapping around; returns the pointer before.
    #[track_caller]
    pub fn fetch_ptr_add(&self, count: usize, order: Ordering) -> *mut T {
        self.fetch_byte_add(count.wrapping_mul(size_of::<T>()), order)
    }

    /// Subtracts so many `T`s, wrapping around; returns the pointer before.
    #[track_caller]
    pub fn fetch_ptr_sub(&self, count: usize, order: Ordering) -> *mut T {
        self.fetch_byte_sub(count.wrapping_mul(size_of::<T>()), order)
    }
}

read_modify_writes! {
    AtomicPtr<T>, usize, *mut T;
    /// Adds so many bytes, wrapping around; returns the pointer before.
    fetch_byte_add
    /// Subtracts so many bytes, wrapping around; returns the pointer before.
    fetch_byte_sub
    /// Bitwise "or" on the address; returns the pointer before.
    fetch_or
    /// Bitwise "and" on the address; returns the pointer before.
    fetch_and
    /// Bitwise "xor" on the address; returns the pointer before.
    fetch_xor
}

impl<T> Default for AtomicPtr<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(std::ptr::null_mut())
    }
}

impl<T> fmt::Pointer for AtomicPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.load(Ordering::Relaxed), f)
    }
}
