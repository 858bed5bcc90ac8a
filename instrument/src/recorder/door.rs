//! The door of a thread: whether its probes may run.
//!
//! **Invariant:** whoever shuts it leaves it as it was, also by unwinding.

use std::cell::Cell;

thread_local! {
    // No destructor, so that probes work to the very end of a thread.
    static DOOR: Cell<Door> = const { Cell::new(Door::Open) };
    static IGNORING: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread's probes may run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// They may.
    Open,
    /// One is running; another one would be lost, and is counted.
    Probing,
    /// The recorder itself is at work, which is nothing to record.
    Closed,
}

/// How this thread's door stands.
#[inline]
pub(super) fn state() -> Door {
    DOOR.get()
}

/// Whether this thread's accesses are left out.
#[inline]
pub(super) fn is_ignoring() -> bool {
    IGNORING.get() > 0
}

/// Keeps probes out; the door is as it was afterwards, also by unwinding.
pub(super) struct Shut {
    before: Door,
}

impl Shut {
    pub(super) fn new(door: Door) -> Self {
        Self {
            before: DOOR.replace(door),
        }
    }
}

impl Drop for Shut {
    fn drop(&mut self) {
        DOOR.set(self.before);
    }
}

/// Runs `f` with probes of this thread kept out, uncounted.
pub(crate) fn closed_to_probes<R>(f: impl FnOnce() -> R) -> R {
    let _closed = Shut::new(Door::Closed);
    f()
}

/// Runs `f` without recording this thread's accesses in it. Synchronisation is
/// recorded all the same, since losing it could invent races elsewhere.
pub(crate) fn ignoring<R>(f: impl FnOnce() -> R) -> R {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            IGNORING.set(IGNORING.get() - 1);
        }
    }
    IGNORING.set(IGNORING.get() + 1);
    let _restore = Restore;
    f()
}
