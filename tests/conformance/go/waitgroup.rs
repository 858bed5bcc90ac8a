//! Cases of `waitgroup_test.go`.

use std::sync::Barrier;
use std::thread::yield_now;

use racegate::annotate::Named;
use racegate::cell::{RaceArray, RaceCell};
use racegate::sync::WaitGroup;
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::pair2;
use crate::suite::cases;

/// So many workers write, and all are waited for.
fn write_and_wait(workers: i32) {
    let (x, group) = (RaceCell::named("x", 0), WaitGroup::new());
    thread::scope(|scope| {
        for worker in 0..workers {
            group.add(1);
            let (x, group) = (&x, &group);
            scope.spawn(move || {
                x.set(worker);
                group.done();
            });
        }
        group.wait();
    });
}

cases! { GO;

/// One worker is alone.
fn no_race_wait_group() {
    write_and_wait(1);
}

/// Nothing orders two workers.
fn race_wait_group() {
    write_and_wait(2);
}

/// Work happens before the end of the wait for it.
fn no_race_wait_group2() {
    let (x, group) = (RaceCell::named("x", 0), WaitGroup::new());
    thread::scope(|scope| {
        group.add(1);
        scope.spawn(|| {
            x.set(1);
            group.done();
        });
        group.wait();
        x.set(2);
    });
}

/// Any number may wait for nothing.
fn no_race_wait_group_multiple_wait() {
    let (group, c) = (WaitGroup::new(), Chan::new(2));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                group.wait();
                c.send(true);
            });
        }
        group.wait();
        c.recv();
        c.recv();
    });
}

/// Workers may wait for each other.
fn no_race_wait_group_multiple_wait2() {
    let (group, c) = (WaitGroup::new(), Chan::new(2));
    group.add(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                group.done();
                group.wait();
                c.send(true);
            });
        }
        group.wait();
        c.recv();
        c.recv();
    });
}

/// Everybody who waits comes after all the work.
fn no_race_wait_group_multiple_wait3() {
    const WORKERS: usize = 3;
    let data = RaceArray::named("data", [0; WORKERS]);
    let (group, c) = (WaitGroup::new(), Chan::new(WORKERS));
    group.add(3);
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (data, group) = (&data, &group);
            scope.spawn(move || {
                data.set(worker, 1);
                group.done();
            });
        }
        for _ in 0..WORKERS {
            scope.spawn(|| {
                group.wait();
                c.send(data.read_range(..));
            });
        }
        for _ in 0..WORKERS {
            assert_eq!(c.recv(), Some(vec![1; WORKERS]));
        }
    });
}

/// To wait for nobody excludes nobody.
fn race_wait_group_as_mutex() {
    let (x, group) = (RaceCell::named("x", 0), WaitGroup::new().named("group"));
    let both_have_waited = Barrier::new(2);
    let enter = |value| {
        group.wait();
        both_have_waited.wait();
        group.add(1);
        x.set(value);
        group.add(-1);
    };
    pair2(|| enter(1), || enter(2));
}

/// Who adds its own work can be too late for the wait.
fn race_wait_group_wrong_wait() {
    let (x, group) = (RaceCell::named("x", 0), WaitGroup::new().named("group"));
    let (c, main_has_waited) = (Chan::new(2), Barrier::new(3));
    let worker = |value| {
        main_has_waited.wait();
        group.add(1);
        yield_now();
        x.set(value);
        group.done();
        c.send(true);
    };
    thread::scope(|scope| {
        scope.spawn(|| worker(1));
        scope.spawn(|| worker(2));
        group.wait();
        main_has_waited.wait();
        c.recv();
        c.recv();
    });
}

/// Or just in time, by luck.
fn race_wait_group_wrong_add() {
    let (group, c) = (WaitGroup::new().named("group"), Chan::new(2));
    let both_have_added = Barrier::new(3);
    let worker = || {
        group.add(1);
        both_have_added.wait();
        group.done();
        c.send(true);
    };
    thread::scope(|scope| {
        scope.spawn(worker);
        scope.spawn(worker);
        both_have_added.wait();
        group.wait();
        c.recv();
        c.recv();
    });
}

}
