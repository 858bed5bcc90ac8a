//! A release is recorded before the real lock is free, and before whatever else lets
//! another thread go on; an acquire after that thread really did.
//!
//! One thread gives at the bottom of a deep stack, which takes long to capture; the
//! other waits for it near the top of its own. Were it let go before the release is
//! recorded, or did it record its acquire before it is let go, the acquire would come
//! first.

use std::hint::spin_loop;
use std::sync::{Barrier, OnceLock};

use racegate::annotate::Named;
use racegate::cell::RaceCell;
use racegate::sync::mpsc::sync_channel;
use racegate::sync::{Arc, Mutex, Once, RwLock, RwLockWriteGuard, WaitGroup};
use racegate::thread::Thread;
use racegate::{Report, channel, check, thread};
use racegate_eventlog::ThreadId;

use crate::history::{Step, steps_of};

/// How often the two meet; the other thread may not be running just then.
const ROUNDS: usize = 100;

/// Lets go of what `hold` returns on a deep stack, while `attempt` is made until it
/// succeeds.
fn let_go_in_depth<G>(
    hold: impl Fn() -> G + Sync,
    let_go: impl Fn(G) + Sync,
    attempt: impl Fn() -> bool + Sync,
) -> Report {
    let held = Barrier::new(2);
    check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let guard = hold();
                    held.wait();
                    in_depth(200, || let_go(guard));
                    held.wait();
                }
            });
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    held.wait();
                    while !attempt() {
                        spin_loop();
                    }
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
    let (rounds, started) = (|| rounds.iter().zip(&cells), Barrier::new(2));
    let report = check(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                for (shared, cell) in rounds() {
                    cell.set(1);
                    started.wait();
                    in_depth(200, || give(shared));
                }
            });
            scope.spawn(|| {
                for (shared, cell) in rounds() {
                    started.wait();
                    take(shared);
                    assert_eq!(cell.get(), 1);
                }
            });
        });
    });
    report.assert_clean();
}

/// Runs this below so many frames.
#[inline(never)]
fn in_depth<R>(depth: usize, run: impl FnOnce() -> R) -> R {
    if depth == 0 {
        return run();
    }
    let result = in_depth(depth - 1, run);
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
