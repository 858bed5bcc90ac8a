//! A release is recorded before the real lock is free.
//!
//! The holder drops its guard at the bottom of a deep stack, which takes long to
//! capture; the other thread spins on the lock near the top of its own. Were the lock
//! free before its release is recorded, the other's acquire would come first.

use std::sync::Barrier;

use racegate::annotate::Named;
use racegate::sync::{Mutex, RwLock};
use racegate::{Report, check, thread};

use crate::history::{Step, steps_of};

/// How often the two meet; the other thread may not be running just then.
const ROUNDS: usize = 100;

/// Drops what `hold` returns on a deep stack, while `attempt` is made until it succeeds.
fn dropped_in_depth<G>(hold: impl Fn() -> G + Sync, attempt: impl Fn() -> bool + Sync) -> Report {
    let held = Barrier::new(2);
    check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let guard = hold();
                    held.wait();
                    drop_at(200, guard);
                    held.wait();
                }
            });
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    held.wait();
                    while !attempt() {
                        std::hint::spin_loop();
                    }
                    held.wait();
                }
            });
        });
    })
}

/// Drops the guard below this many frames.
#[inline(never)]
fn drop_at<G>(depth: usize, guard: G) {
    if depth == 0 {
        drop(guard);
    } else {
        drop_at(depth - 1, guard);
        // Something to return to, so that no frame is saved.
        std::hint::black_box(depth);
    }
}

#[test]
fn of_a_mutex() {
    let mutex = Mutex::new(()).named("deep");
    let report = dropped_in_depth(|| mutex.lock().unwrap(), || mutex.try_lock().is_ok());
    let steps = steps_of(&report, "deep");
    assert_eq!(steps.len(), ROUNDS * 4);
    for section in steps.chunks(2) {
        let thread = section[0].0;
        let expected = [(thread, Step::Acquire), (thread, Step::Release)];
        assert_eq!(section, expected);
    }
}

// For an rwlock it is enough that there is a trace: it is refused where a writer was
// not alone.

#[test]
fn of_a_writer_to_a_reader() {
    let lock = RwLock::new(()).named("deep");
    let report = dropped_in_depth(|| lock.write().unwrap(), || lock.try_read().is_ok());
    // Three of a writer, two of a reader.
    assert_eq!(steps_of(&report, "deep").len(), ROUNDS * 5);
}

#[test]
fn of_a_reader_to_a_writer() {
    let lock = RwLock::new(()).named("deep");
    let report = dropped_in_depth(|| lock.read().unwrap(), || lock.try_write().is_ok());
    assert_eq!(steps_of(&report, "deep").len(), ROUNDS * 5);
}
