//! The run-time gate: one relaxed load says that nothing is recorded.
//!
//! **Invariant:** the gate counts open logs. It is unknown until the first probe,
//! which reads the environment.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The environment has not been read yet.
const UNKNOWN: usize = usize::MAX;
/// Another thread is reading it.
const READING: usize = usize::MAX - 1;

static OPEN_LOGS: AtomicUsize = AtomicUsize::new(UNKNOWN);

/// Whether any log is open. `first` is called once in the process, before the
/// first answer; it says how many logs the environment asks for.
#[inline]
pub(super) fn is_open(first: fn() -> usize) -> bool {
    // ORDERING: relaxed; a thread that has events for a log was handed that log
    // through a spawn or opened it itself, either of which orders this load.
    match OPEN_LOGS.load(Ordering::Relaxed) {
        0 => false,
        UNKNOWN | READING => settle(first),
        _ => true,
    }
}

#[cold]
fn settle(first: fn() -> usize) -> bool {
    // ORDERING: acquire, to see what `first` set up when another thread ran it.
    match OPEN_LOGS.compare_exchange(UNKNOWN, READING, Ordering::Acquire, Ordering::Acquire) {
        Ok(_) => {
            let open = first();
            // ORDERING: release what `first` set up to the threads that wait below.
            OPEN_LOGS.store(open, Ordering::Release);
            open > 0
        }
        Err(_) => loop {
            // ORDERING: acquire, as above.
            match OPEN_LOGS.load(Ordering::Acquire) {
                READING => std::thread::yield_now(),
                open => return open > 0,
            }
        },
    }
}

/// Counts one more open log. The gate must be settled.
pub(super) fn open() {
    // ORDERING: relaxed; see `is_open`.
    OPEN_LOGS.fetch_add(1, Ordering::Relaxed);
}

/// Counts one open log less.
pub(super) fn close() {
    // ORDERING: relaxed; see `is_open`.
    OPEN_LOGS.fetch_sub(1, Ordering::Relaxed);
}

/// Silences a forked child: it must not write its parent's windows.
pub(super) extern "C" fn silence_forked_child() {
    // ORDERING: relaxed; the child has one thread.
    OPEN_LOGS.store(0, Ordering::Relaxed);
}
