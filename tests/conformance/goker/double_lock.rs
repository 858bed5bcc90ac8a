//! The cases `Double locking`: a thread takes a lock that it has. Here it only tries.

use std::mem::forget;

use racegate::cell::RaceCell;
use racegate::sync::{Mutex, RwLock};

use crate::suite::cases;

/// What a mutex protects.
struct Guarded {
    lock: Mutex<()>,
    state: RaceCell<u32>,
}

impl Guarded {
    fn new(name: &str) -> Self {
        Self {
            lock: Mutex::new(()),
            state: RaceCell::named(name, 0),
        }
    }

    /// Changes the state, unless somebody has the lock.
    fn change(&self) -> Result<(), &'static str> {
        let _held = self.lock.try_lock().map_err(|_| "it would wait for ever")?;
        self.state.update(|state| state + 1);
        Ok(())
    }

    /// Calls somebody under the lock.
    fn call<R>(&self, callback: impl FnOnce() -> R) -> R {
        let _held = self.lock.lock().expect("no holder panics");
        self.state.update(|state| state + 1);
        callback()
    }

    /// Takes the lock, and returns on a path that does not give it back.
    fn lose(&self) {
        forget(self.lock.lock().expect("no holder panics"));
        self.state.update(|state| state + 1);
    }
}

/// The same with a lock for many readers.
struct Shared {
    lock: RwLock<()>,
    state: RaceCell<u32>,
}

impl Shared {
    fn new(name: &str) -> Self {
        Self {
            lock: RwLock::new(()),
            state: RaceCell::named(name, 0),
        }
    }
}

const FOR_EVER: Result<(), &str> = Err("it would wait for ever");

cases! { GOKER;

/// A loop is left in the middle, with the lock.
fn cockroach_584() {
    let gossip = Guarded::new("gossip");
    for round in 0.. {
        if round == 3 {
            gossip.lose();
            break;
        }
        assert_eq!(gossip.change(), Ok(()));
    }
    assert_eq!(gossip.change(), FOR_EVER);
}

/// An error is handled under the lock by what locks.
fn cockroach_9935() {
    let logger = Guarded::new("log");
    let exit = || logger.change();
    let output = |written: Result<(), ()>| logger.call(|| written.or_else(|()| exit()));
    assert_eq!(output(Ok(())), Ok(()));
    assert_eq!(output(Err(())), FOR_EVER);
}

/// A callback comes back to where it was called from.
fn etcd_10492() {
    let lessor = Guarded::new("leases");
    let checkpoint = || lessor.change();
    assert_eq!(lessor.call(checkpoint), FOR_EVER);
}

/// An error returns without giving back the lock that it has to read.
fn etcd_5509() {
    let client = Shared::new("client");
    let acquire = || {
        forget(client.lock.read().expect("no holder panics"));
        match client.state.get() {
            0 => Err("not connected"),
            connected => Ok(connected),
        }
    };
    assert_eq!(acquire(), Err("not connected"));
    assert!(client.lock.try_write().is_err(), "it would wait for ever");
}

/// Who has the lock to write calls what takes it to read.
fn etcd_6708() {
    let endpoints = Shared::new("endpoints");
    let request = || endpoints.lock.try_read().map(|_| endpoints.state.get()).ok();
    let _held = endpoints.lock.write().expect("no holder panics");
    endpoints.state.set(1);
    assert_eq!(request(), None, "it would wait for ever");
}

/// A timer that was stopped too late returns with the lock.
fn grpc_3017() {
    let cache = Guarded::new("cache");
    let mut timer = Some(|aborted| match aborted {
        true => cache.lose(),
        false => assert_eq!(cache.change(), Ok(())),
    });
    timer.take().expect("it is set")(true);
    assert_eq!(cache.change(), FOR_EVER);
}

}
