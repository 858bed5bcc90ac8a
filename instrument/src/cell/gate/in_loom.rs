//! Who is let in is alone, or with readers, and follows all who were in before.

use std::panic::Location;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

use super::{Gate, Mode, enter};

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
