//! The run-time gate: one relaxed load says that nothing is recorded.
//!
//! **Invariant:** the gate counts open logs. It is unknown until the first probe,
//! which reads the environment.

use std::sync::atomic::Ordering;

use crate::primitive::{AtomicUsize, fence, yield_now};

#[cfg(all(test, racegate_loom))]
mod in_loom;

/// The environment has not been read yet.
const UNKNOWN: usize = usize::MAX;
/// Another thread is reading it.
const READING: usize = usize::MAX - 1;

static OPEN_LOGS: Gate = Gate::unsettled();

/// Whether any log is open. `first` is called once in the process, before the
/// first answer; it says how many logs the environment asks for.
#[inline]
pub(super) fn is_open(first: fn() -> usize) -> bool {
    OPEN_LOGS.is_open(first)
}

/// Counts one more open log. The gate must be settled.
pub(super) fn open() {
    // ORDERING: relaxed; see `Gate::is_open`.
    OPEN_LOGS.0.fetch_add(1, Ordering::Relaxed);
}

/// Counts one open log less.
pub(super) fn close() {
    // ORDERING: relaxed; see `Gate::is_open`.
    OPEN_LOGS.0.fetch_sub(1, Ordering::Relaxed);
}

/// Says that no log is open, in a forked child.
pub(super) fn shut() {
    // ORDERING: relaxed; the child has one thread.
    OPEN_LOGS.0.store(0, Ordering::Relaxed);
}

/// How many logs are open, once that is known.
pub(super) struct Gate(AtomicUsize);

impl Gate {
    /// Whose first question is yet to come.
    pub(super) const fn unsettled() -> Self {
        Self(AtomicUsize::new(UNKNOWN))
    }

    /// See [`is_open`].
    #[inline]
    pub(super) fn is_open(&self, first: impl FnOnce() -> usize) -> bool {
        // ORDERING: relaxed; a thread that has events for a session's log was handed
        // that log through a spawn or opened it itself, either of which orders this load.
        match self.0.load(Ordering::Relaxed) {
            0 => false,
            UNKNOWN | READING => self.settle(first),
            _ => {
                // ORDERING: acquire, to see what `first` set up, whichever thread ran it.
                fence(Ordering::Acquire);
                true
            }
        }
    }

    #[cold]
    fn settle(&self, first: impl FnOnce() -> usize) -> bool {
        // ORDERING: relaxed, both; it decides who calls `first`, and the others wait below.
        let settling =
            self.0
                .compare_exchange(UNKNOWN, READING, Ordering::Relaxed, Ordering::Relaxed);
        if settling.is_ok() {
            let open = first();
            // ORDERING: release what `first` set up to all who find the count.
            self.0.store(open, Ordering::Release);
            return open > 0;
        }
        loop {
            // ORDERING: acquire, to see what `first` set up.
            match self.0.load(Ordering::Acquire) {
                READING => yield_now(),
                open => return open > 0,
            }
        }
    }
}
