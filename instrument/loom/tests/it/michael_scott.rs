//! Michael and Scott's queue: a list whose first node is spent, with atomics that name the
//! first node and, or nearly, the last.
//!
//! Whoever puts a value in releases its node by the exchange that makes it the next of the
//! last; whoever takes one out acquires it by the load of that link. Nodes stay linked, and
//! are freed together at the end, so that nobody holds one that is gone.

use std::ptr;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicPtr, Ordering};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

const RACE: [&str; 2] = ["puts the value", "takes the value"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "Michael and Scott's queue",
    file: file!(),
    source: include_str!("michael_scott.rs"),
    builds: &[
        Build {
            name: "correct",
            program: || two_go_through(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "correct, put in by two",
            program: || two_put_one_each(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a link that does not release",
            program: || {
                two_go_through(Orderings {
                    link: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "releases the node"),
        },
        Build {
            name: "a link that is not acquired",
            program: || {
                two_go_through(Orderings {
                    follow: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "acquires the node"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    /// Of the exchange that links a node.
    link: Ordering,
    /// Of the load that finds the link, to take what the node holds.
    follow: Ordering,
}

const CORRECT: Orderings = Orderings {
    link: Ordering::Release,
    follow: Ordering::Acquire,
};

struct Queue {
    /// The spent node.
    head: AtomicPtr<Node>,
    /// The last node, or one before it.
    tail: AtomicPtr<Node>,
    /// The node that was spent at first.
    first: *mut Node,
    orderings: Orderings,
}

struct Node {
    value: UnsafeCell<Option<u32>>,
    next: AtomicPtr<Node>,
}

impl Node {
    fn boxed() -> *mut Self {
        Box::into_raw(Box::new(Self {
            value: UnsafeCell::new(None),
            next: AtomicPtr::new(ptr::null_mut()),
        }))
    }
}

// SAFETY: the pointer is followed in `free` alone, by whoever has the queue to itself.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Queue {
    fn new(orderings: Orderings) -> Self {
        let first = Node::boxed();
        Self {
            head: AtomicPtr::new(first),
            tail: AtomicPtr::new(first),
            first,
            orderings,
        }
    }

    fn put(&self, value: u32) {
        let node = Node::boxed();
        // SAFETY: the node is this thread's until it is linked.
        let cell = unsafe { &(*node).value };
        // SAFETY: as above.
        cell.with_mut(|cell| unsafe { *cell = Some(value) }); // puts the value
        loop {
            // ORDERING: acquires the node that is named, for it is looked into.
            let tail = self.tail.load(Ordering::Acquire);
            // SAFETY: nodes are freed at the end.
            let last = unsafe { &(*tail).next };
            // ORDERING: acquires the next node, whom the exchange below names to others.
            let next = last.load(Ordering::Acquire);
            if !next.is_null() {
                // ORDERING: releases the node whose link was acquired above. A failure
                // says that another thread did so.
                let _ =
                    self.tail
                        .compare_exchange(tail, next, Ordering::Release, Ordering::Relaxed);
                continue;
            }
            // ORDERING: releases the node; of a failure nothing is used.
            let (null, link) = (ptr::null_mut(), self.orderings.link);
            let linked = last.compare_exchange(null, node, link, Ordering::Relaxed); // releases the node
            if linked.is_ok() {
                // ORDERING: as above, for those who put values in after this one.
                let _ =
                    self.tail
                        .compare_exchange(tail, node, Ordering::Release, Ordering::Relaxed);
                return;
            }
        }
    }

    fn take(&self) -> Option<u32> {
        loop {
            // ORDERING: acquires what another taker released by the exchange below.
            let head = self.head.load(Ordering::Acquire);
            // SAFETY: nodes are freed at the end.
            let link = unsafe { &(*head).next };
            // ORDERING: acquires the node.
            let next = link.load(self.orderings.follow); // acquires the node
            if next.is_null() {
                return None;
            }
            // ORDERING: releases the node to whoever takes the one after it.
            let spent =
                self.head
                    .compare_exchange(head, next, Ordering::Release, Ordering::Relaxed);
            if spent.is_ok() {
                // SAFETY: nodes are freed at the end.
                let cell = unsafe { &(*next).value };
                // SAFETY: its writer has released it, which the builds put to the test,
                // and the exchange succeeds once.
                return cell.with_mut(|cell| unsafe { (*cell).take() }); // takes the value
            }
        }
    }

    fn take_waiting(&self) -> u32 {
        loop {
            match self.take() {
                Some(value) => return value,
                None => thread::yield_now(),
            }
        }
    }

    /// Frees the nodes.
    ///
    /// # Safety
    ///
    /// Nobody uses the queue any more.
    unsafe fn free(&self) {
        let mut node = self.first;
        while !node.is_null() {
            // SAFETY: it came from a box, and the caller's promise.
            let freed = unsafe { Box::from_raw(node) };
            // ORDERING: relaxed; every thread that linked a node has been joined.
            node = freed.next.load(Ordering::Relaxed);
        }
    }
}

/// One thread puts two values in, and another takes them out.
fn two_go_through(orderings: Orderings) {
    let queue = Arc::new(Queue::new(orderings));
    let put_in = Arc::clone(&queue);
    let putter = thread::spawn(move || {
        put_in.put(1);
        put_in.put(2);
    });
    let taken = [queue.take_waiting(), queue.take_waiting()];
    putter.join().expect("it does not panic");
    assert_eq!(taken, [1, 2]);
    // SAFETY: the other thread is joined.
    unsafe { queue.free() };
}

/// Each of two threads puts one value in, and one of them takes both out.
fn two_put_one_each(orderings: Orderings) {
    let queue = Arc::new(Queue::new(orderings));
    let put_in = Arc::clone(&queue);
    let putter = thread::spawn(move || put_in.put(1));
    queue.put(2);
    let sum = queue.take_waiting() + queue.take_waiting();
    putter.join().expect("it does not panic");
    assert_eq!(sum, 3);
    // SAFETY: the other thread is joined.
    unsafe { queue.free() };
}
