//! Cases of `rwmutex_test.go`.

use racegate::cell::RaceCell;
use racegate::sync::{Mutex, RwLock};
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::pair2;
use crate::suite::cases;

cases! { GO;

/// A mutex and a reader-writer lock are two locks.
fn race_mutex_rw_mutex() {
    let x = RaceCell::named("x", 0);
    let (mutex, lock) = (Mutex::new(()), RwLock::new(()));
    let under_the_mutex = || {
        let _guard = mutex.lock().unwrap();
        x.set(1);
    };
    pair2(under_the_mutex, || {
        let _guard = lock.write().unwrap();
        x.set(2);
    });
}

/// A writer and a reader exclude each other.
fn no_race_rw_mutex() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let lock = RwLock::new(());
    let writer = || {
        let _guard = lock.write().unwrap();
        x.set(1);
    };
    pair2(writer, || {
        let _guard = lock.read().unwrap();
        y.set(x.get());
    });
}

/// Readers exclude nobody: of three, two are on one side of the writer.
fn race_rw_mutex_multiple_readers() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let (lock, done) = (RwLock::new(()), Chan::new(4));
    let reader = || {
        let guard = lock.read().unwrap();
        y.set(x.get() + 1);
        drop(guard);
        done.send(());
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            let guard = lock.write().unwrap();
            x.set(1);
            drop(guard);
            done.send(());
        });
        for _ in 0..3 {
            scope.spawn(reader);
        }
        for _ in 0..4 {
            done.recv();
        }
    });
}

}
