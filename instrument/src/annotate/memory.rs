//! Accesses to memory that is no cell, told by the program.

use std::panic::Location;

#[cfg(not(feature = "enabled"))]
use super::silent::{access_bytes, forget_bytes, name_bytes};
#[cfg(feature = "enabled")]
use crate::recorder::{access_bytes, forget_bytes, name_bytes};

/// Says that this thread reads `length` bytes from `start` on: a buffer that foreign
/// code fills, a field behind a raw pointer. Nothing is read here.
///
/// It races with every unordered [`write()`] of which the bytes overlap with these.
///
/// ```
/// use racegate::annotate;
///
/// let buffer = [0_u8; 64];
/// let report = racegate::check(|| {
///     racegate::thread::scope(|scope| {
///         scope.spawn(|| annotate::write(&raw const buffer, 64));
///         scope.spawn(|| annotate::read(&raw const buffer[8], 1));
///     });
/// });
/// # #[cfg(feature = "enabled")]
/// assert_eq!(report.findings().len(), 1);
/// ```
#[track_caller]
#[inline]
pub fn read<T: ?Sized>(start: *const T, length: usize) {
    access_bytes(false, start.cast(), length, Location::caller());
}

/// Says that this thread writes `length` bytes from `start` on. Nothing is written
/// here. Freeing memory is a write of all of it, before it is [forgotten](forget).
#[track_caller]
#[inline]
pub fn write<T: ?Sized>(start: *const T, length: usize) {
    access_bytes(true, start.cast(), length, Location::caller());
}

/// Says that `length` bytes from `start` on are new memory from here on: no access
/// before conflicts with any after. To be called before memory is freed or put back
/// into a pool, whose own synchronisation racegate does not see.
///
/// ```
/// use racegate::annotate;
///
/// let memory = Box::into_raw(Box::new(7_u64));
/// annotate::write(memory, 8);
/// annotate::forget(memory, 8);
/// // SAFETY: it comes from a box, and this is its end.
/// drop(unsafe { Box::from_raw(memory) });
/// ```
#[track_caller]
#[inline]
pub fn forget<T: ?Sized>(start: *const T, length: usize) {
    forget_bytes(start.cast(), length, Location::caller());
}

/// Names `length` bytes from `start` on for reports. What overlaps with them is told
/// as a part of them.
#[track_caller]
pub fn name_memory<T: ?Sized>(start: *const T, length: usize, name: &str) {
    name_bytes(start.cast(), length, name, Location::caller());
}

/// An atomic, of which the memory may also be accessed without atomic operations.
///
/// It cannot be implemented outside of this crate.
pub trait PlainMemory: sealed::Sealed {
    #[doc(hidden)]
    fn access_plainly(&self, write: bool, site: &'static Location<'static>);
}

/// For who may implement [`PlainMemory`].
pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Says that this thread reads an atomic's memory without an atomic operation, such as
/// through [`as_ptr`](std::sync::atomic::AtomicU8::as_ptr). It races with every
/// unordered store and read-modify-write.
///
/// ```
/// use racegate::annotate;
/// use racegate::sync::atomic::{AtomicU32, Ordering};
///
/// let hits = AtomicU32::new(0);
/// let report = racegate::check(|| {
///     racegate::thread::scope(|scope| {
///         scope.spawn(|| hits.fetch_add(1, Ordering::SeqCst));
///         scope.spawn(|| annotate::plain_read(&hits));
///     });
/// });
/// # #[cfg(feature = "enabled")]
/// assert_eq!(report.findings().len(), 1);
/// ```
#[track_caller]
pub fn plain_read(atomic: &impl PlainMemory) {
    atomic.access_plainly(false, Location::caller());
}

/// Says that this thread writes an atomic's memory without an atomic operation. It
/// races with every unordered operation.
#[track_caller]
pub fn plain_write(atomic: &impl PlainMemory) {
    atomic.access_plainly(true, Location::caller());
}
