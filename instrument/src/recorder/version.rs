//! The version of one location: how often it was written, and by whom last.
//!
//! **Invariant:** whoever finds a version unlocked finds the writer that belongs to it.

use std::sync::atomic::Ordering;

use racegate_eventlog::ThreadId;

use crate::primitive::{AtomicU64, spin_loop, yield_now};

#[cfg(all(test, loom))]
mod in_loom;

/// How often a location was written, and by whom last.
pub(super) struct Version {
    /// The number of writes, twice, plus one while a write is being recorded.
    writes: AtomicU64,
    /// The last [`Writer`]; zero before the first.
    writer: AtomicU64,
}

/// A thread of a log, never zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Writer(u64);

impl Writer {
    /// This thread of this log.
    pub(super) fn new(log: u32, thread: ThreadId) -> Self {
        Self(u64::from(log) << 32 | u64::from(thread.number()))
    }

    /// The log's number.
    #[inline]
    pub(super) fn log_number(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Version {
    /// Of a location that nobody wrote.
    pub(super) const fn new() -> Self {
        Self {
            writes: AtomicU64::new(0),
            writer: AtomicU64::new(0),
        }
    }

    /// What a read tells: the version, unless the reader made it.
    #[inline]
    pub(super) fn read(&self, reader: Writer) -> Option<u64> {
        let (version, writer) = self.current();
        (writer != reader).then_some(version)
    }

    /// What a write tells: the version that it makes, unless the writer made the last
    /// one, too. The version is locked until [`end_write`](Self::end_write).
    #[inline]
    pub(super) fn begin_write(&self, writer: Writer) -> Option<u64> {
        let version = self.lock() + 1;
        // ORDERING: relaxed; under the lock, and published by its release.
        let last = self.writer.load(Ordering::Relaxed);
        if last != writer.0 {
            // ORDERING: release, so that whoever finds this writer while the version is
            // locked finds it locked.
            self.writer.store(writer.0, Ordering::Release);
        }
        (last != writer.0).then_some(version)
    }

    /// The write that was begun is recorded.
    #[inline]
    pub(super) fn end_write(&self) {
        // ORDERING: relaxed; nobody else stores a version that this thread has locked.
        let locked = self.writes.load(Ordering::Relaxed);
        // ORDERING: release to the next access; the lock's bit becomes the count's.
        self.writes.store(locked + 1, Ordering::Release);
    }

    /// The version and its writer, as one.
    #[inline]
    fn current(&self) -> (u64, Writer) {
        loop {
            // ORDERING: acquire, so that the writer read next is at least as new.
            let before = self.writes.load(Ordering::Acquire);
            // ORDERING: acquire; see `begin_write`.
            let writer = self.writer.load(Ordering::Acquire);
            // ORDERING: relaxed; the acquire above keeps it after the writer's load.
            let after = self.writes.load(Ordering::Relaxed);
            if before == after && before & 1 == 0 {
                return (before >> 1, Writer(writer));
            }
            spin_loop();
        }
    }

    /// Locks the version and returns it.
    #[inline]
    fn lock(&self) -> u64 {
        let mut tries = 0_u32;
        loop {
            // ORDERING: relaxed; only a guess for the exchange.
            let seen = self.writes.load(Ordering::Relaxed) & !1;
            // ORDERING: acquire, to follow the last writer's release.
            let locked = self.writes.compare_exchange_weak(
                seen,
                seen | 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            if locked.is_ok() {
                return seen >> 1;
            }
            tries += 1;
            if tries.is_multiple_of(64) {
                yield_now();
            } else {
                spin_loop();
            }
        }
    }
}
