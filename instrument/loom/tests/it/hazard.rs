//! A cell whose reader says by a hazard pointer what it reads, so that the writer can
//! tell when a value that it replaced is read no more.
//!
//! The writer releases a new value by the exchange that names it; the reader acquires it
//! by its fence. The reader releases the value by clearing its hazard, and the writer
//! acquires it by the look that finds it cleared. Of a reader that names its hazard and
//! looks again, and a writer that replaces and looks at the hazard, one must find what the
//! other did: that is what both fences are sequentially consistent for.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering, fence};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

/// In place of a value's number: no hazard.
const NOTHING: usize = usize::MAX;

const RETIREMENT: [&str; 2] = ["reads the value", "retires the value"];
const PUBLICATION: [&str; 2] = ["writes the value", "reads the value"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "a cell with a hazard pointer",
    file: file!(),
    source: include_str!("hazard.rs"),
    builds: &[
        Build {
            name: "correct, the old value is read",
            program: || what_was_read_is_retired(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "correct, the new value is read",
            program: || what_is_new_is_read(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a hazard that is cleared without a release",
            program: || {
                what_was_read_is_retired(Orderings {
                    clear: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RETIREMENT, "clears the hazard"),
        },
        Build {
            name: "a hazard that is looked at without an acquire",
            program: || {
                what_was_read_is_retired(Orderings {
                    look: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RETIREMENT, "looks at the hazard"),
        },
        Build {
            name: "a value that is replaced without a release",
            program: || {
                what_is_new_is_read(Orderings {
                    replace: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(PUBLICATION, "replaces the value"),
        },
        Build {
            name: "a reader without its fence",
            program: || {
                what_is_new_is_read(Orderings {
                    protect: None,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(PUBLICATION, "looks again"),
        },
        Build {
            name: "a reader whose fence is not sequentially consistent",
            program: || {
                what_is_new_is_read(Orderings {
                    protect: Some(Ordering::AcqRel),
                    ..CORRECT
                });
            },
            verdict: Verdict::Unseen("both threads would have to find stale values"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    /// Of the exchange that names a new value.
    replace: Ordering,
    /// Of the fence between a reader's naming of its hazard and its second look.
    protect: Option<Ordering>,
    /// Of the store that clears the hazard.
    clear: Ordering,
    /// Of the writer's loads of the hazard.
    look: Ordering,
}

const CORRECT: Orderings = Orderings {
    replace: Ordering::Release,
    protect: Some(Ordering::SeqCst),
    clear: Ordering::Release,
    look: Ordering::Acquire,
};

/// Values lie in an array and are never freed, so that no build touches freed memory.
struct Cell {
    /// The number of the value to be read.
    current: AtomicUsize,
    /// The number of the value that is read.
    hazard: AtomicUsize,
    values: [UnsafeCell<Option<u32>>; 2],
    orderings: Orderings,
}

impl Cell {
    fn new(orderings: Orderings) -> Self {
        Self {
            current: AtomicUsize::new(0),
            hazard: AtomicUsize::new(NOTHING),
            values: [UnsafeCell::new(Some(1)), UnsafeCell::new(None)],
            orderings,
        }
    }

    /// The number of the current value, which is not retired until the hazard is cleared.
    fn protect(&self) -> usize {
        loop {
            // ORDERING: relaxed; the fence acquires it.
            let number = self.current.load(Ordering::Relaxed);
            // ORDERING: releases what was read before, as clearing does: whoever finds
            // this number does not find the cleared hazard.
            self.hazard.store(number, Ordering::Release);
            if let Some(ordering) = self.orderings.protect {
                fence(ordering);
            }
            // ORDERING: relaxed; see the fence.
            let again = self.current.load(Ordering::Relaxed); // looks again
            if again == number {
                return number;
            }
        }
    }

    /// Called by one thread alone.
    fn read(&self) -> Option<u32> {
        let number = self.protect();
        // SAFETY: its writer released it, and it is protected, which the builds put to
        // the test.
        let value = self.values[number].with(|value| unsafe { *value }); // reads the value
        // ORDERING: releases the value to whoever retires it.
        self.hazard.store(NOTHING, self.orderings.clear); // clears the hazard
        value
    }

    /// Replaces the value that is there at first, and retires it. Called once.
    fn replace(&self, new: u32) {
        // SAFETY: nobody knows of it yet.
        self.values[1].with_mut(|value| unsafe { *value = Some(new) }); // writes the value
        // ORDERING: releases the value.
        let old = self.current.swap(1, self.orderings.replace); // replaces the value
        fence(Ordering::SeqCst);
        loop {
            // ORDERING: acquires what the reader released when it was done.
            let hazard = self.hazard.load(self.orderings.look); // looks at the hazard
            if hazard != old {
                break;
            }
            thread::yield_now();
        }
        // SAFETY: nobody reads it any more, which the builds put to the test.
        self.values[old].with_mut(|value| unsafe { *value = None }); // retires the value
    }
}

/// The reader reads the old value and says so by an atomic that orders nothing, and the
/// writer waits for that.
fn what_was_read_is_retired(orderings: Orderings) {
    let cell = Arc::new(Cell::new(orderings));
    let is_read = Arc::new(AtomicUsize::new(0));
    let (read_from, says) = (Arc::clone(&cell), Arc::clone(&is_read));
    let reader = thread::spawn(move || {
        assert_eq!(read_from.read(), Some(1));
        // ORDERING: relaxed; it is to order nothing.
        says.store(1, Ordering::Relaxed);
    });
    // ORDERING: as above.
    while is_read.load(Ordering::Relaxed) == 0 {
        thread::yield_now();
    }
    cell.replace(2);
    reader.join().expect("it does not panic");
}

/// The reader reads until it has read the new value.
fn what_is_new_is_read(orderings: Orderings) {
    let cell = Arc::new(Cell::new(orderings));
    let read_from = Arc::clone(&cell);
    let reader = thread::spawn(move || {
        loop {
            match read_from.read().expect("it is not retired") {
                1 => thread::yield_now(),
                value => break assert_eq!(value, 2),
            }
        }
    });
    cell.replace(2);
    reader.join().expect("it does not panic");
}
