//! The cases `sync-object`: a primitive that is made or destroyed while it may be in
//! use. Where it lies is a cell, which who uses it reads for as long as the call
//! lasts, and who makes or destroys it writes.

use std::mem::forget;
use std::sync::Arc;

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::sync::{Barrier, Condvar, Mutex};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

/// Where a primitive lies while it exists.
type Place<T> = RaceCell<Option<T>>;

fn empty<T>(name: &str) -> Place<T> {
    RaceCell::named(name, None)
}

fn used<T, R>(place: &Place<T>, call: impl FnOnce(&T) -> R) -> R {
    place.with(|it| call(it.as_ref().expect("it is there")))
}

fn destroy<T>(place: &Place<T>) {
    drop(place.take());
}

/// Something to wait for.
#[derive(Default)]
struct Done {
    done: Mutex<bool>,
    changed: Condvar,
}

impl Done {
    fn wait(&self) {
        let done = self.done.lock().expect("no holder panics");
        drop(self.changed.wait_while(done, |done| !*done));
    }

    fn tell(&self) {
        *self.done.lock().expect("no holder panics") = true;
        self.changed.notify_one();
    }
}

/// When a condition variable is destroyed by the one who signalled it.
#[derive(Clone, Copy)]
enum Destroyed {
    InsideTheLock,
    AfterTheLock,
    AfterTheWait,
}

fn signal_and_destroy(when: Destroyed) {
    let (done, place) = (Mutex::new(false), empty("condition"));
    place.set(Some(Arc::new(Condvar::new())));
    let locked = Schedule::steered();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut done_now = done.lock().expect("no holder panics");
            locked.pass(0);
            while !*done_now {
                // The wait is over for the variable when it was signalled.
                let condition = place.with(|it| it.clone().expect("it is there"));
                done_now = condition.wait(done_now).expect("no holder panics");
            }
        });
        locked.pass(1);
        let mut done_now = done.lock().expect("no holder panics");
        *done_now = true;
        used(&place, |condition| condition.notify_all());
        match when {
            Destroyed::InsideTheLock => destroy(&place),
            Destroyed::AfterTheLock => {
                drop(done_now);
                destroy(&place);
            }
            Destroyed::AfterTheWait => {
                drop(done_now);
                waiting.join().expect("it only waits");
                destroy(&place);
            }
        }
    });
}

cases! { TSAN;

/// It is waited at by a thread that only happens to come after it was made.
fn race_on_barrier() {
    let place = empty("barrier");
    let made = Schedule::steered();
    thread::scope(|scope| {
        scope.spawn(|| {
            place.set(Some(Barrier::new(2)));
            made.pass(0);
            used(&place, Barrier::wait);
        });
        scope.spawn(|| {
            made.pass(1);
            used(&place, Barrier::wait);
        });
    });
}

/// The leader destroys it when it comes out, and the other may still be inside.
fn race_on_barrier2() {
    let place = empty("barrier");
    place.set(Some(Barrier::new(2)));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                if used(&place, Barrier::wait).is_leader() {
                    destroy(&place);
                }
            });
        }
    });
}

/// It is destroyed by the one who was waited for, while the other one tells.
fn cond_race() {
    let context = empty("context");
    context.set(Some(Done::default()));
    let told = Schedule::steered();
    thread::scope(|scope| {
        scope.spawn(|| {
            used(&context, Done::tell);
            told.pass(0);
        });
        used(&context, Done::wait);
        told.pass(1);
        destroy(&context);
    });
}

/// Who signalled all that wait may destroy it, inside the lock and later.
fn cond_destruction() {
    signal_and_destroy(Destroyed::InsideTheLock);
    signal_and_destroy(Destroyed::AfterTheLock);
    signal_and_destroy(Destroyed::AfterTheWait);
}

/// A mutex that was destroyed while it was held, and another one in its place.
fn custom_mutex3() {
    let mut mutex = Mutex::new(());
    forget(mutex.lock().expect("no holder panics"));
    mutex = Mutex::new(());
    let x = RaceCell::named("x", 0);
    let update = || {
        let _held = mutex.lock().expect("no holder panics");
        x.update(|x| x + 1);
    };
    in_turn(update, update);
}

}
