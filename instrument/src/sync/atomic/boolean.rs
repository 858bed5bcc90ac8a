//! The atomic truth value.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{self as real, Ordering};

use super::orderings;
use super::recorded::Recorded;
use super::word::{atomic_word, read_modify_writes};

atomic_word! {
    /// An atomic `bool`.
    ///
    /// ```
    /// use racegate::sync::atomic::{AtomicBool, Ordering};
    ///
    /// let ready = AtomicBool::new(false);
    /// ready.store(true, Ordering::Release);
    /// assert!(ready.load(Ordering::Acquire));
    /// ```
    AtomicBool, bool, real::AtomicBool
}

read_modify_writes! {
    AtomicBool, bool, bool;
    /// Logical "and"; returns the value before.
    fetch_and
    /// Logical "nand"; returns the value before.
    fetch_nand
    /// Logical "or"; returns the value before.
    fetch_or
    /// Logical "xor"; returns the value before.
    fetch_xor
}

impl AtomicBool {
    /// Logical "not"; returns the value before.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.recorded
            .read_modify_write(order, move |real| real.fetch_not(order))
    }
}

impl Default for AtomicBool {
    #[track_caller]
    fn default() -> Self {
        Self::new(false)
    }
}
