//! The cases `Resource Deadlock` of several holders: locks taken in two orders, and
//! taken again to read while somebody waits to write. The threads come one after the
//! other, so that none of them has to wait.

use std::collections::BTreeMap;

use racegate::cell::RaceCell;
use racegate::sync::{Arc, Mutex, RwLock};

use crate::suite::cases;
use crate::turn::in_turn;

/// What a mutex protects.
struct Guarded {
    lock: Mutex<()>,
    changes: RaceCell<u32>,
}

impl Guarded {
    fn new(name: &str) -> Self {
        Self {
            lock: Mutex::new(()),
            changes: RaceCell::named(name, 0),
        }
    }

    /// Goes on under the lock.
    fn change(&self, next: impl FnOnce()) {
        let _held = self.lock.lock().expect("no holder panics");
        self.changes.update(|changes| changes + 1);
        next();
    }
}

/// What a lock protects of which each reader has a part.
struct Store {
    lock: RwLock<()>,
    ranges: RaceCell<u32>,
}

impl Store {
    fn new() -> Self {
        Self {
            lock: RwLock::new(()),
            ranges: RaceCell::named("ranges", 1),
        }
    }

    fn read<R>(&self, next: impl FnOnce(u32) -> R) -> R {
        let _shared = self.lock.read().expect("no holder panics");
        next(self.ranges.get())
    }

    fn write(&self) {
        let _held = self.lock.write().expect("no holder panics");
        self.ranges.update(|ranges| ranges + 1);
    }
}

/// A lock for each address.
#[derive(Default)]
struct UrlLocks {
    locks: RwLock<BTreeMap<&'static str, Arc<Mutex<()>>>>,
}

impl UrlLocks {
    fn fetch(&self, url: &'static str, fetch: impl FnOnce()) {
        let mut locks = self.locks.write().expect("no holder panics");
        let lock = Arc::clone(locks.entry(url).or_default());
        let held = lock.lock().expect("no holder panics");
        drop(locks);
        fetch();
        let locks = self.locks.read().expect("no holder panics");
        assert!(locks.contains_key(url), "nobody removes it");
        drop(held);
    }
}

cases! { GOKER;

/// A heartbeat is sent while another is gathered.
fn cockroach_10214() {
    let (coalesced, raft) = (Guarded::new("coalesced"), Guarded::new("raft"));
    in_turn(
        || coalesced.change(|| raft.change(|| ())),
        || raft.change(|| coalesced.change(|| ())),
    );
}

/// A lease is released while another is asked for by its name.
fn cockroach_7504() {
    let (lease, names) = (Guarded::new("leaseState"), Guarded::new("tableNameCache"));
    let release = || lease.change(|| names.change(|| ()));
    let acquire_by_name = || names.change(|| lease.change(|| ()));
    in_turn(release, acquire_by_name);
}

/// The lock of an address is taken, and given back, under the lock of all addresses.
fn hugo_3251() {
    let (urls, fetched) = (UrlLocks::default(), RaceCell::named("fetched", 0));
    let fetch = || urls.fetch("http://gohugo.io", || fetched.update(|count| count + 1));
    in_turn(fetch, fetch);
}

/// A reader reads again, and somebody may ask to write in between.
fn cockroach_16167() {
    let store = Store::new();
    in_turn(
        || assert_eq!(store.read(|_| store.read(|ranges| ranges)), 1),
        || store.write(),
    );
}

/// A call chain reads at its begin and at its end.
fn cockroach_3710() {
    let store = Store::new();
    let is_small = || store.read(|ranges| ranges < 10);
    let may_compact = || store.read(|_| is_small());
    in_turn(|| store.write(), || assert!(may_compact()));
}

/// What prints a table under its lock is printed by what asks the table again.
fn cockroach_6181() {
    let store = Store::new();
    let text = || format!("{} ranges", store.read(|ranges| ranges));
    let print = || store.read(|_| text());
    in_turn(|| assert_eq!(print(), "1 ranges"), || store.write());
}

}
