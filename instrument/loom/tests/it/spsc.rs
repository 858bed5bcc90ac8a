//! A ring of slots between one producer and one consumer.
//!
//! The producer hands a slot over by its store of the tail, and the consumer gives it back
//! by its store of the head.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

const SLOTS: usize = 2;

const RACE: [&str; 2] = ["fills the slot", "empties the slot"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "a ring of one producer and one consumer",
    file: file!(),
    source: include_str!("spsc.rs"),
    builds: &[
        Build {
            name: "correct",
            program: || three_go_through(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a slot that is handed over without a release",
            program: || {
                three_go_through(Orderings {
                    hand_over: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "hands the slot over"),
        },
        Build {
            name: "a slot that is taken without an acquire",
            program: || {
                three_go_through(Orderings {
                    take: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "takes the slot"),
        },
        Build {
            name: "a slot that is given back without a release",
            program: || {
                three_go_through(Orderings {
                    give_back: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "gives the slot back"),
        },
        Build {
            name: "a slot that is used again without an acquire",
            program: || {
                three_go_through(Orderings {
                    use_again: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "finds the slot again"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    /// Of the producer's store of the tail.
    hand_over: Ordering,
    /// Of the consumer's load of the tail.
    take: Ordering,
    /// Of the consumer's store of the head.
    give_back: Ordering,
    /// Of the producer's load of the head.
    use_again: Ordering,
}

const CORRECT: Orderings = Orderings {
    hand_over: Ordering::Release,
    take: Ordering::Acquire,
    give_back: Ordering::Release,
    use_again: Ordering::Acquire,
};

struct Ring {
    /// How many values were taken.
    head: AtomicUsize,
    /// How many were put in.
    tail: AtomicUsize,
    slots: [UnsafeCell<u32>; SLOTS],
    orderings: Orderings,
}

impl Ring {
    fn new(orderings: Orderings) -> Self {
        Self {
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            slots: std::array::from_fn(|_| UnsafeCell::new(0)),
            orderings,
        }
    }

    /// Called by the producer alone. Tells whether there was room.
    fn put(&self, value: u32) -> bool {
        // ORDERING: relaxed; this thread alone stores the tail.
        let tail = self.tail.load(Ordering::Relaxed);
        // ORDERING: acquires the slot that the consumer gave back.
        let head = self.head.load(self.orderings.use_again); // finds the slot again
        if tail - head == SLOTS {
            return false;
        }
        let slot = &self.slots[tail % SLOTS];
        // SAFETY: the slot is the producer's, which the builds put to the test.
        slot.with_mut(|slot| unsafe { *slot = value }); // fills the slot
        // ORDERING: releases the slot.
        self.tail.store(tail + 1, self.orderings.hand_over); // hands the slot over
        true
    }

    /// Called by the consumer alone.
    fn take(&self) -> Option<u32> {
        // ORDERING: relaxed; this thread alone stores the head.
        let head = self.head.load(Ordering::Relaxed);
        // ORDERING: acquires the slot that the producer handed over.
        let tail = self.tail.load(self.orderings.take); // takes the slot
        if tail == head {
            return None;
        }
        let slot = &self.slots[head % SLOTS];
        // SAFETY: the slot is the consumer's, which the builds put to the test.
        let value = slot.with(|slot| unsafe { *slot }); // empties the slot
        // ORDERING: releases the slot.
        self.head.store(head + 1, self.orderings.give_back); // gives the slot back
        Some(value)
    }
}

/// More values than there are slots, so that one is used again.
fn three_go_through(orderings: Orderings) {
    let ring = Arc::new(Ring::new(orderings));
    let produced = Arc::clone(&ring);
    let producer = thread::spawn(move || {
        for value in 1..=3 {
            while !produced.put(value) {
                thread::yield_now();
            }
        }
    });
    for expected in 1..=3 {
        let taken = loop {
            match ring.take() {
                Some(value) => break value,
                None => thread::yield_now(),
            }
        };
        assert_eq!(taken, expected);
    }
    producer.join().expect("it does not panic");
}
