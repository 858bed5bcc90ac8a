//! The cases `simulation`: schedules that a random scheduler would have to find. Here
//! they are forced.

use std::sync::Barrier;
use std::sync::atomic::{self, Ordering};

use racegate::cell::RaceCell;
use racegate::sync::atomic::AtomicU32;
use racegate::sync::{Condvar, Mutex};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

const LOCKS: usize = 10;
const THREADS: usize = 5;

cases! { TSAN;

/// Two threads count between two atomic steps each: side by side they race, one after
/// the other the atomics order them.
fn simulate_non_atomic_interleaved_rare_race_cpp_pr_183200() {
    let (rare, usual) = (RaceCell::named("rare", 0), RaceCell::named("usual", 0));
    let step = AtomicU32::new(0);
    let (before, after) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                step.fetch_add(1, Ordering::SeqCst);
                before.wait();
                rare.update(|count| count + 1);
                after.wait();
                step.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    let one_by_one = || {
        step.fetch_add(1, Ordering::SeqCst);
        usual.update(|count| count + 1);
        step.fetch_add(1, Ordering::SeqCst);
    };
    in_turn(one_by_one, one_by_one);
}

/// Two wait and one is told; the other is told when that has been seen.
fn simulate_deadlock_missing_broadcast_cpp_pr_183200() {
    let (ready, changed) = (Mutex::new(0), Condvar::new());
    let x = RaceCell::named("x", 0);
    let woken = atomic::AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let waits = ready.lock().expect("no holder panics");
                let waits = changed.wait_while(waits, |ready| *ready == 0);
                let mut waited = waits.expect("no holder panics");
                *waited -= 1;
                x.update(|x| x + 1);
                drop(waited);
                woken.fetch_add(1, Ordering::Relaxed);
            });
        }
        for told in 1..=2 {
            *ready.lock().expect("no holder panics") += 1;
            changed.notify_one();
            while woken.load(Ordering::Relaxed) < told {
                thread::yield_now();
            }
        }
    });
}

/// Every thread takes the same locks in the same order.
fn simulate_multiple_mutexes_cpp_pr_183200() {
    let locks: [Mutex<()>; LOCKS] = [(); LOCKS].map(Mutex::new);
    let counter = RaceCell::named("counter", 0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let held: Vec<_> = locks.iter().map(Mutex::lock).collect();
                counter.update(|count| count + 1);
                drop(held);
            });
        }
    });
    assert_eq!(counter.into_inner(), 5);
}

}
