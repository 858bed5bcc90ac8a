//! A release is recorded before the real lock is free, and before whatever else lets
//! another thread go on; an acquire after that thread really did.
//!
//! One thread gives at the bottom of a deep stack that was never seen before, which
//! takes long to record, and longer still with an allocator that waits for the other
//! thread; that one goes on as soon as it can. Were it let go before the release is
//! recorded, or did it record its acquire before it is let go, the acquire would come
//! first.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, OnceLock};

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::mpsc::sync_channel;
use racegate::sync::{Arc, Mutex, Once, RwLock, RwLockWriteGuard, WaitGroup};
use racegate::thread::Thread;
use racegate::{Report, channel, check, thread};
use racegate_eventlog::ThreadId;

use crate::dawdle;
use crate::history::{Step, steps_of};

/// How often the two meet; the other thread may not be running just then.
const ROUNDS: usize = 12;
/// How deep the stack is on which something is given.
const DEPTH: usize = 200;

/// How many rounds the taking thread has taken in.
fn no_rounds() -> &'static AtomicUsize {
    Box::leak(Box::new(AtomicUsize::new(0)))
}

/// Lets go of what `hold` returns on a deep stack, while `attempt` is made until it
/// succeeds.
fn let_go_in_depth<G>(
    hold: impl Fn() -> G + Sync,
    let_go: impl Fn(G) + Sync,
    attempt: impl Fn() -> bool + Sync,
) -> Report {
    let (held, taken) = (Barrier::new(2), no_rounds());
    check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                for round in 0..ROUNDS {
                    let guard = hold();
                    held.wait();
                    let let_go = || let_go(guard);
                    in_depth(DEPTH, round, || {
                        dawdle::waiting_for(taken, round + 1, let_go);
                    });
                    held.wait();
                }
            });
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    held.wait();
                    while !attempt() {
                        spin_loop();
                    }
                    taken.fetch_add(1, Ordering::Relaxed);
                    held.wait();
                }
            });
        });
    })
}

/// One thread writes a cell and gives on a deep stack; the other takes, and reads it.
fn given_in_depth<S: Sync>(
    round: impl Fn() -> S,
    give: impl Fn(&S) + Sync,
    take: impl Fn(&S) + Sync,
) {
    let rounds: Vec<S> = (0..ROUNDS).map(|_| round()).collect();
    let cells: Vec<RaceCell<u8>> = (0..ROUNDS).map(|_| RaceCell::new(0)).collect();
    let rounds = || rounds.iter().zip(&cells).enumerate();
    let (started, taken) = (Barrier::new(2), no_rounds());
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                for (round, (shared, cell)) in rounds() {
                    cell.set(1);
                    started.wait();
                    in_depth(DEPTH, round, || {
                        dawdle::waiting_for(taken, round + 1, || give(shared));
                    });
                }
            });
            scope.spawn(|| {
                for (_, (shared, cell)) in rounds() {
                    started.wait();
                    take(shared);
                    taken.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(cell.get(), 1);
                }
            });
        });
    });
    report.assert_clean();
}

/// Runs this below so many frames, which no other `way` leads to.
#[inline(never)]
fn in_depth<R>(depth: usize, way: usize, run: impl FnOnce() -> R) -> R {
    if depth == 0 {
        return run();
    }
    // The outermost calls spell the way, so that everything below them is new.
    let result = if way.is_multiple_of(2) {
        in_depth(depth - 1, way / 2, run)
    } else {
        std::hint::black_box(way);
        in_depth(depth - 1, way / 2, run)
    };
    // Something to return to, so that no frame is saved.
    std::hint::black_box(depth);
    result
}

/// The steps of the lock of this name that are no requests.
fn steps(report: &Report, name: &str) -> Vec<(ThreadId, Step)> {
    let mut steps = steps_of(report, name);
    steps.retain(|(_, step)| *step != Step::Request);
    steps
}

#[test]
fn of_a_mutex() {
    let mutex = Mutex::new(()).named("deep");
    let hold = || mutex.lock().unwrap();
    let attempts: [&(dyn Fn() -> bool + Sync); 2] =
        [&|| mutex.try_lock().is_ok(), &|| mutex.lock().is_ok()];
    for attempt in attempts {
        let report = let_go_in_depth(hold, drop, attempt);
        let steps = steps(&report, "deep");
        assert_eq!(steps.len(), ROUNDS * 4);
        for section in steps.chunks(2) {
            let thread = section[0].0;
            let expected = [(thread, Step::Acquire), (thread, Step::Release)];
            assert_eq!(section, expected);
        }
    }
}

// For an rwlock it is enough that there is a trace: it is refused where a writer was
// not alone.

#[test]
fn of_a_writer_to_a_reader() {
    let lock = RwLock::new(()).named("deep");
    let hold = || lock.write().unwrap();
    let attempts: [&(dyn Fn() -> bool + Sync); 2] =
        [&|| lock.try_read().is_ok(), &|| lock.read().is_ok()];
    for attempt in attempts {
        let report = let_go_in_depth(hold, drop, attempt);
        // Three of a writer, two of a reader.
        assert_eq!(steps(&report, "deep").len(), ROUNDS * 5);
    }
}

#[test]
fn of_a_reader_to_a_writer() {
    let lock = RwLock::new(()).named("deep");
    let hold = || lock.read().unwrap();
    let attempts: [&(dyn Fn() -> bool + Sync); 2] =
        [&|| lock.try_write().is_ok(), &|| lock.write().is_ok()];
    for attempt in attempts {
        let report = let_go_in_depth(hold, drop, attempt);
        assert_eq!(steps(&report, "deep").len(), ROUNDS * 5);
    }
}

#[test]
fn of_a_writer_that_becomes_a_reader() {
    let lock = RwLock::new(()).named("deep");
    let report = let_go_in_depth(
        || lock.write().unwrap(),
        |writing| drop(RwLockWriteGuard::downgrade(writing)),
        || lock.try_read().is_ok(),
    );
    // Three of a writer, two of each reader.
    assert_eq!(steps(&report, "deep").len(), ROUNDS * 7);
}

#[test]
fn of_an_initialiser() {
    given_in_depth(
        Once::new,
        |once| once.call_once(|| {}),
        |once| {
            while !once.is_completed() {
                spin_loop();
            }
        },
    );
}

#[test]
fn of_what_is_done_to_who_waits_for_it() {
    let round = || {
        let group = WaitGroup::new();
        group.add(1);
        group
    };
    given_in_depth(round, WaitGroup::done, WaitGroup::wait);
}

#[test]
fn of_a_dropped_reference() {
    let round = || {
        let one = Arc::new(());
        let other = Arc::clone(&one);
        [one, other].map(|reference| std::sync::Mutex::new(Some(reference)))
    };
    let taken = |reference: &std::sync::Mutex<Option<Arc<()>>>| reference.lock().unwrap().take();
    given_in_depth(
        round,
        |[mine, _]| drop(taken(mine)),
        |[_, mine]| {
            let mut last = taken(mine).expect("it is taken once");
            while Arc::get_mut(&mut last).is_none() {
                spin_loop();
            }
            // Its drop would acquire once more.
            std::mem::forget(last);
        },
    );
}

#[test]
fn of_an_unpark() {
    given_in_depth(
        OnceLock::<Thread>::new,
        |parked| parked.wait().unpark(),
        |parked| {
            parked.set(thread::current()).expect("it is set once");
            thread::park();
        },
    );
}

#[test]
fn of_a_send_to_its_receive() {
    for bound in [None, Some(1)] {
        given_in_depth(
            || bound.map_or_else(channel::unbounded, channel::bounded),
            |(sender, _)| sender.send(()).expect("it is received"),
            |(_, receiver)| while receiver.try_recv().is_err() {},
        );
    }
    given_in_depth(
        || {
            let (sender, receiver) = sync_channel(1);
            // Only to be shared; one thread receives.
            (sender, std::sync::Mutex::new(receiver))
        },
        |(sender, _)| sender.send(()).expect("it is received"),
        |(_, receiver)| while receiver.lock().unwrap().try_recv().is_err() {},
    );
}

#[test]
fn of_each_side_of_a_meeting_to_the_other() {
    let round = || channel::bounded(0);
    given_in_depth(
        round,
        |(_, receiver)| receiver.recv().expect("it is sent"),
        |(sender, _)| sender.send(()).expect("it is received"),
    );
    given_in_depth(
        round,
        |(sender, _)| sender.send(()).expect("it is received"),
        |(_, receiver)| receiver.recv().expect("it is sent"),
    );
}
