//! Cases of `select_test.go`.

use std::sync::Arc;
use std::thread::yield_now;

use racegate::cell::RaceCell;
use racegate::thread;

use super::language::chan::Chan;
use super::language::pair::{pair, pair2};
use super::language::select::Select;
use crate::suite::cases;

/// A function to call, and whom to tell.
struct Task<'a> {
    call: Box<dyn FnOnce() + Send + 'a>,
    done: Arc<Chan<bool>>,
}

/// Sends, selected or by itself.
fn send(selected: bool, c: &Chan<bool>, never: &Chan<bool>) {
    if !selected {
        return c.send(true);
    }
    let chosen = Select::new().send(c).recv(never).wait();
    assert_eq!(chosen.case(), 0);
    chosen.send(c, true);
}

/// Receives, selected or by itself.
fn receive(selected: bool, c: &Chan<bool>, never: &Chan<bool>) {
    if !selected {
        c.recv();
        return;
    }
    let chosen = Select::new().recv(c).recv(never).wait();
    assert_eq!(chosen.case(), 0);
    chosen.recv(c);
}

/// Writes on one goroutine, and, when they have met, on another one.
fn write_and_meet(selected: bool, yields: bool) {
    let x = RaceCell::named("x", 0);
    let (c, never) = (Chan::new(0), Chan::new(0));
    let first = || {
        if yields {
            yield_now();
        }
        x.set(1);
        send(selected, &c, &never);
    };
    pair2(first, || {
        receive(selected, &c, &never);
        x.set(2);
    });
}

cases! { GO;

/// A selected send and a selected receive are a send and a receive.
fn no_race_select1() {
    let x = RaceCell::named("x", 0);
    let (c, c1) = (Chan::new(0), Chan::<bool>::new(0));
    let completed = Chan::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            x.set(1);
            let chosen = Select::new().send(&c).send(&c1).wait();
            assert_eq!(chosen.case(), 0);
            chosen.send(&c, true);
            completed.send(true);
        });
        let chosen = Select::new().recv(&c).send(&c1).wait();
        assert_eq!(chosen.case(), 0);
        chosen.recv(&c);
        x.set(2);
        completed.recv();
    });
}

/// A selected receive follows the close that ends it.
fn no_race_select2() {
    let x = RaceCell::named("x", 0);
    let (c, c1) = (Chan::<bool>::new(0), Chan::<bool>::new(0));
    let receiver = || {
        let chosen = Select::new().recv(&c).recv(&c1).wait();
        assert_eq!(chosen.case(), 0);
        assert_eq!(chosen.recv(&c), None);
        x.set(1);
    };
    pair(receiver, || {
        x.set(2);
        c.close();
        yield_now();
    });
}

/// A selected send needs nobody to receive it at once.
fn no_race_select3() {
    let x = RaceCell::named("x", 0);
    let (c, c1) = (Chan::new(10), Chan::<bool>::new(0));
    let sender = || {
        x.set(1);
        let chosen = Select::new().send(&c).recv(&c1).wait();
        assert_eq!(chosen.case(), 0);
        chosen.send(&c, true);
    };
    pair(sender, || {
        c.recv();
        x.set(2);
    });
}

/// A server calls a function for its client.
fn no_race_select4() {
    let x = RaceCell::named("x", 0);
    let (queue, never) = (Chan::<Task<'_>>::new(0), Chan::<bool>::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while let Some(task) = Select::new().recv(&queue).wait().recv(&queue) {
                (task.call)();
                task.done.send(true);
            }
        });
        let done = Arc::new(Chan::new(1));
        let task = Task {
            call: Box::new(|| x.set(1)),
            done: Arc::clone(&done),
        };
        let chosen = Select::new().send(&queue).recv(&never).wait();
        chosen.send(&queue, task);
        let chosen = Select::new().recv(&done).recv(&never).wait();
        chosen.recv(&done);
        assert_eq!(x.get(), 1);
        queue.close();
    });
}

/// To select one of one is to do it, however the two meet.
fn no_race_select5() {
    for selected in [true, false] {
        for yields in [true, false] {
            write_and_meet(selected, yields);
        }
    }
}

}
