//! The door of a thread: whether its probes may run, and on which lane.
//!
//! All that a probe asks of its own thread is in one thread-local, and one word of it
//! says whether the probe may go on at once.
//!
//! **Invariant:** whoever shuts the door leaves it as it was, also by unwinding. The
//! entrance is a lane only while no probe runs, the recorder is not at work, and
//! accesses are not left out.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{Ordering, compiler_fence};

use super::lane::Lane;
use super::local::{Distance, local};
use super::log::Log;
use super::zeroed::Zeroed;

#[cfg(test)]
mod tests;

local! {
    /// What this thread knows of its own recording. It works to the very end of a thread.
    Own: Here, "door", load entrance: *mut Lane, store entrance(set_entrance): *mut Lane,
        mark entrance(shut): PROBING, PROBING_BITS
}

/// What a thread knows of its own recording.
struct Here {
    /// The lane, when a probe may use it at once, with [`LINES`] where that is its pace;
    /// else why not: null to look closer, [`PROBING`] or [`CLOSED`].
    entrance: Cell<*mut Lane>,
    /// This thread's lane, or null.
    lane: Cell<*mut Lane>,
    /// The log of that lane, for a probe inside another one, to which the lane belongs.
    log: Cell<*const Log>,
    pace: Cell<Pace>,
    /// The process is a fork of the one that this thread's lanes belong to.
    forked: Cell<bool>,
    ignoring: Cell<u32>,
    /// The log had no room for this thread.
    refused: Cell<bool>,
    synchronised: Cell<u64>,
}

// SAFETY: null pointers, numbers, bools that are false, and the pace that is zero.
unsafe impl Zeroed for Here {
    #[cfg(not(all(
        target_os = "linux",
        target_arch = "x86_64",
        not(miri),
        not(racegate_loom)
    )))]
    fn zero() -> Self {
        Self {
            entrance: Cell::new(ptr::null_mut()),
            lane: Cell::new(ptr::null_mut()),
            log: Cell::new(ptr::null()),
            pace: Cell::new(Pace::Waits),
            forked: Cell::new(false),
            ignoring: Cell::new(0),
            refused: Cell::new(false),
            synchronised: Cell::new(0),
        }
    }
}

const PROBING: *mut Lane = ptr::without_provenance_mut(PROBING_BITS);
const PROBING_BITS: usize = 1;
const CLOSED: *mut Lane = ptr::without_provenance_mut(2);

/// Added to the entrance; no lane begins at such an address.
const LINES: usize = 4;

/// What a probe has to do before it uses the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Pace {
    /// It may have to wait.
    Waits = 0,
    /// Nothing; stacks are whole.
    Stacks,
    /// Nothing; stacks are lines alone.
    Lines,
}

/// Whether this thread's probes may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// They may.
    Open,
    /// One is running; another one would be lost, and is counted.
    Probing,
    /// The recorder itself is at work, which is nothing to record.
    Closed,
}

/// What stood at this thread's entrance when a probe came.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Entrance(*mut Lane);

/// The right to use this thread's lane, until it is dropped.
pub(super) struct Probing {
    lane: *mut Lane,
    /// The entrance afterwards.
    after: *mut Lane,
}

impl Here {
    fn door(&self) -> Door {
        let entrance = self.entrance.get();
        if entrance == PROBING {
            Door::Probing
        } else if entrance == CLOSED {
            Door::Closed
        } else {
            Door::Open
        }
    }

    /// The entrance of an open door.
    fn opened(&self) -> *mut Lane {
        let lane = self.lane.get();
        if self.forked.get() || self.ignoring.get() > 0 || lane.is_null() {
            return ptr::null_mut();
        }
        match self.pace.get() {
            Pace::Waits => ptr::null_mut(),
            Pace::Stacks => lane,
            Pace::Lines => lane.map_addr(|address| address | LINES),
        }
    }

    /// Sets the entrance anew after what it depends on has changed, if the door is open.
    fn adjust(&self) {
        if self.door() == Door::Open {
            self.entrance.set(self.opened());
        }
    }
}

/// What stands at this thread's entrance, and where that is.
#[inline]
pub(super) fn entrance() -> (Entrance, Distance) {
    let at = Own::distance();
    (Entrance(Own::entrance(at)), at)
}

impl Entrance {
    /// Shuts the door, which is `at` there, for a probe where stacks are lines alone;
    /// elsewhere `None`.
    #[inline]
    pub(super) fn for_line(self, at: Distance) -> Option<Probing> {
        let lane = self.0.wrapping_byte_sub(LINES);
        (self.0.addr() & LINES != 0).then(|| self.shut(lane, at))
    }

    /// Shuts the door for a probe where stacks are whole. Where they are lines alone it is
    /// not to be asked.
    #[inline]
    pub(super) fn for_stack(self) -> Option<Probing> {
        debug_assert!(self.0.addr() & LINES == 0, "stacks are lines alone");
        // Neither null nor one of the two that are no lanes.
        (self.0.addr() > CLOSED.addr()).then(|| self.shut(self.0, Own::distance()))
    }

    /// Shuts the door.
    #[inline]
    fn shut(self, lane: *mut Lane, at: Distance) -> Probing {
        // A signal handler on this thread finds the door shut before what follows.
        Own::shut(at);
        Probing {
            lane,
            after: self.0,
        }
    }
}

/// Shuts the door for a probe that has nothing to wait or look for.
#[inline]
pub(super) fn enter_at_once() -> Option<Probing> {
    let (entrance, at) = entrance();
    match entrance.for_line(at) {
        Some(probing) => Some(probing),
        None => entrance.for_stack(),
    }
}

/// Shuts an open door for a probe that may find no lane yet.
pub(super) fn enter() -> Probing {
    Own::with(|here| {
        here.entrance.set(PROBING);
        compiler_fence(Ordering::SeqCst);
        let lane = here.lane.get();
        let after = here.opened();
        Probing { lane, after }
    })
}

impl Probing {
    /// The lane; null if there was none.
    #[inline]
    pub(super) fn lane(&self) -> *mut Lane {
        self.lane
    }

    /// Looks again for a lane that was made meanwhile.
    pub(super) fn look_again(&mut self) {
        Own::with(|here| {
            self.lane = here.lane.get();
            self.after = here.opened();
        });
    }
}

impl Drop for Probing {
    #[inline]
    fn drop(&mut self) {
        // A signal handler finds it shut until all before is done.
        Own::set_entrance(Own::distance(), self.after);
    }
}

/// How this thread's door stands.
pub(super) fn state() -> Door {
    Own::with(Here::door)
}

/// This thread's lane, or null.
pub(super) fn lane() -> *mut Lane {
    Own::with(|here| here.lane.get())
}

/// The log of this thread's lane, or null.
pub(super) fn log() -> *const Log {
    Own::with(|here| here.log.get())
}

/// From here on this is the thread's lane, and that the lane's log.
pub(super) fn set_lane(lane: *mut Lane, log: *const Log, pace: Pace) {
    Own::with(|here| {
        here.lane.set(lane);
        here.log.set(log);
        here.pace.set(pace);
        here.adjust();
    });
}

/// The thread has no lane any more: the one that it had, or null.
pub(super) fn take_lane() -> *mut Lane {
    let lane = lane();
    set_lane(ptr::null_mut(), ptr::null(), Pace::Waits);
    lane
}

/// Silences the one thread of a forked child: its lanes are its parent's. Called where
/// little may be done: it stores to this thread's own memory and to an atomic.
pub(super) fn fork() {
    Own::with(|here| {
        here.forked.set(true);
        here.adjust();
        // SAFETY: null, or the log of this thread's lane, which shares it.
        if let Some(log) = unsafe { here.log.get().as_ref() } {
            // A probe that was interrupted lets the next one in again.
            log.close();
        }
    });
}

/// Whether this thread was there when the process was forked from another.
pub(super) fn is_forked() -> bool {
    Own::with(|here| here.forked.get())
}

/// Whether this thread's log had no room for it.
pub(super) fn is_refused() -> bool {
    Own::with(|here| here.refused.get())
}

/// The log had no room for this thread.
pub(super) fn refuse() {
    Own::with(|here| here.refused.set(true));
}

/// A number that changes whenever this thread records a synchronisation event.
#[inline]
pub(crate) fn synchronised() -> u64 {
    Own::with(|here| here.synchronised.get())
}

/// This thread records a synchronisation event.
#[inline]
pub(super) fn count_synchronised() {
    Own::with(|here| here.synchronised.set(here.synchronised.get() + 1));
}

/// Whether this thread's accesses are left out.
pub(super) fn is_ignoring() -> bool {
    Own::with(|here| here.ignoring.get() > 0)
}

/// Runs `f` with probes of this thread kept out, uncounted.
pub(crate) fn closed_to_probes<R>(f: impl FnOnce() -> R) -> R {
    struct Reopen(*mut Lane);
    impl Drop for Reopen {
        fn drop(&mut self) {
            Own::with(|here| {
                // The lane may be another one now.
                let was_open = self.0 != PROBING && self.0 != CLOSED;
                let entrance = if was_open { here.opened() } else { self.0 };
                here.entrance.set(entrance);
            });
        }
    }
    let _reopen = Reopen(Own::with(|here| here.entrance.replace(CLOSED)));
    f()
}

/// Runs `f` without recording this thread's accesses in it. Synchronisation is
/// recorded all the same, since losing it could invent races elsewhere.
pub(crate) fn ignoring<R>(f: impl FnOnce() -> R) -> R {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            Own::with(|here| {
                here.ignoring.set(here.ignoring.get() - 1);
                here.adjust();
            });
        }
    }
    Own::with(|here| {
        here.ignoring.set(here.ignoring.get() + 1);
        here.adjust();
    });
    let _restore = Restore;
    f()
}
