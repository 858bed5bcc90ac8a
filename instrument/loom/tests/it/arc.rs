//! A counted reference: whoever gives the last one up destroys the value.
//!
//! Giving one up releases what was done with the value, and the last acquires that, by a
//! fence once it knows that it is the last.

use loom::alloc::{Layout, alloc, dealloc};
use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicUsize, Ordering, fence};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

const RACE: [&str; 2] = ["reads the value", "destroys the value"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "a counted reference",
    file: file!(),
    source: include_str!("arc.rs"),
    builds: &[
        Build {
            name: "correct",
            program: || both_read_and_give_up(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a reference that is given up without a release",
            program: || {
                both_read_and_give_up(Orderings {
                    give_up: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "counts it down"),
        },
        Build {
            name: "a last reference without its fence",
            program: || {
                both_read_and_give_up(Orderings {
                    last: None,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "counts it down"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    /// Of the subtraction.
    give_up: Ordering,
    /// Of the fence before the value is destroyed.
    last: Option<Ordering>,
}

const CORRECT: Orderings = Orderings {
    give_up: Ordering::Release,
    last: Some(Ordering::Acquire),
};

struct Counted {
    count: AtomicUsize,
    value: UnsafeCell<Option<u32>>,
    orderings: Orderings,
}

/// A reference. It is given up by a method, not by its drop: a panic of a model must not
/// lead into another.
struct Reference(*mut Counted);

// SAFETY: what it points to is shared as `Counted` is, and given up by one of them.
unsafe impl Send for Reference {}

impl Reference {
    fn new(value: u32, orderings: Orderings) -> Self {
        // SAFETY: the layout is not of size zero.
        let memory = unsafe { alloc(Layout::new::<Counted>()) }.cast::<Counted>();
        assert!(!memory.is_null(), "there is memory");
        let counted = Counted {
            count: AtomicUsize::new(1),
            value: UnsafeCell::new(Some(value)),
            orderings,
        };
        // SAFETY: the memory is fresh, and of this layout.
        unsafe { memory.write(counted) };
        Self(memory)
    }

    fn counted(&self) -> &Counted {
        // SAFETY: it is freed once the last reference is given up.
        unsafe { &*self.0 }
    }

    fn another(&self) -> Self {
        // ORDERING: relaxed; a reference is at hand, so the count is not zero.
        self.counted().count.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }

    fn read(&self) -> Option<u32> {
        // SAFETY: nobody writes while there are references.
        self.counted().value.with(|value| unsafe { *value }) // reads the value
    }

    fn give_up(self) {
        let counted = self.counted();
        let orderings = counted.orderings;
        // ORDERING: releases what was read through this reference.
        let count = counted.count.fetch_sub(1, orderings.give_up); // counts it down
        if count != 1 {
            return;
        }
        // The fence acquires what was released with the other references.
        if let Some(ordering) = orderings.last {
            fence(ordering);
        }
        // SAFETY: there are no references, which the builds put to the test.
        counted.value.with_mut(|value| unsafe { *value = None }); // destroys the value
        // SAFETY: as above, and the memory came from `alloc` with this layout.
        unsafe {
            self.0.drop_in_place();
            dealloc(self.0.cast(), Layout::new::<Counted>());
        }
    }
}

/// Two threads read the value, then give their references up, in whichever order.
fn both_read_and_give_up(orderings: Orderings) {
    let reference = Reference::new(1, orderings);
    let other = reference.another();
    let reader = thread::spawn(move || {
        assert_eq!(other.read(), Some(1));
        other.give_up();
    });
    assert_eq!(reference.read(), Some(1));
    reference.give_up();
    reader.join().expect("it does not panic");
}
