//! Cases of `chan_test.go`: closed channels.

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::pair;
use super::language::panic::panics;
use crate::suite::cases;

cases! { GO;

/// A close happens before a receive that it ends, which is no panic.
fn no_race_chan_async_close_recv() {
    let (v, c) = (RaceCell::named("v", 0), Chan::<i32>::new(10));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        assert!(!panics(|| assert_eq!(c.recv(), None)));
        v.set(2);
    });
}

/// The same, told by the receive.
fn no_race_chan_async_close_recv2() {
    let (v, c) = (RaceCell::named("v", 0), Chan::<i32>::new(10));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        if c.recv().is_none() {
            v.set(2);
        }
    });
}

/// The same, by the end of a loop.
fn no_race_chan_async_close_recv3() {
    let (v, c) = (RaceCell::named("v", 0), Chan::<i32>::new(10));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        for _ in c.iter() {}
        v.set(2);
    });
}

/// A channel without room is no different.
fn no_race_chan_sync_close_recv() {
    let (v, c) = (RaceCell::named("v", 0), Chan::<i32>::new(0));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        assert!(!panics(|| assert_eq!(c.recv(), None)));
        v.set(2);
    });
}

/// The same, told by the receive.
fn no_race_chan_sync_close_recv2() {
    let (v, c) = (RaceCell::named("v", 0), Chan::<i32>::new(0));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        if c.recv().is_none() {
            v.set(2);
        }
    });
}

/// The same, by the end of a loop.
fn no_race_chan_sync_close_recv3() {
    let (v, c) = (RaceCell::named("v", 0), Chan::<i32>::new(0));
    let closer = || {
        v.set(1);
        c.close();
    };
    pair(closer, || {
        for _ in c.iter() {}
        v.set(2);
    });
}

/// Who receives the message learns nothing of the close that came after it.
fn race_chan_wrong_close() {
    let first = RaceCell::named("v1", 0);
    let second = RaceCell::named("v2", 0);
    let (c, done, schedule) = (Chan::named("c", 1), Chan::new(0), Schedule::steered());
    thread::scope(|scope| {
        scope.spawn(|| {
            first.set(1);
            c.send(1);
            schedule.pass(0);
            done.send(true);
        });
        scope.spawn(|| {
            schedule.pass(1);
            second.set(2);
            c.close();
            schedule.pass(2);
            done.send(true);
        });
        schedule.pass(3);
        match c.recv() {
            Some(_) => second.set(3),
            None => first.set(3),
        }
        done.recv();
        done.recv();
    });
}

}
