//! A sequence lock: a reader looks at a number before and after, and begins again where a
//! writer has been there.
//!
//! A reader may overtake a writer in its words, so these are atomics, and no data race is
//! possible on them. Each version has besides a payload of plain memory, which is written
//! once, before the sequence says that the version is whole, and is handed over by that
//! store and by the load with which a reader begins.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering, fence};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

const VERSIONS: usize = 2;

const RACE: [&str; 2] = ["writes the payload", "reads the payload"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "a sequence lock",
    file: file!(),
    source: include_str!("seqlock.rs"),
    builds: &[
        Build {
            name: "correct",
            program: || the_last_version_is_read(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a version that is made whole without a release",
            program: || {
                the_last_version_is_read(Orderings {
                    finish: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "says that it is whole"),
        },
        Build {
            name: "a reader that begins without an acquire",
            program: || {
                the_last_version_is_read(Orderings {
                    begin: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "finds that it is whole"),
        },
        Build {
            name: "a reader that looks again without a fence",
            program: || {
                the_last_version_is_read(Orderings {
                    look_again: None,
                    ..CORRECT
                });
            },
            verdict: Verdict::Unseen("the words are atomics, and none is found stale"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    /// Of the store that says that a version is whole.
    finish: Ordering,
    /// Of the load with which a reader begins.
    begin: Ordering,
    /// Of the fence before a reader's second look.
    look_again: Option<Ordering>,
}

const CORRECT: Orderings = Orderings {
    finish: Ordering::Release,
    begin: Ordering::Acquire,
    look_again: Some(Ordering::Acquire),
};

struct Sequenced {
    /// Twice the version, and odd while the next is written.
    sequence: AtomicUsize,
    words: [AtomicUsize; 2],
    payloads: [UnsafeCell<usize>; VERSIONS],
    orderings: Orderings,
}

impl Sequenced {
    fn new(orderings: Orderings) -> Self {
        Self {
            sequence: AtomicUsize::new(0),
            words: std::array::from_fn(|_| AtomicUsize::new(0)),
            payloads: std::array::from_fn(|_| UnsafeCell::new(0)),
            orderings,
        }
    }

    /// Called by one thread alone.
    fn write(&self) {
        // ORDERING: relaxed; this thread alone stores it.
        let sequence = self.sequence.load(Ordering::Relaxed);
        let version = sequence / 2 + 1;
        // ORDERING: relaxed; the fence keeps it before the words: whoever finds one of
        // them, and then has an acquire fence, finds the odd number too.
        self.sequence.store(sequence + 1, Ordering::Relaxed);
        fence(Ordering::Release);
        for word in &self.words {
            // ORDERING: relaxed; see above.
            word.store(version, Ordering::Relaxed);
        }
        // SAFETY: it is read once the sequence says that its version is whole.
        self.payloads[version - 1].with_mut(|payload| unsafe { *payload = version }); // writes the payload
        // ORDERING: releases the words and the payload.
        self.sequence.store(sequence + 2, self.orderings.finish); // says that it is whole
    }

    /// The version, if one is whole and stays so.
    fn read(&self) -> Option<usize> {
        // ORDERING: acquires the words and the payload.
        let sequence = self.sequence.load(self.orderings.begin); // finds that it is whole
        let version = sequence / 2;
        if version == 0 || sequence % 2 == 1 {
            return None;
        }
        // SAFETY: its writer has released it, which the builds put to the test.
        let payload = self.payloads[version - 1].with(|payload| unsafe { *payload }); // reads the payload
        // ORDERING: relaxed; the fence keeps them before the second look.
        let words = [0, 1].map(|at: usize| self.words[at].load(Ordering::Relaxed));
        if let Some(ordering) = self.orderings.look_again {
            fence(ordering);
        }
        // ORDERING: relaxed; see the writer's first store.
        if self.sequence.load(Ordering::Relaxed) != sequence {
            return None;
        }
        assert_eq!(words, [version; 2], "torn");
        Some(payload)
    }
}

/// One thread writes every version, and another reads until it has seen the last.
fn the_last_version_is_read(orderings: Orderings) {
    let sequenced = Arc::new(Sequenced::new(orderings));
    let written = Arc::clone(&sequenced);
    let writer = thread::spawn(move || {
        for _ in 0..VERSIONS {
            written.write();
        }
    });
    while sequenced.read() != Some(VERSIONS) {
        thread::yield_now();
    }
    writer.join().expect("it does not panic");
}
