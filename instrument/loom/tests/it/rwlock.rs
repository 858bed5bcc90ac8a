//! A spinning lock of many readers or one writer, all in one word.
//!
//! Its writer's unlock was once a relaxed store in a published crate (RUSTSEC-2019-0013),
//! so that what it had written reached nobody. This is a lock of our own of that kind.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

/// The word while a writer is inside. Below it, it counts the readers.
const WRITER: usize = 1 << 16;

const HANDED_ON: [&str; 2] = ["writes inside", "reads inside"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "a spinning lock of many readers or one writer",
    file: file!(),
    source: include_str!("rwlock.rs"),
    builds: &[
        Build {
            name: "correct, a reader follows a writer",
            program: || a_reader_follows(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "correct, a writer follows a reader",
            program: || a_writer_follows(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a writer's unlock that is a relaxed store",
            program: || {
                a_reader_follows(Orderings {
                    write_unlock: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(HANDED_ON, "unlocks the writer"),
        },
        Build {
            name: "a reader's lock that does not acquire",
            program: || {
                a_reader_follows(Orderings {
                    read_lock: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(HANDED_ON, "changes the word"),
        },
        Build {
            name: "a reader's unlock that does not release",
            program: || {
                a_writer_follows(Orderings {
                    read_unlock: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(HANDED_ON, "unlocks the reader"),
        },
        Build {
            name: "a writer's lock that does not acquire",
            program: || {
                a_writer_follows(Orderings {
                    write_lock: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(HANDED_ON, "changes the word"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    read_lock: Ordering,
    read_unlock: Ordering,
    write_lock: Ordering,
    write_unlock: Ordering,
}

const CORRECT: Orderings = Orderings {
    read_lock: Ordering::Acquire,
    read_unlock: Ordering::Release,
    write_lock: Ordering::Acquire,
    write_unlock: Ordering::Release,
};

struct Lock {
    word: AtomicUsize,
    inside: UnsafeCell<u32>,
    orderings: Orderings,
}

impl Lock {
    fn new(orderings: Orderings) -> Self {
        Self {
            word: AtomicUsize::new(0),
            inside: UnsafeCell::new(0),
            orderings,
        }
    }

    /// Changes the word, if it is as expected.
    fn changes(&self, expected: usize, new: usize, ordering: Ordering) -> bool {
        // ORDERING: the caller's; of a failure nothing is used.
        let changed = self
            .word
            .compare_exchange(expected, new, ordering, Ordering::Relaxed); // changes the word
        changed.is_ok()
    }

    /// What is inside, read with other readers.
    fn read(&self) -> u32 {
        loop {
            // ORDERING: relaxed; the exchange below acquires.
            let word = self.word.load(Ordering::Relaxed);
            // ORDERING: acquires what the last writer released.
            if word < WRITER && self.changes(word, word + 1, self.orderings.read_lock) {
                break;
            }
            thread::yield_now();
        }
        // SAFETY: no writer is inside, which the builds put to the test.
        let read = self.inside.with(|inside| unsafe { *inside }); // reads inside
        // ORDERING: releases to the next writer.
        self.word.fetch_sub(1, self.orderings.read_unlock); // unlocks the reader
        read
    }

    /// Writes what is inside, alone.
    fn write(&self, value: u32) {
        // ORDERING: acquires what the last writer and the readers since released.
        while !self.changes(0, WRITER, self.orderings.write_lock) {
            thread::yield_now();
        }
        // SAFETY: nobody else is inside, which the builds put to the test.
        self.inside.with_mut(|inside| unsafe { *inside = value }); // writes inside
        // ORDERING: releases to whoever is next. Nobody else changes the word meanwhile.
        self.word.store(0, self.orderings.write_unlock); // unlocks the writer
    }
}

/// A reader reads until it finds what a writer has written.
fn a_reader_follows(orderings: Orderings) {
    let lock = Arc::new(Lock::new(orderings));
    let written = Arc::clone(&lock);
    let writer = thread::spawn(move || written.write(1));
    while lock.read() == 0 {
        thread::yield_now();
    }
    writer.join().expect("it does not panic");
}

/// A reader reads once and says so by an atomic that orders nothing, and a writer waits
/// for that.
fn a_writer_follows(orderings: Orderings) {
    let lock = Arc::new(Lock::new(orderings));
    let is_read = Arc::new(AtomicUsize::new(0));
    let (read_from, says) = (Arc::clone(&lock), Arc::clone(&is_read));
    let reader = thread::spawn(move || {
        assert_eq!(read_from.read(), 0);
        // ORDERING: relaxed; it is to order nothing.
        says.store(1, Ordering::Relaxed);
    });
    // ORDERING: as above.
    while is_read.load(Ordering::Relaxed) == 0 {
        thread::yield_now();
    }
    lock.write(1);
    reader.join().expect("it does not panic");
}
