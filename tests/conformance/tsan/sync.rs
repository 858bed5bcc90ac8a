//! The cases `sync`: a barrier's rounds, and a condition variable's turns.

use std::panic::resume_unwind;
use std::sync::PoisonError;

use racegate::cell::{RaceArray, RaceCell};
use racegate::sync::{Barrier, Condvar, Mutex};
use racegate::thread;

use crate::suite::cases;

const ROUNDS: usize = 10;
const THREADS: usize = 4;

/// One round for one thread: from its neighbours in `from` to its own in `to`.
fn smooth(own: usize, from: &RaceArray<u32>, to: &RaceArray<u32>) {
    let neighbours = [own + THREADS - 1, own, own + 1].map(|index| from.get(index % THREADS));
    to.set(own, neighbours.iter().sum::<u32>() / 3);
}

/// Waits for its turn, and hands on to the other by a call of `notify`.
struct Turns {
    turn: Mutex<usize>,
    changed: Condvar,
    x: RaceCell<u32>,
}

impl Turns {
    fn take(&self, own: usize) {
        let turn = self.turn.lock().expect("no holder panics");
        let waited = self.changed.wait_while(turn, |turn| *turn != own);
        let mut turn = waited.expect("no holder panics");
        self.x.update(|x| x + 1);
        *turn = 1 - own;
        if own == 0 {
            self.changed.notify_one();
        } else {
            drop(turn);
            self.changed.notify_all();
        }
    }
}

/// Writes to a cell when it is dropped, as a handler of cancellation does.
struct Cleanup<'x>(&'x RaceCell<u32>);

impl Drop for Cleanup<'_> {
    fn drop(&mut self) {
        self.0.set(2);
    }
}

cases! { TSAN;

/// Each round reads what the round before wrote, and writes where that one read.
fn barrier() {
    let buffers = ["even", "odd"].map(|name| RaceArray::named(name, [9; THREADS]));
    let [even, odd] = &buffers;
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for own in 0..THREADS {
            let barrier = &barrier;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    match round % 2 {
                        0 => smooth(own, even, odd),
                        _ => smooth(own, odd, even),
                    }
                    barrier.wait();
                }
            });
        }
    });
}

/// One tells inside the lock that it is the other's turn, one when it has left it.
fn cond() {
    let turns = Turns {
        turn: Mutex::new(0),
        changed: Condvar::new(),
        x: RaceCell::named("x", 0),
    };
    thread::scope(|scope| {
        for own in 0..2 {
            let turns = &turns;
            scope.spawn(move || (0..ROUNDS).for_each(|_| turns.take(own)));
        }
    });
}

/// A thread that is cancelled while it waits holds the lock again when it unwinds.
fn cond_cancel() {
    let (cancelled, changed) = (Mutex::new(false), Condvar::new());
    let x = RaceCell::named("x", 0);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let waits = cancelled.lock().expect("no holder panicked yet");
            let waits = changed.wait_while(waits, |cancelled| !*cancelled);
            // Dropped in the reverse order: the cleanup runs under the lock.
            let _held = waits.expect("no holder panicked yet");
            let _cleanup = Cleanup(&x);
            resume_unwind(Box::new("cancelled"));
        });
        {
            let mut cancelled = cancelled.lock().expect("no holder panicked yet");
            x.set(1);
            *cancelled = true;
            changed.notify_all();
        }
        while !cancelled.is_poisoned() {
            thread::yield_now();
        }
        let _held = cancelled.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(x.get(), 2);
        assert!(waiting.join().is_err());
    });
}

}
