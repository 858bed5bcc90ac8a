//! The cases `atomics`, `fences` and `lifetime`: what atomics order, what they do not,
//! and what a plain access to their memory makes of it. To free it is a plain write.

use racegate::annotate::{Named, plain_read, plain_write};
use racegate::cell::RaceCell;
use racegate::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use racegate::sync::atomic::{AtomicBool, AtomicI32, fence};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

const ROUNDS: i32 = 10;

/// What a thread does to an atomic.
type Deed = fn(&AtomicI32);

const ADD: Deed = |atomic| {
    atomic.fetch_add(1, Relaxed);
};
const EXCHANGE: Deed = |atomic| {
    atomic.swap(1, AcqRel);
};
const LOAD: Deed = |atomic| {
    atomic.load(SeqCst);
};
const STORE: Deed = |atomic| atomic.store(1, SeqCst);
const READ: Deed = |atomic| plain_read(atomic);
const WRITE: Deed = |atomic| plain_write(atomic);

/// Each of two deeds by a thread of its own, either of them first.
fn in_both_orders(one: Deed, other: Deed) {
    for [first, second] in [[one, other], [other, one]] {
        let atomic = AtomicI32::new(0).named("atomic");
        in_turn(|| first(&atomic), || second(&atomic));
    }
}

cases! { TSAN;

/// A relaxed load that sees the flag, and a fence after it, acquire as much as an
/// acquiring load does.
fn compare_exchange_acquire_fence() {
    let (full, data) = (AtomicBool::new(false), RaceCell::named("b", 0));
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..ROUNDS {
                while full.load(Acquire) {
                    thread::yield_now();
                }
                data.set(round);
                let swapped = full.compare_exchange(false, true, AcqRel, Acquire);
                assert_eq!(swapped, Ok(false));
            }
        });
        for round in 0..ROUNDS {
            while !full.load(Relaxed) {
                thread::yield_now();
            }
            fence(Acquire);
            assert_eq!(data.get(), round);
            full.store(false, Release);
        }
    });
}

/// Atomic operations do not race with one another, nor loads with reads.
fn atomic_norace() {
    in_both_orders(ADD, ADD);
    in_both_orders(EXCHANGE, EXCHANGE);
    in_both_orders(LOAD, STORE);
    in_both_orders(LOAD, READ);
}

/// One of the two is not atomic, and one of them writes.
fn atomic_race() {
    in_both_orders(ADD, WRITE);
    in_both_orders(ADD, READ);
    in_both_orders(LOAD, WRITE);
    in_both_orders(STORE, READ);
}

/// What another thread only just added to is freed.
fn atomic_free() {
    let atomic = AtomicI32::new(0).named("a");
    in_turn(|| { atomic.fetch_add(1, SeqCst); }, || plain_write(&atomic));
}

/// What was freed is added to.
fn atomic_free2() {
    let atomic = AtomicI32::new(0).named("a");
    in_turn(|| plain_write(&atomic), || { atomic.fetch_add(1, SeqCst); });
}

/// A relaxed store tells that it may be freed, which orders nothing.
fn atomic_free3() {
    let atomic = AtomicI32::new(0).named("a");
    thread::scope(|scope| {
        scope.spawn(|| atomic.store(1, Relaxed));
        while atomic.load(Relaxed) == 0 {
            thread::yield_now();
        }
        plain_write(&atomic);
    });
}

}
