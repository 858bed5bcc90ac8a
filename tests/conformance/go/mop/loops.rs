//! Loops: what their heads read and write.

use racegate::cell::{RaceArray, RaceCell};
use racegate::channel;
use racegate::thread;

use crate::go::language::pair::pair_over;
use crate::suite::cases;

cases! { GO;

/// One thread alone.
fn no_race_range() {
    let a = RaceArray::named("a", [1, 2, 3]);
    let (sender, receiver) = channel::bounded(3);
    for index in 0..a.len() {
        sender.send(a.get(index)).expect("there is room");
    }
    drop(sender);
    assert_eq!(receiver.iter().sum::<i32>(), 6);
}

/// One thread alone, whose loop writes to elements.
fn no_race_range_issue5446() {
    let a = RaceArray::named("a", [0; 3]);
    let (sender, receiver) = channel::bounded(3);
    for (index, value) in [1, 2, 3].into_iter().enumerate() {
        a.set(index, value);
        sender.send(a.get(index)).expect("there is room");
    }
    drop(sender);
    assert_eq!(receiver.iter().sum::<i32>(), 6);
}

/// The loop writes its variable again, and the goroutine of the last round reads it.
fn race_range() {
    let v = RaceCell::named("v", 0);
    let (x, y) = (RaceCell::named("x", 0), RaceCell::named("y", 0));
    let (done, finished) = channel::bounded(2);
    thread::scope(|scope| {
        let (x, y, v) = (&x, &y, &v);
        for (round, value) in [1, 2].into_iter().enumerate() {
            v.set(value);
            let done = done.clone();
            scope.spawn(move || {
                if round == 0 {
                    x.set(v.get())
                } else {
                    y.set(v.get())
                }
                done.send(()).expect("it is awaited");
            });
            thread::yield_now();
        }
        assert_eq!(finished.iter().take(2).count(), 2);
    });
}

/// A loop of no rounds has a beginning.
fn race_for_init() {
    let x = RaceCell::named("x", 0);
    let (sender, receiver) = channel::bounded(0);
    thread::scope(|scope| {
        let x = &x;
        scope.spawn(move || sender.send(x.get()).expect("it is awaited"));
        let begin = || {
            x.set(0);
            0
        };
        let mut left = begin();
        while left > 0 {
            left -= 1;
        }
        receiver.recv().expect("it ends")
    });
}

/// A loop of no rounds takes no step.
fn no_race_for_incr() {
    let x = RaceCell::named("x", 0);
    pair_over(
        0,
        || x.update(|x| x + 1),
        || {
            let mut rounds = 0..0;
            while rounds.next().is_some() {
                x.update(|x| x + 1);
            }
        },
    );
}

}
