//! Cases of `sync_test.go`: condition variables.

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::sync::{Condvar, Mutex};

use super::language::pair::pair;
use crate::suite::cases;

cases! { GO;

/// The lock orders who signals before who is let go.
fn no_race_cond() {
    let (x, condition) = (RaceCell::named("x", 0), RaceCell::named("condition", 0));
    let (mutex, signal) = (Mutex::new(()), Condvar::new());
    let signaller = || {
        x.set(1);
        let _guard = mutex.lock().unwrap();
        condition.set(1);
        signal.notify_one();
    };
    pair(signaller, || {
        let guard = mutex.lock().unwrap();
        let guard = signal.wait_while(guard, |()| condition.get() != 1);
        drop(guard.unwrap());
        x.set(2);
    });
}

/// What is written after the lock is not ordered before the next one who takes it.
fn race_cond() {
    let (x, condition) = (RaceCell::named("x", 0), RaceCell::named("condition", 0));
    let (mutex, signal) = (Mutex::new(()), Condvar::new());
    let schedule = Schedule::steered();
    let signaller = || {
        x.set(1);
        let guard = mutex.lock().unwrap();
        condition.set(1);
        signal.notify_one();
        drop(guard);
        schedule.pass(1);
        let _guard = mutex.lock().unwrap();
        x.set(3);
    };
    pair(signaller, || {
        let guard = mutex.lock().unwrap();
        let guard = signal.wait_while(guard, |()| condition.get() != 1);
        drop(guard.unwrap());
        schedule.pass(0);
        x.set(2);
    });
}

}
