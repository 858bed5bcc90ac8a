//! The cases `Traditional`: a variable that no lock protects, or not everywhere.

use std::collections::BTreeMap;
use std::sync::Barrier;

use racegate::annotate::{Named, plain_read};
use racegate::cell::RaceCell;
use racegate::channel::{bounded, select};
use racegate::sync::atomic::{AtomicU64, Ordering::SeqCst};
use racegate::sync::{Arc, Mutex, RwLock, WaitGroup};
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

/// Puts back what it found when it is dropped.
struct Restored<'cell>(&'cell RaceCell<u64>, u64);

impl<'cell> Restored<'cell> {
    fn set(cell: &'cell RaceCell<u64>, value: u64) -> Self {
        Self(cell, cell.replace(value))
    }
}

impl Drop for Restored<'_> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

/// Reads a cell when it is dropped, as a deferred check does.
struct Checked<'cell>(&'cell RaceCell<bool>, &'cell Barrier);

impl Drop for Checked<'_> {
    fn drop(&mut self) {
        self.1.wait();
        assert!(self.0.get(), "it was called");
    }
}

/// A wrapper around the resolver that it is itself handed to.
struct Wrapper {
    lock: Mutex<()>,
    resolver: RaceCell<&'static str>,
}

/// A proxy's node, and the table of those that are connected.
struct Connections {
    table: RwLock<BTreeMap<&'static str, Arc<RaceCell<&'static str>>>>,
}

/// A cache that tells of what it evicts.
struct Cache {
    entries: Mutex<Vec<u32>>,
}

impl Cache {
    fn evict(&self, mut evicted: impl FnMut(u32)) {
        let entries = std::mem::take(&mut *self.entries.lock().expect("no holder panics"));
        entries.into_iter().for_each(&mut evicted);
    }
}

/// Events that are gathered and handed on all at once.
struct Dispatcher {
    lock: Mutex<()>,
    buffer: RaceCell<Vec<u32>>,
}

impl Dispatcher {
    fn dispatch(&self) -> u32 {
        {
            let _held = self.lock.lock().expect("no holder panics");
            self.buffer.with_mut(Vec::clear);
        }
        self.buffer.with(|events| events.iter().sum())
    }
}

/// A connection that dials with the least timeout, three calls down.
fn dial(min_timeout: &RaceCell<u64>, balancer: &Mutex<()>) -> u64 {
    let reset_transport = || {
        drop(balancer.lock().expect("no holder panics"));
        min_timeout.get()
    };
    let connect = || reset_transport() + 1;
    connect()
}

cases! { GOKER;

/// One test sets how often another test's loop sends.
fn etcd_4876() {
    let interval = RaceCell::named("interval", 10);
    let (tests, set) = (Arc::new(WaitGroup::new()), Barrier::new(2));
    tests.add(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            scope.spawn(|| {
                interval.set(1);
                set.wait();
                tests.done();
            });
            scope.spawn(|| {
                set.wait();
                assert_eq!((0..3).map(|_| interval.get()).sum::<u64>(), 3);
                tests.done();
            });
        });
        tests.wait();
    });
}

/// A rate is lowered for a test and put back, and a loop reads it meanwhile.
fn etcd_8194() {
    let rate = RaceCell::named("rate", 1000);
    let (lowered, read) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            lowered.wait();
            assert_eq!((0..3).map(|_| rate.get()).sum::<u64>(), 30);
            read.wait();
        });
        let _restored = Restored::set(&rate, 10);
        lowered.wait();
        read.wait();
    });
}

/// Everything is removed from a table while somebody looks something up.
fn etcd_9446() {
    let table: BTreeMap<u32, &str> = (0..10).map(|key| (key, "value")).collect();
    let buckets = RaceCell::named("buckets", table);
    in_turn(
        || {
            let keys: Vec<u32> = buckets.with(|table| table.keys().copied().collect());
            for key in keys {
                buckets.with_mut(|table| table.remove(&key));
            }
        },
        || assert_eq!(buckets.with(|table| table.get(&5).copied()), None),
    );
}

/// The balancer's lock is not the lock of what is read under it.
fn grpc_1748() {
    let (min_timeout, balancer) = (RaceCell::named("minConnectTimeout", 20), Mutex::new(()));
    let dialled = Barrier::new(2);
    thread::scope(|scope| {
        let _restored = Restored::set(&min_timeout, 2);
        scope.spawn(|| {
            assert_eq!(dial(&min_timeout, &balancer), 3);
            dialled.wait();
        });
        dialled.wait();
    });
}

/// What the builder returns is stored after a thread of its own has looked for it.
fn grpc_3090() {
    let wrapper = Wrapper {
        lock: Mutex::new(()),
        resolver: RaceCell::named("resolver", "none"),
    };
    let polled = Barrier::new(2);
    thread::scope(|scope| {
        let build = || {
            scope.spawn(|| {
                let held = wrapper.lock.lock().expect("no holder panics");
                assert_eq!(wrapper.resolver.get(), "none");
                drop(held);
                polled.wait();
            });
            "dns"
        };
        let built = build();
        polled.wait();
        wrapper.resolver.set(built);
    });
}

/// A node is written under a lock that only keeps writers of the table out, and read
/// under none.
fn istio_16742() {
    let connections = Connections { table: RwLock::new(BTreeMap::new()) };
    let node = Arc::new(RaceCell::named("labels", "old"));
    in_turn(
        || {
            let mut table = connections.table.write().expect("no holder panics");
            table.insert("con", Arc::clone(&node));
            drop(table);
            assert_eq!(node.get(), "old");
        },
        || {
            let table = connections.table.read().expect("no holder panics");
            table.values().for_each(|node| node.set("new"));
        },
    );
}

/// The thread that evicts counts in the callback that it was given.
fn istio_8144() {
    let (count, evicted) = (RaceCell::named("count", 0), Barrier::new(2));
    let cache = Cache { entries: Mutex::new(vec![1, 2, 3]) };
    thread::scope(|scope| {
        scope.spawn(|| {
            cache.evict(|_| count.update(|count| count + 1));
            evicted.wait();
        });
        evicted.wait();
        assert_eq!(count.get(), 3);
    });
}

/// Statistics are counted by atomics, and copied as a whole by plain reads.
fn istio_8214() {
    let writes = AtomicU64::new(0).named("writes");
    let together = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                together.wait();
                writes.fetch_add(1, SeqCst);
                plain_read(&writes);
            });
        }
    });
}

/// What a server's handler notes is checked when the test returns.
fn kubernetes_49404() {
    let (called, handled) = (RaceCell::named("called", false), Barrier::new(2));
    thread::scope(|scope| {
        let _checked = Checked(&called, &handled);
        scope.spawn(|| {
            scope.spawn(|| {
                scope.spawn(|| {
                    called.set(true);
                    handled.wait();
                });
            });
        });
    });
}

/// A buffer is emptied under the lock and walked through outside of it.
fn kubernetes_77796() {
    let dispatcher = Dispatcher {
        lock: Mutex::new(()),
        buffer: RaceCell::named("buffer", vec![1, 2, 3]),
    };
    let together = Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                together.wait();
                dispatcher.dispatch()
            });
        }
    });
}

/// Who waits no longer for a process reads what is written when it has ended.
fn moby_18412() {
    let (exit_code, output) = (RaceCell::named("exitCode", 0), RaceCell::named("output", ""));
    let (done, ended) = bounded(0);
    let (timeout, timed_out) = bounded(1);
    let killed = Barrier::new(2);
    thread::scope(|scope| {
        let (exit_code, output, killed) = (&exit_code, &output, &killed);
        scope.spawn(move || {
            killed.wait();
            exit_code.set(137);
            output.set("killed");
            // Nobody may be there to hear it.
            done.send(()).unwrap_or_default();
        });
        timeout.send(()).expect("there is room");
        let why = select! {
            recv(timed_out) -> _ => "timed out",
            recv(ended) -> _ => "ended",
        };
        assert_eq!(why, "timed out");
        drop(ended);
        killed.wait();
        (exit_code.get(), output.get())
    });
}

}
