//! Cases of `finalizer_test.go`: what runs when a value's last reference is dropped.

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::sync::{Arc, Mutex};
use racegate::thread;

use super::language::chan::Chan;
use crate::suite::cases;

/// A value with a finalizer.
struct Finalized<F: Fn()>(F);

impl<F: Fn()> Drop for Finalized<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Makes a value on one goroutine, which uses it and lets it go; drops its last
/// reference on another one; then goes on with `after` on the main one. Of the order
/// of the three racegate sees the reference count, and that the main goroutine awaits
/// the first one.
fn finalize(finalizer: impl Fn() + Send + Sync, usage: impl FnOnce() + Send, after: impl FnOnce()) {
    let (c, schedule) = (Chan::new(0), Schedule::steered());
    let (keep, kept) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let value = Arc::new(Finalized(finalizer));
            keep.send(Arc::clone(&value)).expect("it is awaited");
            usage();
            drop(value);
            schedule.pass(0);
            c.send(true);
        });
        scope.spawn(|| {
            let last = kept.into_iter().next();
            schedule.pass(1);
            drop(last);
            schedule.pass(2);
        });
        c.recv();
        schedule.pass(3);
        after();
    });
}

cases! { GO;

/// The finalizer runs after the last use.
fn no_race_fin() {
    let x = RaceCell::named("x", 0);
    finalize(|| x.set(2), || x.set(1), || {});
}

/// A lock protects what a finalizer shares with everybody.
fn no_race_fin_global() {
    let (count, mutex) = (RaceCell::named("count", 0), Mutex::new(()));
    let increment = || {
        let _guard = mutex.lock().unwrap();
        count.update(|count| count + 1);
    };
    finalize(increment, || {}, increment);
}

/// Nothing follows a finalizer.
fn race_fin() {
    let y = RaceCell::named("y", 0);
    finalize(|| y.set(42), || {}, || y.set(66));
}

}
