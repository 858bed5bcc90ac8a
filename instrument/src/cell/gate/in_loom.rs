//! Who is let in is alone, or with readers, and follows all who were in before. What is
//! counted alone is counted by one at a time, though one be there who was not let in.

use std::panic::Location;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use super::{Gate, Mode, enter, record_lost};

struct Shared {
    gate: [Gate; 1],
    value: UnsafeCell<(u32, u32)>,
}

impl Shared {
    fn new() -> Arc<Self> {
        let shared = Self {
            gate: [Gate::new()],
            value: UnsafeCell::new((0, 0)),
        };
        shared.read();
        Arc::new(shared)
    }

    fn write(&self) {
        let site = Location::caller();
        let _pass = enter(&self.gate, 0, Mode::Exclusive, site, || {});
        // SAFETY: the pass is for writing, which loom holds the gate to.
        self.value.with_mut(|value| unsafe {
            (*value).0 += 1;
            (*value).1 += 1;
        });
    }

    fn read(&self) {
        let site = Location::caller();
        let _pass = enter(&self.gate, 0, Mode::Shared, site, || {});
        // SAFETY: the pass keeps writers out, which loom holds the gate to.
        self.value
            .with(|value| unsafe { assert_eq!((*value).0, (*value).1) });
    }
}

/// Runs both at once.
fn at_once(one: fn(&Shared), two: fn(&Shared)) {
    loom::model(move || {
        let shared = Shared::new();
        let theirs = Arc::clone(&shared);
        let theirs = thread::spawn(move || one(&theirs));
        two(&shared);
        theirs.join().expect("its assertions hold");
    });
}

#[test]
fn a_writer_is_alone_and_the_next_one_follows_it() {
    at_once(Shared::write, Shared::write);
}

#[test]
fn a_reader_finds_no_half_of_a_write() {
    at_once(Shared::write, Shared::read);
}

/// A cell's gate and its count, which has no lock of its own for who is alone.
struct Counted {
    gate: [Gate; 1],
    count: UnsafeCell<u32>,
}

impl Counted {
    fn count(&self) {
        // SAFETY: whoever counts is alone, which loom holds the gate to.
        self.count.with_mut(|count| unsafe { *count += 1 });
    }

    fn alone(&self) {
        // Without a wish: loom takes an exchange that follows one for older than the store
        // that the wish preceded, and so never sees the gate free again.
        loop {
            if let Some(_alone) = self.gate[0].try_alone() {
                return self.count();
            }
            thread::yield_now();
        }
    }

    /// A read that lasts, and finds one count for as long.
    fn lasting(&self) {
        let _pass = enter(&self.gate, 0, Mode::Shared, Location::caller(), || {});
        // SAFETY: the pass keeps who counts out, which loom holds the gate to.
        let load = || self.count.with(|count| unsafe { *count });
        assert_eq!(load(), load());
    }

    fn lost(&self) {
        assert!(record_lost(&self.gate, || self.count()));
    }
}

fn counted_at_once(one: fn(&Counted), two: fn(&Counted), counts: u32) {
    loom::model(move || {
        let shared = Arc::new(Counted {
            gate: [Gate::new()],
            count: UnsafeCell::new(0),
        });
        shared.alone();
        let theirs = Arc::clone(&shared);
        let theirs = thread::spawn(move || one(&theirs));
        two(&shared);
        theirs.join().expect("its assertions hold");
        // SAFETY: the other thread is done.
        assert_eq!(shared.count.with(|count| unsafe { *count }), 1 + counts);
        assert!(shared.gate[0].try_alone().is_some(), "nobody stays inside");
    });
}

#[test]
fn accesses_that_are_alone_follow_one_another() {
    counted_at_once(Counted::alone, Counted::alone, 2);
}

#[test]
fn an_access_that_is_alone_is_not_inside_with_one_that_lasts() {
    counted_at_once(Counted::alone, Counted::lasting, 1);
}

#[test]
fn an_access_that_failed_is_recorded_while_none_that_is_alone_is_inside() {
    counted_at_once(Counted::alone, Counted::lost, 2);
}
