//! Cases of `time_test.go`, and of `sync_test.go` the timer's.

use std::time::Duration;

use racegate::cell::RaceCell;
use racegate::channel;
use racegate::thread::{self, Scope};

use super::language::chan::Chan;
use super::language::timer::{Timer, after_func};
use crate::suite::cases;

const AT_ONCE: Duration = Duration::from_nanos(1);
const LATE: Duration = Duration::from_secs(3600);

/// Counts down to below zero, by one timer after the other.
fn count_down<'scope>(
    scope: &'scope Scope<'scope, '_>,
    count: &'scope RaceCell<i32>,
    c: &'scope Chan<bool>,
) {
    count.update(|count| count - 1);
    if count.get() >= 0 {
        after_func(scope, Duration::ZERO, move || count_down(scope, count, c));
    } else {
        c.send(true);
    }
}

cases! { GO;

/// That a timer is set happens before its function.
fn no_race_after_func1() {
    let (count, c) = (RaceCell::named("count", 2), Chan::new(0));
    thread::scope(|scope| {
        let (count, c) = (&count, &c);
        after_func(scope, Duration::ZERO, move || count_down(scope, count, c));
        c.recv();
    });
}

/// The function's message orders it before what follows.
fn no_race_after_func() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(0));
    thread::scope(|scope| {
        v.set(1);
        after_func(scope, AT_ONCE, || {
            v.set(2);
            c.send(true);
        });
        c.recv();
        v.set(3);
    });
}

/// That a timer is reset happens before its function.
fn no_race_after_func_reset() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(0));
    thread::scope(|scope| {
        let (v, c) = (&v, &c);
        let timer = Timer::after_func(scope, LATE, || {
            v.set(1);
            c.send(true);
        });
        timer.stop();
        v.set(2);
        timer.reset(AT_ONCE);
        c.recv();
        v.set(3);
    });
}

/// A goroutine that waits for a timer follows who started it.
fn no_race_timer() {
    let (v, c) = (RaceCell::named("v", 0), Chan::new(0));
    thread::scope(|scope| {
        v.set(1);
        let timer = channel::after(AT_ONCE);
        let (v, c) = (&v, &c);
        scope.spawn(move || {
            timer.recv().expect("it is sent in time");
            v.set(2);
            c.send(true);
        });
        c.recv();
        v.set(3);
    });
}

}
