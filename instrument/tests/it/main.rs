//! What the instrumented twins record, on which side of the real operation, and
//! that they behave as std's types do.
#![cfg(feature = "enabled")]

mod annotations;
mod arc;
mod array_order;
mod arrays;
mod atomic;
mod auto_traits;
mod barrier;
mod cells;
mod channel;
mod condvar;
mod dawdle;
mod history;
mod lock_traits;
mod memory;
mod mpsc;
mod mutex;
mod objects;
mod once;
mod parking;
mod release_order;
mod rwlock;
mod scopes;
mod sessions;
mod story;
mod tasks;
mod threads;
mod wait_group;
// It needs sessions by the thousand.
#[cfg(not(miri))]
mod yields;
