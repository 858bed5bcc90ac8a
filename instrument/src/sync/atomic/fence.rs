//! Fences.

use std::panic::Location;
use std::sync::atomic::{self as real, Ordering};

use super::orderings;
use crate::recorder;

/// An atomic fence.
///
/// ```
/// use racegate::sync::atomic::{AtomicUsize, Ordering, fence};
///
/// let references = AtomicUsize::new(1);
/// if references.fetch_sub(1, Ordering::Release) == 1 {
///     fence(Ordering::Acquire);
/// }
/// ```
///
/// # Panics
///
/// If `order` is `Relaxed`.
#[track_caller]
pub fn fence(order: Ordering) {
    real::fence(order);
    if let Some(ordering) = orderings::fence(order) {
        recorder::fence(ordering, Location::caller());
    }
}
