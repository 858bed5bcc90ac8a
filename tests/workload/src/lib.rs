//! Histories as large as real ones, of which the verdict is known: what benchmarks
//! run on. In memory, or in a log as a recorder would have written it.
//!
//! Threads take a lock at random, access cells that it guards, some that all of them
//! only read and, if so asked, some that are their own, and give it back. The first two workers also write the racy cells,
//! before either has synchronised with the other.
//!
//! **Invariant:** a shape decides every event, and the locations that race are exactly
//! those of [`Shape::racy_locations`].

#![forbid(unsafe_code)]

mod log;
mod shape;
mod steps;
mod tables;

use racegate_eventlog::validate::validate;
use racegate_eventlog::{Event, Integrity, Trace};

pub use log::{Written, write_log};
pub use shape::{Lives, Shape};

/// The events of a shape, one after the other.
pub fn events(shape: Shape) -> impl Iterator<Item = Event> {
    steps::Steps::new(shape)
}

/// The whole history of a shape in memory.
///
/// ```
/// use workload::{Shape, trace};
///
/// let shape = Shape { events: 1000, ..Shape::default() };
/// assert!(trace(shape).events().len() >= 1000);
/// ```
///
/// # Panics
///
/// If the generator made an impossible history, which is a bug here.
#[must_use]
pub fn trace(shape: Shape) -> Trace {
    let events = events(shape).collect();
    validate(events, tables::of(shape), Integrity::default()).expect("a possible history")
}
