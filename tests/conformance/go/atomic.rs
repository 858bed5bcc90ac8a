//! Cases of `atomic_test.go`.

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::sync::atomic::{AtomicI32, AtomicI64, Ordering::SeqCst};
use racegate::thread;

use super::language::pair::{pair, pair2};
use crate::suite::cases;

/// Waits for it.
fn spin_until(holds: impl Fn() -> bool) {
    while !holds() {
        thread::yield_now();
    }
}

cases! { GO;

/// The second adder alone touches the other's cell.
fn no_race_atomic_add_int64() {
    let first = RaceCell::named("x1", 0);
    let second = RaceCell::named("x2", 0);
    let added = AtomicI64::new(0);
    let adder = |own: &RaceCell<i32>, other: &RaceCell<i32>| {
        own.set(1);
        if added.fetch_add(1, SeqCst) == 1 {
            other.set(1);
        }
    };
    pair2(|| adder(&first, &second), || adder(&second, &first));
}

/// Nothing orders the first adder after the other's write.
fn race_atomic_add_int64() {
    let first = RaceCell::named("x1", 0);
    let second = RaceCell::named("x2", 0);
    let (added, schedule) = (AtomicI64::new(0), Schedule::steered());
    let adder = |turn: usize, own: &RaceCell<i32>, other: &RaceCell<i32>| {
        own.set(1);
        schedule.pass(turn);
        let before = added.fetch_add(1, SeqCst);
        schedule.pass(turn + 1);
        if before == 0 {
            other.set(1);
        }
    };
    pair2(|| adder(0, &first, &second), || adder(2, &second, &first));
}

/// The width makes no difference.
fn no_race_atomic_add_int32() {
    let first = RaceCell::named("x1", 0);
    let second = RaceCell::named("x2", 0);
    let added = AtomicI32::new(0);
    let adder = |own: &RaceCell<i32>, other: &RaceCell<i32>| {
        own.set(1);
        if added.fetch_add(1, SeqCst) == 1 {
            other.set(1);
        }
    };
    pair2(|| adder(&first, &second), || adder(&second, &first));
}

/// An addition releases, and a load of it acquires.
fn no_race_atomic_load_add_int32() {
    let (cell, atomic) = (RaceCell::named("x", 0), AtomicI32::new(0));
    let adder = || {
        cell.set(1);
        atomic.fetch_add(1, SeqCst);
    };
    pair(adder, || {
        spin_until(|| atomic.load(SeqCst) == 1);
        cell.set(2);
    });
}

/// A store releases, and a load of it acquires.
fn no_race_atomic_load_store_int32() {
    let (cell, atomic) = (RaceCell::named("x", 0), AtomicI32::new(0));
    let storer = || {
        cell.set(1);
        atomic.store(1, SeqCst);
    };
    pair(storer, || {
        spin_until(|| atomic.load(SeqCst) == 1);
        cell.set(2);
    });
}

/// An exchange acquires the store that it replaces.
fn no_race_atomic_store_cas_int32() {
    let (cell, atomic) = (RaceCell::named("x", 0), AtomicI32::new(0));
    let storer = || {
        cell.set(1);
        atomic.store(1, SeqCst);
    };
    pair(storer, || {
        spin_until(|| atomic.compare_exchange(1, 0, SeqCst, SeqCst).is_ok());
        cell.set(2);
    });
}

/// An exchange releases.
fn no_race_atomic_cas_load_int32() {
    let (cell, atomic) = (RaceCell::named("x", 0), AtomicI32::new(0));
    let exchanger = || {
        cell.set(1);
        let before = atomic.compare_exchange(0, 1, SeqCst, SeqCst);
        before.expect("nobody else writes");
    };
    pair(exchanger, || {
        spin_until(|| atomic.load(SeqCst) == 1);
        cell.set(2);
    });
}

/// An exchange releases to the next one.
fn no_race_atomic_cascas_int32() {
    let (cell, atomic) = (RaceCell::named("x", 0), AtomicI32::new(0));
    let exchanger = || {
        cell.set(1);
        let before = atomic.compare_exchange(0, 1, SeqCst, SeqCst);
        before.expect("the other one waits for this");
    };
    pair(exchanger, || {
        spin_until(|| atomic.compare_exchange(1, 0, SeqCst, SeqCst).is_ok());
        cell.set(2);
    });
}

/// An exchange that fails is a load, which acquires.
fn no_race_atomic_cascas_int32_2() {
    let first = RaceCell::named("x1", 0);
    let second = RaceCell::named("x2", 0);
    let atomic = AtomicI32::new(0);
    let exchanger = |own: &RaceCell<i32>, other: &RaceCell<i32>| {
        own.set(1);
        if atomic.compare_exchange(0, 1, SeqCst, SeqCst).is_err() {
            other.set(1);
        }
    };
    pair2(
        || exchanger(&first, &second),
        || exchanger(&second, &first),
    );
}

}
