//! Treiber's stack: nodes on a list, the first of which an atomic names.
//!
//! Whoever pushes releases a node by the exchange that puts it at the head; whoever pops
//! acquires it by the load that finds it there. One thread alone pops, so that a node it
//! has read is nobody else's, and can be freed.

use std::ptr;

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicPtr, Ordering};
use loom::thread;

use crate::structure::{Build, Structure, Verdict};

const RACE: [&str; 2] = ["writes the node", "reads the node"];

pub(crate) const STRUCTURE: Structure = Structure {
    name: "Treiber's stack",
    file: file!(),
    source: include_str!("treiber.rs"),
    builds: &[
        Build {
            name: "correct",
            program: || two_go_over(CORRECT),
            verdict: Verdict::Clean,
        },
        Build {
            name: "a push that does not release",
            program: || {
                two_go_over(Orderings {
                    push: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "releases the node"),
        },
        Build {
            name: "a pop that does not acquire",
            program: || {
                two_go_over(Orderings {
                    pop: Ordering::Relaxed,
                    ..CORRECT
                });
            },
            verdict: Verdict::race(RACE, "acquires the node"),
        },
    ],
};

#[derive(Clone, Copy)]
struct Orderings {
    /// Of the exchange that puts a node at the head.
    push: Ordering,
    /// Of the load that finds one there.
    pop: Ordering,
}

const CORRECT: Orderings = Orderings {
    push: Ordering::Release,
    pop: Ordering::Acquire,
};

struct Stack {
    head: AtomicPtr<Node>,
    orderings: Orderings,
}

struct Node {
    filled: UnsafeCell<Filled>,
}

#[derive(Clone, Copy)]
struct Filled {
    value: u32,
    next: *mut Node,
}

impl Stack {
    fn new(orderings: Orderings) -> Self {
        Self {
            head: AtomicPtr::new(ptr::null_mut()),
            orderings,
        }
    }

    fn push(&self, value: u32) {
        let next = ptr::null_mut();
        let node = Box::into_raw(Box::new(Node {
            filled: UnsafeCell::new(Filled { value, next }),
        }));
        // ORDERING: relaxed; what is read goes into the node, and is not followed.
        let mut next = self.head.load(Ordering::Relaxed);
        loop {
            // SAFETY: the node is this thread's until the exchange succeeds.
            let filled = unsafe { &(*node).filled };
            // SAFETY: as above.
            filled.with_mut(|filled| unsafe { *filled = Filled { value, next } }); // writes the node
            // ORDERING: releases the node; a failure reads what the load above does.
            let (push, failure) = (self.orderings.push, Ordering::Relaxed);
            let put = self.head.compare_exchange(next, node, push, failure); // releases the node
            match put {
                Ok(_) => return,
                Err(head) => next = head,
            }
        }
    }

    /// Called by one thread alone.
    fn pop(&self) -> Option<u32> {
        loop {
            // ORDERING: acquires the node, and those below it: every exchange continues
            // the release sequences of those before.
            let head = self.head.load(self.orderings.pop); // acquires the node
            if head.is_null() {
                return None;
            }
            // SAFETY: nobody else frees nodes.
            let filled = unsafe { &(*head).filled };
            // SAFETY: its writer has released it, which the builds put to the test.
            let Filled { value, next } = filled.with(|filled| unsafe { *filled }); // reads the node
            // ORDERING: relaxed; it hands over nothing that a push has not released.
            let taken =
                self.head
                    .compare_exchange(head, next, Ordering::Relaxed, Ordering::Relaxed);
            if taken.is_ok() {
                // SAFETY: it came from a box, and is on the list no more.
                drop(unsafe { Box::from_raw(head) });
                return Some(value);
            }
        }
    }

    fn pop_waiting(&self) -> u32 {
        loop {
            match self.pop() {
                Some(value) => return value,
                None => thread::yield_now(),
            }
        }
    }
}

/// One thread pushes two values, and another pops them.
fn two_go_over(orderings: Orderings) {
    let stack = Arc::new(Stack::new(orderings));
    let pushed = Arc::clone(&stack);
    let pusher = thread::spawn(move || {
        pushed.push(1);
        pushed.push(2);
    });
    let sum = stack.pop_waiting() + stack.pop_waiting();
    pusher.join().expect("it does not panic");
    assert_eq!(sum, 3);
}
