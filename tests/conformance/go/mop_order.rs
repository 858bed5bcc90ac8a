//! Cases of `mop_test.go` that are about order, not about what an access is.

use std::thread::yield_now;

use racegate::cell::RaceCell;
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::{pair, pair2};
use super::language::panic::{panic_quietly, panics};
use crate::suite::cases;

cases! { GO;

/// The main goroutine stands between the two closures.
fn no_race_int_rw_closures() {
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let c = Chan::new(1);
    let copy = |from: &RaceCell<i32>, to: &RaceCell<i32>| {
        to.set(from.get());
        c.send(1);
    };
    thread::scope(|scope| {
        scope.spawn(|| copy(&x, &y));
        c.recv();
        scope.spawn(|| copy(&y, &x));
        c.recv();
    });
}

/// A loop writes once, before the first send of its body.
fn no_race_for_init() {
    let (x, c) = (RaceCell::named("x", 0), Chan::new(0));
    let counter = || c.iter().for_each(|()| x.update(|x| x + 1));
    pair(counter, || {
        x.set(42);
        for _ in 0..10 {
            c.send(());
        }
        c.close();
    });
}

/// A loop's condition is read again after the send of its body.
fn race_for_test() {
    let (stop, c) = (RaceCell::named("stop", false), Chan::new(0));
    let stopper = || c.iter().for_each(|()| stop.set(true));
    pair(stopper, || {
        while !stop.get() {
            c.send(());
            yield_now();
        }
        c.close();
    });
}

/// What a loop does between two rounds, it does after the send of its body.
fn race_for_incr() {
    let (x, c) = (RaceCell::named("x", 0), Chan::new(0));
    let counter = || c.iter().for_each(|()| x.update(|x| x + 1));
    pair(counter, || {
        for _ in 0..10 {
            c.send(());
            x.update(|x| x + 1);
        }
        c.close();
    });
}

/// Panics order nothing.
fn race_panic() {
    let x = RaceCell::named("x", 0);
    let panicking = |value| {
        if panics(|| panic_quietly("it is caught")) {
            x.set(value);
        }
    };
    pair2(|| panicking(1), || panicking(2));
}

}
