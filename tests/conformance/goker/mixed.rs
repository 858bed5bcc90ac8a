//! The cases `Mixed Deadlock` and `Condition Variable`: a lock is held by who waits
//! for what needs that lock. What is waited for is always done before.

use std::sync::Barrier;

use fixtures::Schedule;
use racegate::cell::RaceCell;
use racegate::channel::{TrySendError, bounded, select};
use racegate::sync::{Condvar, Mutex, WaitGroup};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

/// What a mutex protects.
struct Guarded {
    lock: Mutex<()>,
    state: RaceCell<u32>,
}

impl Guarded {
    fn new() -> Self {
        Self {
            lock: Mutex::new(()),
            state: RaceCell::named("state", 0),
        }
    }

    /// Goes on under the lock.
    fn locked<R>(&self, next: impl FnOnce() -> R) -> R {
        let _held = self.lock.lock().expect("no holder panics");
        self.state.update(|state| state + 1);
        next()
    }
}

cases! { GOKER;

/// Who stops waits for its tasks with the lock that a task needs to start.
fn cockroach_1055() {
    let (stopper, tasks) = (Guarded::new(), WaitGroup::new());
    let (close, closed) = bounded::<()>(0);
    let started = Schedule::steered();
    tasks.add(1);
    thread::scope(|scope| {
        let (stopper, tasks, started) = (&stopper, &tasks, &started);
        scope.spawn(move || {
            stopper.locked(|| ());
            started.pass(0);
            assert!(closed.recv().is_err(), "nothing is sent");
            tasks.done();
        });
        started.pass(1);
        stopper.locked(|| {
            drop(close);
            tasks.wait();
        });
    });
}

/// Who stops waits for its worker with the lock that the worker needs.
fn etcd_6873() {
    let broadcasts = Guarded::new();
    let ((update, updates), (done, is_done)) = (bounded(0), bounded::<()>(0));
    let coalesced = Barrier::new(2);
    thread::scope(|scope| {
        let (broadcasts, coalesced) = (&broadcasts, &coalesced);
        scope.spawn(move || {
            for _ in updates {
                broadcasts.locked(|| ());
                coalesced.wait();
            }
            drop(done);
        });
        update.send(()).expect("it is awaited");
        coalesced.wait();
        broadcasts.locked(|| {
            drop(update);
            assert!(is_done.recv().is_err(), "nothing is sent");
        });
    });
}

/// Who has the lock notifies where there is no room, and who makes room needs it.
fn etcd_7443() {
    let balancer = Guarded::new();
    let (notify, notified) = bounded(1);
    in_turn(
        || {
            let up = |address| balancer.locked(|| notify.try_send(address));
            assert_eq!(up(1), Ok(()));
            assert_eq!(up(2), Err(TrySendError::Full(2)), "it would wait for ever");
        },
        || {
            balancer.locked(|| ());
            assert_eq!(notified.recv(), Ok(1));
        },
    );
}

/// A token is handed over under the lock that the keeper takes when its clock ticks.
fn etcd_7492() {
    let tokens = Guarded::new();
    let ((tick, ticks), (add, added)) = (bounded(1), bounded(0));
    tick.send(()).expect("there is room");
    let ticked = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..2 {
                select! {
                    recv(ticks) -> _ => {
                        tokens.locked(|| ());
                        ticked.wait();
                    }
                    recv(added) -> token => assert_eq!(token, Ok("simple")),
                }
            }
        });
        ticked.wait();
        tokens.locked(|| add.send("simple").expect("the keeper runs"));
    });
}

/// A follower waits with the lock that its leader needs to let it go.
fn etcd_7902() {
    let node = Guarded::new();
    let (next, round) = bounded::<()>(0);
    in_turn(
        || node.locked(|| drop(next)),
        || node.locked(|| assert!(round.recv().is_err(), "nothing is sent")),
    );
}

/// A watcher sends with the lock that its reader takes when it is torn down.
fn grpc_1353() {
    let balancer = Guarded::new();
    let (address, addresses) = bounded(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(addresses.recv(), Ok("localhost"));
            let tear_down = || balancer.locked(|| ());
            tear_down();
        });
        balancer.locked(|| address.send("localhost").expect("it is awaited"));
    });
}

/// Who keeps a connection alive waits with the lock of who would awaken it.
fn grpc_1460() {
    let transport = Guarded::new();
    let (awaken, awakened) = bounded(1);
    in_turn(
        || transport.locked(|| awaken.send(()).expect("there is room")),
        || transport.locked(|| awakened.recv().expect("it was awakened")),
    );
}

/// A handler tells that it is done with the lock that is needed to hear of it.
fn istio_16224() {
    let registry = Guarded::new();
    let (done, is_done) = bounded(0);
    let registered = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            registered.wait();
            registry.locked(|| done.send(()).expect("it is awaited"));
        });
        registry.locked(|| ());
        registered.wait();
        is_done.recv().expect("it tells");
    });
    assert_eq!(registry.state.get(), 2);
}

/// A helper is told before it waits, and waited for afterwards.
fn kubernetes_11298() {
    let (lock, changed) = (Mutex::new(false), Condvar::new());
    let (done, helped) = bounded::<()>(0);
    let signals = RaceCell::named("signals", 0);
    let waits = Schedule::steered();
    thread::scope(|scope| {
        let (lock, changed, signals, waits) = (&lock, &changed, &signals, &waits);
        scope.spawn(move || {
            let aborted = lock.lock().expect("no holder panics");
            waits.pass(0);
            let waited = changed.wait_while(aborted, |aborted| !*aborted);
            signals.update(|count| count + 1);
            drop(waited);
            drop(done);
        });
        waits.pass(1);
        let mut aborted = lock.lock().expect("no holder panics");
        signals.update(|count| count + 1);
        *aborted = true;
        changed.notify_one();
        drop(aborted);
        assert!(helped.recv().is_err(), "nothing is sent");
    });
}

/// All workers are waited for when one of them is started: here it is the only one.
fn moby_25384() {
    let (plugins, restored) = (["only"], WaitGroup::new());
    let count = RaceCell::named("restored", 0);
    restored.add(isize::try_from(plugins.len()).expect("they are few"));
    thread::scope(|scope| {
        for _ in plugins {
            scope.spawn(|| {
                count.update(|count| count + 1);
                restored.done();
            });
            restored.wait();
        }
        assert_eq!(count.get(), 1);
    });
}

/// Nobody ever signals that a plugin is there, but for who lets this one go.
fn moby_29733() {
    let (activated, changed) = (Mutex::new(false), Condvar::new());
    let plugin = RaceCell::named("plugin", "");
    let waits = Schedule::steered();
    thread::scope(|scope| {
        scope.spawn(|| {
            let activated = activated.lock().expect("no holder panics");
            waits.pass(0);
            let waited = changed.wait_while(activated, |activated| !*activated);
            assert_eq!(plugin.get(), "let go");
            drop(waited);
        });
        waits.pass(1);
        let mut activated = activated.lock().expect("no holder panics");
        plugin.set("let go");
        *activated = true;
        changed.notify_all();
    });
}

}
