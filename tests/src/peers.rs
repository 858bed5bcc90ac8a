//! Programs in which a race is far away, or looks like one and is none.
//!
//! **Invariant:** the threads take turns through std's own primitives, which racegate
//! does not see, so every run is the same and no turn is an edge.

use std::sync::Barrier;
use std::sync::mpsc;

use racegate::cell::RaceCell;
use racegate::sync::atomic::{AtomicU32, Ordering, fence};
use racegate::thread;

/// One thread writes the cell `distant` and then makes `further` accesses to another;
/// only then does a second thread read.
pub fn long_history(further: u32) {
    let distant = RaceCell::named("distant", 0);
    let turn = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            distant.set(1);
            let own = RaceCell::named("own", 0);
            for _ in 0..further {
                own.get();
            }
            turn.wait();
        });
        scope.spawn(|| {
            turn.wait();
            distant.get()
        });
    });
}

/// One reader that nothing orders, then `ordered` readers that are joined, then a
/// write.
pub fn one_unordered_reader(ordered: usize) {
    let cell = RaceCell::named("cell", 0);
    let turn = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            cell.get();
            turn.wait();
        });
        turn.wait();
        for _ in 0..ordered {
            let reader = scope.spawn(|| cell.get());
            reader.join().expect("it does not panic");
        }
        cell.set(1);
    });
}

/// A thread writes, ends, and is not joined; `others` threads come and go; then
/// somebody reads.
pub fn ended_thread(others: usize) {
    let cell = std::sync::Arc::new(RaceCell::named("cell", 0));
    let written = std::sync::Arc::clone(&cell);
    let (ending, ended) = mpsc::channel();
    let writer = thread::spawn(move || {
        written.set(1);
        ending.send(()).expect("the reader waits");
    });
    ended.recv().expect("the writer says when");
    while !writer.is_finished() {
        thread::yield_now();
    }
    for _ in 0..others {
        let other = thread::spawn(|| ());
        other.join().expect("it does not panic");
    }
    cell.get();
}

/// Each of `owners` reads, and gives up its share; the last one to do so writes.
pub fn last_owner_frees(owners: u32) {
    let value = RaceCell::named("value", 1);
    let shares = AtomicU32::new(owners);
    thread::scope(|scope| {
        for _ in 0..owners {
            scope.spawn(|| {
                value.get();
                if shares.fetch_sub(1, Ordering::Release) == 1 {
                    fence(Ordering::Acquire);
                    value.set(0);
                }
            });
        }
    });
}

/// What the first thread released is not what the third acquires: a store by the
/// second came between.
pub fn foreign_release_store() {
    let data = RaceCell::named("data", 0);
    let flag = AtomicU32::new(0);
    let turn = [Barrier::new(2), Barrier::new(2)];
    thread::scope(|scope| {
        scope.spawn(|| {
            data.set(1);
            flag.store(1, Ordering::Release);
            turn[0].wait();
        });
        scope.spawn(|| {
            turn[0].wait();
            flag.store(2, Ordering::Release);
            turn[1].wait();
        });
        turn[1].wait();
        assert_eq!(flag.load(Ordering::Acquire), 2);
        data.get();
    });
}

/// `count` cells, each written by a thread of its own and by the one who spawned it.
pub fn identical_races(count: usize) {
    let cells: Vec<_> = (0..count).map(|_| RaceCell::named("cell", 0)).collect();
    thread::scope(|scope| {
        for cell in &cells {
            scope.spawn(|| cell.set(1));
            cell.set(2);
        }
    });
}
