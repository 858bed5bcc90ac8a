//! The atomic truth value.

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
    /// An atomic `bool`.
    ///
    /// ```
    /// use loom::sync::atomic::{AtomicBool, Ordering};
    ///
    /// let ready = AtomicBool::new(false);
    /// ready.store(true, Ordering::Release);
    /// assert!(ready.load(Ordering::Acquire));
    /// ```
    AtomicBool, bool, recorded::AtomicBool, recorded::AtomicBool, of_number(usize)
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
        self.recorded().fetch_not(order)
    }
}

impl Default for AtomicBool {
    #[track_caller]
    fn default() -> Self {
        Self::new(false)
    }
}
