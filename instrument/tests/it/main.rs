//! What the instrumented twins record, on which side of the real operation, and
//! that they behave as std's types do.
#![cfg(feature = "enabled")]

mod annotations;
mod arrays;
mod atomic;
mod cells;
mod mpsc;
mod objects;
mod parking;
mod scopes;
mod sessions;
mod story;
mod threads;
