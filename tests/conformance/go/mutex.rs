//! Cases of `mutex_test.go`.

use std::thread::yield_now;

use racegate::cell::RaceCell;
use racegate::sync::Mutex;
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::pair2;
use crate::suite::cases;

cases! { GO;

/// Either critical section is whole, wherever the messages are sent.
fn no_race_mutex() {
    let (x, mutex, done) = (RaceCell::named("x", 0), Mutex::new(()), Chan::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            let _guard = mutex.lock().unwrap();
            x.set(1);
            done.send(true);
        });
        scope.spawn(|| {
            let guard = mutex.lock().unwrap();
            x.set(2);
            drop(guard);
            done.send(true);
        });
        done.recv();
        done.recv();
    });
}

/// What is written before the critical section is not in it.
fn race_mutex() {
    let (x, mutex) = (RaceCell::named("x", 0), Mutex::new(()));
    let to_the_end = || {
        x.set(1);
        let _guard = mutex.lock().unwrap();
    };
    pair2(to_the_end, || {
        x.set(2);
        let guard = mutex.lock().unwrap();
        drop(guard);
    });
}

/// Two locks exclude nobody.
fn race_mutex2() {
    let x = RaceCell::named("x", 0);
    let (one, another) = (Mutex::new(()), Mutex::new(()));
    let write = |mutex: &Mutex<()>, value| {
        let _guard = mutex.lock().unwrap();
        x.set(value);
    };
    pair2(|| write(&one, 1), || write(&another, 2));
}

/// No lock is held by both writers, and a flag under one orders them.
fn no_race_mutex_pure_happens_before() {
    let (x, written) = (RaceCell::named("x", 0), RaceCell::named("written", false));
    let mutex = Mutex::new(());
    let is_written = || {
        let _guard = mutex.lock().unwrap();
        written.get()
    };
    let first = || {
        x.set(1);
        let _guard = mutex.lock().unwrap();
        written.set(true);
    };
    pair2(first, || {
        while !is_written() {
            yield_now();
        }
        x.set(2);
    });
}

}
