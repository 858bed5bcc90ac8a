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
use super::log::Log;

thread_local! {
    // No destructor, so that probes work to the very end of a thread.
    static HERE: Here = const {
        Here {
            entrance: Cell::new(ptr::null_mut()),
            lane: Cell::new(ptr::null_mut()),
            log: Cell::new(ptr::null()),
            hurried: Cell::new(false),
            forked: Cell::new(false),
            ignoring: Cell::new(0),
            refused: Cell::new(false),
            synchronised: Cell::new(0),
        }
    };
}

/// What a thread knows of its own recording.
struct Here {
    /// The lane, when a probe may use it at once; else why not: null to look closer,
    /// [`PROBING`] or [`CLOSED`].
    entrance: Cell<*mut Lane>,
    /// This thread's lane, or null.
    lane: Cell<*mut Lane>,
    /// The log of that lane, for a probe inside another one, to which the lane belongs.
    log: Cell<*const Log>,
    /// A probe need do nothing before it uses the lane.
    hurried: Cell<bool>,
    /// The process is a fork of the one that this thread's lanes belong to.
    forked: Cell<bool>,
    ignoring: Cell<u32>,
    /// The log had no room for this thread.
    refused: Cell<bool>,
    synchronised: Cell<u64>,
}

const PROBING: *mut Lane = ptr::without_provenance_mut(1);
const CLOSED: *mut Lane = ptr::without_provenance_mut(2);

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
        if self.hurried.get() && !self.forked.get() && self.ignoring.get() == 0 {
            self.lane.get()
        } else {
            ptr::null_mut()
        }
    }

    /// Sets the entrance anew after what it depends on has changed, if the door is open.
    fn adjust(&self) {
        if self.door() == Door::Open {
            self.entrance.set(self.opened());
        }
    }
}

/// Shuts the door for a probe that has nothing to wait or look for.
#[inline]
pub(super) fn enter_at_once() -> Option<Probing> {
    HERE.with(|here| {
        let lane = here.entrance.get();
        // Neither null nor one of the two that are no lanes.
        (lane.addr() > CLOSED.addr()).then(|| {
            here.entrance.set(PROBING);
            // A signal handler on this thread finds the door shut before what follows.
            compiler_fence(Ordering::SeqCst);
            Probing { lane, after: lane }
        })
    })
}

/// Shuts an open door for a probe that may find no lane yet.
pub(super) fn enter() -> Probing {
    HERE.with(|here| {
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
        HERE.with(|here| {
            self.lane = here.lane.get();
            self.after = here.opened();
        });
    }
}

impl Drop for Probing {
    #[inline]
    fn drop(&mut self) {
        // A signal handler finds it shut until all before is done.
        compiler_fence(Ordering::SeqCst);
        HERE.with(|here| here.entrance.set(self.after));
    }
}

/// How this thread's door stands.
pub(super) fn state() -> Door {
    HERE.with(Here::door)
}

/// This thread's lane, or null.
pub(super) fn lane() -> *mut Lane {
    HERE.with(|here| here.lane.get())
}

/// The log of this thread's lane, or null.
pub(super) fn log() -> *const Log {
    HERE.with(|here| here.log.get())
}

/// From here on this is the thread's lane, and that the lane's log; a probe that is
/// `hurried` need do nothing before it uses the lane.
pub(super) fn set_lane(lane: *mut Lane, log: *const Log, hurried: bool) {
    HERE.with(|here| {
        here.lane.set(lane);
        here.log.set(log);
        here.hurried.set(hurried);
        here.adjust();
    });
}

/// The thread has no lane any more: the one that it had, or null.
pub(super) fn take_lane() -> *mut Lane {
    let lane = lane();
    set_lane(ptr::null_mut(), ptr::null(), false);
    lane
}

/// Silences the one thread of a forked child: its lanes are its parent's. Called where
/// little may be done: it stores to this thread's own memory and to an atomic.
pub(super) fn fork() {
    HERE.with(|here| {
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
    HERE.with(|here| here.forked.get())
}

/// Whether this thread's log had no room for it.
pub(super) fn is_refused() -> bool {
    HERE.with(|here| here.refused.get())
}

/// The log had no room for this thread.
pub(super) fn refuse() {
    HERE.with(|here| here.refused.set(true));
}

/// A number that changes whenever this thread records a synchronisation event.
#[inline]
pub(crate) fn synchronised() -> u64 {
    HERE.with(|here| here.synchronised.get())
}

/// This thread records a synchronisation event.
#[inline]
pub(super) fn count_synchronised() {
    HERE.with(|here| here.synchronised.set(here.synchronised.get() + 1));
}

/// Whether this thread's accesses are left out.
pub(super) fn is_ignoring() -> bool {
    HERE.with(|here| here.ignoring.get() > 0)
}

/// Runs `f` with probes of this thread kept out, uncounted.
pub(crate) fn closed_to_probes<R>(f: impl FnOnce() -> R) -> R {
    struct Reopen(*mut Lane);
    impl Drop for Reopen {
        fn drop(&mut self) {
            HERE.with(|here| {
                // The lane may be another one now.
                let was_open = self.0 != PROBING && self.0 != CLOSED;
                let entrance = if was_open { here.opened() } else { self.0 };
                here.entrance.set(entrance);
            });
        }
    }
    let _reopen = Reopen(HERE.with(|here| here.entrance.replace(CLOSED)));
    f()
}

/// Runs `f` without recording this thread's accesses in it. Synchronisation is
/// recorded all the same, since losing it could invent races elsewhere.
pub(crate) fn ignoring<R>(f: impl FnOnce() -> R) -> R {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            HERE.with(|here| {
                here.ignoring.set(here.ignoring.get() - 1);
                here.adjust();
            });
        }
    }
    HERE.with(|here| {
        here.ignoring.set(here.ignoring.get() + 1);
        here.adjust();
    });
    let _restore = Restore;
    f()
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// A lane that is nowhere: the door looks at its address alone.
    const LANE: *mut Lane = ptr::without_provenance_mut(64);

    /// Runs `body` on a thread of its own that has a lane.
    fn with_lane(hurried: bool, body: impl FnOnce() + Send) {
        let thread = || {
            set_lane(LANE, ptr::null(), hurried);
            body();
            assert_eq!(take_lane(), LANE);
        };
        std::thread::scope(|scope| scope.spawn(thread).join().expect("its assertions hold"));
    }

    #[test]
    fn no_probe_runs_inside_another() {
        with_lane(true, || {
            for _ in 0..2 {
                let probing = enter_at_once().expect("nothing is in the way");
                assert_eq!((probing.lane(), state()), (LANE, Door::Probing));
                assert!(enter_at_once().is_none());
                closed_to_probes(|| assert_eq!(state(), Door::Closed));
                ignoring(|| assert!(enter_at_once().is_none()));
                assert_eq!(state(), Door::Probing);
            }
        });
    }

    #[test]
    fn a_probe_that_has_to_look_closer_is_not_let_in_at_once() {
        with_lane(false, || {
            assert!(enter_at_once().is_none());
            let probing = enter();
            assert_eq!((probing.lane(), state()), (LANE, Door::Probing));
            drop(probing);
            assert_eq!(state(), Door::Open);
            assert!(enter_at_once().is_none());
        });
    }

    #[test]
    fn whoever_shuts_the_door_leaves_it_as_it_was_also_by_unwinding() {
        with_lane(true, || {
            let panics = catch_unwind(AssertUnwindSafe(|| {
                closed_to_probes(|| {
                    ignoring(|| {
                        assert!(enter_at_once().is_none());
                        panic!("inside of both");
                    })
                })
            }));
            assert!(panics.is_err());
            let panics = catch_unwind(AssertUnwindSafe(|| {
                let _probing = enter_at_once().expect("nothing is in the way");
                panic!("inside of a probe");
            }));
            assert!(panics.is_err());
            assert!(enter_at_once().is_some());
        });
    }

    #[test]
    fn a_lane_that_is_gone_is_not_entered_by_whoever_saw_it_before() {
        with_lane(true, || {
            let lane = closed_to_probes(take_lane);
            assert!(enter_at_once().is_none());
            closed_to_probes(|| set_lane(lane, ptr::null(), true));
            assert!(enter_at_once().is_some());
        });
    }

    #[test]
    fn a_forked_child_enters_no_lane_of_its_parent_again() {
        with_lane(true, || {
            let probing = enter_at_once();
            fork();
            drop(probing);
            set_lane(LANE, ptr::null(), true);
            assert!(enter_at_once().is_none() && is_forked());
        });
    }
}
