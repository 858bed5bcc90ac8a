//! The cases `mutex-misuse` and `rwlock`: a lock used as it may not be.

use racegate::annotate::{Named, Tag, happens_after, happens_before};
use racegate::cell::RaceCell;
use racegate::sync::RwLock;

use crate::suite::cases;
use crate::turn::in_turn;

/// A lock that is told by annotations and holds nobody up, so that it can be
/// misused. Rust's own locks are given back by their guards, once.
struct Told {
    writers: Tag,
    readers: Tag,
}

impl Told {
    fn new() -> Self {
        Self {
            writers: Tag::new().named("writers"),
            readers: Tag::new().named("readers"),
        }
    }

    fn lock(&self) {
        happens_after(&self.writers);
        happens_after(&self.readers);
    }

    fn unlock(&self) {
        happens_before(&self.writers);
    }

    fn read_lock(&self) {
        happens_after(&self.writers);
    }

    fn read_unlock(&self) {
        happens_before(&self.readers);
    }
}

cases! { TSAN;

/// Given back, but never taken.
fn mutex_bad_unlock() {
    Told::new().unlock();
}

/// Taken to read by the thread that has it to write.
fn mutex_bad_read_lock() {
    let lock = Told::new();
    lock.lock();
    lock.read_lock();
}

/// Taken to write, and given back as if it had been taken to read.
fn mutex_bad_read_unlock() {
    let lock = Told::new();
    lock.lock();
    lock.read_unlock();
}

/// Taken by two at once.
fn mutex_double_lock() {
    let lock = Told::new();
    in_turn(|| lock.lock(), || lock.lock());
}

/// Readers are not ordered among themselves, and one of them writes.
fn write_in_reader_lock() {
    let lock = RwLock::new(()).named("lock");
    let global = RaceCell::named("Global", 0);
    in_turn(
        || {
            let _shared = lock.read().expect("no holder panics");
            global.get();
        },
        || {
            let _shared = lock.read().expect("no holder panics");
            global.update(|count| count + 1);
        },
    );
}

}
