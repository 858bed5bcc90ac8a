//! Memory whose leaks are told.

pub use std::alloc::Layout;

use std::panic::Location;
use std::sync::Arc;

use crate::execution::{self, Execution};

/// Allocates memory. A run that does not free it fails.
///
/// # Safety
///
/// As [`std::alloc::alloc`].
#[must_use]
#[track_caller]
pub unsafe fn alloc(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    noted(unsafe { std::alloc::alloc(layout) })
}

/// Allocates memory that is zero. A run that does not free it fails.
///
/// # Safety
///
/// As [`std::alloc::alloc_zeroed`].
#[must_use]
#[track_caller]
pub unsafe fn alloc_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    noted(unsafe { std::alloc::alloc_zeroed(layout) })
}

#[track_caller]
fn noted(memory: *mut u8) -> *mut u8 {
    if let Some(execution) = execution::current() {
        execution.allocates_memory(memory.addr(), Location::caller());
    }
    memory
}

/// Frees memory.
///
/// # Safety
///
/// As [`std::alloc::dealloc`].
///
/// # Panics
///
/// When this run of the model has not allocated it, or has freed it already.
#[track_caller]
pub unsafe fn dealloc(memory: *mut u8, layout: Layout) {
    if let Some(execution) = execution::current() {
        assert!(
            execution.frees_memory(memory.addr()),
            "this run has not allocated what it frees, or has freed it before"
        );
    }
    // SAFETY: the caller's promise.
    unsafe { std::alloc::dealloc(memory, layout) }
}

/// A value that a run must drop.
#[derive(Debug)]
pub struct Track<T> {
    value: T,
    _tracked: Tracked,
}

/// What must be dropped.
struct Tracked(Option<(Arc<Execution>, u64)>);

impl std::fmt::Debug for Tracked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tracked")
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some((execution, number)) = self.0.take() {
            execution.frees(number);
        }
    }
}

impl<T> Track<T> {
    /// From here on the value must be dropped.
    #[must_use]
    #[track_caller]
    pub fn new(value: T) -> Self {
        let site = Location::caller();
        let tracked = execution::current().map(|execution| {
            let number = execution.allocates(site);
            (execution, number)
        });
        Self {
            value,
            _tracked: Tracked(tracked),
        }
    }

    /// The value.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// The value.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The value, which need not be dropped any more.
    pub fn into_inner(self) -> T {
        self.value
    }
}
