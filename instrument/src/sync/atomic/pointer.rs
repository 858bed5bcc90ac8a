//! The atomic pointer.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{self as real, Ordering};

use super::orderings;
use super::recorded::Recorded;
use super::word::{atomic_word, read_modify_writes};

atomic_word! {
    /// An atomic raw pointer.
    ///
    /// ```
    /// use racegate::sync::atomic::{AtomicPtr, Ordering};
    ///
    /// let (mut first, mut second) = (1, 2);
    /// let pointer = AtomicPtr::new(&raw mut first);
    /// assert_eq!(pointer.swap(&raw mut second, Ordering::AcqRel), &raw mut first);
    /// ```
    AtomicPtr<T>, *mut T, real::AtomicPtr<T>
}

read_modify_writes! {
    AtomicPtr<T>, usize, *mut T;
    /// Adds so many `T`s, wrapping around; returns the pointer before.
    fetch_ptr_add
    /// Subtracts so many `T`s, wrapping around; returns the pointer before.
    fetch_ptr_sub
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
